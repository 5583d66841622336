"""Letters as files: each in Word and as PDF, in a folder of their own that holds all of them or is as it was.

The Word package is built once, with page, styles, head and foot; every letter puts its own text into a copy of it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import nsdecls

from pingyi.common.files import safe
from pingyi.office.issuance import NotWritten, describe_os_error
from pingyi.office.letters import LINE_WIDTH, Bar, Block, Cell, Cells, Column, Deep, Grid, Heading, Letter, Line
from pingyi.office.letters.content import compose_letters
from pingyi.office.paper_layout import render_pdf
from pingyi.office.word_documents import (
    BOXED,
    FANG,
    FREE,
    HEI,
    KAI,
    KEEP,
    SONG,
    Look,
    add_style,
    clean_text,
    field_xml,
    pack_files,
    paragraph_xml,
    saved_files,
    set_defaults,
    set_only_paragraph,
    set_page,
)
from pingyi.results.result_tables import ResultTables

if TYPE_CHECKING:
    from pingyi.scenarios.years import Years

TITLE_ABOVE, TITLE, NOTICE, HEADING, BODY = "LetterAbove", "LetterTitle", "LetterNotice", "LetterHeading", "LetterBody"
ITEM, NOTE, RIGHT, RUNNING = "LetterItem", "LetterNote", "LetterRight", "LetterRunning"
HEAD, CELL, NUMBER = "LetterHead", "LetterCell", "LetterNumber"
LOOKS = {
    TITLE_ABOVE: Look("反馈活动名称", SONG, 14, 400, "center", after=60, more=FREE),
    TITLE: Look("反馈标题", SONG, 20, 540, "center", after=160, more=FREE),
    NOTICE: Look("反馈提示", HEI, 10.5, 320, "center", after=140, more=BOXED + FREE),
    HEADING: Look("反馈小标题", HEI, 12, 360, before=120, after=60, more=KEEP + FREE),
    BODY: Look("反馈正文", FANG, 11, 360, after=20, first=2, more=FREE),
    ITEM: Look("反馈条目", FANG, 11, 340, hanging=330, more=FREE),
    NOTE: Look("反馈表注", KAI, 9, 250, after=20, more=FREE),
    RIGHT: Look("反馈落款", FANG, 11, 360, "right", before=120, more=FREE),
    RUNNING: Look("反馈页眉页脚", FANG, 9, 260, more=FREE),
    HEAD: Look("反馈表头", HEI, 9, 230, before=10, after=10, more=FREE),
    CELL: Look("反馈表文", FANG, 9, 230, before=10, after=10, more=FREE),
    NUMBER: Look("反馈表数", FANG, 9, 230, "right", before=10, after=10, more=FREE),
}
"""Every style by its id: smaller than a notice's, so that a letter stays short."""

TWIP = 1440 / 25.4
"""Twentieths of a point in a millimetre."""
_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>@@TITLE@@</dc:title><dc:creator>@@OFFICE@@</dc:creator><dc:language>zh-CN</dc:language>"
    "</cp:coreProperties>"
)


@cache
def _base_package() -> dict[str, bytes]:
    """The files of the package by name, with marks (@@…@@) for a letter's own text."""
    document = docx.Document()
    set_page(document, left=25, right=25, top=24, bottom=22, header=14, footer=12)
    set_defaults(document)
    for id, look in LOOKS.items():
        add_style(document, id, look)
    _set_running_text(document)
    document.add_paragraph("@@TEXT@@")
    # the preview picture of python-docx's own template shows another document
    package = document.part.package
    for id in [id for id, one in package.rels.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del package.rels[id]
    # readers expect the list of content types first
    files = dict(sorted(saved_files(document), key=lambda one: (one[0] != "[Content_Types].xml", one[0])))
    text = b"<w:p><w:r><w:t>@@TEXT@@</w:t></w:r></w:p>"
    files["word/document.xml"] = files["word/document.xml"].replace(text, b"@@TEXT@@")
    return files | {"docProps/core.xml": _CORE.encode()}


def _set_running_text(document: Any) -> None:
    """Head and foot of every page: the campaign and the notices, the unit and the page."""
    section = document.sections[0]
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{round(LINE_WIDTH * TWIP)}"/></w:tabs>'
    before, between, after = (
        f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' for text in ("第 ", " 页，共 ", " 页")
    )
    page, pages = (field_xml(f"<w:instrText>{name}</w:instrText>") for name in ("PAGE", "NUMPAGES"))
    foot = paragraph_xml("@@FOOT@@", RUNNING, tab)
    foot = foot.replace("</w:p>", f"<w:r><w:tab/></w:r>{before}{page}{between}{pages}{after}</w:p>")
    for place, xml in ((section.header, paragraph_xml("@@HEAD@@", RUNNING)), (section.footer, foot)):
        set_only_paragraph(place, xml.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1))


def letter_word(letter: Letter) -> bytes:
    """The letter as a Word file; the same letter gives the same bytes."""
    short = [notice.split("：")[0].split("，")[0] for notice in letter.notices]
    own = {
        "@@FOOT@@": letter.reference,
        "@@HEAD@@": "　".join([letter.campaign, *short]),
        "@@OFFICE@@": letter.office,
        "@@TITLE@@": f"{letter.campaign}{letter.title}：{letter.name}",
    }
    marks = {"@@TEXT@@": _letter_xml(letter)} | {mark: clean_text(escape(text)) for mark, text in own.items()}
    return pack_files(((name, _fill_marks(content, marks)) for name, content in _base_package().items()), 0o600)


def _fill_marks(content: bytes, marks: dict[str, str]) -> bytes:
    for mark, value in marks.items():
        # nothing in a letter's own text can be taken for a mark
        content = content.replace(mark.encode(), value.replace("@@", "@\u200b@").encode())
    return content


KINDS = {"body": BODY, "item": ITEM, "note": NOTE}


def _letter_xml(letter: Letter) -> str:
    opening = [
        paragraph_xml(letter.campaign, TITLE_ABOVE),
        paragraph_xml(letter.title, TITLE),
        *(paragraph_xml(one, NOTICE) for one in letter.notices),
        paragraph_xml(letter.greeting, HEADING),
    ]
    closing = [paragraph_xml(f"{letter.office}（盖章）", RIGHT, KEEP), paragraph_xml("年　　月　　日", RIGHT)]
    last = max((at for at, block in enumerate(letter.blocks) if isinstance(block, Heading)), default=0)
    told = [_block_xml(block, KEEP if at > last else "") for at, block in enumerate(letter.blocks)]
    return "".join([*opening, *told, *closing])


def _block_xml(block: Block, keep: str) -> str:
    """A part. keep: what keeps its paragraph with the next, as those of the last section are with the signature."""
    if isinstance(block, Heading):
        return paragraph_xml(block.text, HEADING)
    if isinstance(block, Line):
        return paragraph_xml(f"·　{block.text}" if block.kind == "item" else block.text, KINDS[block.kind], keep)
    return _grid_xml(block)


FINE = 50
"""Columns of the grid over which a bar is spread."""
OWN, PALE, FAINT, TICK = "5B7FA6", "EDF0F3", "F8F9FB", "1F2933"
_GAP = '<w:{} w:val="single" w:sz="24" w:space="0" w:color="FFFFFF"/>'
"""White edges keep bars apart from each other."""
_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="9AA5B1"/>' for edge in ("top", "bottom", "insideH")
)
_TABLE = (
    f'<w:tblPr><w:tblW w:w="{round(LINE_WIDTH * TWIP)}" w:type="dxa"/><w:tblBorders>{_EDGES}</w:tblBorders>'
    '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="50" w:type="dxa"/><w:right w:w="50" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr>"
)
_AFTER = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="100" w:lineRule="exact"/></w:pPr></w:p>'
"""A thin line keeps two tables apart."""


def _grid_xml(grid: Grid) -> str:
    """A table over the whole width; its head is repeated on every page, and no row is torn."""
    barred = {at for row in grid.rows for at, cell in enumerate(row) if isinstance(cell, Bar)}
    spans = [FINE if at in barred else 1 for at in range(len(grid.columns))]
    widths = [width for one, span in zip(grid.columns, spans, strict=True) for width in _narrow_widths(one, span)]
    fine = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    heads = "".join(_cell_xml(one.head, one, span, HEAD) for one, span in zip(grid.columns, spans, strict=True))
    head = f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
    rows = "".join(
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_row_xml(row, grid.columns, spans)}</w:tr>" for row in grid.rows
    )
    return f"<w:tbl>{_TABLE}<w:tblGrid>{fine}</w:tblGrid>{head}{rows}</w:tbl>{_AFTER}"


@cache
def _narrow_widths(column: Column, span: int) -> list[int]:
    """The widths of the narrow columns of the grid, which add up to the whole one."""
    whole = round(column.width * TWIP)
    return [whole * (at + 1) // span - whole * at // span for at in range(span)]


def _row_xml(row: Cells, columns: tuple[Column, ...], spans: list[int]) -> str:
    """The cells of a row; one that stands alone goes over all columns and stays with what follows."""
    if len(row) < len(columns):
        inside = paragraph_xml(str(row[0]), CELL, KEEP)
        return f'<w:tc><w:tcPr><w:gridSpan w:val="{sum(spans)}"/>{_shade_xml(FAINT)}</w:tcPr>{inside}</w:tc>'
    return "".join(
        _bar_xml(cell, one) if isinstance(cell, Bar) else _cell_xml(cell, one, span, CELL)
        for cell, one, span in zip(row, columns, spans, strict=True)
    )


def _shade_xml(colour: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'


def _cell_xml(cell: str | Deep | None, column: Column, span: int, style: str) -> str:
    text, depth = (cell.text, cell.depth) if isinstance(cell, Deep) else (cell or "", 0)
    number = style == CELL and column.align == "right"
    align = f'<w:ind w:left="{180 * depth}"/>' if depth else ""
    align += f'<w:jc w:val="{column.align}"/>' if style == HEAD else ""
    inside = paragraph_xml(text, NUMBER if number else style, align)
    return f"<w:tc>{_cell_properties(column, 0, span, span, _shade_xml(PALE) if style == HEAD else '')}{inside}</w:tc>"


def _cell_properties(column: Column, start: int, end: int, span: int, more: str) -> str:
    """What holds for a cell from one narrow column to another."""
    width = sum(_narrow_widths(column, span)[start:end])
    over = f'<w:gridSpan w:val="{end - start}"/>' if end - start > 1 else ""
    return f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{over}{more}<w:vAlign w:val="center"/></w:tcPr>'


def _bar_xml(bar: Bar, column: Column) -> str:
    """Shaded cells side by side; the mean is the thick edge of one of them."""
    own, mean = round(bar.own * FINE / 1000), None
    if bar.mean is not None:
        mean = min(max(round(bar.mean * FINE / 1000), 1), FINE)
    cuts = sorted({0, own, FINE} | ({mean} if mean is not None else set()))
    return "".join(_bar_piece(column, start, end, shaded=end <= own, tick=end == mean) for start, end in pairwise(cuts))


def _bar_piece(column: Column, start: int, end: int, *, shaded: bool, tick: bool) -> str:
    right = f'<w:right w:val="single" w:sz="12" w:space="0" w:color="{TICK}"/>' if tick else '<w:right w:val="nil"/>'
    edges = f"<w:tcBorders>{_GAP.format('top')}{_GAP.format('bottom')}{right}</w:tcBorders>"
    shade = _shade_xml(OWN) if shaded else ""
    none = '<w:tcMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'
    properties = _cell_properties(column, start, end, FINE, edges + shade + none)
    return f"<w:tc>{properties}{paragraph_xml('', CELL)}</w:tc>"


def letter_pdf(letter: Letter) -> bytes:
    """The letter as PDF; the same letter gives the same bytes."""
    data = {name: getattr(letter, name) for name in letter.__slots__}
    return render_pdf("letter.typ", data | {"blocks": [_block_data(block) for block in letter.blocks]})


def _block_data(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"type": "heading", "text": block.text}
    if isinstance(block, Grid):
        columns = [{"head": one.head, "width": one.width, "align": one.align} for one in block.columns]
        return {"type": "grid", "columns": columns, "rows": [[_cell_data(cell) for cell in row] for row in block.rows]}
    return {"type": "line", "text": block.text, "kind": block.kind}


def _cell_data(cell: Cell) -> Any:
    if isinstance(cell, Bar):
        return {"own": cell.own, "mean": cell.mean}
    return {"text": cell.text, "depth": cell.depth} if isinstance(cell, Deep) else cell


FILE_KINDS: dict[str, Callable[[Letter], bytes]] = {".docx": letter_word, ".pdf": letter_pdf}
"""What each letter is written as."""

FRESH, STALE = ".pingyi-new", ".pingyi-old"
"""Endings of the folder while it is not whole yet, and of the one that it takes the place of."""

LEFT_BY_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""What Windows and macOS leave in folders."""


def write_letters(
    results: ResultTables,
    folder: Path,
    *,
    simulated: bool,
    confidential: bool | None = None,
    years: "Years | None" = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[Path]:
    """Write the letters of all units of the roster into a folder of their own; earlier ones stay until all are whole.

    results: all stages done. simulated: the facts are simulated, and every page says so. confidential: every page says
    that it is for the unit alone; without it, as the plan says. years: this year beside the one before, where known.
    progress: told after each unit how many are written, and of how many.
    Raises: NotWritten.
    """
    own_only = results.plan.campaign.confidential if confidential is None else confidential
    letters = compose_letters(results, simulated=simulated, confidential=own_only, years=years)
    names: list[str] = []
    fresh = folder.with_name(folder.name + FRESH)
    try:
        _refuse_other_files(folder)
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(parents=True)
        for name in _write_files(letters, fresh):
            names.append(name)
            progress(len(names), len(results.roster))
        _put_in_place(fresh, folder)
    except OSError as error:
        raise NotWritten(f"写不了单位反馈：{folder}，{describe_os_error(error)}。原有的文件没有改动。") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return [folder / f"{name}{ending}" for name in names for ending in FILE_KINDS]


def _write_files(letters: Iterator[Letter], folder: Path) -> Iterator[str]:
    """Write each letter in all its kinds; the names of its files, without endings."""
    taken: set[str] = set()
    for letter in letters:
        name = _free_name(file_name(letter.unit, letter.name), taken)
        for ending, make in FILE_KINDS.items():
            (folder / f"{name}{ending}").write_bytes(make(letter))
        yield name


def file_name(unit: str, name: str) -> str:
    """`<unit>-<name>`, with what is no name of a file replaced."""
    return safe(f"{unit}-{name}")


def _free_name(name: str, taken: set[str]) -> str:
    """The name, or one with a number where another unit's files already bear it; capitals count as small letters."""
    found, number = name, 2
    while found.casefold() in taken:
        found, number = f"{name}-{number}", number + 1
    taken.add(found.casefold())
    return found


def _refuse_other_files(folder: Path) -> None:
    """Only letters are ever replaced; those that a run cut short has set aside are back first.

    Raises: NotWritten where the folder holds something else, or an open letter.
    """
    stale = folder.with_name(folder.name + STALE)
    if stale.exists() and not folder.exists():
        os.rename(stale, folder)
    found = sorted(folder.iterdir()) if folder.exists() else []
    for path in found:
        if path.name in LEFT_BY_SYSTEMS:
            continue
        if path.name.startswith(("~$", ".~lock")):
            raise NotWritten(f"写不了单位反馈：{folder} 里有文件正在打开（{path.name}），请关闭后再试。")
        if path.is_dir() or path.suffix not in FILE_KINDS or "-" not in path.stem:
            raise NotWritten(f"写不了单位反馈：{folder} 里有别的文件（{path.name}），会被一起换掉。请换一个空文件夹。")


def _put_in_place(fresh: Path, folder: Path) -> None:
    """Put the new folder where the old one is; if that fails, the old one is back."""
    stale = folder.with_name(folder.name + STALE)
    if stale.exists():
        shutil.rmtree(stale)
    if folder.exists():
        os.rename(folder, stale)
    try:
        os.rename(fresh, folder)
    except OSError:
        if stale.exists():
            os.rename(stale, folder)
        raise
    shutil.rmtree(stale, ignore_errors=True)
