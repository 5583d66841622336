"""The campaign in a folder, and what the package says of it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl

from pingyi.amendments import corrections
from pingyi.amendments.correction_form import CorrectionFaults
from pingyi.amendments.corrections import LedgerFacts, tell_corrected
from pingyi.common import paths
from pingyi.facts.intake import FactsRefused
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.facts.keys import key_file, new_key
from pingyi.facts.ledger import FILE, Ledger, open_entries
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from tests.small import project
from tests.year.model import Row

HEADS = {
    "units": (
        *("unit", "name", "category", "organ", "management", "predecessor", "merged_into"),
        *("founded_on", "abolished_on", "changed_on", "former_organ"),
    ),
    "counts": ("method", "unit", "level", "votes", "cycle", "channel"),
    "events": ("event", "unit", "item", "happened_on", "times", "status", "document"),
    "ratings": ("form", "method", "unit", "level", "rated_on", "respondent"),
}
"""The columns that the office's files have."""

FORM = "表,记录,列,改为,状态,登记人,理由,依据文件"


@dataclass
class Office:
    """A project in `folder` whose root it is; facts of each table come in a folder of files."""

    folder: Path
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        project(self.folder)
        self.plan = read_plan(self.folder / "parameters" / "small.yaml")
        for name in ("counts", "events", "ratings", "units"):
            (self.facts / f"{name}.csv").unlink()
            (self.facts / name).mkdir()

    @property
    def facts(self) -> Path:
        """The folder of facts."""
        return self.folder / "data" / "small"

    def write(self, table: str, name: str, rows: list[Row]) -> None:
        """Deliver a file, or deliver it anew."""
        heads = HEADS[table]
        lines = [",".join(heads), *(",".join(_text(row.get(head)) for head in heads) for row in rows)]
        (self.facts / table / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def take_out(self, table: str, name: str) -> None:
        """Withdraw a file."""
        (self.facts / table / name).unlink()

    def read(self) -> dict[str, pl.DataFrame]:
        """The facts, as `check` and `run` read them. Raises: FactsRefused."""
        return campaign_facts("small", self.plan).tables

    def state(self) -> tuple[dict[str, pl.DataFrame], set[int]]:
        """The facts, or the entries for which they are refused. Raises: FactsRefused for every other reason."""
        try:
            return self.read(), set()
        except FactsRefused as refused:
            entries = {one.row for one in refused.findings if one.file == "登记簿" and one.row}
            if len(entries) != len(refused.faults) or any("撤销这一条" not in str(one) for one in refused.faults):
                raise
            return {}, entries

    def correct(self, lines: list[str], *, hand: str = "甲", confirm: Any = lambda: True, whole: bool = False) -> str:
        """Put lines of a form down, as `pingyi correct --yes` does. whole: with what they move."""
        path = self.folder / f"更正-{hand}.csv"
        path.write_text(
            "\n".join([FORM, *(f"{one},某{hand},看错一行,某文1号" for one in lines)]) + "\n", encoding="utf-8"
        )
        with ExitStack() as stack:
            if not whole:
                stack.enter_context(patch.object(LedgerFacts, "try_drafts", lambda *_: iter(())))
            return "\n".join(tell_corrected("small", path, confirm))

    def refuses(self, lines: list[str]) -> str:
        """Why a form is not taken; nothing where it was."""
        try:
            self.correct(lines)
        except (CorrectionFaults, FactsRefused) as refused:
            return str(refused)
        return ""

    @property
    def ledger(self) -> Ledger:
        """The ledger as it is on the disk."""
        return Ledger.read(self.facts / FILE)

    def open(self) -> set[int]:
        """Numbers of the entries that the package says are open."""
        return {one.number for one in open_entries(self.ledger)}


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An office at work in a folder, with a key and a cache of its own."""
    made = Office(folder / "project")
    with (
        patch.object(paths, "root", lambda: made.folder),
        patch.object(corrections, "read_plan", lambda _: made.plan),
        patch.dict(os.environ, {"XDG_CACHE_HOME": str(folder / "cache"), "HOME": str(folder / "home")}),
    ):
        new_key(key_file("small"))
        yield made


def plain(frame: pl.DataFrame, table: str) -> list[tuple[str, ...]]:
    """The rows of a table as texts, sorted; a day without a time."""
    heads = [name for name in HEADS[table] if name != "respondent"]
    return sorted(tuple(_text(row[name]) for name in heads) for row in frame.iter_rows(named=True))


def expected(rows: list[Row], table: str) -> list[tuple[str, ...]]:
    """The same of the model's rows."""
    heads = [name for name in HEADS[table] if name != "respondent"]
    return sorted(tuple(_text(row.get(name)) for name in heads) for row in rows)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else str(value)
