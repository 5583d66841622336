"""A finished run opened for explanations: what was published, from the run's own plan, facts and database."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from pingyi.common import paths
from pingyi.common.database import connect
from pingyi.common.faults import PingyiError, hint_nearest
from pingyi.common.files import hash_file
from pingyi.explain import Explainer, Explanation
from pingyi.explain.fact_rows import FactRows
from pingyi.plan.reader import read_plan
from pingyi.results.result_tables import ResultTables
from pingyi.runs.folder import DATABASE, FACTS, NothingRun, run_facts, stored_facts
from pingyi.runs.manifest import MANIFEST
from pingyi.scoring.loading import open_store
from pingyi.scoring.review import Review
from pingyi.scoring.run import Run


class NotThere(PingyiError):
    """The run has no such unit or component."""


class Unreadable(PingyiError):
    """The database of a run cannot be opened."""


class Published:
    """One finished run. Close it after use.

    run: its folder. checked: whether what is read was compared with the hashes of its manifest; runs of earlier
    versions have none. Raises: NothingRun, Unreadable.
    """

    def __init__(self, run: Path) -> None:
        if not (run / MANIFEST).exists():
            raise NothingRun(f"{paths.shown(run).as_posix()} 不是完成的运行的文件夹：里面没有 {MANIFEST}。")
        self.run, self.manifest = run, run_facts(run)
        plan = run / f"{self.manifest['run']['campaign']}.yaml"
        self.checked = _compare_hashes(run, plan.name, self.manifest.get("files") or {})
        self.review = Review(Run(_open_database(run / DATABASE), read_plan(plan)))
        self.plan = self.review.plan

    @cached_property
    def explainer(self) -> Explainer:
        """Explains the units of the run."""
        return Explainer(ResultTables(self.review))

    @cached_property
    def facts(self) -> dict[str, pl.DataFrame]:
        """The facts that the run took. Raises: Unreadable."""
        try:
            return stored_facts(self.run / FACTS)
        except (pl.exceptions.PolarsError, OSError) as error:
            what = f"{paths.shown(self.run / FACTS).as_posix()} 里有文件读不出来，可能已经损坏"
            raise Unreadable(f"{what}；请用 --run 换一次运行。（{str(error).splitlines()[0]}）") from None

    @cached_property
    def rows(self) -> FactRows:
        """Names the rows behind its numbers."""
        return FactRows(self.explainer.tables, self.facts)

    @property
    def as_of(self) -> date:
        """The day up to which the run knows its facts."""
        return self.review.as_of

    def unit(self, word: str) -> Explanation:
        """A unit by its id, or by a name that only one unit has. Raises: NotThere."""
        return self.explainer.unit(self._find_unit(word.strip()))

    def _find_unit(self, word: str) -> str:
        names = {unit: str(row["name"]) for unit, row in self.explainer.tables.roster.items()}
        if word in names:
            return word
        apart = self.explainer.tables.unit_names
        found = [unit for unit, name in names.items() if word in (name, apart[unit])]
        if len(found) == 1:
            return found[0]
        if found:
            organs = [f"{unit}（{self.explainer.tables.roster[unit]['organ']}）" for unit in found]
            raise NotThere(f"名录中有 {len(found)} 个单位叫“{word}”，请写编号：{'、'.join(organs)}")
        raise NotThere(f"名录中没有“{word}”{hint_nearest(word, [*names, *names.values()])}")

    def branch(self, word: str) -> set[str]:
        """A component, by id or name, with all below it. Raises: NotThere."""
        known = {one.id: one for one in self.plan.components}
        ids = [one.id for one in self.plan.components if word in (one.id, one.title)]
        if not ids:
            titles = [one.title for one in self.plan.components]
            raise NotThere(f"方案中没有指标“{word}”{hint_nearest(word, [*known, *titles])}")
        found, waiting = set(ids), list(ids)
        while waiting:
            below = known[waiting.pop()].of
            found.update(below)
            waiting.extend(below)
        return found

    def close(self) -> None:
        """Let go of the database."""
        self.review.close()


def _open_database(database: Path) -> duckdb.DuckDBPyConnection:
    """The database, for reading alone: a finished run is not touched again."""
    if not database.exists():
        raise Unreadable(f"{paths.shown(database).as_posix()} 不在了；请用 --run 换一次运行，或重新运行 pingyi run。")
    try:
        connection = connect(database, read_only=True)
        open_store(connection, database.parent)
        return connection
    except duckdb.Error as error:
        line = str(error).splitlines()[0]
        why = "正被另一个程序使用，请稍后再试" if "lock" in line else "打不开，可能已经损坏；请用 --run 换一次运行"
        raise Unreadable(f"{paths.shown(database).as_posix()} {why}。（{line}）") from None


def _compare_hashes(run: Path, plan: str, known: Mapping[str, str]) -> bool:
    """Whether plan, facts and database are those of the manifest. Raises: Unreadable where one of them is not."""
    for name, hash_ in known.items():
        if name in (plan, DATABASE) or name.startswith(f"{FACTS}/"):
            path = run / name
            if not path.is_file() or hash_file(path) != hash_:
                why = "与清单上的校验码不符，被改动过或已经损坏" if path.is_file() else "不在了"
                what = f"{paths.shown(path).as_posix()} {why}；这次运行不能再作依据"
                raise Unreadable(f"{what}，请用 pingyi verify 核对，或用 --run 换一次运行。")
    return bool(known)
