"""The notice in Word: a template's places are filled; the same notice gives the same bytes."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document
from docxtpl import DocxTemplate, Listing
from jinja2 import TemplateError

from pingyi.common.faults import Fault
from pingyi.office import styles
from pingyi.office.notice.form import Annex, Notice
from pingyi.office.notice.placeholders import BRACES, TemplateFaults, checked, environment
from pingyi.office.titles import lines
from pingyi.office.word import KEEP, Blocks, Ids, clean, paragraph, table
from pingyi.report.table import Table


def filled(template: Path, made: Notice, day: date) -> bytes:
    """A template with a notice in its places. day: goes into the file's properties. Raises: TemplateFaults."""
    letter = DocxTemplate(io.BytesIO(checked(template)))
    letter.init_docx()
    document: Any = letter.docx
    try:
        letter.render(_places(made, styles.ensured(document)), environment())
    except TemplateError as error:
        raise TemplateFaults([Fault(str(template), "花括号", "", f"{BRACES}（{error}）")]) from None
    return steady(document, made.title, made.office, day)


def _places(made: Notice, ids: Ids) -> dict[str, Any]:
    """What stands in each place."""
    return {
        "机关": clean(made.office),
        "文号": clean(made.number),
        "标题": Listing("\n".join(lines(clean(made.title)))),
        "主送": clean(made.to),
        "署名": clean(made.office),
        "日期": clean(made.day),
        "页眉": clean(made.running),
        "标注": Blocks(paragraph(mark, ids[styles.MARK]) for mark in made.marks),
        "正文": Blocks(_text(made, ids)),
        "附件说明": Blocks(_annex_lines(made, ids)),
        "附件": Blocks(_annex(place, one, len(made.annexes), ids) for place, one in enumerate(made.annexes, 1)),
    }


LEVELS = {0: styles.TEXT, 1: styles.HEAD, 2: styles.SUBHEAD}
GAP = '<w:spacing w:line="160" w:lineRule="exact"/>'
"""A line that only keeps a table apart from what follows."""


def _text(made: Notice, ids: Ids) -> list[str]:
    return [
        paragraph(part.text, ids[LEVELS[part.level]], KEEP if part.tables else "")
        + "".join(_table(one, ids) for one in part.tables)
        for part in made.parts
    ]


def _table(one: Table, ids: Ids) -> str:
    """A table with its title above and, below, its note or a little room."""
    title = paragraph(one.title, ids[styles.CAPTION]) if one.title else ""
    note = paragraph(one.note, ids[styles.NOTE]) if one.note else paragraph("", ids[styles.NOTE], GAP)
    return title + table(one, ids) + note


FURTHER = '<w:ind w:firstLineChars="500" w:firstLine="1600"/>'
"""Where further annexes stand below the first."""


def _annex_lines(made: Notice, ids: Ids) -> list[str]:
    first, *rest = made.annex_lines or [""]
    blank = paragraph("", ids[styles.TEXT], KEEP)
    further = (paragraph(one, ids[styles.TEXT], KEEP + FURTHER) for one in rest)
    return [blank, paragraph(first, ids[styles.TEXT], KEEP), *further]


def _annex(place: int, one: Annex, of: int, ids: Ids) -> str:
    head = paragraph(f"附件{place if of > 1 else ''}", ids[styles.ANNEX])
    title = paragraph(one.title, ids[styles.ANNEX_TITLE])
    note = paragraph(one.note, ids[styles.NOTE]) if one.note else paragraph("", ids[styles.NOTE])
    return head + title + note + "".join(_table(each, ids) for each in one.tables)


def steady(document: Document, title: str, author: str, day: date) -> bytes:
    """The document as bytes that say nothing of when and by whom the file was made."""
    known, moment = document.core_properties, datetime(day.year, day.month, day.day)
    known.title, known.author, known.last_modified_by, known.comments = title[:255], author[:255], author[:255], ""
    known.created = known.modified = moment
    known.revision = 1
    buffer = io.BytesIO()
    document.save(buffer)
    return _restamped(buffer.getvalue())


def _restamped(content: bytes) -> bytes:
    """The same parts in the same order, each with the same time."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type, part.create_system = ZIP_DEFLATED, 3
            new.writestr(part, old.read(name))
    return made.getvalue()
