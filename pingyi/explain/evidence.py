"""Registers that places, lists and consequences hang on beside the marks: lots, earlier lists, decisions, grades."""

from collections.abc import Iterator

from pingyi.explain.parts import FactTable
from pingyi.explain.tables import Row, Tables


def evidence(tables: Tables, unit: str) -> list[FactTable]:
    """The rows about a unit that some rule of the plan looks at, with file and row."""
    found = [
        FactTable("抽签", ("排名", "种子", "抽签日", "依据文件", "文件", "行"), tuple(_lots(tables, unit))),
        FactTable("往年名单", ("年度", "名单", "当年单位", "文件", "行"), tuple(_history(tables, unit))),
        FactTable(
            "名单决定", ("名单", "提出", "决定", "理由", "依据文件", "文件", "行"), tuple(_decisions(tables, unit))
        ),
        FactTable("主管部门考绩", ("主管部门", "档次", "文件", "行"), tuple(_grades(tables, unit))),
    ]
    return [table for table in found if table.rows]


def _place(row: Row) -> tuple[str, str]:
    return row["source"] or "未写明", "" if row["row"] is None else str(row["row"])


def _lots(tables: Tables, unit: str) -> Iterator[tuple[str, ...]]:
    """The recorded lot of every standing in which it decided the unit's place."""
    titles = {one.id: one.title for one in tables.plan.standings}
    for row in tables.rows("lots"):
        mine = tables.totals.get((row["standing"], unit))
        if mine and mine["decided_by"] == "lot":
            drawn = "" if row["drawn_on"] is None else str(row["drawn_on"])
            yield titles[row["standing"]], str(row["seed"]), drawn, row["document"] or "", *_place(row)


def _history(tables: Tables, unit: str) -> Iterator[tuple[str, ...]]:
    titles = {one.id: one.title for one in tables.plan.every_list}
    for row in tables.rows("earlier_entries"):
        if row["unit"] == unit:
            former = f"前身 {row['former']}" if row["former"] else "本单位"
            yield str(row["year"]), titles.get(row["list"], str(row["list"])), former, *_place(row)


def _decisions(tables: Tables, unit: str) -> Iterator[tuple[str, ...]]:
    titles = {one.id: one.title for one in tables.plan.every_list}
    for (list_, named), row in tables.decisions.items():
        if named == unit:
            said = ("列入" if row[name] else "不列入" for name in ("proposed", "decided"))
            yield titles[str(list_)], *said, row["why"] or "", row["document"] or "", *_place(row)


def _grades(tables: Tables, unit: str) -> Iterator[tuple[str, ...]]:
    whens = [when for one in tables.plan.outcomes for when in (one.when, one.unless)]
    whens += [when for rule in tables.plan.every_list for when in (rule.when, rule.provided)]
    asked = any(when is not None and when.grade for when in whens)
    for row in tables.rows("grades") if asked else []:
        if row["organ"] == tables.roster[unit]["organ"]:
            yield str(row["organ"]), str(row["grade"]), *_place(row)
