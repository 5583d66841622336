"""Units that change: what the roster says of it must fit together, and earlier years' entries must find their unit."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from pingyi.facts.as_of_date import FORMER
from pingyi.facts.intake.alike import bare
from pingyi.facts.intake.choices import ON_ROSTER, Choice
from pingyi.facts.intake.rule import Row, Rule, Said, Wrong
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import ROW, SHEET
from pingyi.facts.intake.whole import Whole
from pingyi.facts.lineage import changes, circles, successions
from pingyi.facts.lives import scored_days

FEW = 5
"""Codes that are told one by one; with more of them the codes were given anew, which is one cause."""

NAMED = 3
"""Examples in one message."""


def _life_in_order(setting: Setting, table: str, row: Row) -> Said:
    founded, abolished = row["founded_on"], row["abolished_on"]
    if founded and abolished and founded > abolished:
        yield Wrong("abolished_on", f"早于设立日期 {founded}，请核对这两个日期")


def _exists_while_scored(setting: Setting, table: str, row: Row) -> Said:
    first, last = scored_days(setting.plan)
    if row["abolished_on"] and row["abolished_on"] < first:
        told = f"评议期从 {first} 开始，这个单位那时已经撤销，不应在今年的名录里"
        yield Wrong("abolished_on", f"{told}；请删去这一行，有单位接替的，在接替单位的“前身”写它的编号")
    if row["founded_on"] and row["founded_on"] > last:
        yield Wrong("founded_on", f"评议期到 {last} 结束，以后才设立的单位不应在今年的名录里；请删去这一行")


def _merged_into_another(setting: Setting, table: str, row: Row) -> Said:
    if row["merged_into"] is None:
        return
    if row["merged_into"] == row["unit"]:
        yield Wrong("merged_into", "不能并入自己；应写接收它的单位的编号")
    if row["abolished_on"] is None:
        yield Wrong("abolished_on", "填了“并入”的，要填撤销日期")


def _moved_within_the_year(setting: Setting, table: str, row: Row) -> Said:
    former = [name for name in FORMER.values() if row[name]]
    if row["changed_on"] is None:
        yield from (Wrong(name, "填了变动以前的，要填变动日期") for name in former)
        return
    last = scored_days(setting.plan)[1]
    if not former:
        yield Wrong("changed_on", "填了变动日期，要填原类别或原主管部门；编号换了的写前身")
    if row["changed_on"] > last:
        told = f"评议期到 {last} 结束，今年仍按变动以前的算"
        yield Wrong("changed_on", f"{told}；类别和主管部门请写变动以前的，变动写进明年的名录")


CHANGES = [
    Rule(_moved_within_the_year, ("changed_on", *FORMER.values())),
    Rule(_life_in_order, ("founded_on", "abolished_on")),
    Rule(_exists_while_scored, ("founded_on", "abolished_on")),
    Rule(_merged_into_another, ("unit", "merged_into", "abolished_on")),
]


def check_changes(units: Whole) -> None:
    """Note units merged into one that is not there, and those that go on in each other all round."""
    frame = units.frame
    known = frame["unit"].drop_nulls().to_list()
    names = dict(frame.select("unit", "name").drop_nulls().iter_rows())
    choice = Choice(tuple(dict.fromkeys(known)), names, missing=ON_ROSTER)
    strange = frame.filter(pl.col("merged_into").is_not_null() & ~pl.col("merged_into").is_in(known))
    for sheet, row, code in strange.select(SHEET, ROW, "merged_into").iter_rows():
        units.notepad(sheet).cell(row, "merged_into", code, choice.missing, choice.near(code))
    for circle in circles(frame):
        sheet, row = frame.filter(pl.col("unit") == circle[0]).select(SHEET, ROW).row(0)
        found = " → ".join([*circle, circle[0]])
        wanted = "这些单位都已撤销，而又互为前身或互相并入，转了一圈；请核对“前身”“并入”和撤销日期"
        units.notepad(sheet).line(row, found, wanted)


@dataclass(frozen=True)
class Entry:
    """A code and name of earlier years' lists: where it stands first, and in how many rows of that sheet."""

    sheet: int
    row: int
    code: str
    name: str | None
    rows: int


def check_names(history: Whole, units: pl.DataFrame) -> None:
    """Compare codes and names of earlier lists with the roster.

    A code under which another unit stands, or nobody while its name stands under another code, is a fault: the entry
    would be lost, or be another unit's. A new name, and entries that are nobody's, are told once.
    """
    roster = Roster(units)
    wrong: list[tuple[Entry, str]] = []
    for entry in _entries(history.frame):
        other = roster.elsewhere(entry)
        if other:
            wrong.append((entry, other))
        elif entry.name and roster.renamed(entry):
            bearer, now = entry.code, roster.names[entry.code]
            told = f"第 {entry.row} 行 {bearer} 写的是“{entry.name}”，名录中 {bearer} 现在是“{now}”"
            history.notepad(entry.sheet).notice(f"{told}；按改了名称的同一个单位计。不是同一个单位的，请改编号")
    _note_wrong(history, roster, wrong)
    _note_nobodys(history, roster)


class Roster:
    """Names and codes of the roster, and whose earlier entries are whose."""

    def __init__(self, units: pl.DataFrame) -> None:
        rows = units.filter(pl.col("unit").is_not_null() & pl.col("name").is_not_null())
        self.names: dict[str, str] = dict(rows.select("unit", "name").iter_rows())
        times = Counter(map(bare, self.names.values()))
        self.by_name = {bare(name): code for code, name in self.names.items() if times[bare(name)] == 1}
        self.heirs = successions(units)
        self.codes = set(self.heirs["code"])
        self.founded = {unit: one.founded_on for unit, one in changes(units).items()}

    def heirs_of(self, code: str) -> list[str]:
        """The units that entries under a code count for."""
        return self.heirs.filter(pl.col("code") == code)["unit"].to_list()

    def elsewhere(self, entry: Entry) -> str | None:
        """The other unit of today with the name of an entry, unless the roster says that it took the code over."""
        other = self.by_name.get(bare(entry.name or ""))
        if other is None or other == entry.code or bare(self.names.get(entry.code, "")) == bare(entry.name or ""):
            return None
        heirs = self.heirs_of(entry.code)
        return None if other in heirs and entry.code not in heirs else other

    def renamed(self, entry: Entry) -> bool:
        """Whether the unit of this code is called otherwise now."""
        now = self.names.get(entry.code)
        return now is not None and entry.code in self.heirs_of(entry.code) and bare(now) != bare(entry.name or "")


def _entries(frame: pl.DataFrame) -> Iterator[Entry]:
    """Each code and name of each sheet once, in order."""
    known = frame.filter(pl.col("unit").is_not_null())
    grouped = known.group_by(SHEET, "unit", "name", maintain_order=True)
    for sheet, code, name, row, rows in grouped.agg(pl.col(ROW).first(), pl.len().alias("rows")).iter_rows():
        yield Entry(sheet, row, code, name, rows)


def _note_wrong(history: Whole, roster: Roster, wrong: list[tuple[Entry, str]]) -> None:
    """One fault for each code; many are one, since then all codes were given anew."""
    if len({entry.code for entry, _ in wrong}) > FEW:
        entry = wrong[0][0]
        some = "、".join(f"{one.code} {one.name}（现在是 {other}）" for one, other in wrong[:NAMED])
        wanted = f"共 {len(wrong)} 个编号与名录对不上，像是编号重新编过；请在名录各单位的“前身”写它原来的编号"
        history.notepad(entry.sheet).cell(entry.row, "unit", f"{some} 等", wanted)
        return
    for entry, other in wrong:
        more = f"（这样的有 {entry.rows} 行）" if entry.rows > 1 else ""
        history.notepad(entry.sheet).cell(
            entry.row, "unit", f"{entry.code} {entry.name}", _remedy(roster, entry, other) + more
        )


def _remedy(roster: Roster, entry: Entry, other: str) -> str:
    """What is wrong with a code, and what to write where."""
    code, name = entry.code, entry.name
    if code not in roster.names:
        told = f"名录中没有 {code}，{name}现在的编号是 {other}；同一个单位的，请在名录 {other} 的“前身”写 {code}"
        return f"{told}；不是同一个单位的，请把这里的名称写得有区别"
    told = f"名录中 {code} 现在是{roster.names[code]}，{name}现在的编号是 {other}；请在名录 {other} 的“前身”写 {code}"
    return f"{told}，并在 {code} 的“前身”写它自己原来的编号（今年新设的，写设立日期）；编号写错的，改这里的编号"


def _note_nobodys(history: Whole, roster: Roster) -> None:
    """List once for each sheet the entries that count for no unit of this year."""
    own = roster.heirs.filter(pl.col("code") == pl.col("unit"), pl.col("since") > 0)
    since = {code: year for code, _, year in own.iter_rows() if len(roster.heirs_of(code)) == 1}
    lost: dict[int, list[str]] = {}
    rows = history.frame.filter(pl.col("unit").is_not_null()).select(SHEET, "unit", "year", "listed_as", "name")
    for sheet, code, year, listed_as, name in rows.iter_rows():
        new = code in since and year is not None and year < since[code] and not listed_as
        if code not in roster.codes or new:
            lost.setdefault(sheet, []).append(f"{code} {name}" if name else code)
    for sheet, codes in lost.items():
        each = list(dict.fromkeys(codes))
        some = "、".join(each[:FEW]) + ("等" if len(each) > FEW else "")
        told = f"有 {len(codes)} 行的单位（{some}，共 {len(each)} 个）今年没有单位承接，往年名单的规则不计"
        history.notepad(sheet).notice(f"{told}；改了编号、合并、分设的，请在名录接替它的单位的“前身”写这个编号")
