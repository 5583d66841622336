"""Figures as notebooks, pages and documents take them: offline, and the same each time."""

import base64
import json
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

Spec = dict[str, Any]
Chart = alt.Chart | alt.LayerChart | alt.ConcatChart | alt.VConcatChart


@cache
def register_fonts() -> None:
    """Let pictures be drawn with the shipped fonts."""
    vl_convert.register_font_directory(str(FONTS))


def chart_spec(chart: Chart) -> Spec:
    """The figure as a Vega-Lite specification that takes the width of its container (the tests validate it)."""
    return dict(chart.to_dict(validate=False))


def fixed_width(made: Spec) -> Spec:
    """A specification with axes and legend within `WIDTH` pixels, for where there is no container."""
    if made.get("width") != "container":
        return made
    return {**made, "width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}


def png_picture(made: Spec) -> bytes:
    """A specification as a picture, a pixel for each of its own: it is stored with a notebook."""
    return _drawn_picture(json.dumps(fixed_width(made), ensure_ascii=False))


@lru_cache(maxsize=64)
def _drawn_picture(text: str) -> bytes:
    """A picture; one that a run shows in several places is drawn once."""
    register_fonts()
    return bytes(vl_convert.vegalite_to_png(text, vl_version=LANGUAGE, scale=1.0, allowed_base_urls=[]))


def script_safe_json(value: Any) -> str:
    """JSON that cannot end a script element, keys in their order."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def drawing_scripts() -> str:
    """The scripts that draw figures offline, safe in a script element: `vegaEmbed(element, specification)`."""
    bundled = vl_convert.javascript_bundle(None, vl_version=LANGUAGE)  # type: ignore[arg-type]
    return bundled.replace("</script", "<\\/script")


def notebook_bundle(made: Spec) -> dict[str, Any]:
    """A specification in the forms a notebook chooses from: drawn by the browser, a picture, words."""
    picture = base64.b64encode(png_picture(made)).decode("ascii")
    return {MIME: fixed_width(made), "image/png": picture, "text/plain": made.get("description", "")}
