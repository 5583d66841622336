"""Hostile and clumsy input at the doors: fact files and plans. Whatever comes, it is taken clean or refused in words.

`python -m tests.fuzz_intake --cases 10000` runs every kind of case so many times in all and prints what came of them.
A case fails if anything but a `PingyiError` is raised, if it takes longer than it may, if a refusal takes a row, if
rows do not add up, if a planted defect is not named at its cell, or if what was taken is not clean.
"""

import argparse
import faulthandler
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import xlsxwriter

from pingyi.common.faults import PingyiError, PlanFaults
from pingyi.facts.intake import Facts, FactsRefused
from pingyi.facts.intake.persons import find_numbers
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from tests.test_intake import PLAN, ROSTER, as_csv, read_whole

FILES = Path(__file__).parent / "files"
SLOW = 10.0
"""Seconds that a case may take."""

HANG = 120
"""Seconds after which the whole command gives up on a case."""

HEADS = ["表单编号", "指标", "单位", "等次", "评价时间", "评价人代号", "评价人类别"]
COLUMNS = ["form", "method", "unit", "level", "rated_on", "respondent", "group"]
ROWS = 12

GOOD = {
    "unit": ["０１０１", "0101 ", "\u30000101", '="0101"', "'0101", "\u200b0101", "0101\t"],
    "level": ["满意 ", "\u3000满意", "满意\n"],
    "method": ["network", "ｎｅｔｗｏｒｋ", "网络评价"],
    "rated_on": [
        "2020/5/6",
        "2020.5.6",
        "2020年5月6日",
        "20200506",
        "43957",
        "２０２０－０５－０６",
        "2020-05-06 00:00",
    ],
    "group": ["服务对象", "服务对象\u3000"],
    "respondent": ["p 9", "Ｐ９", "p9 "],
    "form": ["ｖ９９", "v99 ", "99"],
}
"""Other spellings of the same; taken, and listed where they were mended."""

WRONG = {
    "unit": [
        "0699",
        "榆垟派出所",
        "０６９９",
        "#N/A",
        "",
        "01O1",
        "13812345678",
        "一百",
        "=1+1",
        "0101;0102",
        "\ufffd",
    ],
    "level": ["很满意", "", "满 意 度", "1", "#REF!", "满意满意", "\x01", "=cmd|' /C calc'!A0"],
    "method": ["网络", "", "client2", "NETWORKS", "#VALUE!", "-"],
    "rated_on": ["2020-11-31", "昨天", "", "12", "0202-05-06", "2020-05-06T25:00", "1e5", "2020-13-01", "99999"],
    "group": ["", "领导", "服务", "服务对象、群众"],
    "respondent": ["13812345678", "+86 139-1234-5678", "330326198001011230", "张三", "#NAME?", "3.30326E+17", "1月2日"],
    "form": ["", "#N/A", "3.30326E+17", "1月2日", "2020-01-02 00:00:00"],
}
"""Values that must be refused at their cell."""

NASTY = [
    *[one for values in WRONG.values() for one in values], *[one for values in GOOD.values() for one in values],
    "\0", "\"", "\"\"", ",", "\r", "\n", "\t", "'", "\u202e0101", "🙂", "a" * 40_000, "=" * 99, "<!--", "]]>", "&amp;",
    "%s%s%n", "{}", "NaN", "inf", "-0", "1e309", "0x10", "٣", "½", "①", "㎡", "\U0010ffff", "\ud7ff", "NULL", "None",
]  # fmt: skip


def votes(rng: random.Random, rows: int = ROWS) -> list[list[str]]:
    """The cells of clean ballots."""
    units = ["0101", "0102", "0103", "0601", "0605", "0611"]
    return [
        [
            f"v{n}",
            "network",
            rng.choice(units),
            rng.choice(["满意", "基本满意", "不满意"]),
            "2020-11-12",
            f"p{n}",
            "服务对象",
        ]
        for n in range(rows)
    ]


@cache
def the_plan() -> Plan:
    return read_plan(PLAN)


@cache
def plan_text() -> str:
    return PLAN.read_text(encoding="utf-8")


def as_text(rows: list[list[str]], encoding: str = "utf-8", heads: list[str] = HEADS) -> bytes:
    quoted = [[f'"{cell}"'.replace('"', '""')[1:-1] for cell in row] for row in [heads, *rows]]
    return "".join(",".join(row) + "\r\n" for row in quoted).encode(encoding, errors="replace")


def as_book(rows: list[list[str]], heads: list[str] = HEADS) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("表")
    for number, row in enumerate([heads, *rows]):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell[:32_000])
    book.close()
    return out.getvalue()


def as_parquet(rows: list[list[str]], heads: list[str] = HEADS) -> bytes:
    out = BytesIO()
    pl.DataFrame(rows, schema=heads, orient="row").write_parquet(out)
    return out.getvalue()


# ---------------------------------------------------------------- what is done to bytes and texts


def bitten(rng: random.Random, data: bytes) -> bytes:
    """Bytes with a few of them flipped, cut out, put in, doubled or cut off."""
    changed = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 3, 10])):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(6):
            case 0 if changed:
                changed[at % len(changed)] ^= 1 << rng.randrange(8)
            case 1:
                del changed[at : at + rng.choice([1, 4, 100])]
            case 2:
                changed[at:at] = rng.randbytes(rng.choice([1, 2, 4, 50]))
            case 3:
                changed[at:at] = changed[at : at + rng.randrange(200)]
            case 4:
                changed = changed[:at]
            case 5:
                changed[at : at + 4] = rng.choice([b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f", b"\1\0\0\0"])
    return bytes(changed)


def edited(rng: random.Random, text: str) -> str:
    """Lines of a text moved, doubled, cut, indented, or with something put in."""
    lines = text.split("\n")
    for _ in range(rng.choice([1, 1, 2, 5])):
        at = rng.randrange(len(lines))
        line = lines[at]
        place = rng.randrange(len(line) + 1)
        lines[at] = rng.choice([
            line[:place], line + line, "  " + line, line.lstrip(), "", line[place:], f"{line} {rng.choice(HOSTILE)}",
            line[:place] + rng.choice(HOSTILE) + line[place:], line.replace(":", rng.choice(["", "：", ": :"])),
            rng.choice(lines), "\t" + line, line.swapcase(), line[::-1],
        ])  # fmt: skip
    return "\n".join(lines)


HOSTILE = [
    "&a", "*a", "!!python/object:os.system", "!!binary aGk=", "<<: *a", "? x", "- - -", "[", "]", "{", "}", "{a: b}",
    "[1, [2, [3]]]", "|", ">", "'", '"', "#", "%YAML 1.1", "---", "...", "\0", "\ufeff", "\u2028", "~", "null", "true",
    "1e999", "0o17", "2:1", "-", ".inf", "1" * 400, "2020-02-30", "é" * 50, "\U0001f642", "\\", "@", "`",
    "9" * 5000, "-1e-400", "1_000", "0x" + "f" * 300,
]  # fmt: skip


def bombs(rng: random.Random) -> str:
    """YAML that is small, and large for whoever reads it carelessly."""
    deep = rng.choice([50, 1_000, 20_000, 200_000])
    kinds: list[Callable[[], str]] = [
        lambda: "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}x]\n" for n in range(1, 30)),
        lambda: "campaign: " + "[" * deep + "]" * deep,
        lambda: "campaign: " + "{a: " * deep + "1" + "}" * deep,
        lambda: "".join(" " * n + "a:\n" for n in range(min(deep, 3000))),
        lambda: "- " * deep + "x",
        lambda: "campaign: " + "x" * rng.choice([100_000, 1_900_000, 3_000_000]),
        lambda: "campaign: |\n" + "  x\n" * 300_000,
        lambda: "campaign: &a {x: *a}",
        lambda: "? " * min(deep, 5000) + "x",
        lambda: "\n".join(f"k{n}: {n}" for n in range(150_000)),
        lambda: "campaign: {" + ", ".join(f"k{n}: {n}" for n in range(100_000)) + "}",
        lambda: "campaign: '" + "''" * 500_000,
        lambda: "! " * deep,
        lambda: "&a " * min(deep, 20_000) + "x",
        lambda: "campaign: " + "9" * 1_000_000,
    ]
    return rng.choice(kinds)()


# ---------------------------------------------------------------- cases

Outcome = str
"""What came of a case: taken, refused, or how it failed."""


def facts_of(folder: Path, name: str, data: bytes) -> Facts | FactsRefused:
    """Facts with one file of ratings beside the roster; its receipts add up, and what was taken is clean."""
    path = folder / name
    (folder / "units.csv").write_bytes(as_csv(ROSTER).encode())
    path.write_bytes(data)
    try:
        facts = read_whole(folder, the_plan())
    except FactsRefused as refused:
        check_refused(refused)
        return refused
    finally:
        path.unlink()
    check_clean(facts)
    return facts


def check_refused(refused: FactsRefused) -> None:
    assert refused.faults
    assert str(refused)
    for one in refused.receipts:
        assert one.rows_in == one.accepted + one.rejected + one.duplicates, one


def check_clean(facts: Facts) -> None:
    for one in facts.receipts:
        assert (one.rejected, one.rows_in) == (0, one.accepted + one.duplicates), one
    ratings = facts.tables["ratings"]
    assert sum(one.accepted for one in facts.receipts if one.file.startswith("ratings")) == ratings.height
    known = facts.tables["units"]["unit"].cast(pl.String)
    assert ratings["unit"].cast(pl.String).is_in(known.implode()).all()
    for name in ("method", "unit", "level", "rated_on"):
        assert ratings[name].null_count() == 0, name
    for name in ("form", "respondent"):
        texts = ratings[name].drop_nulls().to_list()
        assert not any(text != text.strip() or (name == "respondent" and find_numbers(text)) for text in texts), texts


def a_cell(rng: random.Random, folder: Path) -> Outcome:
    """One cell of a clean file is spoiled: it is named at its row and column, or mended and listed."""
    rows = votes(rng)
    place, row = rng.randrange(len(COLUMNS)), rng.randrange(len(rows))
    wrong = rng.random() < 0.7
    value = rng.choice((WRONG if wrong else GOOD)[COLUMNS[place]])
    rows[row][place] = value
    form = rng.choice(["csv", "csv-gb", "xlsx"])
    if form != "csv" and ("\ufffd" in value or "\x01" in value):
        form = "csv"
    data = as_book(rows) if form == "xlsx" else as_text(rows, "gb18030" if form == "csv-gb" else "utf-8")
    come = facts_of(folder, f"ratings.{form[:4].rstrip('-g')}", data)
    if not wrong:
        assert isinstance(come, Facts), f"{COLUMNS[place]} {value!r}: {come}"
        return "taken"
    assert isinstance(come, FactsRefused), f"{COLUMNS[place]} {value!r} was taken"
    where = f"第 {row + 2} 行“{HEADS[place]}”"
    assert any(where in fault.where for fault in come.faults), f"{COLUMNS[place]} {value!r}: {come}"
    assert "13812345678" not in str(come)
    return "refused at its cell"


def some_cells(rng: random.Random, folder: Path) -> Outcome:
    """Anything in any cells, and rows too short or too long."""
    rows = votes(rng)
    for _ in range(rng.choice([1, 3, 20])):
        rng.choice(rows)[rng.randrange(len(COLUMNS))] = rng.choice(NASTY)
    if rng.random() < 0.3:
        rows[rng.randrange(len(rows))] = [rng.choice(NASTY)] * rng.randrange(12)
    form = rng.choice(["csv", "xlsx", "parquet"])
    if form != "csv":
        rows = [[*row, *[""] * len(HEADS)][: len(HEADS)] for row in rows]
    data = {"csv": as_text, "xlsx": as_book, "parquet": as_parquet}[form](rows)
    return said(facts_of(folder, f"ratings.{form}", data))


def some_bytes(rng: random.Random, folder: Path) -> Outcome:
    """A file of any format with damaged bytes; a quarter of the packages with damaged parts but right checksums."""
    form = rng.choice(["csv", "csv", "xlsx", "xlsx", "xls", "parquet"])
    if form == "xls":
        paths = sorted(FILES.glob("*.xls"))
        return said(facts_of(folder, "ratings.xls", bitten(rng, rng.choice(paths).read_bytes())))
    encoding = rng.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    makers = {"csv": lambda rows: as_text(rows, encoding), "xlsx": as_book, "parquet": as_parquet}
    data = makers[form](votes(rng))
    data = within_a_package(rng, data) if form == "xlsx" and rng.random() < 0.5 else bitten(rng, data)
    return said(facts_of(folder, f"ratings.{form}", data))


def within_a_package(rng: random.Random, data: bytes) -> bytes:
    """A package one of whose parts was damaged before it was packed."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as package, ZipFile(out, "w", ZIP_DEFLATED) as other:
        names = package.namelist()
        chosen = rng.choice([name for name in names if "sheet1" in name or "workbook" in name or "shared" in name])
        for name in names:
            part = package.read(name)
            other.writestr(name, bitten(rng, part) if name == chosen else part)
    return out.getvalue()


def a_plan(rng: random.Random, folder: Path) -> Outcome:
    """A plan with lines or bytes changed, or a bomb."""
    kind = rng.random()
    text = bombs(rng) if kind < 0.1 else edited(rng, plan_text())
    data = text.encode(errors="replace")
    path = folder / "plan.yaml"
    path.write_bytes(bitten(rng, data) if kind > 0.7 else data)
    try:
        read_plan(path)
    except PlanFaults as refused:
        str(refused)
        return "refused"
    finally:
        path.unlink()
    return "taken"


def said(come: Facts | FactsRefused) -> Outcome:
    return "taken" if isinstance(come, Facts) else "refused"


KINDS: dict[str, Callable[[random.Random, Path], Outcome]] = {
    "a cell": a_cell,
    "some cells": some_cells,
    "some bytes": some_bytes,
    "a plan": a_plan,
}


def run(kind: str, seed: int, folder: Path) -> Outcome:
    """One case. Raises: AssertionError where it is slow or wrong, and whatever the code under test raises."""
    start = time.perf_counter()
    try:
        outcome = KINDS[kind](random.Random(f"{kind} {seed}"), folder)
    except PingyiError as refused:
        raise AssertionError(f"refused in another way: {refused!r}") from refused
    seconds = time.perf_counter() - start
    assert seconds < SLOW, f"took {seconds:.1f} s"
    return outcome


def cases(kinds: list[str], many: int, first: int) -> Iterator[tuple[str, int]]:
    for seed in range(first, first + many):
        yield kinds[seed % len(kinds)], seed


def main() -> int:
    """Run the cases and print what came of them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=1000)
    asked.add_argument("--first", type=int, default=0, help="the first seed")
    asked.add_argument("--kind", choices=list(KINDS), action="append")
    given = asked.parse_args()
    outcomes: Counter[tuple[str, str]] = Counter()
    slowest = (0.0, "", 0)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for kind, seed in cases(given.kind or list(KINDS), given.cases, given.first):
            faulthandler.dump_traceback_later(HANG, exit=True)
            begun = time.perf_counter()
            try:
                outcomes[kind, run(kind, seed, Path(folder))] += 1
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                outcomes[kind, "FAILED"] += 1
                where = "".join(traceback.format_exception(error)[-3:])
                sys.stdout.write(f"{kind} {seed}: {type(error).__name__} {str(error)[:300]}\n{where[-1500:]}\n")
            slowest = max(slowest, (time.perf_counter() - begun, kind, seed))
        faulthandler.cancel_dump_traceback_later()
    for (kind, outcome), many in sorted(outcomes.items()):
        sys.stdout.write(f"{kind:12} {outcome:22} {many:7}\n")
    seconds = time.perf_counter() - start
    sys.stdout.write(f"{sum(outcomes.values())} cases in {seconds:.0f} s; slowest {slowest[0]:.2f} s: {slowest[1:]}\n")
    return int(any(outcome == "FAILED" for _, outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
