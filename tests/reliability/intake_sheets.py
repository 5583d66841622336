"""Sheets in which something was changed: what is taken says what its cells say, the rest is refused at the cell."""

import random
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pingyi.facts.intake import Facts, FactsRefused
from tests.fuzz_intake import COLUMNS, GOOD, HEADS, NASTY, WRONG, as_book, as_parquet, as_text, facts_of, votes
from tests.reliability.figure import Figure

FULL, SMALL = 10_500, 44

Rows = list[list[str]]

LEVELS, GROUPS = ("满意", "基本满意", "不满意"), ("服务对象",)
NAMES = {"网络评价": "network"}
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?|(\d{4})(\d\d)(\d\d)")


@dataclass
class Sheet:
    """A sheet on its way. cells: changed cells, row and column from 0. must: how it has to end, if that is certain."""

    rows: Rows
    above: Rows = field(default_factory=list)
    cells: list[tuple[int, int]] = field(default_factory=list)
    repeated: int = 0
    must: str = ""


def figures(full: bool) -> Iterator[Figure]:
    """One change, or a few, to a sheet of clean ballots, in text, workbook or Parquet."""
    tries = FULL if full else SMALL
    wrong: list[str] = []
    ends: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as base:
        for seed in range(tries):
            kind = list(CHANGES)[seed % len(CHANGES)]
            dice = random.Random(f"{kind} {seed}")
            sheet = Sheet(votes(dice))
            CHANGES[kind](dice, sheet)
            end, said = ending(dice, sheet, Path(base))
            ends[f"{kind} {end}"] += 1
            if said or (sheet.must and sheet.must != end):
                wrong.append(f"seed {seed} {kind}: {end} {said}")
    said = ", ".join(f"{end} {many}" for end, many in sorted(ends.items()))
    yield Figure(
        "changed sheets: taken as written or mended and listed, else refused at the cell",
        tries,
        10_000,
        wrong,
        said=said,
    )


def ending(dice: random.Random, sheet: Sheet, folder: Path) -> tuple[str, str]:
    """Taken or refused, and what is wrong with that."""
    form = dice.choice(["csv", "csv", "xlsx", "xlsx", "parquet"])
    if sheet.above or any(len(row) != len(HEADS) for row in sheet.rows):
        form = "csv"
    if form != "csv" and re.search("[\\x00-\\x1f\\ud800-\\udfff]", "".join(map("".join, sheet.rows))):
        form = "csv"
    data = {"csv": as_text, "xlsx": as_book, "parquet": as_parquet}[form](sheet.rows)
    if sheet.above:
        data = "".join(",".join(row) + "\r\n" for row in sheet.above).encode() + data
    come = facts_of(folder, f"ratings.{form}", data)
    if isinstance(come, Facts):
        return "taken", misread(come, sheet, form)
    return "refused", misplaced(come, sheet, form)


def misplaced(refused: FactsRefused, sheet: Sheet, form: str) -> str:
    """Whether the refusal names one of the changed cells, or its row."""
    first = (1 if form == "parquet" else 2) + len(sheet.above)
    places = [(f"第 {row + first} 行", HEADS[place]) for row, place in sheet.cells]
    named = [str(fault).replace("工作表“表” ", "") for fault in refused.faults]
    fits = any(
        row in said and (f"“{head}”" in said or "“" not in said.partition("：")[0])
        for row, head in places
        for said in named
    )
    whole = any("整个文件" in fault.where or "引号" in str(fault) for fault in refused.faults)
    return "" if fits or whole or not places else f"{places} not in {named[:3]}"


def misread(facts: Facts, sheet: Sheet, form: str) -> str:
    """Whether any row says other than its cells, without a mending that is listed."""
    taken = facts.tables["ratings"]
    first = (1 if form == "parquet" else 2) + len(sheet.above)
    written = {nth + first: row for nth, row in enumerate(sheet.rows)}
    listed = {(one.row, one.column): (one.before, one.after) for one in facts.mended}
    if taken.height != len(sheet.rows) - sheet.repeated:
        return f"{taken.height} rows of {len(sheet.rows)}"
    for row in taken.iter_rows(named=True):
        for place, column in enumerate(COLUMNS):
            cell, value = written[row["row"]][place], row[column]
            before, after = listed.get((row["row"], column), (cell, cell))
            if before[:20] != cell[:20] or not respelled(before, after) or not says(after, value, column):
                return f"row {row['row']} {column}: {cell!r} was taken for {value!r}, listed as {after!r}"
    return ""


def respelled(before: str, after: str) -> bool:
    """Whether two texts are the same but for width, spaces, marks of text, and zeros in front."""
    plain = unicodedata.normalize("NFKC", before)
    plain = re.sub("[\\s\u200b\ufeff]", "", plain)
    plain = re.sub("""^="(.*)"$|^'(.*)$""", lambda found: found[1] or found[2] or "", plain)
    return re.sub(r"\s", "", after).lstrip("0") == plain.lstrip("0")


def says(cell: str, value: object, column: str) -> bool:
    """Whether a cell, read by somebody with a calendar and the plan at hand, says the value."""
    if column == "rated_on":
        return day_of(cell) == value
    return NAMES.get(cell, cell) == (value or "")


def day_of(cell: str) -> datetime | None:
    """The moment that a cell names: a day, or days since the end of 1899."""
    if match := DAY.fullmatch(cell):
        year, month, day = (int(part) for part in match.groups() if part)
        return datetime(year, month, day)
    if re.fullmatch(r"\d{5}", cell):
        return datetime.fromordinal(datetime(1899, 12, 30).toordinal() + int(cell))
    return datetime.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", cell) else None


def put(dice: random.Random, sheet: Sheet, choose: Callable[[str], str], many: int = 1) -> None:
    """Change cells. choose: column → what it is to hold."""
    for _ in range(many):
        row, place = dice.randrange(len(sheet.rows)), dice.randrange(len(COLUMNS))
        sheet.rows[row][place] = choose(COLUMNS[place])
        sheet.cells.append((row, place))


def spelled(dice: random.Random, sheet: Sheet) -> None:
    """Another spelling of something that is valid."""
    put(dice, sheet, lambda column: dice.choice(GOOD[column]))
    sheet.must = "taken"


def spoiled(dice: random.Random, sheet: Sheet) -> None:
    """Something that is never valid there."""
    put(dice, sheet, lambda column: dice.choice(WRONG[column]))
    sheet.must = "refused"


def mistyped(dice: random.Random, sheet: Sheet) -> None:
    """A cell with a character more, less, other or in another place."""
    row, place = dice.randrange(len(sheet.rows)), dice.randrange(len(COLUMNS))
    sheet.rows[row][place] = typo(dice, sheet.rows[row][place])
    sheet.cells.append((row, place))


KEYS = "0123456789０１ab满意不基本 　-/.,，\"'=O〇l*＊\u200b\t\n#"


def typo(dice: random.Random, text: str) -> str:
    """A slip of the hand."""
    at = dice.randrange(len(text) + 1)
    slips = [
        text[:at] + dice.choice(KEYS) + text[at:],
        text[:at] + text[at + 1 :],
        text[:at] + dice.choice(KEYS) + text[at + 1 :],
    ]
    return dice.choice([*slips, text[:at][::-1] + text[at:], text + text, text[:1]])


def littered(dice: random.Random, sheet: Sheet) -> None:
    """Anything at all in some cells."""
    put(dice, sheet, lambda _: dice.choice(NASTY), dice.choice([1, 3, 9]))


def swapped(dice: random.Random, sheet: Sheet) -> None:
    """Two cells of a row in each other's place."""
    row, one, other = dice.randrange(len(sheet.rows)), *dice.sample(range(len(COLUMNS)), 2)
    cells = sheet.rows[row]
    cells[one], cells[other] = cells[other], cells[one]
    sheet.cells += [(row, one), (row, other)]


def moved(dice: random.Random, sheet: Sheet) -> None:
    """A row one cell to the right, or with a cell too few or too many."""
    row = dice.randrange(len(sheet.rows))
    cells = sheet.rows[row]
    sheet.rows[row] = dice.choice([["", *cells[:-1]], ["", *cells], cells[:-1], [*cells, "x"], cells[1:]])
    sheet.cells += [(row, place) for place in range(len(COLUMNS))]
    sheet.must = "refused"


def doubled(dice: random.Random, sheet: Sheet) -> None:
    """Rows that were sent twice."""
    again = [list(dice.choice(sheet.rows)) for _ in range(dice.randrange(1, 6))]
    sheet.rows += again
    sheet.repeated, sheet.must = len(again), "taken"


def contradicted(dice: random.Random, sheet: Sheet) -> None:
    """A ballot that comes again with another level."""
    row = list(dice.choice(sheet.rows))
    row[3] = dice.choice([level for level in LEVELS if level != row[3]])
    sheet.cells += [(len(sheet.rows), place) for place in range(len(COLUMNS))]
    sheet.rows.append(row)
    sheet.must = "refused"


def titled(dice: random.Random, sheet: Sheet) -> None:
    """Titles above the head."""
    titles = [["2020年度网络评议"], ["填报单位：评议办", "", "2020-12-01"], [""]][: dice.randrange(1, 4)]
    sheet.above = [(title + [""] * len(HEADS))[: len(HEADS)] for title in titles]
    sheet.must = "taken"


def summed(dice: random.Random, sheet: Sheet) -> None:
    """The head once more, a sum, or a note between the rows."""
    row = dice.choice([list(HEADS), ["合计", "", "", "12", "", "", ""], ["注：由评议办汇总", "", "", "", "", "", ""]])
    at = dice.randrange(len(sheet.rows) + 1)
    sheet.rows.insert(at, row)
    sheet.cells += [(at, place) for place in range(len(COLUMNS))]
    sheet.must = "refused"


CHANGES: dict[str, Callable[[random.Random, Sheet], None]] = {
    "spelled": spelled,
    "spoiled": spoiled,
    "mistyped": mistyped,
    "mistyped again": mistyped,
    "littered": littered,
    "swapped": swapped,
    "moved": moved,
    "doubled": doubled,
    "contradicted": contradicted,
    "titled": titled,
    "summed": summed,
}
