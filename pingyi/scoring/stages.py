"""The stages of a review: which SQL files fill which tables, in which order.

A stage fills its tables in one transaction and asks its checks before it commits; a stage that fails leaves the
database as it was.
"""

from collections.abc import Callable
from contextlib import suppress

import duckdb

from pingyi.common.faults import CheckFailed
from pingyi.plan import Component, ListRule
from pingyi.plan.converts import each_convert
from pingyi.plan.order import MARKS, SHORTLIST, STANDING, Order
from pingyi.plan.ranking import Standing, VotesTie, When
from pingyi.scoring import script
from pingyi.scoring.bootstrap import resample
from pingyi.scoring.run import Run

STAGES = ("roster", "tally", "marks", "shortlist", "standing", "outcomes")
TITLES = {
    "roster": "核对名录",
    "tally": "清点评价",
    "marks": "计算分项得分",
    "shortlist": "确定候选名单",
    "standing": "综合排名与名单",
    "outcomes": "结果运用",
}
CHECKS = {
    "roster": ["roster"],
    "tally": ["tally"],
    "marks": ["marks"],
    "shortlist": ["ranking"],
    "standing": ["marks", "ranking"],
    "outcomes": ["outcomes"],
}
"""The folders of `sql/checks/` that a stage must satisfy."""

SMALL = "pragma disable_optimizer"
"""For the count alone, some thousand rows, planning each statement well takes longer than running it badly."""

SHOWN = 5
"""Rows shown of a check that fails."""


def run_stage(run: Run, stage: str) -> None:
    """Fill the tables of a stage, ask its checks, commit; on any failure nothing has happened.

    Raises: CheckFailed.
    """
    run.connection.begin()
    try:
        WORK[stage](run)
        for folder in CHECKS[stage]:
            for name in script.names(f"checks/{folder}"):
                _ask(run, f"checks/{folder}/{name}")
        run.connection.commit()
    except BaseException:
        with suppress(duckdb.TransactionException):  # a commit that failed has ended its transaction
            run.connection.rollback()
        raise


def _ask(run: Run, name: str) -> None:
    rows = run.select(name)
    columns = [column[0] for column in rows.description or ()]
    found = rows.fetchmany(SHOWN + 1)
    if found:
        shown = ["、".join(f"{column} {value}" for column, value in zip(columns, row, strict=True)) for row in found]
        more = ["……"] if len(found) > SHOWN else []
        raise CheckFailed("\n  ".join([f"核对不成立：{script.sentence(name)}", *shown[:SHOWN], *more]))


def _roster(run: Run) -> None:
    for name in ("earlier_entries", "roster", "scope", "asked", "days", "direct_units", "list_groups", "list_states"):
        run.create(f"roster/{name}")
    run.connection.execute(script.text("conditions"))  # looks at the roster, which must be there


def _tally(run: Run) -> None:
    chosen = ("tally/forms", "tally/overpicked", "tally/replaced", "tally/kept", "tally/unmarked", "tally/kept_counts")
    for name in (*chosen, "tally/tally", "tally/set_aside", "tally/response_rates", "tally/monthly_rates"):
        run.create(name)
    count_people(run)
    resample(run.connection, run.draws, run.seed)


def count_people(run: Run) -> None:
    """Who was counted by the plan's weights, and which facts were not; the count of votes may be shared with others."""
    run.create("tally/respondents")
    run.insert("tally/excluded_facts")


def _evaluate(run: Run, stage: str) -> None:
    """Take the turns of a stage: the components of a turn together, then its standings, then its lists."""
    order = Order(run.plan).of_stage(stage)
    if not run.draws:
        run.connection.execute(SMALL)
    for turn in sorted({turn for turn, _, _ in order}):
        ids = {id for when, _, id in order if when == turn}
        with run.at(turn=turn):
            _score_components(run, [one for one in run.plan.components if one.id in ids])
            _rank(run, [one for one in run.plan.standings if one.id in ids])
            _draw_up_lists(run, [rule for rule in run.plan.every_list if rule.id in ids])


def _rank(run: Run, standings: list[Standing]) -> None:
    """Rank by standings that wait for nothing more; what they ask of votes is put together before."""
    if not standings:
        return
    if any(one.min_votes for one in standings):
        run.insert("ranking/standing_respondents")
    if any(one.min_votes or any(isinstance(key, VotesTie) for key in one.keys) for one in standings):
        run.insert("ranking/rating_votes")
    for name in ("tie_values", "totals", "unranked", *(("redrawn", "place_ranges") if run.draws else ())):
        run.insert(f"ranking/{name}")


def _draw_up_lists(run: Run, rules: list[ListRule]) -> None:
    """Draw up lists that wait for nothing more: who may enter, who is drawn, who stays, and who was decided."""
    if not rules:
        return
    run.insert("ranking/list_open")
    if any(rule.when != When() for rule in rules):
        run.insert("ranking/list_unmet")
    for name in ("list_rivals", "apportioned", "list_seats", "list_pools", "list_drawn"):
        run.insert(f"ranking/{name}")
    if any(rule.provided != When() for rule in rules):
        run.insert("ranking/list_spared")
    for name in ("list_computed", "list_entries", "list_proposals", "margins"):
        run.insert(f"ranking/{name}")
    if run.draws:
        run.insert("ranking/list_chances")


METHODS = {
    "ratings": ("marks/rating_rates", "marks/rating_marks"),
    "events": ("marks/event_points", "marks/event_marks"),
    "marks": ("marks/mark_rows", "marks/given_marks"),
    "measures": ("marks/measured",),
    "node": ("marks/node_marks",),
}
"""The files that evaluate each method, in their order."""


def _score_components(run: Run, components: list[Component]) -> None:
    """Score components that wait for nothing more: by method, through their conversions, over their cycles."""
    if not components:
        return
    joining = {how for one in components for _, how in run.plan.children_of(one)}
    run.insert("marks/in_play")
    _score_facts(run, components)
    run.insert("marks/raw_marks")
    _convert(run, components, "cycle")
    run.insert("marks/cycle_marks")
    if "once" in joining:
        run.insert("marks/once_marks")
    for kind in sorted({one.over_cycles for one in components}):
        run.insert_into("cycles_together", f"aggregations/{kind}")
    run.insert("marks/combined")
    _convert(run, components, "year")
    if any(len(run.plan.cycles[one.per]) > 1 for one in components):
        run.insert("marks/part_marks")
    if "outside" in joining:
        run.insert("marks/outside_marks")
    run.insert("marks/component_marks")
    if {band.of for band in run.plan.bands} & {one.id for one in components}:
        run.insert("ranking/band_entries")


def _score_facts(run: Run, components: list[Component]) -> None:
    """What facts and children give the components of a turn in each cycle, and which facts do not count."""
    methods = {one.method for one in components}
    methods |= {"marks"} if any(one.imported for one in components) else set()
    if any(one.of and one.missing == "mean_of_group" for one in components):
        run.insert("marks/group_means")
    for method, files in METHODS.items():
        for name in files if method in methods else ():
            run.insert(name)
    if methods & {"events", "marks", "measures"}:
        run.insert("marks/excluded_facts")
    items = [item for one in components if one.events for item in one.events.items.values()]
    if any(item.veto == "not_ranked" for item in items):
        run.insert("marks/vetoed")
    if "ratings" in methods:
        run.insert("marks/suppressed")
    if any(one.unmeasured for one in components):
        run.insert("marks/unmeasured")


def _convert(run: Run, components: list[Component], phase: str) -> None:
    """Take marks through the conversions of a phase, step by step; one file for each kind of a step."""
    ids = {one.id for one in components}
    steps = {
        (step, convert.kind) for one, when, step, convert in each_convert(run.plan) if one.id in ids and when == phase
    }
    for step, kind in sorted(steps):
        with run.at(phase=phase, step=step):
            run.insert_into("conversions", f"transformations/{kind}")


def _outcomes(run: Run) -> None:
    tasks = ("leaf_states", "task_states", "upload_days", "provision_subjects", "recheck_states")
    problems = ("problem_states", "problem_months", "undeducted_problems")
    results = ("outcomes/due_outcomes", "outcomes/outcomes", "outcomes/outcome_sums")
    for name in (*(f"work/{name}" for name in (*tasks, *problems)), *results):
        run.create(name)
    for name in script.names("outcomes/notices"):
        run.insert_into("notices", f"outcomes/notices/{name}")


WORK: dict[str, Callable[[Run], None]] = {
    "roster": _roster,
    "tally": _tally,
    "marks": lambda run: _evaluate(run, MARKS),
    "shortlist": lambda run: _evaluate(run, SHORTLIST),
    "standing": lambda run: _evaluate(run, STANDING),
    "outcomes": _outcomes,
}
