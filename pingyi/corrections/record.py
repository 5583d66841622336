"""Which row of the facts somebody means: by its id, by file and row, or by columns and values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from pingyi.codebook import Table
from pingyi.faults import nearest
from pingyi.intake.cells import typed
from pingyi.intake.corrected import matching
from pingyi.intake.heads import known_heads, plain
from pingyi.intake.notepad import Notepad
from pingyi.intake.setting import Setting
from pingyi.intake.sheet import ROW
from pingyi.intake.written import written

PLACED = re.compile(r"(?P<file>.+?)(?:[“\"](?P<sheet>.+)[”\"])?\s*(?:[:：]|第)\s*(?P<row>\d+)\s*行?")
PARTS = re.compile(r"[；;\n]+")

Record = dict[str, str]


class Unclear(Exception):
    """What was written names no row, or several. wanted: what to say; near: what is like it."""

    def __init__(self, wanted: str, near: str = "") -> None:
        super().__init__(wanted)
        self.wanted, self.near = wanted, near


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the facts. record: what tells it from all others. place: its file and row. status: of an event."""

    record: Record
    place: str
    status: str | None


def record_of(text: str, table: Table, setting: Setting, frame: pl.DataFrame) -> Record:
    """Columns and values that a text names, spelled as `written` does. Raises: Unclear."""
    if placed := PLACED.fullmatch(text):
        found = _at_place(frame, placed)
        if found.height:
            return identity(found, frame, table)
    if "=" not in text and "＝" not in text:
        return canonical({_only_key(table): text}, table, setting)
    known = known_heads(table)
    pairs: Record = {}
    for part in filter(None, (one.strip() for one in PARTS.split(text))):
        head, sign, value = part.replace("＝", "=").partition("=")
        column = known.get(plain(head))
        if not sign or column is None:
            raise Unclear(f"“{part}”读不懂，应为 列=值", nearest(plain(head), known))
        pairs[column.name] = value.strip()
    return canonical(pairs, table, setting)


def _at_place(frame: pl.DataFrame, placed: re.Match[str]) -> pl.DataFrame:
    """The row that stands there; `source`, `sheet` and `row` are as intake delivers them."""
    here = (pl.col("source").cast(pl.String) == placed["file"].strip()) & (pl.col(ROW) == int(placed["row"]))
    if placed["sheet"]:
        here &= pl.col("sheet").cast(pl.String) == placed["sheet"]
    return frame.filter(here)


def _only_key(table: Table) -> str:
    keys = [one.name for one in table.columns if one.key]
    if len(keys) != 1:
        heads = "；".join(f"{table.column(name).head}=…" for name in keys)
        raise Unclear(f"应写明是哪一条：{heads}，或“文件 第几行”")
    return keys[0]


def canonical(pairs: Mapping[str, str], table: Table, setting: Setting) -> Record:
    """Values spelled as `written` does. Raises: Unclear for the first that the column cannot hold."""
    notepad = Notepad("", "")
    raw = pl.DataFrame({**{name: [value] for name, value in pairs.items()}, ROW: [1]})
    frame = typed(raw, table, setting, notepad)
    if notepad.findings:
        fault = notepad.findings[0].fault
        raise Unclear(fault.wanted, fault.near)
    narrow = replace(table, columns=tuple(table.column(name) for name in pairs))
    texts = written(frame.select(*pairs), narrow).row(0, named=True)
    for name, value in texts.items():
        choice = setting.choice(table.name, name)
        if choice and value is not None and table.column(name).kind == "choice" and value not in choice.valid:
            raise Unclear(choice.wanted, choice.near(value))
    return {name: value or "" for name, value in texts.items()}


def row_of(record: Record, frame: pl.DataFrame, table: Table) -> Row | None:
    """The row that a record means; nothing where there is none. Raises: Unclear where there are several."""
    found = matching(frame, record, table)
    if found.height > 1:
        more = "、".join(table.column(name).head for name in table.key if found[name].n_unique() > 1)
        raise Unclear(f"有 {found.height} 行符合，应只有一行" + (f"；请再写明 {more}" if more else ""))
    if not found.height:
        return None
    row = found.row(0, named=True)
    sheet = f"“{row['sheet']}”" if row["sheet"] else ""
    return Row(identity(found, frame, table), f"{row['source']}{sheet} 第 {row[ROW]} 行", row.get("status"))


def identity(found: pl.DataFrame, frame: pl.DataFrame, table: Table) -> Record:
    """What tells a row from all others: its key where that does, else all its columns."""
    texts = {name: value or "" for name, value in written(found.head(1), table).row(0, named=True).items()}
    short = {name: texts[name] for name in table.key}
    return short if short and matching(frame, short, table).height == 1 else texts
