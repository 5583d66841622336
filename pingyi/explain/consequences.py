"""What follows for a unit from the lists that it is on."""

from collections.abc import Iterator

from pingyi.common import wording
from pingyi.explain import met
from pingyi.explain.parts import Consequence
from pingyi.explain.tables import Row, Tables


def consequences(tables: Tables, unit: str) -> Iterator[Consequence]:
    """The consequences of a unit in the order of the plan."""
    for row in tables.outcomes.get((unit,), []):
        about = (row["subject_kind"], row["subject"], row["effect"])
        yield Consequence(
            outcome=row["outcome"],
            list=row["list"],
            about=about,
            amount=row["amount"],
            clause=row["clause"],
            text=_text(row),
            why=_why(tables, row),
            together=tables.outcome_sums.get(about),
        )


def _why(tables: Tables, row: Row) -> str:
    """The list, and which conditions hold."""
    rule = next(one for one in tables.plan.outcomes if one.id == row["outcome"])
    title = next(one.title for one in tables.plan.every_list if one.id == row["list"])
    held = met.told(met.looked_at(tables, rule.when, row["unit"], row["place"]))
    return f"列入{title}，第 {row['place']} 位" + (f"；符合条件：{held}" if held else "")


def _text(row: Row) -> str:
    """A consequence in one line: 主管部门 县发改局：年度考绩加减分 −5 分（五(一)）."""
    kind = wording.named(row["subject_kind"], wording.SUBJECTS)
    who = kind if row["subject_kind"].startswith("unit") else f"{kind} {row['subject']}"
    amount = f" {wording.signed(row['amount'])} {row['unit_of_measure'] or ''}" if row["amount"] is not None else ""
    until = f"，至{row['until']}" if row["until"] else ""
    clause = f"（{row['clause']}）" if row["clause"] else ""
    return f"{who}：{row['effect_name']}{amount.rstrip()}{until}{clause}"
