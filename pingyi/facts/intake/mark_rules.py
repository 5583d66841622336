"""What the plan asks of marks that people give, of marks that systems hand in, and of measured numbers."""

from decimal import Decimal
from functools import partial

from pingyi.facts.intake.choices import Choice
from pingyi.facts.intake.cycle_rules import cycle_of_its_component
from pingyi.facts.intake.rule import Row, Rule, Said, Wrong, one_of
from pingyi.facts.intake.setting import Setting
from pingyi.plan import Component
from pingyi.plan.base import ELSE
from pingyi.plan.marks import Marks


def brought(setting: Setting, component: Component, unit: str | None) -> bool:
    """Whether the unit brings this component's marks with it instead of being marked."""
    known = setting.roster.get(unit or "")
    return bool(component.imported) and (known is None or setting.fits(known, component.imported))


def _given(setting: Setting, table: str, row: Row) -> Marks | None:
    """The rules for a mark that a person gave; none for imported marks."""
    component = setting.component(table, row["method"])
    return None if component is None or brought(setting, component, row["unit"]) else component.marks


def _imported_only_by_units_that_may(setting: Setting, table: str, row: Row) -> Said:
    component = setting.component(table, row["method"])
    if component and component.marks is None and not brought(setting, component, row["unit"]):
        yield Wrong("method", f"只有{setting.spoken(component.imported)}的单位报送这项成绩")


def _imported_within_full_marks(setting: Setting, table: str, row: Row) -> Said:
    component, mark = setting.component(table, row["method"]), row["mark"]
    if component is None or mark is None or not brought(setting, component, row["unit"]):
        return
    full = _full(setting, component, row["unit"])
    if mark < 0 or (full is not None and mark > full):
        yield Wrong("mark", f"应在 0 到 {plain(full)} 之间" if full is not None else "应不小于 0")


def _full(setting: Setting, component: Component, unit: str | None) -> Decimal | None:
    """Full marks for the unit's category; the greatest where it has none."""
    full = component.full or {}
    category = (setting.roster.get(unit or "") or {}).get("category")
    return full.get(category or ELSE, full.get(ELSE, max(full.values(), default=None)))


def given_rules(setting: Setting) -> list[tuple[Component, Marks]]:
    """Components that people mark, with their rules."""
    return [(one, one.marks) for one in setting.scored_by("marks") if one.marks]


def class_of(rule: Marks, marker: str | None, group: str | None) -> str | None:
    """The class of raters to which a mark belongs; none where nothing tells it. Empty where there are no classes."""
    if group is not None or not rule.markers:
        return group or ""
    if marker in rule.markers:
        return marker
    return next(iter(rule.markers)) if len(rule.markers) == 1 else None


def _class_of_its_rater(setting: Setting, table: str, row: Row) -> Said:
    rule, marker, group = _given(setting, table, row), row["marker"], row["group"]
    if rule is None:
        return
    classes = Choice.of(rule.markers)
    if group is not None:
        yield from one_of(group, "group", classes, "该指标不分评分人类别，此格应留空")
    if group in rule.markers and marker in rule.markers and marker != group:
        yield Wrong("marker", f"与评分人类别“{group}”不符")
    if class_of(rule, marker, group) is None:
        wanted = f"{classes.wanted}；写评分人代号的，另在评分人类别一列写明"
        yield Wrong("marker", wanted if marker else f"不能为空，{wanted}", classes.near(marker or ""))


def _mark_in_range(setting: Setting, table: str, row: Row) -> Said:
    rule, mark = _given(setting, table, row), row["mark"]
    if rule is None or mark is None or mark in rule.means_nothing:
        return
    low, high = rule.range
    if not low <= mark <= high:
        yield Wrong("mark", f"应在 {plain(low)} 到 {plain(high)} 之间")
    elif mark.scaleb(rule.decimals) % 1:
        yield Wrong("mark", f"应为至多 {rule.decimals} 位小数的分" if rule.decimals else "应为整数分")


def _band_holds_the_mark(setting: Setting, table: str, row: Row) -> Said:
    rule, band, mark = _given(setting, table, row), row["band"], row["mark"]
    if rule is None or band is None:
        return
    yield from one_of(band, "band", Choice.of(rule.bands), "该指标不分档，此格应留空")
    if band in rule.bands and mark is not None:
        low, high = rule.bands[band]
        if not low <= mark <= high:
            yield Wrong("band", f"这一档是 {plain(low)} 到 {plain(high)} 分，所打的分是 {plain(mark)}")


def _denominator_of_a_rate(setting: Setting, table: str, row: Row) -> Said:
    component = setting.component(table, row["method"])
    rule = component.measures if component else None
    if rule and rule.of == "rate" and row["denominator"] is None:
        yield Wrong("denominator", "不能为空，该指标按比率计算")
    if row["denominator"] is not None and row["denominator"] <= 0:
        yield Wrong("denominator", "应大于 0")


def _cycle_unless_brought(setting: Setting, table: str, row: Row) -> Said:
    """A result that is brought is one of the whole year."""
    component = setting.component(table, row["method"])
    brings = component is not None and brought(setting, component, row["unit"])
    if not brings or row["cycle"] is not None:
        yield from cycle_of_its_component("given_on", setting, table, row)


def plain(number: Decimal) -> str:
    """A number without zeros that say nothing."""
    return format(number.normalize() + 0, "f")


MARKS = [
    Rule(_imported_only_by_units_that_may, ("method", "unit")),
    Rule(_imported_within_full_marks, ("method", "unit", "mark")),
    Rule(_class_of_its_rater, ("method", "unit", "marker", "group")),
    Rule(_mark_in_range, ("method", "unit", "mark")),
    Rule(_band_holds_the_mark, ("method", "unit", "mark", "band")),
    Rule(_cycle_unless_brought, ("method", "unit", "cycle", "given_on")),
]
MEASURES = [
    Rule(_denominator_of_a_rate, ("method", "denominator")),
    Rule(partial(cycle_of_its_component, "measured_on"), ("method", "cycle", "measured_on")),
]
