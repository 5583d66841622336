"""Workbooks that say the same in other XML, further down and right, or as `.xls`: the same answers."""

import random
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pingyi.facts.intake import FactsRefused
from tests.equivalent import CELL, as_xls, as_xlsx, moved, rewritten, sheet_of
from tests.fuzz_intake import the_plan
from tests.reliability.figure import Figure
from tests.test_intake import ROSTER, as_csv, read_whole

FULL, SMALL = 2_001, 36
Answer = list[str]


def figures(full: bool) -> Iterator[Figure]:
    """Every sheet in other XML; those without formulas also as old workbooks."""
    yield from same_answers(FULL if full else SMALL)


def same_answers(tries: int) -> Iterator[Figure]:
    """Half of the tries for each kind of file."""
    wrong: list[str] = []
    for seed in range(tries - tries // 3):
        dice = random.Random(seed)
        table, sheet = sheet_of(dice)
        down, right = dice.choice([(0, 0), (0, 1), (2, 1), (7, 3), (40, 9)])
        plain = as_xlsx(sheet)
        first, other = (
            answer(table, "xlsx", plain),
            answer(table, "xlsx", rewritten(dice, plain, down, right), down, right),
        )
        wrong += differences(f"seed {seed} {table} {down} {right}", first, other)
    yield Figure(
        "workbooks in other XML and elsewhere in the sheet: answers that changed", tries - tries // 3, 1_333, wrong
    )
    wrong = []
    for seed in range(tries // 3):
        dice = random.Random(f"xls {seed}")
        table, sheet = sheet_of(dice)
        down, right = dice.choice([(0, 0), (0, 1), (2, 1), (7, 3), (40, 9)])
        first = answer(table, "xls", as_xls(sheet))
        wrong += differences(
            f"seed {seed} {table} {down} {right}", first, answer(table, "xls", as_xls(sheet, down, right), down, right)
        )
        if not any(cell.formula for row in sheet.rows for cell in row):
            wrong += differences(
                f"seed {seed} {table} xlsx",
                first,
                [one.replace("xlsx", "xls") for one in answer(table, "xlsx", as_xlsx(sheet))],
            )
    yield Figure("old workbooks elsewhere in the sheet, and as new ones: answers that changed", tries // 3, 666, wrong)


def differences(which: str, first: Answer, other: Answer) -> list[str]:
    """One line where two answers differ."""
    if first == other:
        return []
    return [
        f"{which}: {[one for one in first if one not in other]} became {[one for one in other if one not in first]}"
    ]


def answer(table: str, form: str, data: bytes, down: int = 0, right: int = 0) -> Answer:
    """Rows and all that is said, or the refusal, with places counted from where the table begins."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        (folder / "units.csv").write_bytes(as_csv(ROSTER).encode())
        (folder / f"{table}.{form}").write_bytes(data)
        try:
            facts = read_whole(folder, the_plan())
        except FactsRefused as refused:
            said = [f"{one.where}|{back(one.found, down, right)}|{one.wanted}|{one.near}" for one in refused.faults]
        else:
            said = [str(row[:-1]) + str(row[-1] - down) for row in facts.tables[table].rows()]
            said += [str(one) for one in (*facts.notices, *facts.mended)]
    return [_counted(one, down, right) for one in said]


def back(found: str, down: int, right: int) -> str:
    """A place among cells as it was before it was moved."""
    return moved(found, -down, -right) if re.fullmatch(f"{CELL.pattern}(:{CELL.pattern})?", found) else found


def _counted(said: str, down: int, right: int) -> str:
    said = re.sub(
        r"第 ([\d、]+) 行", lambda one: f"第 {'、'.join(str(int(n) - down) for n in one[1].split('、'))} 行", said
    )
    return re.sub(r"第 (\d+) 列", lambda one: f"第 {int(one[1]) - right} 列", said)
