"""The SQL files: constant text, one SELECT a file, the file's name is the table's name.

Those of the kinds of a rule lie beside what else is said of the kind, in `pingyi/rules/`.
"""

from functools import cache
from pathlib import Path

SQL = Path(__file__).parent / "sql"
RULES = Path(__file__).parents[1] / "rules"


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
