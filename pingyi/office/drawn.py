"""Figures of the page as drawings for paper."""

import json
import re
from functools import cache, lru_cache
from typing import Any

import vl_convert

from pingyi.common.glyphs import FONTS
from pingyi.figures.pictures import LANGUAGE, fixed_width

SIZE = re.compile(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"')


def drawn(specification: str) -> dict[str, Any]:
    """A figure's specification as SVG, with its height as a share of its width."""
    svg = _svg(specification)
    found = SIZE.search(svg)
    return {"svg": svg, "ratio": float(found[2]) / float(found[1]) if found else 1.0}


@cache
def _with_fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


@lru_cache(maxsize=64)
def _svg(specification: str) -> str:
    _with_fonts()
    made = fixed_width(json.loads(specification))
    return str(vl_convert.vegalite_to_svg(made, vl_version=LANGUAGE, allowed_base_urls=[]))
