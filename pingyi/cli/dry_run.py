"""A review in memory, as `pingyi check` makes it: whether plan and facts come to a result, and what to know of it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from pingyi.common import paths, wording
from pingyi.common.characters import unprintable
from pingyi.common.faults import CheckFailed
from pingyi.plan import Plan
from pingyi.report.answers import NOTICES
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES, TITLES

TOLD = (
    *("unused_value", "excluded", "below_steps", "below_bands", "no_mean", "marker_missing", "key_missing"),
    *("empty_list", "vacant_seats", "veto_absent", "exempt_absent", "absent", "inherited", "reclassified"),
    *("no_township", "decision_differs", "voter_share"),
)
"""Kinds of notices that say that plan and facts may not fit; what the plan itself does about few or missing facts is
told by the report."""

MANY = 5
"""Units and things found that one line names."""


def dry_run(plan: Plan, facts: Mapping[str, pl.DataFrame], as_of: date | None = None) -> list[str]:
    """What to know of the result, a line each.

    Raises: CheckFailed where a sentence that must hold does not.
    """
    review = Review.begin(plan, facts, as_of=as_of, running=paths.cache_folder(plan.campaign.id))
    try:
        for stage in STAGES:
            try:
                review.through(stage)
            except CheckFailed as failed:
                what = f"方案和数据各自可用，合在一起试算时，“{TITLES[stage]}”这一环节不成立："
                raise CheckFailed(f"{what}\n  {failed}") from failed
        results = ResultTables(review)
        return [*_describe_boxes(results), *_describe_notices(results)]
    finally:
        review.close()


def _describe_notices(results: ResultTables) -> Iterator[str]:
    notices = results.counted("notices").filter(pl.col("kind").is_in(TOLD))
    names, plan = results.unit_names, results.plan
    titles = plan.component_titles | plan.standing_titles | plan.list_titles
    for _, rows in notices.group_by("kind", "where", maintain_order=True):
        first = rows.row(0, named=True)
        units = [names.get(unit, unit) for unit in rows["unit"].drop_nulls().unique(maintain_order=True)]
        where = titles.get(first["where"], first["where"] or "")
        yield _describe_notice(first, where, units, rows["found"].drop_nulls().to_list())


def _describe_boxes(results: ResultTables) -> Iterator[str]:
    """Characters in the names of units that the documents cannot print, with the units."""
    names = {row["name"]: unprintable(f"{row['name']}{row['organ'] or ''}") for row in results.rows("roster")}
    strange = list(dict.fromkeys(one for found in names.values() for one in found))
    if strange:
        units = wording.joined([name for name, found in names.items() if found], MANY)
        codes = wording.joined([f"{one}（U+{ord(one):04X}）" for one in strange], MANY)
        yield f"文件所用的字体没有这些字，印出来会是方框：{codes}，{units}；请在名录中换一种写法，或另附手写、说明"


def _describe_notice(notice: dict[str, Any], where: str, units: list[str], found: list[str]) -> str:
    """The kind, where it is, what was found, whom it is about, and what to do."""
    parts = [where, wording.joined(list(dict.fromkeys(found)), MANY), wording.joined(units, MANY)]
    said = [NOTICES.get(notice["kind"], ""), "，".join(part for part in parts if part)]
    clause = f"（{notice['clause']}）" if notice["clause"] else ""
    return "；".join(part for part in ("：".join(filter(None, said)) + clause, notice["wanted"] or "") if part)
