"""Tables that the plan's leaves need and that are not there: missing is not the same as empty."""

from collections.abc import Iterator
from datetime import date

from pingyi.common.codebook import codebook
from pingyi.facts.intake.folder import Folder
from pingyi.facts.intake.mark_rules import brought
from pingyi.facts.intake.setting import Setting
from pingyi.plan import Component

NEEDS = {"ratings": ("ratings", "counts"), "marks": ("marks",), "events": ("events",), "measures": ("measures",)}
"""Method of a leaf → tables of which one must be there."""

WHAT_TO_DO = "请交来；确实一件也没有的，交只有表头的空表；还没有到时候的，用 --as-of 写明截至哪一天"


def note_missing(found: Folder, setting: Setting, as_of: date | None, *, complete: bool = True) -> None:
    """Note the roster, and every table that a leaf needs, where they are not there; each with who needs it.

    complete: whether tables of leaves are asked for, and not the roster alone.
    """
    if not found.path.is_dir():
        return
    if "units" not in found.named:
        title = codebook().facts["units"].title
        found.add(found.path, "", f"缺少{title}（units.csv、units.xlsx 或 units.parquet）", where="文件夹")
    needed: dict[tuple[str, ...], list[str]] = {}
    for one, tables in _needs(setting, as_of) if complete else ():
        if found.named.isdisjoint(tables):
            needed.setdefault(tables, []).append(one.title)
    for tables, leaves in needed.items():
        titles = "或".join(f"{codebook().facts[name].title}（{name}）" for name in tables)
        found.add(found.path, "", f"缺少{titles}：{'、'.join(leaves)}要用。{WHAT_TO_DO}", where="文件夹")


def _needs(setting: Setting, as_of: date | None) -> Iterator[tuple[Component, tuple[str, ...]]]:
    """Leaves that are due and say nothing of what is not there, with their tables; results that units bring."""
    for one in setting.plan.components:
        begun = as_of is None or setting.cycles(one)[0].start <= as_of
        if not begun or one.unmeasured:
            continue
        if one.method in NEEDS and _has_units(one, setting):
            yield one, NEEDS[one.method]
        if one.imported and any(brought(setting, one, unit) for unit in setting.roster):
            yield one, NEEDS["marks"]


def _has_units(one: Component, setting: Setting) -> bool:
    """Whether the leaf is for any unit; where there is no roster, it is."""
    return not setting.roster or any(setting.fits(unit, one.units) for unit in setting.roster.values())
