"""What a result stands on: plan, files, ledger, program, key. Of a run, of an unfinished one, of the folders now.

Two states are compared by `pingyi.runs.states.changes`; files are told apart by the hashes of their bytes, and nothing
is read that need not be.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError
from pingyi.facts.intake.folder import look
from pingyi.facts.intake.issue_log import Facts
from pingyi.facts.ledger import FILE, Ledger
from pingyi.runs.folder import FACTS, begun, finished, run_facts, run_number
from pingyi.runs.manifest import PACKAGES, code_sha256, sha256
from pingyi.runs.states.arrivals import Content, Files, files_of

UNKNOWN = -1
"""Rows of a file that nobody has read."""


@dataclass(frozen=True)
class Program:
    """Which program: its version, the hash of its code, and the versions of the packages that it computes with."""

    version: str
    sha256: str
    packages: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def now(cls) -> "Program":
        """This one."""
        return cls(version("pingyi"), code_sha256(), {name: version(name) for name in PACKAGES})


EARLIER = Program("更早的版本", "")
"""The program of an unfinished run that does not say which one began it."""


@dataclass(frozen=True)
class State:
    """What a result stands on.

    plan: the plan's file. files: the files of facts. ledger: its entries. program, key: none where nobody knows.
    facts: the folder of the tables that were taken; none where they are not stored.
    """

    plan: Path
    files: Files
    ledger: Ledger
    program: Program | None = None
    key: str = ""
    facts: Path | None = None

    @classmethod
    def of_run(cls, run: Path) -> "State":
        """What a finished run stands on. Raises: PingyiError where its manifest cannot be read."""
        made = run_facts(run)
        program = Program(made["code"]["version"], made["code"]["sha256"], made["packages"])
        files, ledger = files_of(made["inputs"]), Ledger.read(run / FILE)
        return cls(run / made["plan"]["file"], files, ledger, program, made["run"].get("key", ""), run / FACTS)

    @classmethod
    def of_begun(cls, work: Path, campaign: str) -> "State":
        """What an unfinished run began with."""
        known = begun(work)
        program = Program(**known["program"]) if known["program"] else EARLIER
        plan, ledger = work / f"{campaign}.yaml", Ledger.read(work / FILE)
        return cls(plan, files_of(known["inputs"]), ledger, program, known["key"])

    @classmethod
    def of_facts(cls, plan: Path, facts: Facts) -> "State":
        """What a run stands on that is about to begin."""
        files = files_of({"file": one.file, "sha256": one.sha256, "rows_in": one.rows_in} for one in facts.receipts)
        return cls(plan, files, facts.ledger, Program.now(), facts.key)

    @classmethod
    def of_folders(cls, campaign: str) -> "State":
        """What lies in the campaign's folders now. Raises: UnknownCampaign, LedgerBroken."""
        folder = paths.facts_folder(campaign)
        files = {name: Content(hash_, UNKNOWN) for name, hash_ in present(folder).items()}
        return cls(paths.plan_file(campaign), files, Ledger.read(folder / FILE), Program.now())


def present(folder: Path) -> dict[str, str]:
    """The files of facts that lie in a folder, by name, with the hashes of their bytes."""
    found = look(folder, codebook().facts.values())
    return {found.name_of(path): sha256(path) for paths in found.files.values() for path in paths}


@dataclass(frozen=True, slots=True)
class Earlier:
    """A finished run among others: when it was done, and for which day it looked, known on which."""

    folder: Path
    finished: datetime
    as_of: date
    known_on: date | None
    made: Mapping[str, Any]

    @property
    def day(self) -> tuple[date, date | None]:
        """What must be the same of two runs for their rows to be comparable."""
        return self.as_of, self.known_on


def earlier_runs(reports: Path) -> list[Earlier]:
    """The finished runs in the order in which they began; one whose manifest cannot be read is passed over."""
    return sorted(_readable(reports), key=lambda one: (run_number(one.made), one.folder.name))


def _readable(reports: Path) -> Iterator[Earlier]:
    for folder in finished(reports):
        with suppress(PingyiError, KeyError, ValueError, TypeError):
            made = run_facts(folder)
            said = made["run"]
            known = date.fromisoformat(said["known_on"]) if said.get("known_on") else None
            day, done = date.fromisoformat(said["as_of"]), datetime.fromisoformat(said["finished"])
            yield Earlier(folder, done, day, known, made)
