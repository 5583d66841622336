"""Leaves scored from levels that people give: satisfied, fairly satisfied, dissatisfied …"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from pingyi.plan.tables import Rows, fields_of, plan_table
from pingyi.rules.base import ELSE, Found, Frozen, Id, Number, PerCategory, Share, Traits, Weight, of_category
from pingyi.rules.spans import ANY, Span

if TYPE_CHECKING:
    from pingyi.plan import Component, Plan


class Channel(Frozen):
    """A way in which ratings come; `for` names the units it may be used for (absent: all)."""

    id: Id
    units: Annotated[Traits, Field(alias="for")] = {}


class Each(Frozen):
    """Of several ratings of a unit by the same respondent (or forms, where a form rule stands) one counts.

    by: one form counts for each respondent, unit and cycle (or year, where the votes of the year are pooled), with all
        its items. keep: the first or the last, by moment, then by number of the form (9 before 10).
    void_counts: a void form uses up its respondent's turn; otherwise the next valid one stands in.
    """

    by: Literal["respondent"]
    keep: Literal["first", "last"]
    void_counts: bool = False


class Few(Frozen):
    """What a unit with few votes gets.

    below: with fewer respondents than this the rule applies (forms where they are known, votes otherwise); levels
        without value and weights of zero count for nobody; no vote at all is `NoVotes`.
    own_share: what the unit's own marks still count, 0 to 1; the rest is the mean. Exactly one of own_share and then.
    then: no marks at all, or the unit's own marks with a flag.
    mean_of: over whom the mean of the item is taken, each unit with its own marks before this rule.
    counted_per: whether votes are counted for each cycle or over all of them.
    """

    below: PositiveInt
    own_share: Share | None = None
    then: Literal["not_scored", "flag"] | None = None
    mean_of: Literal["rated_units", "same_category", "enough_votes"] = "rated_units"
    counted_per: Literal["cycle", "year"] = "cycle"


class NoVotes(Frozen):
    """What a cycle without a vote gives: the mean (as `Few.mean_of` takes it), zero, or no marks at all."""

    then: Literal["mean", "zero", "not_scored"] = "not_scored"


class FormRule(Frozen):
    """What makes a form that carries many units valid.

    exactly: how often each level must be marked on it. at_most: how often it may be.
    unmarked: the level of a candidate that a valid form does not mark, or not_counted.
    otherwise: a form that breaks the rule is void as a whole, or loses the levels marked too often.
    A form is judged as it was cast, on all its marks; a unit whose mark does not count was marked all the same.
    """

    exactly: dict[str, PositiveInt] = {}
    at_most: dict[str, PositiveInt] = {}
    unmarked: str = "not_counted"
    otherwise: Annotated[Literal["whole_form_void", "drop_level"], Field(alias="else")] = "whole_form_void"


def _unweighted(value: object) -> object:
    """A list of names is a mapping of names without weights."""
    return dict.fromkeys(value) if isinstance(value, list) else value


class Ratings(Frozen):
    """Levels given by people, scored as Σ value × votes ÷ (out_of × votes) of the full marks.

    levels: value of each level; null is left out of the count, 0 stays in it.
    groups, items: a list is pooled; a mapping gives weights (by category where they differ), spread over those that
        answered unless group_missing is zero.
    score_per: whether each cycle is scored apart, or the votes of all cycles are pooled for the whole full marks.
    mean_first: the mean of each respondent's own ratings comes first, then the mean over respondents; a rating without
        respondent stands for a respondent of its own, ready counts for one together.
    own_unit: false leaves out what a respondent who belongs to the unit (fact column `own` is true) says of it; the
        other units of the form count.
    """

    levels: dict[str, Number | None]
    out_of: Number = Field(default=1, validate_default=True)
    channels: list[Channel] = []
    groups: Annotated[dict[str, PerCategory | None], BeforeValidator(_unweighted)] = {}
    group_missing: Literal["spread", "zero"] = "spread"
    items: Annotated[dict[str, Weight | None], BeforeValidator(_unweighted)] = {}
    each: Each | None = None
    mean_first: Literal["respondent"] | None = None
    own_unit: bool = True
    few: Few | None = None
    none: NoVotes = NoVotes()
    form: FormRule | None = None
    score_per: Literal["cycle", "year"] = "cycle"

    @property
    def shares_fixed(self) -> bool:
        """Whether a valid form marks every level a set number of times: its shares say nothing of what people think."""
        return self.form is not None and len(set(self.levels) - set(self.form.exactly)) <= 1

    @model_validator(mode="after")
    def _a_blank_answers_no_item(self) -> Ratings:
        if self.items and self.form and self.form.unmarked != "not_counted":
            raise ValueError("分评价内容（items）的指标，没有选的单位只能不计（form.unmarked: not_counted）")
        return self

    def possible_values(self, one: Component, full: Decimal | None) -> Span:
        """What the votes can give: of the widest cycle where cycles are added, else of the whole full marks."""
        if full is None:
            return ANY
        shares = [value / self.out_of for value in self.levels.values() if value is not None]
        sums = one.aggregation.adds_up and one.cycle_full and self.score_per == "cycle"
        top = max(one.cycle_full.values()) if sums else full
        span = Span(min(shares) * top, max(shares) * top, min(shares) * top)
        return span.or_zero() if self.none.then == "zero" or self.group_missing == "zero" else span


@plan_table(
    "plan_ratings",
    "component, out_of decimal, score_per, group_missing, own_unit yes_no, by_rater yes_no, keep, void_counts yes_no, "
    "by_form yes_no, unmarked, drops_levels yes_no, below integer, own_share decimal, few_then, mean_of, counted_per, "
    "no_votes",
)
def _rating_rows(plan: Plan) -> Rows:
    for one, rule in plan.leaves(Ratings):
        few, form = rule.few, rule.form
        row = {"component": one.id, "by_rater": rule.mean_first is not None, "no_votes": rule.none.then}
        row |= fields_of(rule, "out_of", "score_per", "group_missing", "own_unit")
        row |= fields_of(rule.each, "keep", "void_counts") if rule.each else {"void_counts": False}
        row |= {"by_form": form is not None, "drops_levels": form is not None and form.otherwise == "drop_level"}
        row |= {"unmarked": form.unmarked if form and form.unmarked != "not_counted" else None}
        row |= {"below": few.below, "own_share": few.own_share, "few_then": few.then} if few else {"below": 0}
        yield row | {
            "mean_of": few.mean_of if few else "rated_units",
            "counted_per": few.counted_per if few else "cycle",
        }


@plan_table("plan_levels", "component, level, position integer, value decimal")
def _level_rows(plan: Plan) -> Rows:
    for one, rule in plan.leaves(Ratings):
        for place, (level, value) in enumerate(rule.levels.items()):
            yield one.id, level, place, value


@plan_table("plan_words", "component, kind, word, position integer")
def _word_rows(plan: Plan) -> Rows:
    """Channels, groups and items that ratings may name."""
    for one, rule in plan.leaves(Ratings):
        words = {"channel": [channel.id for channel in rule.channels], "group": rule.groups, "item": rule.items}
        for kind, names in words.items():
            for place, word in enumerate(names):
                yield one.id, kind, word, place


@plan_table("plan_picks", "component, level, least integer, most integer")
def _pick_rows(plan: Plan) -> Rows:
    """How often a level must and may be marked on a valid form."""
    for one, rule in plan.leaves(Ratings):
        if rule.form is not None:
            for level in rule.form.exactly | rule.form.at_most:
                least = rule.form.exactly.get(level, 0)
                yield one.id, level, least, least or rule.form.at_most[level]


@plan_table("plan_groups", "component, grp, category, weight decimal")
def _group_rows(plan: Plan) -> Rows:
    """Weighted groups, for each category; pooled ones have no row."""
    for one, rule in plan.leaves(Ratings):
        for name, weight in rule.groups.items():
            for category in [*plan.units.categories, ""] if weight is not None else ():
                yield one.id, name, category, of_category(weight, category)


@plan_table("plan_items", "component, item, weight decimal")
def _item_rows(plan: Plan) -> Rows:
    for one, rule in plan.leaves(Ratings):
        yield from ((one.id, name, weight) for name, weight in rule.items.items() if weight is not None)


def ratings_name_their_levels(plan: Plan) -> Found:
    for one, rule in plan.leaves(Ratings):
        if form := rule.form:
            yield from one.unknown_names("ratings.form", [*form.exactly, *form.at_most], rule.levels, "等次")
            levels = [*rule.levels, "not_counted"]
            yield from one.unknown_names("ratings.form.unmarked", [form.unmarked], levels, "等次")


NOTHING = "权重之和应大于 0，否则没有一票能计入"


def ratings_can_be_scored(plan: Plan) -> Found:
    """Votes make a share of full marks: there are full marks, values, and something to divide by."""
    for one, rule in plan.leaves(Ratings):
        if one.full is None:
            yield one.misfit("full", "", "按等次计分的指标须写满分 full")
        if rule.out_of <= 0:
            yield one.misfit("ratings.out_of", rule.out_of, "应大于 0", clause="")
        for level, value in rule.levels.items():
            if value is not None and value > rule.out_of:
                wanted = f"等次的值不能超过 out_of（{rule.out_of}）"
                yield one.misfit(f"ratings.levels.{level}", value, wanted, clause="")
        if all(value is None for value in rule.levels.values()):
            yield one.misfit("ratings.levels", "", "所有等次都不计分，至少要有一个等次有值", clause="")
        words: dict[str, Mapping[str, object]] = {"groups": rule.groups, "items": rule.items}
        for key, weights in words.items():
            bare = [word for word, weight in weights.items() if weight is None]
            if bare and len(bare) < len(weights):
                wanted = "有的写了权重，有的没有；应都写，或都不写"
                yield one.misfit(f"ratings.{key}.{bare[0]}", "", wanted, clause="")
        yield from _weightless_votes(plan, one, rule)


def _weightless_votes(plan: Plan, one: Component, rule: Ratings) -> Found:
    """Weights that come to nothing together, in some category of units that the leaf is for."""
    items = [weight for weight in rule.items.values() if weight is not None]
    if items and not sum(items):
        yield one.misfit("ratings.items", "0", NOTHING, clause="")
    groups = [weight for weight in rule.groups.values() if weight is not None]
    for weight in (weight for group in groups for weight in group.values()):
        if weight < 0:
            yield one.misfit("ratings.groups", weight, "权重不能为负", clause="")
    for category in plan.units.categories if groups else ():
        here = one.is_for_category(category) and of_category(one.full or {}, category) is not None
        if here and not sum(group.get(category, group.get(ELSE, Decimal(0))) for group in groups):
            where = "" if category == ELSE else f"（{category}）"
            yield one.misfit("ratings.groups", "0", NOTHING + where, clause="")


def ratings_decide_every_case(plan: Plan) -> Found:
    for one, rule in plan.leaves(Ratings):
        if rule.few and (rule.few.own_share is None) == (rule.few.then is None):
            yield one.misfit("ratings.few", "", "own_share 与 then 写且只写一个", clause="")
        if not rule.few and rule.none.then == "mean":
            wanted = "没有 few 就没有平均分的算法，请写 few 或改用 zero、not_scored"
            yield one.misfit("ratings.none", "mean", wanted, clause="")


def forms_can_be_valid(plan: Plan) -> Found:
    for one, rule in plan.leaves(Ratings):
        if rule.form is None:
            continue
        if rule.items:
            wanted = "整张表单的规则只用于一项内容的表单，items 与 form 不能并用"
            yield one.misfit("ratings.items", "", wanted, clause="")
        for level in sorted(set(rule.form.exactly) & set(rule.form.at_most)):
            yield one.misfit("ratings.form", level, "同一等次在 exactly 与 at_most 中只写一处", clause="")
