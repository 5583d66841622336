"""Paper: a Typst template of this folder and its data become a PDF, the free Chinese font of the house embedded."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

from pingyi.common.characters import FONTS
from pingyi.disclosure.scan import refuse_in_text

TEMPLATES = Path(__file__).parent / "templates"
FONT = "Noto Sans CJK SC"
"""The font that templates name."""


@cache
def _compiler(template: str) -> typst.Compiler:
    """One compiler for each template: its fonts are read and the template is parsed once."""
    return typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=[FONTS], ignore_system_fonts=True)


def printed(template: str, data: Any) -> bytes:
    """The PDF that a template makes of `data`, which reaches it as JSON text in `sys.inputs.data`.

    The same template and data give the same bytes. Raises: PersonsFound where a telephone or identity number would be
    printed; typst.TypstError where the template is wrong.
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    refuse_in_text(text, template)
    made = _compiler(template).compile(format="pdf", sys_inputs={"data": text}, timestamp=0)
    assert isinstance(made, bytes)
    return made
