"""Figures as notebooks, pages and documents take them: offline, and the same each time."""

import base64
import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import altair as alt
import vl_convert
from altair.utils import schemapi

from pingyi.common.characters import FONTS
from pingyi.figures.theme import WIDTH

MIME = "application/vnd.vegalite.v5+json"
"""What JupyterLab draws without an extension (4.6: versions 3 to 5; it draws version 6 under this name too)."""
LANGUAGE = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
schemapi.DEBUG_MODE = False
"""altair would validate every part as it is made, a third of a figure's time; the tests validate every figure."""

SCALE, IN_NOTEBOOK = 2.0, 1.0
"""Pixels of a picture for each pixel of a page: sharp in print; smaller where it is stored with a notebook."""

Spec = dict[str, Any]
Chart = alt.Chart | alt.LayerChart


@cache
def _with_fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


def spec(chart: Chart) -> Spec:
    """The figure as a Vega-Lite specification that takes the width of its container (the tests validate it)."""
    return dict(chart.to_dict(validate=False))


def fixed(made: Spec, *, width: int = WIDTH) -> Spec:
    """A specification with axes and legend within so many pixels, for where there is no container."""
    if made.get("width") != "container":
        return made
    return {**made, "width": width, "autosize": {"type": "fit-x", "contains": "padding"}}


def png(chart: Chart, *, width: int = WIDTH, scale: float = SCALE) -> bytes:
    """The figure as a picture, `width` × `scale` pixels wide."""
    return _png(fixed(spec(chart), width=width), scale)


def _png(made: Spec, scale: float) -> bytes:
    return _drawn(json.dumps(made, ensure_ascii=False), scale)


@lru_cache(maxsize=64)
def _drawn(text: str, scale: float) -> bytes:
    """A picture; one that a run shows in several places is drawn once."""
    _with_fonts()
    return bytes(vl_convert.vegalite_to_png(text, vl_version=LANGUAGE, scale=scale, allowed_base_urls=[]))


def svg(chart: Chart, *, width: int = WIDTH) -> str:
    """The figure as a drawing, for print."""
    _with_fonts()
    made = fixed(spec(chart), width=width)
    return str(vl_convert.vegalite_to_svg(made, vl_version=LANGUAGE, allowed_base_urls=[]))


@dataclass(frozen=True)
class OnPage:
    """A figure for an HTML page, which writes title and note itself so that they wrap on a telephone.

    title, note, description: plain text, to be escaped as any text. json: the specification without title, safe within
    a script element. picture: PNG, for pages without scripts.
    """

    title: str
    note: str
    description: str
    json: str
    picture: bytes


def on_page(chart: Chart) -> OnPage:
    """The figure in the parts a page needs."""
    made = spec(chart)
    head = made.pop("title", {})
    made["usermeta"] = {"embedOptions": {"actions": False, "renderer": "svg"}}
    return OnPage(
        title="".join(head.get("text", [])),
        note="".join(head.get("subtitle", [])),
        description=made.get("description", ""),
        json=json_text(made),
        picture=png(chart),
    )


def json_text(value: Any) -> str:
    """JSON that cannot end a script element, keys in their order."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def scripts() -> str:
    """The scripts that draw figures offline, safe in a script element: `vegaEmbed(element, specification)`."""
    bundled = vl_convert.javascript_bundle(None, vl_version=LANGUAGE)  # type: ignore[arg-type]
    return bundled.replace("</script", "<\\/script")


def enable() -> None:
    """Show figures in notebooks as specification and picture, both the same at each run."""
    alt.renderers.register("pingyi", bundle)
    alt.renderers.enable("pingyi")


def bundle(made: Spec, **_: Any) -> dict[str, Any]:
    """A specification in the forms a notebook chooses from: drawn by the browser, a picture, words."""
    still = fixed(made)
    picture = base64.b64encode(_png(still, IN_NOTEBOOK)).decode("ascii")
    return {MIME: still, "image/png": picture, "text/plain": made.get("description", "")}
