"""The SQL files: constant text, one SELECT a file, the file's name is the table's name.

Those of the kinds of a rule lie beside what else is said of the kind, in `pingyi/rules/`.
"""

import re
from functools import cache
from pathlib import Path

SQL = Path(__file__).parent / "sql"
RULES = Path(__file__).parents[1] / "rules"

ELSEWHERE = ("checks", "load", "published", "schema", "store")
"""Folders whose statements fill no table of the result."""

FILLED_TOGETHER = {"transformations": "conversions", "aggregations": "cycles_together", "outcomes/notices": "notices"}
"""Folders whose statements, one for each kind, fill a table together; all others fill the table of their name."""


@cache
def text(name: str) -> str:
    """The text of `pingyi/scoring/sql/<name>.sql`, or of `pingyi/rules/<name>.sql`."""
    own = SQL / f"{name}.sql"
    return (own if own.exists() else RULES / f"{name}.sql").read_text(encoding="utf-8")


@cache
def names(folder: str) -> tuple[str, ...]:
    """The files of a folder by name, without ending, in alphabetical order."""
    return tuple(sorted({path.stem for root in (SQL, RULES) for path in (root / folder).glob("*.sql")}))


def sentence(name: str) -> str:
    """What a check says in Chinese: the line of its head that starts with `-- zh:`."""
    lines = (line.removeprefix("-- zh:").strip() for line in text(name).splitlines() if line.startswith("-- zh:"))
    return next(lines, name.rsplit("/", 1)[-1])


@cache
def filling() -> tuple[str, ...]:
    """Every statement that may fill a table of the result, by name."""
    files = [path.relative_to(root) for root in (SQL, RULES) for path in root.glob("*/**/*.sql")]
    return tuple(sorted(file.with_suffix("").as_posix() for file in files if file.parts[0] not in ELSEWHERE))


def table_of(name: str) -> str:
    """The table that a statement fills."""
    folder, _, own = name.rpartition("/")
    return FILLED_TOGETHER.get(folder, own)


@cache
def words(name: str) -> frozenset[str]:
    """The words of a file, comments aside."""
    return words_in(plain(name))


def plain(name: str) -> str:
    """The text of a file without comments."""
    return re.sub(r"--.*", "", text(name))


def words_in(sql: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(re.findall(r"\w+", sql))
