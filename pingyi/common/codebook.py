"""The one glossary: which tables there are, what a row of each is, and what every column means.

It stands in `codebook.yaml`. Intake reads files by it; reports and exports take their heads from it.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

FILE = Path(__file__).with_name("codebook.yaml")

Kind = Literal["id", "text", "choice", "date", "moment", "integer", "decimal", "yes_no", "list"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    head: its Chinese head; also: other heads that are accepted. unit: of measure. says: what it holds, in one line.
    values: words of a file → what is stored, where the glossary and not a plan fixes them.
    private: holds pseudonyms; a telephone or identity number in it is a fault.
    """

    name: str
    head: str
    kind: Kind
    required: bool = False
    key: bool = False
    also: tuple[str, ...] = ()
    unit: str = ""
    says: str = ""
    values: dict[str, str] = field(default_factory=dict)
    private: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table. title: Chinese. row: what one row is. columns: in the order in which people see them."""

    name: str
    title: str
    row: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of this name. Raises: KeyError."""
        return {column.name: column for column in self.columns}[name]

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    @property
    def key(self) -> list[str]:
        """Names of the columns that tell rows apart."""
        return [column.name for column in self.columns if column.key]


@dataclass(frozen=True, slots=True)
class Codebook:
    """All tables by name. facts: what files bring. results: what a run makes."""

    facts: dict[str, Table]
    results: dict[str, Table]


@cache
def codebook() -> Codebook:
    """The glossary, read once."""
    tree = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return Codebook(facts=_build_tables(tree["tables"]), results=_build_tables(tree["results"]))


def _build_tables(tree: dict[str, Any]) -> dict[str, Table]:
    return {
        name: Table(
            name,
            entry["title"],
            entry["row"],
            tuple(Column(id, **says | {"also": tuple(says.get("also", ()))}) for id, says in entry["columns"].items()),
        )
        for name, entry in tree.items()
    }
