"""Pieces that figures are put together from: rows, dots, bars of parts, cells with numbers, rules, labels."""

from collections.abc import Sequence
from typing import Any, Literal, cast

import altair as alt
import polars as pl

from pingyi.figures.frames import drawn_rows
from pingyi.figures.theme import GRID, INK, LOSS, PAPER, SOFT, label_lift, wrapped_label

MARKS, WHOLE, SHARE = ".2f", ".0f", ".1%"
"""How numbers are shown: marks with two places, counts, shares."""

PERCENT = alt.Axis(format=".0%")
MONTH_AXIS = alt.Axis(format="%-m月", tickCount="month", labelAlign="left", labelOffset=2)

DOT, LEAST_STRIP, MOST_STRIP = 6.4, 40.0, 130.0
"""Room (px) of a dot, and the heights between which a strip of dots stays."""

Head = tuple[str, ...]

UNIT: tuple[Head, ...] = (("name:N", "单位"), ("organ:N", "主管部门"))
"""What a tooltip says of a unit first."""


def chart_of(frame: pl.DataFrame) -> alt.Chart:
    """A chart that carries these rows."""
    return alt.Chart(alt.InlineData(values=drawn_rows(frame)))


def layer_charts(*charts: alt.Chart) -> alt.LayerChart:
    """Charts one over the other, the last on top."""
    return cast(alt.LayerChart, alt.layer(*charts))


def tooltip_of(*heads: Head) -> list[alt.Tooltip]:
    """A tooltip: fields with their type, their heads and, for numbers, a format."""
    return [alt.Tooltip(field, title=head, format=more[0] if more else alt.Undefined) for field, head, *more in heads]


def row_axis(field: str, order: Sequence[str], *, gap: float = 0.3, signs: int = 0) -> alt.Y:
    """Named rows, from top to bottom in this order, every one shown even where it is empty.

    signs: names longer than this take up to three lines; without it they are cut where there is no room.
    """
    scale = alt.Scale(domain=list(order), paddingInner=gap, paddingOuter=gap / 2)
    axis = alt.Axis(labelExpr=wrapped_label(signs), labelLimit=0, labelOffset=label_lift(signs))
    return alt.Y(f"{field}:N", title=None, scale=scale, axis=axis if signs else alt.Undefined)


def row_labels(
    lanes: alt.Chart,
    x: alt.X | str,
    text: alt.Text | str,
    *,
    align: Literal["left", "right"] = "left",
    dx: int = 6,
    size: float = 11.5,
) -> Any:
    """What stands beside the end of each bar or line. dx: how far (px) from it."""
    away = dx if align == "left" else -dx
    return lanes.mark_text(align=align, dx=away, fontSize=size, color=SOFT).encode(x=x, text=text)


def upright_rule(places: Sequence[float], **look: Any) -> Any:
    """Rules across all rows, at these places of the x axis."""
    return chart_of(pl.DataFrame({"at": places})).mark_rule(color=INK, **look).encode(x="at:Q")


def dot_rows(field: str, order: Sequence[str], dots: pl.DataFrame) -> dict[str, alt.Y | alt.YOffset]:
    """Named rows in which dots stand beside each other by `offset`."""
    reach = _dot_reach(dots)
    offset = alt.YOffset("offset:Q", scale=alt.Scale(domain=[-reach, reach]))
    return {"y": row_axis(field, order, gap=0.0), "yOffset": offset}


def dot_rows_height(order: Sequence[str], dots: pl.DataFrame) -> float:
    """Height (px) of such rows: as many dots as stand beside each other, none on another."""
    return len(order) * min(max(2 * _dot_reach(dots) * DOT, LEAST_STRIP), MOST_STRIP)


def row_ends(dots: pl.DataFrame) -> pl.DataFrame:
    """offset: top and bottom of a row in which dots stand beside each other."""
    return pl.DataFrame({"offset": [-_dot_reach(dots), _dot_reach(dots)]})


def _dot_reach(dots: pl.DataFrame) -> float:
    return largest_of(dots["offset"].abs()) + 1.2


def stacked_bars(
    table: pl.DataFrame,
    *,
    y: alt.Y,
    x: alt.X,
    order: str,
    colour: alt.Color,
    tooltip: list[alt.Tooltip],
    number: alt.Text | str,
    legible: Any,
    dark: Sequence[str],
    size: Any = alt.Undefined,
) -> list[Any]:
    """Bars of parts one after the other, each part with its number in it where there is room.

    x: the lengths; colour: the parts. number: what stands in a part where the condition `legible` holds, white in the
    parts named in `dark`. size: of the numbers (px).
    """
    bars = chart_of(table).encode(y=y, x=x, order=order)
    white = alt.FieldOneOfPredicate(field=colour.shorthand.split(":")[0], oneOf=list(dark))
    return [
        bars.mark_bar(stroke=PAPER, strokeWidth=1).encode(color=colour, tooltip=tooltip),
        bars.mark_text(fontSize=size).encode(
            x=alt.X(x.shorthand, stack="zero", bandPosition=0.5),
            text=alt.condition(legible, number, alt.value("")),
            color=alt.condition(white, alt.value(PAPER), alt.value(INK)),
        ),
    ]


def heat_map(
    cells: pl.DataFrame,
    *,
    rows: alt.Y,
    column: str,
    columns: Sequence[str],
    shade: str,
    tooltip: list[alt.Tooltip],
    number: alt.Text | str,
    least: float = 0.0,
    dark: float = 0.7,
    size: Any = alt.Undefined,
    **head: Any,
) -> alt.LayerChart:
    """Cells with their numbers, the darker the larger a share.

    column: whose values stand above the cells, in the order of `columns`; head: how these are written. shade: the share
    that colours a cell; least: from which share on (where none is larger) the darkest colour may begin; dark: from
    which share of the largest on numbers stand on a dark ground. size: of the numbers (px).
    """
    most = max(largest_of(cells[shade]), least) or 1.0
    across = alt.Axis(orient="top", labelAngle=0, title=None, **head)
    grid = chart_of(cells).encode(
        y=rows, x=alt.X(f"{column}:N", scale=alt.Scale(domain=list(columns), paddingInner=0.03), axis=across)
    )
    heat = alt.Scale(domain=[at * most / (len(LOSS) - 1) for at in range(len(LOSS))], range=[*LOSS], interpolate="rgb")
    return layer_charts(
        grid.mark_rect(stroke=GRID).encode(color=alt.Color(f"{shade}:Q", scale=heat, legend=None), tooltip=tooltip),
        grid.mark_text(fontSize=size).encode(
            text=number,
            color=alt.condition(f"(datum.{shade} > {dark * most})", alt.value(PAPER), alt.value(INK)),
        ),
    )


def largest_of(values: pl.Series) -> float:
    """The largest value as a plain number; 0 where there is none."""
    return float(values.cast(pl.Float64).max() or 0)  # type: ignore[arg-type]


def smallest_of(values: pl.Series) -> float:
    """The smallest value as a plain number; 0 where there is none."""
    return float(values.cast(pl.Float64).min() or 0)  # type: ignore[arg-type]


def order_position(column: str, order: Sequence[str]) -> pl.Expr:
    """The place (from 0) of each value of a column in an order that names them all."""
    places = {one: at for at, one in enumerate(order)}
    return pl.col(column).replace_strict(places, return_dtype=pl.Int64)


def number_text(value: Any, places: int = 2) -> str:
    """A number in a title or label; the minus is a real one."""
    return f"{float(value):.{places}f}".replace("-", "−")


def number_texts(column: str, places: int = 2) -> pl.Expr:
    """A column of numbers as they stand in labels."""
    return pl.col(column).map_elements(lambda value: number_text(value, places), return_dtype=pl.String)
