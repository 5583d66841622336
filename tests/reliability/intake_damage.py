"""Files of facts that were cut or had one bit flipped on their way, with and without a list from whoever sent them."""

import hashlib
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from pingyi.facts.intake import FactsRefused, read_facts
from tests.fuzz_intake import as_book, as_parquet, as_text, the_plan, votes
from tests.reliability.figure import Figure
from tests.test_intake import ROSTER, as_csv

FULL, SMALL = 2_500, 15
ROWS = 40

FORMS: dict[str, Callable[[list[list[str]]], bytes]] = {
    "utf8.csv": as_text,
    "gb18030.csv": lambda rows: as_text(rows, "gb18030"),
    "utf16.csv": lambda rows: as_text(rows, "utf-16"),
    "book.xlsx": as_book,
    "columns.parquet": as_parquet,
}
"""How a file is called and written; one after the other is damaged."""

Damage = Callable[[random.Random, bytes], bytes]


def cut(dice: random.Random, data: bytes) -> bytes:
    """Only the first bytes."""
    return data[: dice.randrange(len(data))]


def flipped(dice: random.Random, data: bytes) -> bytes:
    """One bit changed."""
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


DAMAGES: dict[str, Damage] = {"cut at any byte": cut, "one bit flipped": flipped}


def figures(full: bool) -> Iterator[Figure]:
    """With a list nothing passes; without one only a text can lose whole lines, or a character become another one."""
    for damage in DAMAGES:
        yield with_a_list(damage, FULL if full else SMALL)
    for damage in DAMAGES:
        yield from without_a_list(damage, FULL if full else SMALL)


def with_a_list(damage: str, tries: int) -> Figure:
    """Every damaged file is refused, and the message names it."""
    wrong = []
    for seed, name, _, data in damaged(damage, tries):
        said = outcome(name, data, listed=original(seed, name))
        if isinstance(said, pl.DataFrame) or f"ratings/{name}" not in said:
            wrong.append(f"seed {seed} {name}: {said}")
    return Figure(f"{damage}, the sender's list beside it: refused by name", tries, 2_000, wrong)


def without_a_list(damage: str, tries: int) -> Iterator[Figure]:
    """A damaged file is refused, or gives the rows that its bytes now say; a workbook never gives others."""
    taken, lost, wrong = dict.fromkeys(FORMS, 0), dict.fromkeys(FORMS, 0), []
    for seed, name, rows, data in damaged(damage, tries):
        come = outcome(name, data)
        if isinstance(come, str):
            continue
        taken[name] += 1
        same = come.rows() == [tuple(row) for row in rows]
        lost[name] += not same
        if not same and (name.endswith(".xlsx") or (damage.startswith("cut") and not at_a_line(name, data))):
            wrong.append(f"seed {seed} {name}")
    said = "taken with other rows: " + ", ".join(f"{name} {lost[name]} of {taken[name]} taken" for name in FORMS)
    yield Figure(
        f"{damage}, no list: no workbook, and no text but between two lines, loses anything",
        tries,
        2_000,
        wrong,
        said=said,
    )


def at_a_line(name: str, data: bytes) -> bool:
    """Whether a text ends with a line."""
    encoding = {"utf8.csv": "utf-8", "gb18030.csv": "gb18030", "utf16.csv": "utf-16"}.get(name)
    return encoding is not None and data.decode(encoding, errors="replace").endswith(("\r", "\n"))


def damaged(damage: str, tries: int) -> Iterator[tuple[int, str, list[list[str]], bytes]]:
    """Seed, name, rows as they were sent, and the damaged bytes."""
    for seed in range(tries):
        name = list(FORMS)[seed % len(FORMS)]
        rows = votes(random.Random(seed), ROWS)
        yield seed, name, rows, DAMAGES[damage](random.Random(f"{damage} {seed}"), original(seed, name))


def original(seed: int, name: str) -> bytes:
    """The file as it was sent."""
    return FORMS[name](votes(random.Random(seed), ROWS))


def outcome(name: str, data: bytes, listed: bytes | None = None) -> pl.DataFrame | str:
    """The rows as text, or what was said. listed: what the sender's list says was sent."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        (folder / "ratings").mkdir()
        (folder / "units.csv").write_bytes(as_csv(ROSTER).encode())
        (folder / "ratings" / name).write_bytes(data)
        if listed is not None:
            line = f"{name},{len(listed)},{hashlib.sha256(listed).hexdigest()},{ROWS}\n"
            (folder / "ratings" / "清单.csv").write_text("文件,字节,SHA-256,行数\n" + line, encoding="utf-8")
        try:
            return as_sent(read_facts(folder, the_plan(), complete=False).tables["ratings"])
        except FactsRefused as refused:
            return str(refused)


def as_sent(ratings: pl.DataFrame) -> pl.DataFrame:
    """The columns that were sent, as they were written."""
    day = pl.col("rated_on").dt.strftime("%Y-%m-%d")
    return ratings.select("form", "method", "unit", "level", day, "respondent", "group").cast(pl.String)
