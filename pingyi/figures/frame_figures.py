"""Figures of any frame, by the names of its columns: bars, shares, strips of dots, points.

For whoever has asked a table something and wants to see the answer; columns are named as people are to read them.
"""

from collections.abc import Sequence

import altair as alt
import polars as pl

from pingyi.figures.chart_parts import (
    PERCENT,
    SHARE,
    chart_of,
    dot_rows,
    dot_rows_height,
    largest_of,
    layer_charts,
    number_text,
    row_axis,
    row_labels,
    smallest_of,
    tooltip_of,
)
from pingyi.figures.frames import swarm_offsets
from pingyi.figures.theme import (
    CATEGORIES,
    GOOD,
    INK,
    OTHER,
    Figure,
    empty_figure,
    finish_figure,
    level_colours,
    named_colour,
)

MOST_BARS = 25
"""Bars that are drawn; of more rows the first."""
BAR = 26.0
"""Height (px) of a bar with its gap."""
TALL = 320.0
"""Height (px) of points."""
TOLD = 8
"""Rows that are told in words."""
MOST_STRIP = 84.0
"""Height (px) of a strip of dots: where many are equal, they lie on each other."""
NAME_SIGNS = 16
"""Signs of a name in a line of a label."""


def bars(
    frame: pl.DataFrame, *, rows: str, number: str, title: str, parts: str = "", order: Sequence[str] = ()
) -> Figure:
    """A bar for each value of a column, as long as the sum of a number; the order is that of the frame.

    rows, number: names of columns. parts: of a column whose values cut the bars into parts, in `order`.
    """
    table = _plain(frame, rows, number, parts)
    if table.is_empty():
        return empty_figure(title)
    sums = table.group_by(rows, maintain_order=True).agg(pl.col(number).sum()).head(MOST_BARS)
    table = table.join(sums.select(rows), on=rows, maintain_order="left")
    whole = bool((table[number] == table[number].round(0)).all())
    texts = sums.with_columns(label=_number_labels(number, 0 if whole else 2))
    x = alt.X("number:Q", title=number, axis=alt.Axis(tickMinStep=1) if whole else alt.Undefined)
    kinds = [*dict.fromkeys([*order, *table[parts].unique(maintain_order=True)])] if parts else []
    kinds = [one for one in kinds if one in set(table[parts])] if parts else []
    drawn = table.rename({rows: "row", number: "number"} | ({parts: "kind"} if parts else {}))
    lanes = chart_of(drawn).encode(y=row_axis("row", sums[rows].to_list(), signs=NAME_SIGNS), x=x)
    heads = [("row:N", rows), *([("kind:N", parts)] if parts else []), ("number:Q", number)]
    colour = {"color": named_colour("kind:N", kinds, CATEGORIES)} if parts else {}
    bar = lanes.mark_bar(color=GOOD) if not parts else lanes.mark_bar()
    ends = chart_of(texts.rename({rows: "row", number: "number"})).encode(y="row:N")
    chart = layer_charts(
        bar.encode(**colour, tooltip=tooltip_of(*heads)),
        row_labels(ends.transform_filter("datum.number >= 0"), "number:Q", "label:N"),
        row_labels(ends.transform_filter("datum.number < 0"), "number:Q", "label:N", align="right"),
    )
    said = "，".join(f"{row} {label}" for row, label in texts.select(rows, "label").head(TOLD).rows())
    rest = f"只画前 {MOST_BARS} 条" if frame[rows].n_unique() > MOST_BARS else ""
    return finish_figure(chart, title=title, height=BAR * sums.height, says=f"{title}：{said}。", note=rest)


def shares(frame: pl.DataFrame, *, rows: str, number: str, parts: str, title: str, graded: bool = False) -> Figure:
    """A bar of equal length for each value of a column, cut into the shares that its parts have of a number.

    graded: the parts are levels, which the frame has from the best to the worst.
    """
    table = _plain(frame, rows, number, parts)
    if table.is_empty():
        return empty_figure(title)
    kinds = table[parts].unique(maintain_order=True).to_list()
    whole = pl.col(number).sum().over(rows)
    drawn = table.with_columns(share=pl.col(number) / whole, row=pl.format("{}（{}）", rows, whole.cast(pl.Int64)))
    order = drawn["row"].unique(maintain_order=True).to_list()
    drawn = drawn.with_columns(nth=pl.col(parts).replace_strict({one: at for at, one in enumerate(kinds)}))
    drawn = drawn.select("row", "share", "nth", kind=parts, number=number)
    chart = (
        chart_of(drawn)
        .mark_bar(stroke="#FFFFFF")
        .encode(
            y=row_axis("row", order, signs=NAME_SIGNS),
            x=alt.X("share:Q", title=f"占{number}的份额", stack="zero", axis=PERCENT, scale=alt.Scale(domain=[0, 1])),
            order="nth:Q",
            color=named_colour("kind:N", kinds, level_colours(len(kinds)) if graded else CATEGORIES),
            tooltip=tooltip_of(("row:N", rows), ("kind:N", parts), ("number:Q", number), ("share:Q", "份额", SHARE)),
        )
    )
    first = drawn.filter(pl.col("kind") == kinds[0]).select("row", "share").head(TOLD).rows()
    said = "，".join(f"{row} {number_text(share * 100, 1)}%" for row, share in first)
    return finish_figure(chart, title=title, height=BAR * len(order), says=f"{title}。{kinds[0]}：{said}。")


def strips(frame: pl.DataFrame, *, rows: str, number: str, name: str, title: str) -> Figure:
    """A dot for each row of a frame, in strips by the values of a column, where its number is.

    name: column that says what a dot is.
    """
    table = _plain(frame, rows, number, name)
    if table.is_empty():
        return empty_figure(title)
    order = table[rows].unique(maintain_order=True).to_list()
    dots = table.rename({rows: "row", number: "number", name: "unit"})
    placed = swarm_offsets(dots, "number", within="row").rename({"unit": "name"})
    chart = (
        chart_of(placed)
        .mark_point(filled=True, size=30, opacity=0.8, color=GOOD)
        .encode(
            **dot_rows("row", order, placed),
            x=alt.X("number:Q", title=number, scale=alt.Scale(zero=False)),
            tooltip=tooltip_of(("name:N", name), ("row:N", rows), ("number:Q", number, ".2f")),
        )
    )
    spans = [(row, dots.filter(pl.col("row") == row)["number"]) for row in order[:TOLD]]
    said = "；".join(f"{row}从 {number_text(smallest_of(one))} 到 {number_text(largest_of(one))}" for row, one in spans)
    height = min(dot_rows_height(order, placed), MOST_STRIP * len(order))
    return finish_figure(chart, title=title, height=height, says=f"{title}。{said}。", note="一点是一个单位")


def points(frame: pl.DataFrame, *, x: str, y: str, name: str, title: str, kinds: str = "") -> Figure:
    """A point for each row of a frame at two of its numbers. name: what a point is. kinds: column of its colour."""
    table = _plain(frame, name, y, kinds, more=x)
    if table.is_empty():
        return empty_figure(title)
    drawn = table.rename({x: "x", y: "y", name: "name"} | ({kinds: "kind"} if kinds else {}))
    found = drawn["kind"].unique(maintain_order=True).to_list() if kinds else []
    colour = {"color": named_colour("kind:N", found, [GOOD, INK, *CATEGORIES])} if kinds else {}
    heads = [("name:N", name), ("x:Q", x), ("y:Q", y), *([("kind:N", kinds)] if kinds else [])]
    chart = (
        chart_of(drawn)
        .mark_point(filled=True, size=36, opacity=0.75, color=OTHER if kinds else GOOD)
        .encode(
            x=alt.X("x:Q", title=x, scale=alt.Scale(zero=False)),
            y=alt.Y("y:Q", title=y, scale=alt.Scale(zero=False)),
            tooltip=tooltip_of(*heads),
            **colour,
        )
    )
    ends = [
        f"{head}从 {number_text(smallest_of(drawn[one]))} 到 {number_text(largest_of(drawn[one]))}"
        for one, head in (("x", x), ("y", y))
    ]
    return finish_figure(chart, title=title, height=TALL, says=f"{title}。{drawn.height} 个{name}，{'；'.join(ends)}。")


def _plain(frame: pl.DataFrame, rows: str, number: str, parts: str = "", *, more: str = "") -> pl.DataFrame:
    """The columns that are drawn: names as text, numbers plain; rows without a number are left out."""
    numbers = [one for one in (number, more) if one]
    texts = [one for one in (rows, parts) if one]
    kept = frame.drop_nulls(numbers)
    return kept.select(
        *(pl.col(one).cast(pl.String).fill_null("") for one in texts),
        *(pl.col(one).cast(pl.Float64) for one in numbers),
    )


def _number_labels(number: str, places: int) -> pl.Expr:
    return pl.col(number).map_elements(lambda value: number_text(value, places), return_dtype=pl.String)
