"""Who is under review: units, the roster columns that a plan may name, and the kinds of units that components know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from pingyi.common.codebook import codebook
from pingyi.plan.tables import Rows, fields_of, plan_table
from pingyi.rules.base import ELSE, Found, Frozen, Id, Inconsistency, Traits, unknown_names

if TYPE_CHECKING:
    from pingyi.plan import Component, Plan


class Exempt(Frozen):
    """A unit on `listed` in each of the last `years` years takes no part this year."""

    listed: Id
    years: Annotated[int, Field(ge=1, le=10)]
    clause: str = ""


class Published(Frozen):
    """A count that the document prints; the roster must reproduce it (units, or organs, that fit `for`)."""

    count: int
    of: Literal["units", "organs"] = "units"
    units: Annotated[Traits, Field(alias="for")] = {}
    clause: str = ""


class Units(Frozen):
    """Categories, kinds of management, systems that are scored elsewhere, exemption.

    columns: further roster columns that this plan's rules name, with their Chinese heads.
    grades: yearly grades of organs from best to worst.
    """

    clause: str = ""
    categories: list[str]
    management: list[str] = []
    systems: dict[str, str] = {}
    columns: dict[str, str] = {}
    grades: list[str] = []
    exempt: Exempt | None = None
    published: list[Published] = []


@plan_table("plan_categories", "category, position integer")
def _category_rows(plan: Plan) -> Rows:
    for place, category in enumerate(plan.units.categories):
        yield category, place


@plan_table("plan_published", "position integer, count integer, of, clause, trait, texts list")
def _published_rows(plan: Plan) -> Rows:
    for place, one in enumerate(plan.units.published):
        for trait, values in one.units.items() or [(None, None)]:
            yield {"position": place, "trait": trait, "texts": values, **fields_of(one, "count", "of", "clause")}


CATEGORY, MANAGEMENT, SYSTEM = "category", "management", "system"
OTHER = ""
"""Any other value of a column whose values the plan does not name, the empty cell among them."""

NO_TRAITS = ("unit", "name")
"""Columns by which nobody is grouped: they tell units apart."""


def roster_columns(plan: Plan) -> list[str]:
    """Columns that rules may name: the glossary's and the plan's own."""
    own = [name for name in codebook().facts["units"].names if name not in NO_TRAITS]
    return [*own, *plan.units.columns]


def closed_columns(plan: Plan) -> dict[str, list[str]]:
    """Columns whose values the plan names, with these values; a cell may be empty too."""
    units = plan.units
    known = {CATEGORY: units.categories, MANAGEMENT: units.management, SYSTEM: list(units.systems)}
    return {column: [*values, ""] for column, values in known.items()}


def unknown_columns(plan: Plan, path: str, columns: Iterable[str]) -> Found:
    """Each column by which something is grouped and which the roster does not have."""
    yield from unknown_names(path, columns, roster_columns(plan), "名录列")


def unknown_traits(plan: Plan, path: str, traits: Traits) -> Found:
    """Each column that the roster does not have, and each value that a column cannot have."""
    closed = closed_columns(plan)
    for column, values in traits.items():
        yield from unknown_columns(plan, path, [column])
        if column in closed:
            yield from unknown_names(f"{path}.{column}", values, closed[column], "取值")
        if not values:
            yield Inconsistency(f"{path}.{column}", "", "至少写一个取值")


def units_name_what_exists(plan: Plan) -> Found:
    exempt, lists = plan.units.exempt, [one.id for one in plan.every_list]
    yield from unknown_names("units.exempt.listed", [exempt.listed] if exempt else [], lists, "名单")
    for place, one in enumerate(plan.units.published):
        yield from unknown_traits(plan, f"units.published.{place}.for", one.units)


MANY = 4096
"""Kinds that are looked at one by one; a plan of more is left to its run."""

Kind = dict[str, str]
"""A kind of units, column → value: one combination of the values that tell the components in question apart."""


def unit_kinds(plan: Plan, components: Iterable[Component]) -> Iterator[Kind]:
    """Every kind of unit that these components tell apart."""
    columns = _deciding_columns(plan, list(components))
    if prod(len(values) for values in columns.values()) <= MANY:
        for combination in product(*columns.values()):
            kind = dict(zip(columns, combination, strict=True))
            # only units of a system may lack category and management
            if kind.get(SYSTEM) or OTHER not in (kind.get(CATEGORY), kind.get(MANAGEMENT)):
                yield kind


def _deciding_columns(plan: Plan, components: list[Component]) -> dict[str, list[str]]:
    """The columns that tell components apart, with the values that matter."""
    closed, columns = closed_columns(plan), dict[str, list[str]]()
    values_by_category = (value for one in components for value in one.values_by_category)
    if any(set(value) != {ELSE} for value in values_by_category):
        columns[CATEGORY] = closed[CATEGORY]
    for traits in (traits for one in components for traits in (one.units, one.imported)):
        for column, values in traits.items():
            known = columns.get(column, closed.get(column, [OTHER]))
            columns[column] = list(dict.fromkeys([*known, *values]))
    if {CATEGORY, MANAGEMENT} & set(columns):
        columns.setdefault(SYSTEM, closed[SYSTEM])
    return columns


def exists_for_kind(one: Component, kind: Kind) -> bool:
    """Whether the component exists for units of this kind (lists apart)."""
    return one.names_category(kind.get(CATEGORY, OTHER)) and fits_kind(one.units, kind)


def brings_marks(one: Component, kind: Kind) -> bool:
    """Whether units of this kind bring the component's marks with them."""
    return bool(one.imported) and fits_kind(one.imported, kind)


def fits_kind(traits: Traits, kind: Kind) -> bool:
    """Whether the kind has one of the values wanted in each column."""
    return all(kind.get(column, OTHER) in values for column, values in traits.items())


def describe_kind(kind: Kind) -> str:
    """A kind as a message names it: empty where nothing but other values tells units apart."""
    named = "、".join(f"{column} {value}" for column, value in kind.items() if value != OTHER)
    return f"（{named}）" if named else ""
