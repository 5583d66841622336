"""One sheet of a file as it was read: cells not yet understood."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pingyi.intake.ledger import Ledger

ROW = "row"


class Unreadable(Exception):
    """The file cannot be read at all; the message says in Chinese what it should be."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which bytes were read."""

    sha256: str
    bytes: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """The stamp of a file on disk."""
        with path.open("rb") as file:
            return cls(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells as they were read.

    heads: column of the frame → what is written above it, if anything. frame: text or typed columns, and `row`, the
    physical row.
    ragged: rows that are not in the frame because they are not as wide as the head.
    """

    ledger: Ledger
    stamp: Stamp
    heads: dict[str, str]
    frame: pl.DataFrame
    ragged: int = 0


def numbered(names: Iterable[object]) -> list[str]:
    """Column names by position: 0, 1, …"""
    return [str(place) for place, _ in enumerate(names)]


def without_blanks(
    ledger: Ledger, stamp: Stamp, heads: Sequence[str | None], frame: pl.DataFrame, ragged: int = 0
) -> Sheet:
    """The sheet without rows that hold nothing, and without columns that have neither head nor content.

    frame: columns named by position.
    """
    names = numbered(heads)
    text = [name for name in names if frame[name].dtype == pl.String]
    frame = frame.with_columns(pl.col(text).replace("", None)).filter(~pl.all_horizontal(pl.col(names).is_null()))
    written = {name: (head or "").strip() for name, head in zip(names, heads, strict=True)}
    kept = {name: head for name, head in written.items() if head or frame[name].null_count() < frame.height}
    if not frame.height + ragged:
        ledger.whole("只有表头，没有数据" if kept else "是空的")
    return Sheet(ledger, stamp, kept, frame.select(*kept, ROW), ragged)
