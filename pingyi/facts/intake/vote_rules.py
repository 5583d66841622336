"""What the plan asks of ratings and of ready counts."""

from functools import partial

from pingyi.facts.intake.choices import Choice
from pingyi.facts.intake.cycle_rules import cycle_of_its_component
from pingyi.facts.intake.rule import Row, Rule, Said, Wrong, one_of
from pingyi.facts.intake.setting import Setting, channels
from pingyi.plan.ratings import Ratings


def _rules(setting: Setting, table: str, row: Row) -> Ratings | None:
    component = setting.component(table, row["method"])
    return component.ratings if component else None


def _level_of_its_component(setting: Setting, table: str, row: Row) -> Said:
    if (rule := _rules(setting, table, row)) and row["level"] is not None:
        yield from one_of(row["level"], "level", Choice.of(rule.levels), "")


def _group_of_its_component(setting: Setting, table: str, row: Row) -> Said:
    if rule := _rules(setting, table, row):
        yield from one_of(row["group"], "group", Choice.of(rule.groups), "该指标不分评价人类别，此格应留空")


def _item_of_its_component(setting: Setting, table: str, row: Row) -> Said:
    if rule := _rules(setting, table, row):
        yield from one_of(row["item"], "item", Choice.of(rule.items), "该指标不分评价内容，此格应留空")


def _channel_of_its_component(setting: Setting, table: str, row: Row) -> Said:
    if rule := _rules(setting, table, row):
        yield from one_of(row["channel"], "channel", Choice.of(channels(rule)), "该指标不分渠道，此格应留空")


def _channel_open_to_the_unit(setting: Setting, table: str, row: Row) -> Said:
    rule, unit = _rules(setting, table, row), setting.roster.get(row["unit"] or "")
    for channel in rule.channels if rule and unit else ():
        if channel.id == row["channel"] and unit and not setting.fits(unit, channel.units):
            yield Wrong("channel", f"这个渠道只用于{setting.spoken(channel.units)}的单位")


def _form_where_forms_are_judged(setting: Setting, table: str, row: Row) -> Said:
    if (rule := _rules(setting, table, row)) and rule.form and not row["form"]:
        yield Wrong("form", "不能为空，方案按整张表单判定是否有效")


def _respondent_where_persons_count(setting: Setting, table: str, row: Row) -> Said:
    if (rule := _rules(setting, table, row)) and (rule.form or rule.each) and not row["respondent"]:
        yield Wrong("respondent", "不能为空，方案要求每人只计一次")


def _votes_not_negative(setting: Setting, table: str, row: Row) -> Said:
    if row["votes"] is not None and row["votes"] < 0:
        yield Wrong("votes", "应为不小于 0 的整数")


VOTES = [
    Rule(_level_of_its_component, ("method", "level")),
    Rule(_group_of_its_component, ("method", "group")),
    Rule(_item_of_its_component, ("method", "item")),
    Rule(_channel_of_its_component, ("method", "channel")),
    Rule(_channel_open_to_the_unit, ("method", "channel", "unit")),
]
RATINGS = [
    *VOTES,
    Rule(_form_where_forms_are_judged, ("method",), filled=("form",)),
    Rule(_respondent_where_persons_count, ("method",), filled=("respondent",)),
]
COUNTS = [
    *VOTES,
    Rule(_votes_not_negative, ("votes",)),
    Rule(partial(cycle_of_its_component, "counted_on"), ("method", "cycle", "counted_on")),
]
