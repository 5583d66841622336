"""The annual report as one HTML file that opens offline and asks no server for anything."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pingyi.common import wording
from pingyi.common.files import replace_whole
from pingyi.figures.pictures import drawing_scripts
from pingyi.report import answers
from pingyi.report import campaign_sections as campaign
from pingyi.report import progress_sections as progress
from pingyi.report import rating_sections as ratings
from pingyi.report import record_sections as record
from pingyi.report import score_sections as scores
from pingyi.report.back_matter import combined_readings, method_tables, open_readings, unit_views
from pingyi.report.section import Section
from pingyi.results.result_tables import ResultTables
from pingyi.runs.added_sections import ADDED, added_of
from pingyi.scoring.review import Review

SectionMaker = Callable[[ResultTables], Section | None]
"""Makes a part of the story; None where a plan or its facts have nothing for it."""

STORY: tuple[SectionMaker, ...] = (
    campaign.contents_section,
    campaign.roster_section,
    ratings.tally_section,
    ratings.response_section,
    ratings.monthly_section,
    scores.marks_section,
    scores.shortlist_section,
    scores.ballot_section,
    scores.standing_section,
    record.decided_section,
    progress.now_section,
    progress.task_section,
    progress.rectification_section,
    progress.recheck_section,
    campaign.outcome_section,
    campaign.provisions_section,
    scores.redrawn_section,
    record.corrections_section,
    record.changes_section,
    record.timeline_section,
    record.years_section,
)
"""Which parts the page's story has, in order."""


def sections_of(results: ResultTables, makers: Iterable[SectionMaker] = STORY) -> list[Section]:
    """The parts of the story that there is something to tell of, without empty figures and tables."""
    return [section.filled for make in makers if (section := make(results)) is not None]


TEMPLATES = Path(__file__).parent / "templates"


def write_page(results: ResultTables, target: Path, *, simulated: bool) -> None:
    """Write the report of a review whose stages are all done; an older file is replaced only when the new one is whole.

    results: with the run they belong to: its manifest, or at least its `id` and `finished`. simulated: the facts are
    simulated, and every part of the page says so. Raises: NotPublished for a trial.
    """
    results.review.refuse_trial()
    replace_whole(target, _fill_page(results, simulated=simulated).encode())


def prepare_page(results: ResultTables) -> None:
    """Make what takes longest and hangs on nothing but the result: it is there when the page is written."""
    drawing_scripts()
    unit_views(results)


def page(review: Review, *, simulated: bool, run: Mapping[str, Any]) -> str:
    """The report as text."""
    return _fill_page(ResultTables(review, run), simulated=simulated)


def _fill_page(results: ResultTables, *, simulated: bool) -> str:
    return (
        html_templates(TEMPLATES)
        .get_template("page.html.j2")
        .render(
            plan=results.plan,
            results=results,
            simulated=simulated,
            stamp=run_stamp(results.run),
            answers=answers,
            leading=sections_of(results, [progress.month_section]),
            sections=sections_of(results),
            units=unit_views(results),
            readings=open_readings(results),
            together=combined_readings(results),
            methods=method_tables(results),
            numbered=wording.chinese_number,
            words=wording,
            css=_own_text("page.css"),
            js=_own_text("page.js"),
            vega=Markup(drawing_scripts()),
        )
    )


@cache
def html_templates(folder: Path) -> Environment:
    """The templates of a folder: whatever is filled in stays text, and nothing may be left open."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _own_text(name: str) -> Markup:
    """A style or script of ours, as it is."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def run_stamp(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known of the run, in heads and texts. run: the manifest, or its `run` part."""
    inner = run.get("run")
    known: Mapping[str, Any] = inner if isinstance(inner, Mapping) else run
    plan, code = (run.get(name) for name in ("plan", "code"))
    found = {
        "运行编号": known.get("id"),
        "完成时间": str(known.get("finished") or known.get("date") or "").replace("T", " "),
        "方案文件 SHA-256": plan.get("sha256") if isinstance(plan, Mapping) else None,
        "只用到这一天结束时手里有的": known.get("known_on"),
        "登记簿": _describe_ledger(known.get("ledger")),
        "选票核验": "；".join(known.get("ballots", ())),
        "封签 SHA-256": run.get("seal"),
        ADDED: "；".join(one["title"] for one in added_of(known)),
        "程序版本": code.get("version") if isinstance(code, Mapping) else None,
    }
    return [(head, str(value)) for head, value in found.items() if value]


def _describe_ledger(known: object) -> str:
    """How long the ledger is, and its head: an entry cut off at the end shows against it."""
    if not isinstance(known, Mapping):
        return ""
    return f"{known['entries']} 条，最后一条的校验码 {known['head']}" if known["entries"] else "没有内容"
