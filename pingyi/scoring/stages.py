"""The stages of a review: which SQL files fill which tables, in which order.

A stage fills its tables in one transaction and asks its checks before it commits; a stage that fails leaves the
database as it was.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import duckdb

from pingyi.plan import Component, ListRule, Plan
from pingyi.plan.order import MARKS, SHORTLIST, STANDING, Order
from pingyi.plan.ranking import Standing, VotesTie, When
from pingyi.scoring import script
from pingyi.scoring.count import count_votes, rates_nobody
from pingyi.scoring.run import Run, define

SMALL = "pragma disable_optimizer"
"""For the count alone, some thousand rows, planning each statement well takes longer than running it badly."""


def run_stage(run: Run, stage: str) -> None:
    """Fill the tables of a stage, ask its checks, commit; on any failure nothing has happened.

    Raises: CheckFailed.
    """
    run.connection.begin()
    try:
        _STAGES[stage].fill(run)
        if not (run.tried or _is_idle(run.plan, stage)):  # who tries a statement wants to see which checks it breaks
            for name in filter(run.answers, checks_of(stage)):
                run.ask_check(name)
        run.connection.commit()
    except BaseException:
        with suppress(duckdb.TransactionException):  # a commit that failed has ended its transaction
            run.connection.rollback()
        raise


def _is_idle(plan: Plan, stage: str) -> bool:
    """Whether the plan has nothing for the stage: no component, standing or list that waits for it, nobody to rate."""
    if stage == "tally":
        return rates_nobody(plan)
    return stage in (MARKS, SHORTLIST, STANDING) and not Order(plan).of_stage(stage)


def checks_of(stage: str) -> list[str]:
    """The checks that a stage must satisfy."""
    return [f"checks/{folder}/{name}" for folder in _STAGES[stage].checks for name in script.names(f"checks/{folder}")]


def statements_of(stage: str) -> list[str]:
    """The statements that may fill tables of a stage, in alphabetical order within each folder."""
    return [f"{folder}/{name}" for folder in _STAGES[stage].folders for name in script.names(folder)]


# ---------------------------------------------------------------- the roster


def _fill_roster(run: Run) -> None:
    names = ("earlier_entries", "roster", "scope", "asked", "days", "single_cycles")
    for name in (*names, "direct_units", "list_groups", "list_states"):
        run.create_table(f"roster/{name}")
    define(run.connection, script.text("conditions"))  # looks at the roster, which must be there


# ---------------------------------------------------------------- scores, standings and lists, turn by turn


def _take_turns(run: Run, stage: str) -> None:
    """Take the turns of a stage: the components of a turn together, then its standings, then its lists."""
    order = Order(run.plan).of_stage(stage)
    if not run.draws:
        run.connection.execute(SMALL)
    for turn in sorted({turn for turn, _, _ in order}):
        due = {(kind, id) for when, kind, id in order if when == turn}
        with run.looking_at(turn=turn):
            _score_components(run, [one for one in run.plan.components if ("component", one.id) in due])
            _rank_units(run, [one for one in run.plan.standings if ("standing", one.id) in due])
            _draw_up_lists(run, [rule for rule in run.plan.every_list if ("list", rule.id) in due])


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
    run.insert_rows("marks/in_play")
    _score_facts(run, components)
    run.insert_rows("marks/raw_marks")
    _convert_marks(run, components, "cycle")
    run.insert_rows("marks/cycle_marks")
    if "once" in joining:
        run.insert_rows("marks/once_marks")
    for kind in sorted({one.over_cycles for one in components}):
        run.insert_rows(f"aggregations/{kind}")
    run.insert_rows("marks/combined")
    _convert_marks(run, components, "year")
    if any(len(run.plan.cycles[one.per]) > 1 for one in components):
        run.insert_rows("marks/part_marks")
    if "outside" in joining:
        run.insert_rows("marks/outside_marks")
    run.insert_rows("marks/component_marks")
    if {band.of for band in run.plan.bands} & {one.id for one in components}:
        run.insert_rows("ranking/band_entries")


def _score_facts(run: Run, components: list[Component]) -> None:
    """What facts and children give the components of a turn in each cycle, and which facts do not count."""
    methods = {one.method for one in components}
    methods |= {"marks"} if any(one.imported for one in components) else set()
    if any(one.of and one.missing == "mean_of_group" for one in components):
        run.insert_rows("marks/group_means")
    for method, files in METHODS.items():
        for name in files if method in methods else ():
            run.insert_rows(name)
    if methods & {"events", "marks", "measures"}:
        run.insert_rows("marks/excluded_facts")
    items = [item for one in components if one.events for item in one.events.items.values()]
    if any(item.veto == "not_ranked" for item in items):
        run.insert_rows("marks/vetoed")
    if "ratings" in methods:
        run.insert_rows("marks/suppressed")
    if any(one.unmeasured for one in components):
        run.insert_rows("marks/unmeasured")


def _convert_marks(run: Run, components: list[Component], phase: str) -> None:
    """Take marks through the conversions of a phase, step by step; one file for each kind of a step."""
    steps = {(step, convert.kind) for one in components for step, convert in enumerate(one.conversions(phase), start=1)}
    for step, kind in sorted(steps):
        with run.looking_at(phase=phase, step=step):
            run.insert_rows(f"transformations/{kind}")


def _rank_units(run: Run, standings: list[Standing]) -> None:
    """Rank by standings that wait for nothing more; what they ask of votes is put together before."""
    if not standings:
        return
    if any(one.min_votes for one in standings):
        run.insert_rows("ranking/standing_respondents")
    if any(one.min_votes or any(isinstance(key, VotesTie) for key in one.keys) for one in standings):
        run.insert_rows("ranking/rating_votes")
    for name in ("tie_values", "totals", "unranked", *(("redrawn", "place_ranges") if run.draws else ())):
        run.insert_rows(f"ranking/{name}")


def _draw_up_lists(run: Run, rules: list[ListRule]) -> None:
    """Draw up lists that wait for nothing more: who may enter, who is drawn, who stays, and who was decided."""
    if not rules:
        return
    run.insert_rows("ranking/list_open")
    if any(rule.when != When() for rule in rules):
        run.insert_rows("ranking/list_unmet")
    run.insert_rows("ranking/list_rivals")
    if any(rule.quota and rule.quota.rest_by for rule in rules):
        run.insert_rows("ranking/apportioned")
    for name in ("list_seats", "list_pools", "list_drawn"):
        run.insert_rows(f"ranking/{name}")
    if any(rule.provided != When() for rule in rules):
        run.insert_rows("ranking/list_spared")
    for name in ("list_computed", "list_entries", "list_proposals", "margins"):
        run.insert_rows(f"ranking/{name}")
    if run.draws:
        run.insert_rows("ranking/list_chances")


# ---------------------------------------------------------------- what follows


def _fill_outcomes(run: Run) -> None:
    tasks = ("leaf_states", "task_states", "upload_days", "provision_subjects", "recheck_states")
    for name in (*tasks, "problem_states", "problem_months", "undeducted_problems"):
        run.create_table(f"work/{name}")
    for name in ("due_outcomes", "outcomes", "outcome_sums"):
        run.create_table(f"outcomes/{name}")
    for name in script.names("outcomes/notices"):
        run.insert_rows(f"outcomes/notices/{name}")


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stage: its title, what fills its tables, and the folders of `sql/checks/` that it must satisfy.

    folders: of the statements that may fill its tables.
    """

    title: str
    fill: Callable[[Run], None]
    checks: tuple[str, ...]
    folders: tuple[str, ...]


SCORED = ("marks", "transformations", "aggregations")
"""Folders of what turns facts into marks."""


_STAGES = {
    "roster": _Stage("核对名录", _fill_roster, ("roster",), ("roster",)),
    "tally": _Stage("清点评价", count_votes, ("tally",), ("tally",)),
    "marks": _Stage("计算分项得分", lambda run: _take_turns(run, MARKS), ("marks",), SCORED),
    "shortlist": _Stage("确定候选名单", lambda run: _take_turns(run, SHORTLIST), ("ranking",), ("ranking", *SCORED)),
    "standing": _Stage(
        "综合排名与名单", lambda run: _take_turns(run, STANDING), ("marks", "ranking"), ("ranking", *SCORED)
    ),
    "outcomes": _Stage("结果运用", _fill_outcomes, ("outcomes",), ("work", "outcomes")),
}

STAGES = tuple(_STAGES)
"""The stages in their order."""


def stages_of(plan: Plan) -> list[str]:
    """The stages that a plan has something for, in their order; the others have nothing to do."""
    idle = {"shortlist": not plan.shortlists, "outcomes": not (plan.outcomes or plan.tasks or plan.rechecks)}
    return [name for name in STAGES if not idle.get(name)]


TITLES = {name: stage.title for name, stage in _STAGES.items()}
