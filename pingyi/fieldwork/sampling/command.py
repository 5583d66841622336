"""Drawing as the office asks for it: by the name of a rule, into a new folder."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pingyi.common import wording
from pingyi.common.characters import describe_seed, normal_seed
from pingyi.common.faults import nearest
from pingyi.common.files import new_folder
from pingyi.fieldwork.sampling.draw import Draw, draw
from pingyi.fieldwork.sampling.frame import DrawRefused
from pingyi.fieldwork.sampling.note import told
from pingyi.fieldwork.sampling.written import folder_name, write_draw
from pingyi.plan import Plan
from pingyi.plan.work import Sampling


def draw_into(
    plan: Plan,
    facts_tables: Mapping[str, pl.DataFrame],
    rule_id: str | None,
    seed: str,
    folder: Path,
    *,
    sheet_per_channel: bool = False,
) -> list[str]:
    """Draw by one rule, or by every rule of the plan that has a number, and write it; what there is to say.

    rule_id: id or name; several rules get a folder each within the new one.
    Raises: DrawRefused (unknown rule, no seed, nobody to draw from), FrameFaults, PlaceTaken.
    """
    written, seed = seed, normal_seed(seed)
    if not seed:
        raise DrawRefused("缺少种子：请当众产生一串字（如掷骰子的结果），公布后用它抽取")
    rules = chosen(plan, rule_id)
    units, clients = facts_tables["units"], facts_tables.get("clients", pl.DataFrame())
    results = [draw(rule, clients, units, seed) for rule in rules]
    if all(result.asked.is_empty() for result in results):
        raise DrawRefused("\n".join(["规则范围内没有一行，无人可抽", *(line for one in results for line in told(one))]))
    names = wording.units_apart(units.select("unit", "name", "organ").cast(pl.String).iter_rows())
    if len(results) == 1:
        write_draw(results[0], folder, names=names, sheet_per_channel=sheet_per_channel)
    else:
        _write_all(results, folder, names, sheet_per_channel)
    form = f"写的是“{written}”，按统一写法（半角、不计多余空格）抽取" if written != seed else ""
    return [
        f"种子：{describe_seed(seed)}",
        *filter(None, [form]),
        *(line for result in results for line in told(result)),
        f"已写入 {folder.as_posix()}",
    ]


def chosen(plan: Plan, rule_id: str | None) -> list[Sampling]:
    """The rule of this id or name, or all that have a number to draw. Raises: DrawRefused."""
    if rule_id is None:
        drawable = [rule for rule in plan.sampling if rule.take is not None]
        if not drawable:
            raise DrawRefused("方案没有要抽取的规则（sampling 中没有一条写了 take）")
        return drawable
    found = [rule for rule in plan.sampling if rule_id in (rule.id, rule.name)]
    if not found:
        names = {rule.id: rule.title for rule in plan.sampling}
        near = nearest(rule_id, [*names, *names.values()], names)
        raise DrawRefused(f"方案没有名为“{rule_id}”的抽取规则；{f'相近的有 {near}' if near else _all(plan)}")
    return found[:1]


def _all(plan: Plan) -> str:
    titles = [f"{rule.id} {rule.name}".strip() for rule in plan.sampling]
    return f"方案的规则有 {'、'.join(titles)}" if titles else "方案一条抽取规则也没有"


def _write_all(results: list[Draw], folder: Path, names: Mapping[str, str], sheet_per_channel: bool) -> None:
    with new_folder(folder) as part:
        for result in results:
            name = folder_name(result.rule.id, [path.name for path in part.iterdir()])
            write_draw(result, part / name, names=names, sheet_per_channel=sheet_per_channel)
