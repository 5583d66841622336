"""Who may be drawn: the rows of the frame with what the draw goes by, and why some of them are not asked."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from pingyi.common.codebook import codebook
from pingyi.common.faults import FactFaults, Fault, PingyiError, nearest
from pingyi.plan.base import ELSE
from pingyi.plan.work import Sampling

STRATUM, QUOTA, WHY = "stratum", "quota", "why"
"""Columns added to the frame: its stratum in words, the group whose share it counts for, and what became of it."""

WHOLE, OTHERS, JOINT = "全部", "其余各类", "｜"
BETWEEN = "|"
"""What stands between pseudonym and unit in the identity of a row without a case id."""

ORIGIN = ("source", "sheet", "row")
PRIVATE = ("case", "client", *ORIGIN)
"""Columns that make no strata: they would name people in what is published, or they belong to the file."""

HEADS = {"day": "日期", "month": "月份", "quarter": "季度", QUOTA: "配额类别"}
"""Heads of what is added to the frame."""

DATES = {
    "day": pl.col("served_on").dt.strftime("%Y-%m-%d"),
    "month": pl.col("served_on").dt.strftime("%Y-%m"),
    "quarter": pl.format("{}年第{}季度", pl.col("served_on").dt.year(), pl.col("served_on").dt.quarter()),
}
"""Strata that are read off the day of service."""


class DrawRefused(PingyiError):
    """The rule cannot be drawn, or there is nobody to draw from."""

    exit_code = 8


class FrameFaults(FactFaults):
    """Rows lack what the rule draws by."""

    ending = "未抽取"


def head(name: str) -> str:
    """The Chinese head of a column of the frame."""
    known = {column.name: column.head for column in codebook().facts["clients"].columns}
    return {**HEADS, **known}.get(name, name)


def framed(rule: Sampling, clients: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """The frame as text, with strata, identity and person; `why` says of rows outside the rule why they are.

    identity: what the ticket is drawn for, the case id or else pseudonym and unit. person: who is drawn but once.
    Raises: DrawRefused, FrameFaults.
    """
    _refuse_unfit(rule, clients)
    choices = [name for name, kind in clients.schema.items() if isinstance(kind, pl.Enum | pl.Categorical)]
    rows = clients.with_columns(pl.col(choices).cast(pl.String)).with_columns(**DATES)
    identity = pl.coalesce("case", pl.concat_str("client", pl.col("unit").fill_null(""), separator=BETWEEN))
    rows = rows.with_columns(
        _outside(rule, units).alias(WHY),
        _shared(rule.quota).alias(QUOTA),
        pl.concat_str(pl.col(rule.per) if rule.per else pl.lit(WHOLE), separator=JOINT).alias(STRATUM),
        identity.alias("identity"),
        pl.coalesce("client", "case").alias("person"),
    )
    _refuse_gaps(rows.filter(pl.col(WHY).is_null()), rule)
    return rows


def _refuse_unfit(rule: Sampling, clients: pl.DataFrame) -> None:
    """Raises: DrawRefused where the rule has no number, or goes by columns that the frame lacks or must not show."""
    if rule.take is None:
        raise DrawRefused(f"“{rule.title}”只定了比例，没有定数量（take），不用抽取")
    if clients.is_empty():
        raise DrawRefused("服务对象名册（clients）里没有一行，无人可抽")
    known = [*(name for name in clients.columns if name not in PRIVATE), *DATES]
    for name in rule.per:
        if name not in known:
            raise DrawRefused(f"“{rule.title}”不能按“{name}”分层{_hint(name, known)}；可用 {'、'.join(known)}")
    for name in rule.leave_out:
        if name not in clients.columns:
            raise DrawRefused(f"“{rule.title}”的 leave_out：名册没有“{name}”一列{_hint(name, clients.columns)}")
    if rule.quota and "group" in rule.per:
        raise DrawRefused(f"“{rule.title}”已按人员类别（group）分层，不能再按类别定比例（quota）")


def _hint(found: str, known: Iterable[str]) -> str:
    near = nearest(found, known)
    return f"，相近的有 {near}" if near else ""


def _outside(rule: Sampling, units: pl.DataFrame) -> pl.Expr:
    """Why a row is not asked; nothing where it is.

    The frame may hold people of units and people of a library: who belongs to no unit takes no part in a draw by units,
    who belongs to no group none in a draw by shares.
    """
    by_units = pl.lit(bool(rule.units) or "unit" in rule.per)
    fits = pl.col("unit").is_in(fitting(rule.units, units)).fill_null(False)
    left_out = pl.any_horizontal(pl.lit(False), *(_among(name, values) for name, values in rule.leave_out.items()))
    shared = pl.col("group").is_not_null() & (pl.lit(ELSE in rule.quota) | _among("group", list(rule.quota)))
    reasons = {"unit": by_units & ~fits, "left_out": left_out, "no_share": pl.lit(bool(rule.quota)) & ~shared}
    return pl.coalesce(pl.when(holds).then(pl.lit(reason)) for reason, holds in reasons.items())


def _among(name: str, values: list[str]) -> pl.Expr:
    """Whether a cell holds one of the values; "" stands for an empty cell."""
    return pl.col(name).cast(pl.String).fill_null("").is_in(values)


def fitting(traits: Mapping[str, list[str]], units: pl.DataFrame) -> list[str]:
    """Units of the roster that have one of the values wanted in each column. Raises: DrawRefused."""
    for name in traits:
        if name not in units.columns:
            raise DrawRefused(f"名录没有“{name}”一列{_hint(name, units.columns)}")
    fit = units.filter([pl.lit(True), *(_among(name, values) for name, values in traits.items())])
    return fit["unit"].cast(pl.String).to_list()


def _shared(quota: Mapping[str, Any]) -> pl.Expr:
    """Whose share a row counts for; nothing is said where there are no shares."""
    if not quota:
        return pl.lit("")
    own = pl.col("group")
    return pl.when(own.is_in([name for name in quota if name != ELSE])).then(own).otherwise(pl.lit(OTHERS))


def label(group: str) -> str:
    """A group with a share, as people read it."""
    return OTHERS if group == ELSE else group


def _refuse_gaps(rows: pl.DataFrame, rule: Sampling) -> None:
    """Raises: FrameFaults for every row that names nobody or belongs to no stratum."""
    needed = {name: "served_on" if name in DATES else name for name in rule.per}
    faults = [
        _gap(row, column, f"不能为空，“{rule.title}”按{head(name)}抽取")
        for name, column in needed.items()
        for row in rows.filter(pl.col(column).is_null()).iter_rows(named=True)
    ]
    nameless = rows.filter(pl.col("identity").is_null() | pl.col("person").is_null())
    faults += [_gap(row, "client", "代号和办件编号不能都为空") for row in nameless.iter_rows(named=True)]
    if faults:
        raise FrameFaults(faults)


def _gap(row: Mapping[str, Any], column: str, wanted: str) -> Fault:
    sheet = f"工作表“{row['sheet']}” " if row.get("sheet") else ""
    number, source = row.get("row") or 0, str(row.get("source") or "clients")
    return Fault(source, f"{sheet}第 {number} 行“{head(column)}”", "", wanted, order=(number,))
