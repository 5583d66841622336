"""Paragraphs and tables as the XML of Word, in the styles of an official document."""

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from pingyi.office import styles
from pingyi.office.widths import SHORT, SIZES, lines, print_size, room, shares
from pingyi.report.table import Table

Ids = Mapping[str, str]
"""Style ids of a document by the styles' names."""

WIDTH, TWIPS = 156.0, 8845
"""Width of the text in millimetres, and in twentieths of a point."""
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


def paragraph(text: str, style: str, more: str = "", letters: str = "") -> str:
    """A paragraph in a style (its id). more: further paragraph properties; letters: properties of its run."""
    parts = clean(text).split("\n") if text else []
    told = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in parts)
    run = f"<w:r>{letters}{told}</w:r>" if told else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{run}</w:p>'


def table(one: Table, ids: Ids) -> str:
    """A table over the whole width; its head stands on every page, no row is torn between two."""
    size = print_size(one, WIDTH)
    places = room(WIDTH, size)
    widths = [round(share * TWIPS) for share in shares(one, places)]
    whole = KEEP if lines(one, places) <= SHORT else ""
    heads = [column.head + (f"\n{column.below}" if column.below else "") for column in one.columns]
    below = [ids[styles.CELL_NUMBER if column.numeric else styles.CELL] for column in one.columns]
    texts = [[cell.text for cell in row] for row in one.rows]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row(heads, widths, [ids[styles.CELL_HEAD]] * len(heads), size, KEEP, "<w:tblHeader/>")
    rows = "".join(_row(row, widths, below, size, whole) for row in texts[:-1])
    last = "".join(_row(row, widths, below, size) for row in texts[-1:])
    return f"<w:tbl>{_PROPERTIES}<w:tblGrid>{grid}</w:tblGrid>{head}{rows}{last}</w:tbl>"


_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_PROPERTIES = (
    f'<w:tblPr><w:tblW w:w="{TWIPS}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{_EDGES}</w:tblBorders>'
    '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr>"
)


def _row(texts: list[str], widths: list[int], looks: list[str], size: float, keep: str = "", more: str = "") -> str:
    """A row. looks: style ids of its cells; keep: properties of its paragraphs; more: of the row."""
    letters = (
        "" if size == SIZES[0] else f'<w:rPr><w:sz w:val="{int(size * 2)}"/><w:szCs w:val="{int(size * 2)}"/></w:rPr>'
    )
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{paragraph(text, look, keep, letters)}</w:tc>"
        for text, width, look in zip(texts, widths, looks, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{inside}</w:tr>"
