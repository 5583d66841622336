"""A letter as Word file: one package is built once, and every letter puts its own text into a copy of it."""

from functools import cache
from io import BytesIO
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pingyi.office.letters.base import base
from pingyi.office.letters.parts import Bar, Block, Cell, Column, Deep, Grid, Heading, Letter, Line
from pingyi.office.letters.styles import (
    BODY,
    CELL,
    HEAD,
    HEADING,
    ITEM,
    NOTE,
    NOTICE,
    NUMBER,
    RIGHT,
    TITLE,
    TITLE_ABOVE,
)
from pingyi.office.word import clean, paragraph

TWIP = 1440 / 25.4
"""Twentieths of a point in a millimetre."""
FINE = 50
"""Columns of the grid over which a bar is spread."""
OWN, PALE, FAINT, TICK = "5B7FA6", "EDF0F3", "F8F9FB", "1F2933"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the package, so that the same letter gives the same bytes."""


def word(letter: Letter) -> bytes:
    """The letter as a Word file; the same letter gives the same bytes."""
    marks = {"@@TEXT@@": _text(letter), "@@FOOT@@": _escaped(letter.reference)}
    marks |= {"@@HEAD@@": _escaped(_head(letter)), "@@OFFICE@@": _escaped(letter.office)}
    marks |= {"@@TITLE@@": _escaped(f"{letter.campaign}{letter.title}：{letter.name}")}
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=6) as package:
        for name, content in base().items():
            package.writestr(_info(name), _filled(content, marks), compress_type=ZIP_DEFLATED)
    return buffer.getvalue()


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, LONG_AGO)
    info.external_attr = 0o600 << 16
    return info


def _filled(content: bytes, marks: dict[str, str]) -> bytes:
    if b"@@" not in content:
        return content
    text = content.decode("utf-8")
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text.encode("utf-8")


def _escaped(text: str) -> str:
    for sign, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, safe)
    return clean(text).replace("@@", "@\u200b@")


def _head(letter: Letter) -> str:
    """What every page says at its top: the campaign, and each notice in short."""
    short = [notice.split("：")[0].split("，")[0] for notice in letter.notices]
    return "　".join([letter.campaign, *short])


def _text(letter: Letter) -> str:
    opening = [
        paragraph(letter.campaign, TITLE_ABOVE),
        paragraph(letter.title, TITLE),
        *(paragraph(one, NOTICE) for one in letter.notices),
        paragraph(letter.greeting, HEADING),
    ]
    closing = [paragraph(f"{letter.office}（盖章）", RIGHT, KEEP), paragraph("年　　月　　日", RIGHT)]
    last = max((at for at, block in enumerate(letter.blocks) if isinstance(block, Heading)), default=0)
    told = [_block(block, KEEP if at > last else "") for at, block in enumerate(letter.blocks)]
    return "".join([*opening, *told, *closing]).replace("@@", "@\u200b@")


KEEP = "<w:keepNext/>"
KINDS = {"body": BODY, "item": ITEM, "note": NOTE}


def _block(block: Block, keep: str) -> str:
    """A part. keep: what keeps its paragraph with the next, as those of the last section are with the signature."""
    if isinstance(block, Heading):
        return paragraph(block.text, HEADING)
    if isinstance(block, Line):
        return paragraph(f"·　{block.text}" if block.kind == "item" else block.text, KINDS[block.kind], keep)
    return _table(block)


def _table(grid: Grid) -> str:
    """A table over the whole width; its head is repeated on every page, and no row is torn."""
    spans = [FINE if _barred(grid, at) else 1 for at in range(len(grid.columns))]
    heads = "".join(_cell(one.head, one, span, HEAD) for one, span in zip(grid.columns, spans, strict=True))
    rows = "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_row(row, grid.columns, spans)}</w:tr>" for row in grid.rows)
    head = f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
    return f"<w:tbl>{_LOOK}<w:tblGrid>{_fine(grid.columns, spans)}</w:tblGrid>{head}{rows}</w:tbl>{_AFTER}"


def _barred(grid: Grid, at: int) -> bool:
    return any(len(row) > at and isinstance(row[at], Bar) for row in grid.rows)


def _fine(columns: tuple[Column, ...], spans: list[int]) -> str:
    """The grid: a column each, but many narrow ones where bars are drawn."""
    widths = [width for one, span in zip(columns, spans, strict=True) for width in _widths(one, span)]
    return "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)


@cache
def _widths(column: Column, span: int) -> list[int]:
    """The widths of the narrow columns, which add up to the whole one."""
    whole = round(column.width * TWIP)
    return [whole * (at + 1) // span - whole * at // span for at in range(span)]


def _row(row: tuple[Cell, ...], columns: tuple[Column, ...], spans: list[int]) -> str:
    if len(row) < len(columns):
        return _over_all(str(row[0]), sum(spans))
    return "".join(
        _bar(cell, one) if isinstance(cell, Bar) else _cell(cell, one, span, CELL)
        for cell, one, span in zip(row, columns, spans, strict=True)
    )


def _over_all(text: str, columns: int) -> str:
    """A cell over all columns, which stays with what follows."""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{FAINT}"/>'
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{columns}"/>{shade}</w:tcPr>{paragraph(text, CELL, KEEP)}</w:tc>'


def _cell(cell: str | Deep | None, column: Column, span: int, style: str) -> str:
    text, depth = (cell.text, cell.depth) if isinstance(cell, Deep) else (cell or "", 0)
    number = style == CELL and column.align == "right"
    align = f'<w:ind w:left="{180 * depth}"/>' if depth else ""
    align += f'<w:jc w:val="{column.align}"/>' if style == HEAD else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/>' if style == HEAD else ""
    inside = paragraph(text, NUMBER if number else style, align)
    return f"<w:tc>{_measures(column, 0, span, span, shade)}{inside}</w:tc>"


def _measures(column: Column, start: int, end: int, span: int, more: str) -> str:
    """A cell from one narrow column to another."""
    width = sum(_widths(column, span)[start:end])
    over = f'<w:gridSpan w:val="{end - start}"/>' if end - start > 1 else ""
    return f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{over}{more}<w:vAlign w:val="center"/></w:tcPr>'


def _bar(bar: Bar, column: Column) -> str:
    """Shaded cells side by side; the mean is the thick edge of one of them."""
    own, mean = round(bar.own * FINE / 1000), None
    if bar.mean is not None:
        mean = min(max(round(bar.mean * FINE / 1000), 1), FINE)
    cuts = sorted({0, own, FINE} | ({mean} if mean is not None else set()))
    return "".join(_piece(column, start, end, shaded=end <= own, tick=end == mean) for start, end in pairwise(cuts))


def _piece(column: Column, start: int, end: int, *, shaded: bool, tick: bool) -> str:
    right = f'<w:right w:val="single" w:sz="12" w:space="0" w:color="{TICK}"/>' if tick else '<w:right w:val="nil"/>'
    edges = f"<w:tcBorders>{_GAP.format('top')}{_GAP.format('bottom')}{right}</w:tcBorders>"
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{OWN}"/>' if shaded else ""
    none = '<w:tcMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'
    return f"<w:tc>{_measures(column, start, end, FINE, edges + shade + none)}{paragraph('', CELL)}</w:tc>"


_GAP = '<w:{} w:val="single" w:sz="24" w:space="0" w:color="FFFFFF"/>'
"""White edges keep bars apart from each other."""
_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="9AA5B1"/>' for edge in ("top", "bottom", "insideH")
)
_LOOK = (
    f'<w:tblPr><w:tblW w:w="{round(160 * TWIP)}" w:type="dxa"/><w:tblBorders>{_EDGES}</w:tblBorders>'
    '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="50" w:type="dxa"/><w:right w:w="50" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr>"
)
_AFTER = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="100" w:lineRule="exact"/></w:pPr></w:p>'
"""A thin line keeps two tables apart."""
