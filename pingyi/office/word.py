"""Paragraphs and tables as the XML of Word, in the styles of an official document."""

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from pingyi.office import styles
from pingyi.office.widths import lines, shares
from pingyi.report.table import Table

Ids = Mapping[str, str]
"""Style ids of a document by the styles' names."""

TWIPS = 8845
"""Width of the text: 156 mm, in twentieths of a point."""
ROOM = 42.0
"""Signs of 10.5 pt in a line of a table."""
SHORT = 16
"""A table of up to so many lines stays on one page."""
KEEP = "<w:keepNext/>"


class Blocks:
    """Paragraphs and tables for a place of a template that stands for a whole paragraph (`{{p …}}`)."""

    def __init__(self, xml: Iterable[str]) -> None:
        self.xml = "".join(xml)

    def __html__(self) -> str:
        """The XML as it is, where other values are escaped."""
        return self.xml

    def __str__(self) -> str:
        return self.xml


def clean(text: str) -> str:
    """Text without the signs that XML cannot hold."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", "", text)


def paragraph(text: str, style: str, more: str = "") -> str:
    """A paragraph in a style (its id). more: further paragraph properties."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{_run(text)}</w:p>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r>' if text else ""


def table(one: Table, ids: Ids) -> str:
    """A table over the whole width; its head stands on every page, no row is torn between two."""
    widths = [round(share * TWIPS) for share in shares(one, ROOM)]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    heads = [column.head + (f"　{column.below}" if column.below else "") for column in one.columns]
    head = _row(heads, widths, [ids[styles.CELL_HEAD]] * len(heads), "<w:tblHeader/>", KEEP)
    below = [ids[styles.CELL_NUMBER if column.numeric else styles.CELL] for column in one.columns]
    whole = KEEP if lines(one, ROOM) <= SHORT else ""
    texts = [[cell.text for cell in row] for row in one.rows]
    rows = "".join(_row(row, widths, below, paragraphs=whole) for row in texts[:-1])
    rows += "".join(_row(row, widths, below) for row in texts[-1:])
    return f"<w:tbl>{_PROPERTIES}<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"


_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_PROPERTIES = (
    f'<w:tblPr><w:tblW w:w="{TWIPS}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{_EDGES}</w:tblBorders>'
    '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr>"
)


def _row(texts: list[str], widths: list[int], cells: list[str], more: str = "", paragraphs: str = "") -> str:
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{paragraph(text, style, paragraphs)}'
        "</w:tc>"
        for text, width, style in zip(texts, widths, cells, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{inside}</w:tr>"
