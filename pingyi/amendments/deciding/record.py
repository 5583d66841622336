"""A decision as rows of the fact table, and the file of facts that they are added to: whole or not at all."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pingyi.amendments.deciding.request import WHERE, Decision, DecisionFaults
from pingyi.common.codebook import codebook
from pingyi.common.faults import Fault
from pingyi.common.files import held, replace_whole
from pingyi.common.spreadsheet_safe import guard
from pingyi.facts.intake.decoded import decoded
from pingyi.facts.intake.folder import look
from pingyi.facts.intake.heads import known_heads, plain

TABLE = "decisions"
BOM = "\ufeff"
"""By which Excel knows UTF-8."""

Cells = dict[str, str]


def cells(decision: Decision) -> list[Cells]:
    """A row for each unit proposed or decided, as a file writes it."""
    asked, decided = decision.asked, set(decision.decided)
    said = {"decided_on": str(asked.on), "decided_by": asked.by.strip(), "document": asked.document.strip()}
    return [
        {"list": decision.rule.id, "unit": unit, "proposed": _yes(unit in decision.proposed)}
        | {"decided": _yes(unit in decided), "why": {**decision.added, **decision.removed}.get(unit, "")}
        | said
        for unit in (*decision.proposed, *decision.added)
    ]


def _yes(holds: bool) -> str:
    return "是" if holds else "否"


def with_decision(facts: Mapping[str, pl.DataFrame], decision: Decision) -> dict[str, pl.DataFrame]:
    """The facts as they will be once the decision is recorded."""
    earlier = facts[TABLE]
    typed = [
        row
        | {"decided_on": decision.asked.on, "why": row["why"] or None}
        | {name: row[name] == _yes(True) for name in ("proposed", "decided")}
        for row in cells(decision)
    ]
    schema = {name: earlier.schema[name] for name in typed[0]}
    return {**facts, TABLE: pl.concat([earlier, pl.DataFrame(typed).cast(schema)], how="diagonal")}  # type: ignore[arg-type]


def write(folder: Path, decision: Decision) -> Path:
    """Add a decision to the campaign's file of decisions; the file. Raises: DecisionFaults."""
    path = _target(folder)
    with held(path.with_name(f".{path.name}.lock"), _busy):
        replace_whole(path, _with_rows(path, decision).encode())
    return path


def _busy(holder: str) -> DecisionFaults:
    return DecisionFaults([Fault(WHERE, "登记", "", f"另一个程序（编号 {holder}）正在登记，请稍后再试")])


def _target(folder: Path) -> Path:
    """The file to add to: the one there is, else a new one. Raises: DecisionFaults where it is no CSV."""
    files = look(folder, codebook().facts.values()).files.get(TABLE, [])
    own = [one for one in files if one.stem == TABLE] or files
    home = own[0].parent if own else folder
    if not own or home != folder:
        return next((one for one in own if one.suffix.lower() == ".csv"), home / f"{TABLE}.csv")
    if own[0].suffix.lower() != ".csv":
        title = codebook().facts[TABLE].title
        wanted = f"{title}是这个文件，不是 CSV，不能往里添加；请先建文件夹 {TABLE}，把它移进去，再登记"
        raise DecisionFaults([Fault(WHERE, "数据文件", own[0].as_posix(), wanted)])
    return own[0]


def _with_rows(path: Path, decision: Decision) -> str:
    """The text of the file with the decision's rows below it. Raises: DecisionFaults."""
    table, added = codebook().facts[TABLE], cells(decision)
    before = decoded(path.read_bytes()) if path.exists() else ",".join(one.head for one in table.columns) + "\n"
    rows = [row for row in csv.reader(io.StringIO(before)) if any(row)]
    known = known_heads(table)
    heads = [known[plain(one)].name if plain(one) in known else "" for one in (rows[0] if rows else [])]
    _refuse(path, heads, rows, decision)
    end = "\r\n" if "\r\n" in before else "\n"
    below = io.StringIO()
    csv.writer(below, lineterminator=end).writerows([[guard(row.get(name, "")) for name in heads] for row in added])
    return BOM + before.rstrip("\r\n") + end + below.getvalue()


def _refuse(path: Path, heads: list[str], rows: list[list[str]], decision: Decision) -> None:
    """Raises: DecisionFaults where rows cannot be added under these heads, or the list was decided meanwhile."""
    table = codebook().facts[TABLE]
    missing = [one.head for one in table.columns if one.name not in heads]
    if missing:
        wanted = f"第一行应是表头，缺少 {'、'.join(missing)}；请补上再登记"
        raise DecisionFaults([Fault(WHERE, "数据文件", path.as_posix(), wanted)])
    at = heads.index("list")
    if any(at < len(row) and row[at].strip() in (decision.rule.id, decision.rule.title) for row in rows[1:]):
        raise DecisionFaults(
            [Fault(WHERE, "名单", decision.rule.title, "已有决定，刚由别人登记；请先用 pingyi check 核对")]
        )
