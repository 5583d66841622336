"""This year beside the year before, and this year's final lists for the next: what goes from one year to another.

In between two years stands what this year's facts would have come to under last year's rules. The step from there to
this year is the rules', the step from last year to there is the facts'; the two add up to the change, exactly.

Only what went on as one unit is compared, whatever it is called now: the same code, or the one that its predecessors
name. What was merged, split, founded or abolished is listed with the reason.
"""

import os
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.common.database import connect
from pingyi.common.faults import PingyiError
from pingyi.common.files import safe
from pingyi.common.spreadsheet_safe import write_csv
from pingyi.facts.intake.folder import READ
from pingyi.facts.lineage import ended_units, successions
from pingyi.plan import Plan
from pingyi.plan.tree import Tree, patched
from pingyi.scenarios.difference import Names, Result, score_facts
from pingyi.scenarios.difference_report import MOST, describe_gain
from pingyi.scenarios.fitted_facts import LeftOut, fit_facts
from pingyi.scoring import script

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
NO_COUNTS: dict[str, Any] = {"units.published": []}
"""What last year's document says of last year's roster is not asked of this year's."""

STEPS = ("before", "between", "now")


@dataclass(frozen=True)
class Year:
    """A campaign's plan file, which must be whole, and its facts: checked frames by table."""

    tree: Tree
    facts: Mapping[str, pl.DataFrame]

    @cached_property
    def plan(self) -> Plan:
        """The typed plan."""
        return Plan.model_validate(self.tree)

    @cached_property
    def units(self) -> dict[str, str]:
        """The roster: unit → name."""
        return wording.units_apart(self.facts["units"].select("unit", "name", "organ").cast(pl.String).iter_rows())


@dataclass(frozen=True)
class Years:
    """Two years compared, unit by unit.

    totals: a row for each unit of both years and standing of both plans, sorted: total_before, total_between, total_now
    (分), change = from_rules + from_facts; the same of places, where positive is up. marks: the same for components.
    Null where a unit has none; without a value in between a change cannot be split.
    new, gone: units of one year alone; one that got another code or name is the same unit. changed: units that were
    merged or split, and so have nobody to be compared with → how. left_out: rows of this year that last year's rules do
    not know; missing: heads of roster columns that they ask for and this year's roster has not.
    """

    totals: pl.DataFrame
    marks: pl.DataFrame
    new: dict[str, str]
    gone: dict[str, str]
    changed: dict[str, str]
    left_out: tuple[LeftOut, ...]
    missing: tuple[str, ...]
    before: Plan
    now: Plan
    names: Names


def shift_plan(tree: Tree, years: int) -> Tree:
    """A plan as it would stand so many years later: every date, the campaign's year, and the year in its id.

    What is no date but a text that mentions one stays as it is. 29 February becomes the 28th where there is none.
    """
    later: Tree = _shift_dates(tree, years)
    campaign = dict(later["campaign"])
    campaign["year"] = str(int(campaign["year"]) + years)
    for key in ("id", "previous"):
        if campaign.get(key):
            campaign[key] = YEAR.sub(lambda found: str(int(found[0]) + years), campaign[key])
    return later | {"campaign": campaign}


def _shift_dates(value: Any, years: int) -> Any:
    if isinstance(value, dict):
        return {key: _shift_dates(one, years) for key, one in value.items()}
    if isinstance(value, list):
        return [_shift_dates(one, years) for one in value]
    if isinstance(value, str) and DAY.fullmatch(value):
        day = date.fromisoformat(value)
        year = day.year + years
        return date(year, day.month, min(day.day, monthrange(year, day.month)[1])).isoformat()
    return value


def compare_years(now: Year, before: Year) -> Years:
    """What changed since the year before, and why. Raises: CheckFailed."""
    apart = now.plan.campaign.year - before.plan.campaign.year
    rules = Plan.model_validate(patched(shift_plan(before.tree, apart), NO_COUNTS))
    fit = fit_facts(now.facts, rules, now.plan)
    found = _match_units(now, before)
    last = _under_new_codes(score_facts(before.plan, before.facts), found.same)
    results = last, score_facts(rules, fit.with_store), score_facts(now.plan, now.facts)
    names = results[2].names | results[0].names
    return Years(
        _compare_totals(results, [*found.same], names),
        _compare_marks(results, [*found.same], names),
        found.new,
        found.gone,
        found.changed,
        tuple(fit.left_out),
        tuple(fit.missing),
        before.plan,
        now.plan,
        names,
    )


# Which unit of this year is which of last year.


@dataclass(frozen=True)
class _Matched:
    """same: unit of this year → its code last year. new, gone: of one year alone. changed: merged or split, and how."""

    same: dict[str, str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)


def _match_units(now: Year, before: Year) -> _Matched:
    """The units of two years, each told once: as the same, or with what became of it."""
    over = ended_units(now.facts["units"], now.plan)
    heirs = _heirs_of(now, before, over)
    sources: dict[str, list[str]] = defaultdict(list)
    for code, units in heirs.items():
        for unit in units:
            sources[unit].append(code)
    found = _Matched()
    for unit, name in now.units.items():
        codes = sources.get(unit, [])
        if len(codes) > 1:
            found.changed[unit] = f"{name}由{'、'.join(before.units[code] for code in codes)}合并而成"
        elif codes and heirs[codes[0]] == [unit]:
            found.same[unit] = codes[0]
        elif not codes and unit not in over:
            found.new[unit] = name
    for code, name in before.units.items():
        if not heirs[code]:
            found.gone[code] = name
        elif len(heirs[code]) > 1:
            found.changed[code] = f"{name}分设为{'、'.join(now.units[unit] for unit in heirs[code])}"
    return found


def _heirs_of(now: Year, before: Year, over: Collection[str]) -> dict[str, list[str]]:
    """Code of last year → the units of today that go on with it, to the end of the year. over: those that did not."""
    heirs = {code: list[str]() for code in before.units}
    for code, unit, since in successions(now.facts["units"]).iter_rows():
        if code in heirs and since <= before.plan.campaign.year and unit not in over:
            heirs[code].append(unit)
    return heirs


def _under_new_codes(result: Result, same: Mapping[str, str]) -> Result:
    """Last year's totals and marks of the units that went on, under the codes of this year."""
    now = {code: unit for unit, code in same.items()}
    unit = pl.col("unit").replace_strict(now, default=None, return_dtype=pl.String)
    totals, marks = (frame.with_columns(unit=unit).drop_nulls("unit") for frame in (result.totals, result.marks))
    return replace(result, totals=totals, marks=marks)


# The two steps, side by side.

Results = tuple[Result, Result, Result]
"""Last year, this year's facts under last year's rules, this year."""


def _compare_totals(results: Results, units: list[str], names: Names) -> pl.DataFrame:
    frame = _join_steps([one.totals for one in results], ["unit", "standing"], ["total", "place"])
    before, between, now = (pl.col(f"place_{step}").cast(pl.Int64) for step in STEPS)
    places = {"places": before - now, "places_from_rules": between - now, "places_from_facts": before - between}
    known = _names_in_both(results, "standings")
    return _name_rows(frame, units, names.units, known).with_columns(**_split_change("total"), **places)


def _compare_marks(results: Results, units: list[str], names: Names) -> pl.DataFrame:
    frame = _join_steps([one.marks for one in results], ["unit", "component"], ["marks"])
    known = _names_in_both(results, "components")
    return _name_rows(frame, units, names.units, known).with_columns(**_split_change("marks"))


def _name_rows(frame: pl.DataFrame, units: list[str], names: dict[str, str], known: dict[str, str]) -> pl.DataFrame:
    """The rows of these units and of what is known, in its order, names beside ids."""
    part = frame.columns[1]
    kept = frame.filter(pl.col("unit").is_in(units), pl.col(part).is_in(list(known)))
    order = pl.col(part).replace_strict({id: nth for nth, id in enumerate(known)}, return_dtype=pl.Int64)
    lead = [pl.col("unit"), pl.col("unit").replace(names).alias("name")]
    lead += [pl.col(part), pl.col(part).replace(known).alias(f"{part}_name")]
    return kept.sort(order, "unit").select(*lead, pl.exclude("unit", part))


def _join_steps(frames: list[pl.DataFrame], keys: list[str], values: list[str]) -> pl.DataFrame:
    """The frames side by side: every key of any of them, `<value>_<step>` of each."""
    whole, *others = (
        frame.rename({value: f"{value}_{step}" for value in values}) for frame, step in zip(frames, STEPS, strict=True)
    )
    for one in others:
        whole = whole.join(one, on=keys, how="full", coalesce=True)
    return whole


def _names_in_both(results: Results, kind: str) -> dict[str, str]:
    """What both plans have, standings or components, by the names of this year."""
    before, _, now = (getattr(one.names, kind) for one in results)
    return {id: name for id, name in now.items() if id in before}


def _split_change(value: str) -> dict[str, pl.Expr]:
    """The change, and its two parts."""
    before, between, now = (pl.col(f"{value}_{step}") for step in STEPS)
    return {"change": now - before, "from_rules": now - between, "from_facts": between - before}


# In words.


def describe_years(found: Years) -> list[str]:
    """This year beside the year before: each standing, who is new and gone, and what could not be compared."""
    head = f"{found.now.campaign.year} 年与 {found.before.campaign.year} 年比较。得分变化分成两部分："
    how = "规则部分，是今年的数据按今年的规则与按上年的规则得分之差；其余是数据部分。两部分相加正好是全部变化。"
    sentences = [head + how, *_describe_standings(found)]
    for units, what in ((found.new, "今年新参评"), (found.gone, "今年不再参评")):
        if units:
            sentences.append(f"{what}的单位 {len(units)} 个：{wording.joined(units.values(), MOST)}。")
    if found.changed:
        how = "；".join(list(found.changed.values())[:MOST]) + ("；等等" if len(found.changed) > MOST else "")
        sentences.append(f"合并、分设而不能逐一比较的 {len(found.changed)} 起：{how}。")
    tables = codebook().facts
    rows = [f"{tables[one.table].title} {one.rows} 行（{one.column}）" for one in found.left_out]
    if rows:
        sentences.append(f"今年的数据中，上年的规则不认得的没有参与按上年规则的计算：{'、'.join(rows)}。")
    if found.missing:
        sentences.append(f"今年的名录没有上年规则要用的列：{'、'.join(found.missing)}；用到它们的指标不能比较。")
    return sentences


def _describe_standings(found: Years) -> Iterator[str]:
    for standing in found.totals["standing"].unique(maintain_order=True):
        split = found.totals.filter(standing=standing).drop_nulls(["change", "from_rules"])
        up, down = (split.filter(split["change"] > 0).height, split.filter(split["change"] < 0).height)
        text = f"{found.names.standings[standing]}：两年都有得分的单位 {split.height} 个，{up} 个上升，{down} 个下降"
        if up or down:
            most = split.sort(split["change"].abs(), descending=True, maintain_order=True).row(0, named=True)
            parts = f"规则 {describe_gain(most['from_rules'])}，数据 {describe_gain(most['from_facts'])}"
            text += f"；变化最大的是{most['name']}，{describe_gain(most['change'])}（{parts}）"
        yield text + "。"


# This year's final lists as next year's facts: rows of the table `history`.

TABLE = "history"
FOLLOWED = "earlier_entries"
"""The table that runs of older versions lack: their entries stay under the codes that they came with."""


class NothingToCarry(PingyiError):
    """There is no finished run whose lists could be carried over."""


class InTheWay(PingyiError):
    """A file stands where another must go; nothing was written."""


def open_run(run: Path) -> duckdb.DuckDBPyConnection:
    """The database in the folder of a finished run, to read. Raises: NothingToCarry."""
    databases = sorted(run.glob("*.duckdb"))
    if not databases:
        raise NothingToCarry(f"{run.as_posix()} 不是一次完成的运行，没有可以结转的名单。")
    return connect(databases[0], read_only=True)


def carried_lists(review: duckdb.DuckDBPyConnection, *, earlier: bool = False) -> pl.DataFrame:
    """The final lists of a review as rows of `history`: its columns, sorted.

    earlier: with the earlier years that the review knows, which a rule of next year may look back at too: under the
    codes of this year, with what the unit was when it was listed.
    """
    known = {name for (name,) in review.sql("select table_name from duckdb_tables()").fetchall()}
    how = "carried_entries" if FOLLOWED in known else "carried_as_listed"
    rows: pl.DataFrame = review.sql(script.text(f"roster/{how}")).pl()
    return rows if earlier else rows.filter(year=review.table("plan_campaign").pl()["year"][0])


def write_history(review: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    """Write the lists of a review into next year's folder of facts; the file.

    It holds the earlier years too, and goes into `history/`, beside what is there already: a file that holds the table
    alone so far is moved in there as it is. Intake counts a row that two files have once, so nothing changes by doing
    this twice. Raises: InTheWay.
    """
    rows = carried_lists(review, earlier=True)
    campaign = review.table("plan_campaign").pl()["campaign"][0]
    heads = {column.name: column.head for column in codebook().facts[TABLE].columns}
    home = _gather_history(folder)
    path = home / f"{safe(campaign)}.csv"
    beside = home / f".{path.name}"
    write_csv(rows.rename(heads), beside)
    os.replace(beside, path)
    return path


def undecided_lists(review: duckdb.DuckDBPyConnection) -> list[str]:
    """The final lists of a review that nobody has decided, by title."""
    states = review.table("list_states").filter("state = 'proposed'")
    rows = review.table("plan_lists").filter("not shortlist").join(states, "list").order("position")
    return [str(name) for (name,) in rows.project("name").fetchall()]


def _gather_history(folder: Path) -> Path:
    """The table's folder, made where there is none, with every file of the table in it."""
    known = codebook().facts[TABLE]
    entries = [
        entry
        for entry in sorted(folder.glob("*"))
        if (entry.name if entry.is_dir() else entry.stem).strip().casefold() in (known.name, known.title)
    ]
    home = next((entry for entry in entries if entry.is_dir()), folder / TABLE)
    files = [entry for entry in entries if entry.is_file() and entry.suffix.lower() in READ]
    for file in files:
        if (home / file.name).exists():
            other = (home / file.name).as_posix()
            raise InTheWay(f"{file.as_posix()} 和 {other} 同名，请先合并；没有写入任何文件。")
    home.mkdir(parents=True, exist_ok=True)
    for file in files:
        file.rename(home / file.name)
    return home
