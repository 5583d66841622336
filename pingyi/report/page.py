"""The annual report as one HTML file that opens offline and asks no server for anything."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pingyi.common import wording
from pingyi.common.disk import replace_whole
from pingyi.figures.pictures import drawing_scripts
from pingyi.report import answers
from pingyi.report.book import Book
from pingyi.report.month import month
from pingyi.report.readings import method_tables, open_readings, together
from pingyi.report.story import story, told
from pingyi.report.units import unit_views
from pingyi.scoring.review import Review

TEMPLATES = Path(__file__).parent / "templates"


def write_page(review: Review, target: Path, *, simulated: bool, run: Mapping[str, Any]) -> None:
    """Write the report of a review whose stages are all done; an older file is replaced only when the new one is whole.

    simulated: the facts are simulated, and every part of the page says so. run: the manifest, or at least `id` and
    `finished`.
    """
    replace_whole(target, page(review, simulated=simulated, run=run).encode())


def page(review: Review, *, simulated: bool, run: Mapping[str, Any]) -> str:
    """The report as text."""
    book = Book(review, run)
    leading = told([month], book)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            plan=book.plan,
            book=book,
            simulated=simulated,
            stamp=stamp(run),
            answers=answers,
            leading=leading,
            sections=story(book),
            units=unit_views(book),
            readings=open_readings(book),
            together=together(book),
            methods=method_tables(book),
            numbered=_numbered,
            words=wording,
            css=_text("page.css"),
            js=_text("page.js"),
            vega=Markup(drawing_scripts()),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text(name: str) -> Markup:
    """A style or script of ours, as it is."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def stamp(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known of the run, in heads and texts. run: the manifest, or its `run` part."""
    inner = run.get("run")
    known: Mapping[str, Any] = inner if isinstance(inner, Mapping) else run
    plan, code = (run.get(name) for name in ("plan", "code"))
    found = {
        "运行编号": known.get("id"),
        "完成时间": str(known.get("finished") or known.get("date") or "").replace("T", " "),
        "方案文件 SHA-256": plan.get("sha256") if isinstance(plan, Mapping) else None,
        "只用到这一天结束时手里有的": known.get("known_on"),
        "登记簿": _ledger(known.get("ledger")),
        "选票核验": "；".join(known.get("ballots", ())),
        "封签 SHA-256": run.get("seal"),
        "程序版本": code.get("version") if isinstance(code, Mapping) else None,
    }
    return [(head, str(value)) for head, value in found.items() if value]


def _ledger(known: object) -> str:
    """How long the ledger is, and its head: an entry cut off at the end shows against it."""
    if not isinstance(known, Mapping):
        return ""
    return f"{known['entries']} 条，最后一条的校验码 {known['head']}" if known["entries"] else "没有内容"


DIGITS = "零一二三四五六七八九"


def _numbered(place: int) -> str:
    """The number of a part as documents write it: 一 … 十一 … 二十一."""
    tens, ones = divmod(place, 10)
    start = {0: "", 1: "十"}.get(tens, f"{DIGITS[tens]}十")
    return f"{start}{DIGITS[ones] if ones else ''}"
