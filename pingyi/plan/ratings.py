"""Leaves scored from levels that people give: satisfied, fairly satisfied, dissatisfied …"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from pingyi.plan.base import Frozen, Id, Number, PerCategory, Share, Traits, Weight


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


def _weights(value: object) -> object:
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
    groups: Annotated[dict[str, PerCategory | None], BeforeValidator(_weights)] = {}
    group_missing: Literal["spread", "zero"] = "spread"
    items: Annotated[dict[str, Weight | None], BeforeValidator(_weights)] = {}
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
    def _a_blank_answers_no_item(self) -> "Ratings":
        if self.items and self.form and self.form.unmarked != "not_counted":
            raise ValueError("分评价内容（items）的指标，没有选的单位只能不计（form.unmarked: not_counted）")
        return self
