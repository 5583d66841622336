"""What follows from results: consequences of lists, further provisions, and re-evaluations of earlier lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, PositiveInt

from pingyi.plan.ranking import When, impossible_condition, unknown_in_condition
from pingyi.plan.tables import Rows, each_trait, fields_of, plan_table
from pingyi.plan.units import unknown_traits
from pingyi.rules.base import Day, Found, Frozen, Id, Ids, Named, Number, Traits, as_list

if TYPE_CHECKING:
    from pingyi.plan import Plan

Subject = Literal[
    "unit",
    "unit_head",
    "unit_deputies",
    "unit_staff",
    "organ",
    "organ_head",
    "organ_leader",
    "organ_leaders",
    "township",
    "township_head",
    "township_leader",
]
"""Whom something concerns: a unit, its organ or township, or persons of them, by office and never by name."""


class Effect(Frozen):
    """Something lists lead to. combine: whether several amounts for one subject add up or only the strongest counts."""

    name: str = ""
    unit: str = ""
    combine: Literal["sum", "strongest"] = "sum"


class Outcome(Named):
    """One consequence: members of `list` → `effect` of `amount` on `to`.

    to: the unit, its organ or township, or persons of them. leave_out: members who are also on these lists are
        spared (their own rule speaks). until: what ends it, in words, with a date.
    """

    SECTION = "outcomes"

    list_: Annotated[Id, Field(alias="list")]
    effect: Id
    to: Subject
    amount: Number | None = None
    when: When = When()
    unless: When | None = None
    leave_out: Ids = []
    until: str = ""

    @property
    def conditions(self) -> list[tuple[str, When]]:
        """Its conditions by their keys."""
        return [("when", self.when), *([("unless", self.unless)] if self.unless is not None else [])]


class Provision(Named):
    """What holds beside the lists: what somebody does with the results, for every reviewed unit or for those it names.

    by: who acts. to: whom it concerns or who gets it, in words. each: persons or bodies of every reviewed unit that it
        concerns; units: only of these. tells: they are told the results. public: the results may be published.
    document: what is handed over. printed: the time as the document writes it.
    """

    SECTION = "provisions"

    by: str = ""
    to: str = ""
    each: Annotated[list[Subject], BeforeValidator(as_list)] = []
    units: Annotated[Traits, Field(alias="for")] = {}
    tells: bool = False
    public: bool = False
    due: Day | None = None
    document: str = ""
    printed: str = ""


class Recheck(Named):
    """Re-evaluation of the units that were on a list some years ago, and what is barred until they pass.

    blocks: effects of this plan that hold until the unit has passed.
    """

    SECTION = "rechecks"

    list_: Annotated[Id, Field(alias="list")]
    years_ago: PositiveInt = 1
    due: Day
    blocks: list[Id] = []


@plan_table(
    "plan_outcomes",
    "outcome, position integer, list, effect, effect_name, unit_of_measure, combine, subject_kind, amount decimal, "
    "until, clause",
)
def _outcome_rows(plan: Plan) -> Rows:
    for place, one in enumerate(plan.outcomes):
        effect = plan.effects[one.effect]
        row = {"outcome": one.id, "position": place, "list": one.list_, "subject_kind": one.to}
        row |= {"effect_name": effect.name or one.effect, "unit_of_measure": effect.unit, "combine": effect.combine}
        yield row | fields_of(one, "effect", "amount", "until", "clause")


@plan_table("plan_leave_out", "outcome, list")
def _leave_out_rows(plan: Plan) -> Rows:
    yield from ((one.id, name) for one in plan.outcomes for name in one.leave_out)


@plan_table(
    "plan_provisions",
    "provision, name, position integer, actor, recipient, tells yes_no, public yes_no, due date, hands_in, printed, "
    "clause, says",
)
def _provision_rows(plan: Plan) -> Rows:
    for place, one in enumerate(plan.provisions):
        row = {"provision": one.id, "name": one.title, "position": place, "actor": one.by, "recipient": one.to}
        row |= {"hands_in": one.document}
        yield row | fields_of(one, "tells", "public", "due", "printed", "clause", "says")


@plan_table("plan_provision_subjects", "provision, subject_kind")
def _provision_subject_rows(plan: Plan) -> Rows:
    yield from ((one.id, kind) for one in plan.provisions for kind in one.each)


@plan_table("plan_provision_traits", "provision, trait, value")
def _provision_trait_rows(plan: Plan) -> Rows:
    yield from ((one.id, *pair) for one in plan.provisions for pair in each_trait(one.units))


@plan_table("plan_rechecks", "recheck, name, list, years_ago integer, due date, blocks, clause")
def _recheck_rows(plan: Plan) -> Rows:
    for one in plan.rechecks:
        blocks = "、".join(plan.effects[block].name or block for block in one.blocks)
        yield one.id, one.title, one.list_, one.years_ago, one.due, blocks, one.clause


def outcomes_name_what_exists(plan: Plan) -> Found:
    lists = [one.id for one in plan.every_list]
    for outcome in plan.outcomes:
        yield from outcome.unknown_names("list", [outcome.list_], lists, "名单")
        yield from outcome.unknown_names("effect", [outcome.effect], plan.effects, "后果")
        yield from outcome.unknown_names("leave_out", outcome.leave_out, lists, "名单")
        for mode, when in outcome.conditions:
            yield from unknown_in_condition(plan, f"{outcome.path}.{mode}", when)
        if outcome.unless == When():
            yield outcome.misfit("unless", "", "没有写条件；空的 unless 会免去所有单位的后果", clause="")


def rechecks_name_what_exists(plan: Plan) -> Found:
    for one in plan.rechecks:
        yield from one.unknown_names("list", [one.list_], [rule.id for rule in plan.every_list], "名单")
        yield from one.unknown_names("blocks", one.blocks, plan.effects, "后果")


def provisions_name_roster_columns(plan: Plan) -> Found:
    for one in plan.provisions:
        yield from unknown_traits(plan, f"{one.path}.for", one.units)


def provisions_concern_somebody(plan: Plan) -> Found:
    for one in plan.provisions:
        if not one.to and not one.each:
            yield one.misfit("", "", "应写明涉及谁：to 或 each")
        if one.units and not one.each:
            yield one.misfit("for", "、".join(one.units), "写了 for 的要写 each：涉及这些单位的谁")
        if one.public and plan.campaign.confidential and one.tells:
            yield one.misfit("public", "true", "结果不公开的活动（confidential）不能公开通报")


def conditions_of_outcomes_can_hold(plan: Plan) -> Found:
    places = {rule.id: rule.last_place for rule in plan.every_list}
    for one in plan.outcomes:
        for mode, when in one.conditions:
            path = f"{one.path}.{mode}"
            yield from impossible_condition(plan, path, when, places.get(one.list_), one.clause)
