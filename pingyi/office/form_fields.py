"""What the forms of a plan ask for: tables and columns it has a use for, their words, rules and examples.

Everything comes from the plan and the glossary: an example is a row that intake would take.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pingyi.common import wording
from pingyi.common.codebook import Column, codebook
from pingyi.facts.intake.row_rules import given_rules
from pingyi.facts.intake.setting import ON_ROSTER, Setting, channel_ids
from pingyi.plan import Component, Plan
from pingyi.plan.converts import number_columns
from pingyi.plan.events import Item
from pingyi.plan.marks import Marks
from pingyi.plan.ratings import Ratings

Asks = Callable[[Plan], bool]


def needed_tables(plan: Plan) -> list[str]:
    """Tables that this plan takes facts from, in the order of the glossary."""
    return [name for name in codebook().facts if name not in TABLES or TABLES[name](plan)]


def needed_columns(setting: Setting, name: str) -> tuple[Column, ...]:
    """Columns of a table that mean something under this plan, its own columns of units included."""
    return tuple(column for column in setting.table(name).columns if _has_use(setting, name, column))


def _has_use(setting: Setting, name: str, column: Column) -> bool:
    if column.name == "cycle":
        return any(len(setting.cycles(one)) > 1 for one in setting.scored_by(name))
    asks = COLUMNS.get((name, column.name)) or COLUMNS.get(("", column.name))
    return column.required or asks is None or asks(setting.plan)


def rating_rules(plan: Plan) -> list[Ratings]:
    """The rules of all leaves scored from levels."""
    return [one.ratings for one in plan.components if one.ratings]


def mark_rules(plan: Plan) -> list[Marks]:
    """The rules of all leaves scored from marks that somebody gives."""
    return [one.marks for one in plan.components if one.marks]


def catalogue_items(plan: Plan) -> Iterator[Item]:
    """The entries of all catalogues."""
    for one in plan.components:
        yield from one.events.items.values() if one.events else ()


def _looks_back(plan: Plan) -> bool:
    """Whether earlier years' lists have a say."""
    running = any(one.when.running or (one.unless and one.unless.running) for one in plan.outcomes)
    direct = any(rule.also for rule in plan.every_list)
    return bool(plan.units.exempt or plan.rechecks) or running or direct


def _asks_grades(plan: Plan) -> bool:
    conditions = [one.when for one in plan.outcomes] + [one.unless for one in plan.outcomes if one.unless]
    return bool(plan.units.grades) and any(one.grade for one in conditions)


def _takes_ratings(plan: Plan) -> bool:
    return bool(rating_rules(plan))


def _draws_samples(plan: Plan) -> bool:
    return any(one.take for one in plan.sampling)


def _samples_by(column: str) -> Asks:
    return lambda plan: any(column in one.per or column in one.leave_out for one in plan.sampling)


def _any_rating(asks: Callable[[Ratings], Any]) -> Asks:
    return lambda plan: any(asks(rule) for rule in rating_rules(plan))


def _any_mark(asks: Callable[[Marks], Any]) -> Asks:
    return lambda plan: any(asks(rule) for rule in mark_rules(plan))


def _any_item(asks: Callable[[Item], Any]) -> Asks:
    return lambda plan: any(asks(item) for item in catalogue_items(plan))


def _any_component(asks: Callable[[Component], Any]) -> Asks:
    return lambda plan: any(asks(one) for one in plan.components)


TABLES: dict[str, Asks] = {
    "ratings": _takes_ratings,
    "counts": _takes_ratings,
    "marks": _any_component(lambda one: one.marks or one.imported),
    "events": _any_component(lambda one: one.events),
    "measures": _any_component(lambda one: one.measures),
    "history": _looks_back,
    "grades": _asks_grades,
    "decisions": lambda plan: bool(plan.every_list),
    "lots": lambda plan: any(one.by_lot for one in plan.standings),
    "clients": _draws_samples,
    "contacts": lambda plan: _draws_samples(plan) and _takes_ratings(plan),
    "rechecks": lambda plan: bool(plan.rechecks),
    "finished": lambda plan: bool(plan.tasks),
}
"""What a plan must have for a table to be of use; tables that are not named here always are."""

COLUMNS: dict[tuple[str, str], Asks] = {
    ("units", "management"): lambda plan: bool(plan.units.management),
    ("units", "system"): lambda plan: bool(plan.units.systems),
    ("units", "township"): lambda plan: any(one.to.startswith("township") for one in plan.outcomes),
    ("ratings", "respondent"): _any_rating(lambda rule: rule.form or rule.each or rule.mean_first),
    ("ratings", "own"): _any_rating(lambda rule: not rule.own_unit),
    ("clients", "channel"): _samples_by("channel"),
    ("clients", "group"): lambda plan: any(one.quota or "group" in one.per for one in plan.sampling),
    ("clients", "post"): _samples_by("post"),
    ("opinions", "channel"): lambda plan: True,
    ("", "group"): _any_rating(lambda rule: rule.groups),
    ("", "channel"): _any_rating(lambda rule: rule.channels),
    ("", "item"): _any_rating(lambda rule: rule.items),
    ("marks", "marker"): _any_mark(lambda rule: rule.markers),
    ("marks", "group"): _any_mark(lambda rule: rule.markers),
    ("marks", "band"): _any_mark(lambda rule: rule.bands),
    ("measures", "denominator"): _any_component(lambda one: one.measures and one.measures.of == "rate"),
    ("events", "points"): _any_item(lambda item: item.fixed is None and not item.ladder),
    ("history", "listed_as"): lambda plan: False,  # written by `pingyi carry` alone
    ("events", "factors"): _any_item(lambda item: item.factors),
    ("events", "deed"): _any_component(lambda one: one.events and one.events.same_deed),
    ("events", "signed_on"): _any_component(lambda one: one.events and one.events.needs),
    ("events", "opened_on"): _any_item(lambda item: item.within),
    ("events", "closed_on"): _any_item(lambda item: item.within),
    ("events", "extended"): _any_item(lambda item: item.extended),
}
"""What a plan must have for a column to be of use, by table (or in every table) and column."""

FEW = 12
"""So many words a rule lists; more stand in the drop-down list alone."""


def column_words(setting: Setting, table: str, column: Column) -> tuple[str, ...]:
    """The words of a drop-down list as people write them: names where they are nobody else's, ids of units."""
    if column.kind == "yes_no":
        return ("是", "否")
    choice = setting.choice(table, column.name) if column.kind in ("choice", "list") else None
    if choice is None:
        return ()
    # intake takes names of plan things, and nothing but ids of units
    named = {} if choice.missing == ON_ROSTER else choice.names
    every = list(named.values())
    own = {value: name for value, name in named.items() if every.count(name) == 1}
    return tuple(own.get(value, word) for value, word in zip(choice.valid, choice.words, strict=True))


def column_rules(setting: Setting, table: str, column: Column) -> list[str]:
    """What to know before writing in a column: what the glossary says, then what this plan says."""
    return [line for line in (column.says, KINDS.get(column.kind, ""), *_plan_rules(setting, table, column)) if line]


KINDS = {
    "id": "单元格是文本格式，前面的 0 会保留。",
    "date": "日期，如 2020-05-06。",
    "moment": "日期或时刻，如 2020-05-06 或 2020-05-06 09:30。",
    "integer": "整数。",
    "decimal": "数，不带单位和千分号，至多 6 位小数。",
    "list": "几个之间用顿号隔开。",
    "yes_no": "填 是 或 否。",
}
"""How a cell of each kind is written."""


def _plan_rules(setting: Setting, table: str, column: Column) -> Iterator[str]:
    """What this plan says of a column."""
    if column.private:
        yield "只填代号，不得填姓名、电话号码和身份证号；填了号码整份数据会退回。"
    if (table, column.name) in PLAN_RULES:
        yield from PLAN_RULES[table, column.name](setting)
    elif column.name in ("level", "group", "channel", "item") and table in ("ratings", "counts"):
        yield from _words_by_component(setting, table, column.name)
    elif column.name == "cycle":
        for one in setting.scored_by(table):
            spans = (f"{cycle.id}（{cycle.start} 至 {cycle.end}）" for cycle in setting.cycles(one))
            yield f"{one.title}：{'、'.join(spans)}。"
    elif column.name == "unit" and setting.roster and column.kind == "choice":
        yield "填名录中的单位编号。"
    else:
        yield from _list_words(column_words(setting, table, column))


def _list_words(found: tuple[str, ...]) -> Iterator[str]:
    if len(found) > FEW:
        yield "从下拉列表中选。"
    elif len(found) > 2 or (found and "是" not in found):
        yield f"可填：{'、'.join(found)}。"


def _words_by_component(setting: Setting, table: str, name: str) -> Iterator[str]:
    """The words of each component; said once where all have the same."""
    words: dict[str, Callable[[Ratings], Iterable[str]]] = {
        "level": lambda rule: rule.levels,
        "group": lambda rule: rule.groups,
        "channel": channel_ids,
        "item": lambda rule: rule.items,
    }
    rules = {one.title: one.ratings for one in setting.scored_by(table)}
    by_component = {title: "、".join(words[name](rule)) for title, rule in rules.items() if rule}
    if len(set(by_component.values())) == 1:
        yield f"可填：{next(iter(by_component.values()))}。"
    else:
        yield from (f"{title}：{said or '不填'}。" for title, said in by_component.items())


def _describe_markers(setting: Setting) -> Iterator[str]:
    for one, rule in given_rules(setting):
        yield f"{one.title}：{'、'.join(rule.markers) or '不填'}。"


def _describe_ranges(setting: Setting) -> Iterator[str]:
    """The range of each component's marks, with bands and what is not counted."""
    for one in setting.scored_by("marks"):
        rule = one.marks
        if rule is None:
            yield f"{one.title}：系统报送的成绩。"
            continue
        low, high = (wording.plain(end) for end in rule.range)
        bands = "、".join(
            f"{band} {wording.plain(least)}—{wording.plain(most)}" for band, (least, most) in rule.bands.items()
        )
        told = [f"{low} 到 {high} 分", f"至多 {rule.decimals} 位小数" if rule.decimals else "整数", bands]
        void = "、".join(wording.plain(mark) for mark in rule.means_nothing)
        told.append(f"填 {void} 表示不计" if void else "")
        yield f"{one.title}：{'；'.join(text for text in told if text)}。"


def _describe_factors(setting: Setting) -> Iterator[str]:
    """Which circumstances each item knows."""
    names = setting.words("events", "factors")
    for _, item in setting.items.values():
        if item.factors:
            known = "、".join(f"{names.get(id, id)}（{wording.plain(times)} 倍）" for id, times in item.factors.items())
            yield f"{item.name}：{known}。"


def _describe_items(setting: Setting) -> Iterator[str]:
    """Entries of the catalogue with what they cost or earn: 投诉查实（监督检查）：扣 3 到 5 分，分值必填."""
    for one, item in setting.items.values():
        clause = f"，{item.clause}" if item.clause else ""
        yield f"{item.name}（{one.title}{clause}）：{_describe_points(item)}。"


PLAN_RULES: dict[tuple[str, str], Callable[[Setting], Iterator[str]]] = {
    ("marks", "group"): _describe_markers,
    ("marks", "mark"): _describe_ranges,
    ("events", "item"): _describe_items,
    ("events", "factors"): _describe_factors,
}
"""Columns for which a plan says more than words, by table and column."""


def _describe_points(item: Item) -> str:
    if item.ladder:
        return "按次数递进计分，分值不填"
    if item.points is None:
        return "方案未定分值，分值必填，并写明正负"
    if item.fixed is not None:
        verb = "扣" if item.fixed < 0 else "加"
        return f"{verb} {wording.plain(abs(item.fixed))} 分，分值可不填" if item.fixed else "不影响得分"
    low, high = item.points
    if item.deducts:
        least, most = (None if end is None else -end for end in (high, low))
        return f"扣 {_describe_span(least, most)}，分值必填"
    return f"加 {_describe_span(low, high)}，分值必填"


def _describe_span(low: Decimal | None, high: Decimal | None) -> str:
    if low is None or high is None:
        end = high if low is None else low
        return f"{'至多' if low is None else '至少'} {wording.plain(end)} 分" if end else "若干分"
    return f"{wording.plain(low)} 到 {wording.plain(high)} 分"


EXAMPLE_UNIT = "0101"
"""The unit of examples where no roster is known."""
EXAMPLES = {
    "name": "某某科",
    "organ": "某某局",
    "township": "某某镇",
    "form": "B0001",
    "respondent": "r0001",
    "client": "r0001",
    "marker": "",
    "event": "S001",
    "times": "1",
    "deed": "D01",
    "document": "某办〔2020〕1号",
    "case": "A0001",
    "contact": "L001",
    "problem": "P001",
    "supervised": "0",
    "opinion": "Y001",
    "votes": "36",
    "numerator": "95",
    "denominator": "100",
    "seed": "3 1 4 1 5",
    "text": "如实写明",
    "post": "科员",
}
"""Cells that no plan has a say in."""


def example_row(setting: Setting, table: str) -> dict[str, str]:
    """Column → cell of a row of the table; columns that stay empty are left out."""
    row = {column.name: _example_cell(setting, table, column) for column in setting.table(table).columns}
    special = PLAN_EXAMPLES.get(table)
    return {name: text for name, text in (row | (special(setting) if special else {})).items() if text}


def _example_cell(setting: Setting, table: str, column: Column) -> str:
    if column.name == "unit":
        return next(iter(setting.roster), EXAMPLE_UNIT)
    words = column_words(setting, table, column)
    if column.name in EXAMPLES and not words:
        return EXAMPLES[column.name]
    if column.kind == "date":
        return str(_example_day(setting))
    return words[0] if words and column.required else ""


def _example_day(setting: Setting, component: Component | None = None, later: int = 0) -> date:
    """A day on which something of the component may happen."""
    cycle = setting.cycles(component)[0] if component else next(iter(setting.plan.cycles.values()))[0]
    return cycle.start + timedelta(days=later)


def _unit_example(setting: Setting) -> dict[str, str]:
    """A unit that belongs to no system, and was there all the time."""
    known = setting.plan.units
    management = known.management[0] if known.management else ""
    row = {"category": known.categories[0], "management": management, "system": ""}
    row |= dict.fromkeys(("founded_on", "abolished_on", "changed_on", "former_category", "former_organ"), "")
    numbers = number_columns(setting.plan)
    return row | {column: "12" if column in numbers else "是" for column in known.columns}


def _vote_example(setting: Setting) -> dict[str, str]:
    """A level of the first component that is scored from levels, with all that it asks for."""
    one = setting.scored_by("ratings")[0]
    rule = one.ratings
    assert rule is not None
    open_to_all = [channel.id for channel in rule.channels if not channel.units]
    row = {"method": one.title, "level": next(iter(rule.levels)), "item": next(iter(rule.items), "")}
    row |= {"group": next(iter(rule.groups), ""), "channel": next(iter(open_to_all), "")}
    return row | {"rated_on": str(_example_day(setting, one)), "cycle": setting.cycles(one)[0].id, "counted_on": ""}


def _mark_example(setting: Setting) -> dict[str, str]:
    """A mark by the first marker, or a result that a system hands in."""
    takes_marks = setting.scored_by("marks")
    one = next((one for one in takes_marks if one.marks), takes_marks[0])
    rule = one.marks
    mark = wording.plain(rule.range[1]) if rule else "80"
    row = {"method": one.title, "mark": mark, "marker": next(iter(rule.markers), "") if rule else "", "band": ""}
    return row | {"cycle": setting.cycles(one)[0].id, "given_on": "", "group": ""}


def _decision_example(setting: Setting) -> dict[str, str]:
    """A unit that was proposed for the first list, and decided."""
    rule = setting.plan.every_list[0]
    by = rule.decided.by if rule.decided else "评议领导小组"
    return {"list": rule.title, "proposed": "是", "decided": "是", "decided_by": by, "why": ""}


def _event_example(setting: Setting) -> dict[str, str]:
    """The first entry of the catalogue, confirmed, with points where the plan leaves them open."""
    one, item = next(iter(setting.items.values()))
    found, status = str(_example_day(setting, one)), setting.words("events", "status").get("confirmed", "confirmed")
    row = {"item": item.name, "happened_on": found, "points": _example_points(item), "status": status}
    row |= dict.fromkeys(("signed_on", "opened_on", "closed_on", "extended", "deed", "factors"), "")
    return row | ({"opened_on": found} if item.within else {})


def _example_points(item: Item) -> str:
    """How many points an entry says where the catalogue leaves them open: the least that it may."""
    if item.ladder or item.fixed is not None:
        return ""
    low, high = item.points or (None, None)
    least = high or low
    return wording.plain(least).replace("−", "-") if least else "-1"


def _measure_example(setting: Setting) -> dict[str, str]:
    one = setting.scored_by("measures")[0]
    rate = one.measures is not None and one.measures.of == "rate"
    row = {"method": one.title, "cycle": setting.cycles(one)[0].id, "measured_on": ""}
    return row | ({} if rate else {"denominator": ""})


def _problem_example(setting: Setting) -> dict[str, str]:
    """A problem that was rectified and fed back."""
    days = {"found_on": 0, "due": 30, "rectified_on": 14, "fed_back_on": 20}
    found = {name: str(_example_day(setting, later=later)) for name, later in days.items()}
    return found | {"state": setting.words("problems", "state")["rectified"]}


def _earlier_example(setting: Setting) -> dict[str, str]:
    return {"year": str(setting.plan.campaign.year - 1), "name": ""}


PLAN_EXAMPLES: dict[str, Callable[[Setting], dict[str, str]]] = {
    "units": _unit_example,
    "ratings": _vote_example,
    "counts": _vote_example,
    "marks": _mark_example,
    "events": _event_example,
    "measures": _measure_example,
    "decisions": _decision_example,
    "problems": _problem_example,
    "history": _earlier_example,
    "rechecks": _earlier_example,
    "clients": lambda setting: {"channel": "", "group": "", "post": ""},
    "opinions": lambda setting: {"channel": "座谈会"},
    "grades": lambda setting: {} if setting.roster else {"organ": EXAMPLES["organ"]},
}
"""Cells that depend on the plan, by table."""
