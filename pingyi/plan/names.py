"""Whether every name in a plan is one that the plan knows: columns and their values, conditions, cycles, words.

Each check yields every place where its sentence does not hold.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pingyi.plan import Component, Plan
from pingyi.plan.base import ELSE, Named, Traits
from pingyi.plan.columns import closed_columns, roster_columns
from pingyi.plan.inconsistency import Found, Inconsistency, unknown

RESERVED = {"components": ("draw", "share"), "lists": ("units",)}
"""Ids that mean something else where others are named."""


def ids_are_unique(plan: Plan) -> Found:
    sections: dict[str, Sequence[Named]] = {
        "calendar": plan.calendar,
        "components": plan.components,
        "standings": plan.standings,
        "bands": plan.bands,
        "shortlists": plan.every_list,
        "outcomes": plan.outcomes,
        "contents": plan.contents,
        "provisions": plan.provisions,
        "readings": plan.readings,
        "sampling": plan.sampling,
        "tasks": plan.tasks,
        "rechecks": plan.rechecks,
    }
    for section, things in sections.items():
        yield from _repeated(section, [thing.id for thing in things], "同一个 id 只能用一次")
        for thing in things:
            if thing.id in RESERVED.get("lists" if section == "shortlists" else section, ()):
                yield Inconsistency(f"{section}.{thing.id}", thing.id, "这个词另有用处，不能作 id")


def words_are_unique(plan: Plan) -> Found:
    """Words that facts are told apart by: cycles of a set, categories, grades, channels of a leaf."""
    words = {f"cycles.{name}": [cycle.id for cycle in cycles] for name, cycles in plan.cycles.items()}
    units = plan.units
    words |= {"units.categories": units.categories, "units.management": units.management, "units.grades": units.grades}
    for one in plan.components:
        if one.ratings:
            words[f"components.{one.id}.ratings.channels"] = [channel.id for channel in one.ratings.channels]
    for path, names in words.items():
        yield from _repeated(path, names, "同一个词只能写一次")
    for name, cycles in plan.cycles.items():
        if not cycles:
            yield Inconsistency(f"cycles.{name}", "", "至少要有一个周期")
    for category in {"", ELSE} & set(units.categories):
        yield Inconsistency("units.categories", category, f"类别的名字不能为空，也不能是 {ELSE}")


def _repeated(path: str, names: Sequence[str], wanted: str) -> Found:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Inconsistency(path, name, wanted)


def traits_exist(plan: Plan, path: str, traits: Traits) -> Found:
    """Columns of the roster, and values of those whose values the plan names."""
    closed = closed_columns(plan)
    for column, values in traits.items():
        yield from unknown(path, [column], roster_columns(plan), "名录列")
        if column in closed:
            yield from unknown(f"{path}.{column}", values, closed[column], "取值")
        if not values:
            yield Inconsistency(f"{path}.{column}", "", "至少写一个取值")


def columns_exist(plan: Plan, path: str, columns: Iterable[str]) -> Found:
    """Columns of the roster by which something is grouped."""
    yield from unknown(path, columns, roster_columns(plan), "名录列")


def components_name_what_exists(plan: Plan) -> Found:
    ids, lists = [one.id for one in plan.components], [one.id for one in plan.every_list]
    for one in plan.components:
        path = f"components.{one.id}"
        yield from unknown(f"{path}.of", one.of, ids, "指标")
        yield from unknown(f"{path}.listed", one.listed, lists, "名单")
        yield from unknown(f"{path}.per", [one.per], plan.cycles, "周期")
        if one.per in plan.cycles:
            yield from unknown(f"{path}.cycle_full", one.cycle_full, [it.id for it in plan.cycles[one.per]], "周期")
        for traits_path, traits in _traits_of(one):
            yield from traits_exist(plan, f"{path}.{traits_path}", traits)
        for key, per_category in _per_category(one):
            yield from unknown(f"{path}.{key}", set(per_category) - {ELSE}, plan.units.categories, "类别")


def _traits_of(one: Component) -> Iterator[tuple[str, Traits]]:
    """Everything of a component that names units by columns of the roster."""
    yield "for", one.units
    yield "imported", one.imported
    for channel in one.ratings.channels if one.ratings else ():
        yield f"ratings.channels.{channel.id}.for", channel.units
    for name, marker in one.marks.markers.items() if one.marks else ():
        yield f"marks.markers.{name}.for", marker.units


def _per_category(one: Component) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything of a component that may differ by category."""
    for key, value in (("full", one.full), ("weight", one.weight)):
        if isinstance(value, dict):
            yield key, value
    for name, weight in one.ratings.groups.items() if one.ratings else ():
        if isinstance(weight, dict):
            yield f"ratings.groups.{name}", weight


def each_component_has_one_parent(plan: Plan) -> Found:
    children = [child for one in plan.components for child in one.of]
    for child in sorted({child for child in children if children.count(child) > 1}):
        yield Inconsistency(f"components.{child}", child, "一个指标只能属于一个上级指标")


def ratings_name_their_levels(plan: Plan) -> Found:
    for one in plan.components:
        if one.ratings is None or one.ratings.form is None:
            continue
        form, path = one.ratings.form, f"components.{one.id}.ratings.form"
        yield from unknown(path, [*form.exactly, *form.at_most], one.ratings.levels, "等次")
        yield from unknown(f"{path}.unmarked", [form.unmarked], [*one.ratings.levels, "not_counted"], "等次")


def quotas_name_their_marker(plan: Plan) -> Found:
    """A quota of bands binds one class of raters: the only one, or the one it names."""
    for one in plan.components:
        quota = one.marks.quota if one.marks else None
        if one.marks is None or quota is None:
            continue
        path = f"components.{one.id}.marks.quota"
        yield from unknown(f"{path}.marker", [quota.marker] if quota.marker else [], one.marks.markers, "评分人类别")
        if not quota.marker and len(one.marks.markers) > 1:
            wanted = f"有几类评分人，须用 marker 写明限额约束 {'、'.join(one.marks.markers)} 中的哪一类"
            yield Inconsistency(path, "", wanted, clause=quota.clause)
        if not one.marks.bands:
            yield Inconsistency(path, "", "没有分档（bands），档次限额无从算起", clause=quota.clause)


def conversions_name_columns(plan: Plan) -> Found:
    """What a value is divided or multiplied by stands in a column that the plan adds to the roster."""
    for one in plan.components:
        for key, steps in (("each_cycle", one.each_cycle), ("convert", one.convert)):
            for place, step in enumerate(steps):
                column = step.per or step.times_column
                if column is not None:
                    path = f"components.{one.id}.{key}.{place}.{step.kind}"
                    yield from unknown(path, [column], plan.units.columns, "名录列（units.columns 中的数字列）")


def event_items_are_unique(plan: Plan) -> Found:
    seen: dict[str, str] = {}
    for one in plan.components:
        for item in one.events.items if one.events else ():
            if item in seen:
                wanted = f"事项编号在全方案只能用一次，{seen[item]} 已有"
                yield Inconsistency(f"components.{one.id}.events.items.{item}", item, wanted)
            seen[item] = one.id


NAMES: list[Callable[[Plan], Found]] = [
    ids_are_unique,
    words_are_unique,
    components_name_what_exists,
    each_component_has_one_parent,
    ratings_name_their_levels,
    quotas_name_their_marker,
    conversions_name_columns,
    event_items_are_unique,
]
