"""The facts as it stood on a day (`--as-of`): what had not happened by then is not there yet.

That is another question than what was known on a day (`--known-on`, `pingyi.runs.arrivals`). What happened in
September and was handed in in October belongs to how it stood on 30 September, and so does every correction that is
known today; nobody knew of it on 30 September. Here only the day on which things happened is asked.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from pingyi.common.faults import PingyiError
from pingyi.facts.store import PARTS
from pingyi.plan import Plan

DATED = {
    "ratings": "rated_on",
    "counts": "counted_on",
    "marks": "given_on",
    "events": "happened_on",
    "measures": "measured_on",
    "lots": "drawn_on",
    "clients": "served_on",
    "contacts": "contacted_on",
    "problems": "found_on",
    "progress": "reported_on",
    "opinions": "received_on",
    "rechecks": "rechecked_on",
    "finished": "done_on",
    "decisions": "decided_on",
}
"""The column that says when a row came to be."""

FOLLOWING = {"events": ("signed_on", "closed_on"), "problems": ("rectified_on", "fed_back_on")}
"""Columns with what happened to a row later on."""

FORMER = {"category": "former_category", "organ": "former_organ"}
"""Columns of the roster that change within a year, and what stood there before."""

OPEN = "open"
"""The state of a problem that is not rectified yet."""


def last_day(plan: Plan) -> date:
    """The day by which everything that the plan schedules is over."""
    ends = [cycle.end for cycles in plan.cycles.values() for cycle in cycles]
    dues = [rule.decided.due for rule in plan.every_list if rule.decided and rule.decided.due]
    return max([*ends, *dues, *(phase.end for phase in plan.calendar), *(task.due for task in plan.tasks)])


def first_day(plan: Plan) -> date:
    """The day on which the first of what the plan schedules begins."""
    starts = [cycle.start for cycles in plan.cycles.values() for cycle in cycles]
    return min([*starts, *(phase.start for phase in plan.calendar), *(task.start for task in plan.tasks)])


class DayOutside(PingyiError):
    """A campaign cannot be looked at on a day before it begins or after it is over."""

    exit_code = 2


def refuse_outside(plan: Plan, day: date | None) -> None:
    """Whether a day lies within the campaign. Raises: DayOutside."""
    first, last = first_day(plan), last_day(plan)
    if day is not None and not first <= day <= last:
        told = f"{day} 不在活动期内：这个活动从 {first} 起，到 {last} 止（方案的日程、周期和任务）。"
        raise DayOutside(f"{told}\n  请写其中的一天；看最后结果的，不写 --as-of。")


def as_it_stood(facts: Mapping[str, pl.DataFrame], plan: Plan, day: date) -> dict[str, pl.DataFrame]:
    """The facts without what came after `day`.

    Rows without a date of their own (ready counts, marks, measures) are known once their cycle is over; tables
    without dates (roster, earlier years, grades) are known from the start.
    """
    return {name: _rows_by(name, frame, plan, day) for name, frame in facts.items()}


def _rows_by(name: str, frame: pl.DataFrame, plan: Plan, day: date) -> pl.DataFrame:
    column = DATED.get(name)
    if name == "units":
        return _roster_on(frame, day)
    if name == PARTS:  # ratings of a store are left out where they are read
        return frame.with_columns(until=pl.lit(day))
    if column is None:
        return frame
    dated = pl.col(column).cast(pl.Date) if column in frame.columns else pl.lit(None, pl.Date)
    over = _cycle_over(frame, plan, day) if "cycle" in frame.columns else pl.lit(True)
    kept = frame.filter(pl.when(dated.is_not_null()).then(dated <= day).otherwise(over))
    later = [one for one in FOLLOWING.get(name, ()) if one in frame.columns]
    if name == "problems" and "rectified_on" in frame.columns:
        undone = (pl.col("rectified_on") > day).fill_null(False)
        kept = kept.with_columns(state=pl.when(undone).then(pl.lit(OPEN)).otherwise(pl.col("state").cast(pl.String)))
    return kept.with_columns(pl.when(pl.col(one) <= day).then(pl.col(one)).alias(one) for one in later)


def _roster_on(units: pl.DataFrame, day: date) -> pl.DataFrame:
    """The roster of the day: what is abolished, merged or moved to another category or organ later is not known yet."""
    if "abolished_on" in units.columns:
        over = pl.col("abolished_on").cast(pl.Date) <= day
        known = [name for name in ("merged_into", "abolished_on") if name in units.columns]
        units = units.with_columns(pl.when(over).then(pl.col(name)).alias(name) for name in known)
    if "changed_on" not in units.columns:
        return units
    later = (pl.col("changed_on").cast(pl.Date) > day).fill_null(False)
    former = {now: before for now, before in FORMER.items() if before in units.columns}
    stood = [
        pl.when(later).then(pl.coalesce(old, now)).otherwise(pl.col(now)).alias(now) for now, old in former.items()
    ]
    gone = ["changed_on", *former.values()]
    units = units.with_columns(stood)
    return units.with_columns(pl.when(~later).then(pl.col(name)).alias(name) for name in gone)


def _cycle_over(frame: pl.DataFrame, plan: Plan, day: date) -> pl.Expr:
    """Whether the cycle of a row has ended; without a cycle, the last cycle of its component."""
    over = {f"{one.id}/{cycle.id}": cycle.end <= day for one in plan.components for cycle in plan.cycles[one.per]}
    over |= {f"{one.id}/": plan.cycles[one.per][-1].end <= day for one in plan.components}
    return cycle_key(frame).replace_strict(over, default=True, return_dtype=pl.Boolean)


def cycle_key(frame: pl.DataFrame) -> pl.Expr:
    """Component and cycle of each row in one text; the cycle is empty where the row names none."""
    cycle = pl.col("cycle").cast(pl.String).fill_null("") if "cycle" in frame.columns else pl.lit("")
    return pl.concat_str(pl.col("method").cast(pl.String), pl.lit("/"), cycle)
