"""The notice of results (通报): what it says, the same for Word and PDF."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pingyi.office.beside import write_all
from pingyi.office.issue import BLANK_DAY, BLANK_NUMBER, Issue, marks, running, signed, undecided
from pingyi.office.notice import process, results
from pingyi.office.notice import tables as annexes
from pingyi.office.notice.form import Annex, Notice, Part
from pingyi.office.notice.placeholders import DEFAULT
from pingyi.office.notice.red_letter import filled
from pingyi.office.paper import printed
from pingyi.office.sheets import sheet
from pingyi.office.titles import lines
from pingyi.office.word import WIDTH
from pingyi.report.book import Book
from pingyi.results.list_states import PROPOSED

WORD, PAPER = "通报.docx", "通报.pdf"


def write_notice(book: Book, folder: Path, issue: Issue, template: Path | None = None) -> list[Path]:
    """Write the notice in Word and as PDF into a folder; an older one stays unless both are whole.

    template: the office's own Word file; without it the default one. Raises: TemplateFaults, NotWritten.
    """
    return write_all(folder, notice_files(book, issue, template))


def notice_files(book: Book, issue: Issue, template: Path | None = None) -> dict[str, bytes]:
    """The notice as files by name. Raises: TemplateFaults."""
    made = notice(book, issue)
    return {WORD: filled(template or DEFAULT, made, book.day), PAPER: printed("notice.typ", as_data(made))}


def notice(book: Book, issue: Issue) -> Notice:
    """The notice of a campaign; where results are not published, one that names no unit."""
    campaign, office = book.plan.campaign, signed(book, issue)
    waiting = undecided(book)
    parts = _inside(book) if campaign.confidential else _published(book)
    return Notice(
        title=f"关于{campaign.title}{_what(book)}的通报",
        office=office,
        number=issue.number or BLANK_NUMBER,
        to=(issue.to or _addressed(book)).rstrip("：:") + "：",
        day=issue.day or BLANK_DAY,
        marks=(*marks(book, issue), *([waiting] if waiting else [])),
        running=running(book, issue),
        parts=(Part(0, process.opening(book, office)), *_numbered(parts)),
        annexes=tuple(_annexes(book)),
    )


def _what(book: Book) -> str:
    """What a notice is about: where a list is not decided yet, proposed results."""
    if book.plan.campaign.confidential:
        return "有关情况"
    return f"{PROPOSED if book.undecided else ''}结果"


def _addressed(book: Book) -> str:
    """All units, and their organs where these are others."""
    unit = book.plan.terms.get("unit", "参评单位")
    return f"各{book.organ_head}、各{unit}" if book.organs_tell else f"各{unit}"


def _published(book: Book) -> list[list[Part]]:
    """The chapters of a notice for everybody."""
    return [
        _chapter("评议组织情况", process.organised(book)),
        _method(book),
        _results(book),
        _chapter("结果运用", [*results.consequences(book)]),
        _chapter("整改要求", results.rectified(book)),
    ]


def _inside(book: Book) -> list[list[Part]]:
    """The chapters of a notice that names no unit and gives no result."""
    return [
        _chapter("评议组织情况", process.organised(book)),
        _method(book),
        _chapter("结果运用", process.effects(book)),
        _chapter("结果的送达和保管", [BY_LETTER, KEPT]),
    ]


BY_LETTER = "各单位的得分、名次和是否列入名单，以书面形式分别送达本单位，本通报不列任何单位的结果。"
KEPT = "本通报和送达的结果是内部资料，请妥善保管，不向社会公布。"


def _chapter(title: str, paragraphs: Iterable[str]) -> list[Part]:
    """A chapter; none where there is nothing to say."""
    told = [Part(0, text) for text in paragraphs]
    return [Part(1, title), *told] if told else []


def _method(book: Book) -> list[Part]:
    return _chapter(
        "计分和排名办法", [*process.method(book), f"各项指标的满分、条款和计分规则见附件“{annexes.METHOD}”。"]
    )


def _results(book: Book) -> list[Part]:
    """Lists one after the other, and where everybody's place is to be found."""
    parts = _chapter("评议结果", results.candidates(book)) or [Part(1, "评议结果")]
    for place, rule in enumerate(book.plan.lists, 1):
        said, tables = results.listed(book, rule)
        parts += [Part(2, f"（{words_of(place)}）{book.titled(rule)}"), Part(0, said, tuple(tables))]
    return [*parts, Part(0, f"全部单位的得分和名次见附件（{'、'.join(one.title for one in book.plan.standings)}）。")]


def _annexes(book: Book) -> list[Annex]:
    """Annexes; of a campaign whose results are not published only those that name no unit."""
    if book.plan.campaign.confidential:
        return [annexes.method_annex(book), *annexes.readings_annex(book)]
    return [
        annexes.method_annex(book),
        *(annexes.standing_annex(book, one) for one in reversed(book.plan.standings)),
        *annexes.outcome_annex(book),
        *annexes.problem_annex(book),
        *annexes.readings_annex(book),
    ]


def _numbered(chapters: list[list[Part]]) -> list[Part]:
    """The chapters that there are, their heads numbered 一、二、三."""
    there = [chapter for chapter in chapters if chapter]
    heads = [replace(one[0], text=f"{words_of(at)}、{one[0].text}") for at, one in enumerate(there, 1)]
    return [part for head, chapter in zip(heads, there, strict=True) for part in (head, *chapter[1:])]


DIGITS = "零一二三四五六七八九"


def words_of(place: int) -> str:
    """A number up to 99 as documents write it: 一 … 十九, 二十."""
    tens, ones = divmod(place, 10)
    if not tens:
        return DIGITS[ones]
    return f"{DIGITS[tens] if tens > 1 else ''}十{DIGITS[ones] if ones else ''}"


def as_data(made: Notice) -> dict[str, Any]:
    """The notice as the PDF's template takes it."""
    own = {name: getattr(made, name) for name in ("title", "office", "number", "to", "day", "marks", "running")}
    parts = [
        {"level": one.level, "text": one.text, "tables": [sheet(each, WIDTH) for each in one.tables]}
        for one in made.parts
    ]
    added = [
        {"title": one.title, "note": one.note, "tables": [sheet(each, WIDTH) for each in one.tables]}
        for one in made.annexes
    ]
    return own | {"title_lines": lines(made.title), "parts": parts, "annexes": added, "annex_lines": made.annex_lines}
