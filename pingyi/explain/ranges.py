"""Rows of files in a few words: ratings.csv 第 3—9、12 行."""

from collections.abc import Iterable

import polars as pl

from pingyi.common import wording
from pingyi.common.faults import spans


def where(source: str | None, sheet: str | None, rows: Iterable[int | None], most: int | None = None) -> str:
    """Where rows of one sheet stand; most: so many stretches, the rest is counted. None: all."""
    listed = list(rows)
    stretches = spans(listed)
    shown = stretches if most is None else stretches[:most]
    start = f"{source or '来源未写明'}{f'“{sheet}”' if sheet else ''}"
    if not shown:
        return start
    rest = f"等 {wording.counted(len(listed))} 行" if len(shown) < len(stretches) else "行"
    return f"{start} 第 {'、'.join(shown)} {rest}"


def by_file(rows: pl.DataFrame, most: int | None = None) -> str:
    """Where rows of several files stand."""
    told = [
        where(source, sheet, same["row"].to_list(), most)
        for (source, sheet), same in rows.group_by("source", "sheet", maintain_order=True)
    ]
    return "；".join(told)
