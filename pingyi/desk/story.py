"""A campaign's review as notebooks open it, and its story as the report tells it, for the annual report's notebook.

The notebooks of the stages look at the same review step by step (`workbench`).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from pingyi.common import paths
from pingyi.desk.display import Bundle, Display, markdown, show_answers, show_figure, show_table
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.plan.reader import read_plan
from pingyi.report import campaign_sections, progress_sections, rating_sections, record_sections, score_sections
from pingyi.report.page import SectionMaker, sections_of
from pingyi.report.section import Section
from pingyi.results.result_tables import ResultTables
from pingyi.runs.folder import DATABASE, FACTS, read_begun, run_facts, stored_facts
from pingyi.runs.manifest import MANIFEST
from pingyi.scoring.review import DRAWS, SEED, Review
from pingyi.scoring.stages import STAGES

ROWS = 12
"""Rows of a table that a notebook shows; the whole table is in the report and in `tables/`."""

TOLD: Mapping[str, tuple[SectionMaker, ...]] = {
    "roster": (campaign_sections.roster_section,),
    "tally": (rating_sections.tally_section, rating_sections.response_section, rating_sections.monthly_section),
    "marks": (score_sections.marks_section,),
    "shortlist": (score_sections.shortlist_section,),
    "standing": (
        score_sections.ballot_section,
        score_sections.standing_section,
        record_sections.decided_section,
    ),
    "outcomes": (
        progress_sections.month_section,
        progress_sections.now_section,
        progress_sections.task_section,
        progress_sections.rectification_section,
        progress_sections.recheck_section,
        campaign_sections.outcome_section,
        score_sections.redrawn_section,
    ),
}
"""Which parts of the story a stage tells: each where the tables that it shows are filled."""

NOTHING = "方案或资料没有这一环节的内容。"
"""What a stage says that has nothing to tell."""


@cache
def review(campaign: str, run: str = "") -> Review:
    """The review of a campaign; the same object however often it is asked for.

    run: the folder of a run whose database is to be read and, while the run is not finished, filled; empty: everything
    in memory, from the facts.
    """
    if run:
        plan, finished = read_plan(Path(run) / f"{campaign}.yaml"), (Path(run) / MANIFEST).exists()
        return Review.resume(plan, Path(run) / DATABASE, draws=DRAWS, seed=SEED, read_only=finished)
    facts, _ = facts_of(campaign)
    return Review.begin(read_plan(paths.plan_file(campaign)), facts, draws=DRAWS, seed=SEED)


@cache
def facts_of(campaign: str, run: str = "") -> tuple[Mapping[str, pl.DataFrame], date | None]:
    """The facts that a review stands on, and the day looked at, if not when all is over. run: as in `review`."""
    if not run:
        return campaign_facts(campaign, read_plan(paths.plan_file(campaign))).tables, None
    known = read_begun(Path(run)) or run_facts(Path(run))["run"]
    day = known.get("as_of")
    return stored_facts(Path(run) / FACTS), date.fromisoformat(day) if day else None


def whole(campaign: str, run: str = "") -> "Stage":
    """All stages of a campaign, done: the story of the year."""
    every = tuple(tell for name in STAGES for tell in TOLD[name])
    return Stage(review(campaign, run).through(STAGES[-1]), every, campaign, run)


class Stage:
    """What a notebook shows of a stage: banner, question, clauses, findings, figures, tables."""

    def __init__(self, review: Review, tells: Iterable[SectionMaker], campaign: str, run: str = "") -> None:
        """review: with the stage done. tells: the parts of the story it tells; those without content are left out."""
        self.review, self.campaign = review, campaign
        known = read_begun(Path(run)).get("past") if run else None  # as the manifest of the run will have it
        self.book = ResultTables(review, {"run": {"past": known}} if known else {})
        self.sections = sections_of(self.book, tells)

    @property
    def banner(self) -> Bundle:
        """Which campaign this is, and whether its facts are simulated."""
        simulated = (
            "　**模拟数据**：评价、评分、事项等由程序生成，不代表任何真实单位的评议结果。"
            if paths.is_simulated(self.campaign)
            else ""
        )
        secret = "　**仅供内部，不得外传**" if self.review.plan.campaign.confidential else ""
        return markdown(f"> {self.review.plan.campaign.title}{secret}{simulated}")

    @property
    def question(self) -> Bundle:
        """What the stage answers."""
        return markdown("\n\n".join(f"**{section.question}**" for section in self.sections))

    @property
    def clauses(self) -> Bundle:
        """What the plan says about it, in our words."""
        clauses = [clause for section in self.sections for clause in section.clauses]
        lines = [f"- {clause.clause}　**{clause.title}**　{clause.says}" for clause in clauses]
        return markdown("\n".join(dict.fromkeys(lines)))

    @property
    def found(self) -> Bundle:
        """The answer in sentences."""
        return _list_findings(self.sections)

    @property
    def figures(self) -> Display:
        """Every figure with a sentence on how to read it."""
        return Display([one for section in self.sections for drawn in section.figures for one in show_figure(drawn)])

    @property
    def pictures(self) -> Display:
        """The last figure of every section, the one that shows its result."""
        last = [section.figures[-1] for section in self.sections if section.figures]
        return Display([one for drawn in last for one in show_figure(drawn)])

    @property
    def tables(self) -> Display:
        """The first rows of every table; what a later stage fills is left out until then."""
        return Display(_show_tables(self.sections))

    @property
    def life(self) -> Display:
        """What changed since the run before, and what happened in the campaign's life."""
        sections = sections_of(self.book, (record_sections.changes_section, record_sections.timeline_section))
        return Display([_list_findings(sections), *_show_tables(sections)])

    def answers(self) -> Display:
        """The page of answers: final lists and what is to be decided."""
        return show_answers(self.book)


def _list_findings(sections: Iterable[Section]) -> Bundle:
    lines = [f"- {sentence}" for section in sections for sentence in section.found]
    return markdown("\n".join(lines or [NOTHING]))


def _show_tables(sections: Iterable[Section]) -> list[Bundle]:
    return [show_table(one, ROWS) for section in sections for one in section.tables]
