"""Whether the parts of a plan fit together: names that exist, then an order and numbers, then what can come out.

A check stands beside the words that it is about. Its name is a sentence, and it yields every place where that does not
hold. `inconsistencies` asks them all, in rounds, since each round presumes that the one before found nothing.
"""

from collections.abc import Callable, Sequence

from pingyi.common.codebook import codebook
from pingyi.plan import Plan, components, converts, events, marks, order, outcomes, ranking, ratings, units, work
from pingyi.rules.base import ELSE, Found, Inconsistency, unknown_names

SECTIONS = (
    *("calendar", "components", "standings", "bands", "shortlists", "outcomes", "contents", "provisions"),
    *("readings", "sampling", "tasks", "rechecks"),
)
"""Sections of things with ids; shortlists and lists have theirs together."""

RESERVED = {"components": ("draw", "share"), "shortlists": ("units",)}
"""Ids that mean something else where others are named."""


def inconsistencies(plan: Plan) -> list[Inconsistency]:
    """Everything in the plan that does not fit together."""
    for checks in ROUNDS:
        if found := [one for check in checks for one in check(plan)]:
            return found
    return []


def ids_are_unique(plan: Plan) -> Found:
    for section in SECTIONS:
        ids = [one.id for one in (plan.every_list if section == "shortlists" else getattr(plan, section))]
        yield from _repeated_words(section, ids, "同一个 id 只能用一次")
        for id in ids:
            if id in RESERVED.get(section, ()):
                yield Inconsistency(f"{section}.{id}", id, "这个词另有用处，不能作 id")


def words_are_unique(plan: Plan) -> Found:
    """Words that facts are told apart by: cycles of a set, categories, grades, channels of a leaf."""
    words = {f"cycles.{name}": [cycle.id for cycle in cycles] for name, cycles in plan.cycles.items()}
    words |= {f"units.{key}": getattr(plan.units, key) for key in ("categories", "management", "grades")}
    for one, rule in plan.leaves(ratings.Ratings):
        words[f"{one.path}.ratings.channels"] = [channel.id for channel in rule.channels]
    for path, names in words.items():
        yield from _repeated_words(path, names, "同一个词只能写一次")
    for name, cycles in plan.cycles.items():
        if not cycles:
            yield Inconsistency(f"cycles.{name}", "", "至少要有一个周期")
    for category in {"", ELSE} & set(plan.units.categories):
        yield Inconsistency("units.categories", category, f"类别的名字不能为空，也不能是 {ELSE}")


def _repeated_words(path: str, names: Sequence[str], wanted: str) -> Found:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Inconsistency(path, name, wanted)


def terms_name_what_exists(plan: Plan) -> Found:
    """The plan's own words stand for heads of the glossary, for its roster columns, or for the office."""
    tables = {**codebook().facts, **codebook().results}.values()
    heads = {name for table in tables for name in table.names} | {"office", *plan.units.columns}
    yield from unknown_names("terms", plan.terms, sorted(heads), "词（表头的英文名）")


ROUNDS: list[list[Callable[[Plan], Found]]] = [
    [
        ids_are_unique,
        words_are_unique,
        components.components_name_what_exists,
        components.each_component_has_one_parent,
        ratings.ratings_name_their_levels,
        marks.quotas_name_their_marker,
        converts.conversions_name_columns,
        events.event_items_are_unique,
        ranking.standings_name_what_exists,
        ranking.lists_name_what_exists,
        units.units_name_what_exists,
        outcomes.outcomes_name_what_exists,
        work.sampling_names_what_exists,
        outcomes.rechecks_name_what_exists,
        work.phases_of_tasks_are_those_of_the_calendar,
        terms_name_what_exists,
        work.contents_name_components,
        work.tasks_name_roster_columns,
        outcomes.provisions_name_roster_columns,
        work.what_shows_a_task_is_due_each_day,
        outcomes.provisions_concern_somebody,
        events.problems_cost_what_the_catalogue_has,
    ],
    [order.nothing_waits_for_itself],
    [
        components.full_marks_are_not_negative,
        components.full_marks_add_up,
        components.weights_add_up,
        components.weights_weigh_shares,
        components.spread_is_over_full_marks,
        components.cycles_run_forward,
        components.cycle_marks_add_up,
        components.ratings_know_the_full_marks_of_cycles,
        components.nodes_find_the_cycles_of_their_children,
        components.sums_of_weighing_nodes_are_of_cycles,
        components.full_marks_of_categories_are_not_of_cycles,
        ratings.ratings_can_be_scored,
        ratings.ratings_decide_every_case,
        ratings.forms_can_be_valid,
        marks.trims_leave_something,
        marks.some_marker_weighs,
        marks.bands_leave_no_gap,
        events.points_run_upward,
        marks.ranges_of_marks_run_upward,
        events.caps_stay_within_full_marks,
        events.factors_do_not_turn_points,
        events.deadlines_have_a_calendar,
        components.unmeasured_is_said_of_leaves,
        converts.conversions_can_be_carried_out,
        ranking.every_tie_is_decided,
        ranking.votes_are_asked_where_there_are_votes,
        ranking.lists_fit_their_pool,
        ranking.lists_say_their_seats_once,
        work.shares_stay_within_the_whole,
        work.tasks_run_forward,
    ],
    [
        converts.steps_can_be_reached,
        components.marks_stay_within_full_marks,
        ranking.bands_can_be_reached,
        ranking.conditions_of_lists_can_hold,
        outcomes.conditions_of_outcomes_can_hold,
        work.sampled_cases_can_occur,
    ],
]
"""The checks of each round, in the order in which what they find is told."""
