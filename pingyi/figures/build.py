"""Pieces that figures are put together from."""

from collections.abc import Sequence
from typing import Any, cast

import altair as alt
import polars as pl

from pingyi.figures.frames import drawn
from pingyi.figures.theme import lifted, wrapping

MARKS, WHOLE, SHARE = ".2f", ".0f", ".1%"
"""How numbers are shown: marks with two places, counts, shares."""

DOT, LEAST_STRIP, MOST_STRIP = 6.4, 40.0, 130.0
"""Room (px) of a dot, and the heights between which a strip of dots stays."""

Head = tuple[str, ...]


def base(frame: pl.DataFrame) -> alt.Chart:
    """A chart that carries these rows."""
    return alt.Chart(alt.InlineData(values=drawn(frame)))


def layer(*charts: alt.Chart) -> alt.LayerChart:
    """Charts one over the other, the last on top."""
    return cast(alt.LayerChart, alt.layer(*charts))


def tips(*heads: Head) -> list[alt.Tooltip]:
    """A tooltip: fields with their type, their heads and, for numbers, a format."""
    return [alt.Tooltip(field, title=head, **_format(more)) for field, head, *more in heads]


def _format(more: list[str]) -> dict[str, Any]:
    return {"format": more[0]} if more else {}


def rows(field: str, order: Sequence[str], *, gap: float = 0.3, signs: int = 0) -> alt.Y:
    """Named rows, from top to bottom in this order, every one shown even where it is empty.

    signs: names longer than this take up to three lines; without it they are cut where there is no room.
    """
    scale = alt.Scale(domain=list(order), paddingInner=gap, paddingOuter=gap / 2)
    axis = alt.Axis(labelExpr=wrapping(signs), labelLimit=0, labelOffset=lifted(signs)) if signs else alt.Undefined
    return alt.Y(f"{field}:N", title=None, scale=scale, axis=axis)


def jittered(field: str, order: Sequence[str], dots: pl.DataFrame) -> dict[str, alt.Y | alt.YOffset]:
    """Named rows in which dots stand beside each other by `offset`."""
    reach = _reach(dots)
    offset = alt.YOffset("offset:Q", scale=alt.Scale(domain=[-reach, reach]))
    return {"y": rows(field, order, gap=0.0), "yOffset": offset}


def jittered_height(order: Sequence[str], dots: pl.DataFrame) -> float:
    """Height (px) of such rows: as many dots as stand beside each other, none on another."""
    return len(order) * min(max(2 * _reach(dots) * DOT, LEAST_STRIP), MOST_STRIP)


def row_ends(dots: pl.DataFrame) -> pl.DataFrame:
    """offset: top and bottom of a row in which dots stand beside each other."""
    return pl.DataFrame({"offset": [-_reach(dots), _reach(dots)]})


def _reach(dots: pl.DataFrame) -> float:
    return largest(dots["offset"].abs()) + 1.2


def largest(values: pl.Series) -> float:
    """The largest value as a plain number; 0 where there is none."""
    return float(values.cast(pl.Float64).max() or 0)  # type: ignore[arg-type]


def smallest(values: pl.Series) -> float:
    """The smallest value as a plain number; 0 where there is none."""
    return float(values.cast(pl.Float64).min() or 0)  # type: ignore[arg-type]


def position(column: str, order: Sequence[str]) -> pl.Expr:
    """The place (from 0) of each value of a column in an order that names them all."""
    places = {one: at for at, one in enumerate(order)}
    return pl.col(column).replace_strict(places, return_dtype=pl.Int64)


def shown(value: Any, places: int = 2) -> str:
    """A number in a title or label; the minus is a real one."""
    return f"{float(value):.{places}f}".replace("-", "−")


def shown_column(column: str, places: int = 2) -> pl.Expr:
    """A column of numbers as they stand in labels."""
    return pl.col(column).map_elements(lambda value: shown(value, places), return_dtype=pl.String)
