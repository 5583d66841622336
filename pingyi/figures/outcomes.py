"""Figures of what lists lead to."""

from collections.abc import Mapping

import altair as alt
import polars as pl

from pingyi.common.wording import SUBJECTS
from pingyi.figures.build import base, largest, layer, rows, tips
from pingyi.figures.theme import BAD, GOOD, INK, Figure, finish, fixed, legend, nothing

ROW = 26
"""Height (px) of a row."""
GAIN, LOSS = "加分", "减分"


def consequences_by_organ(
    sums: pl.DataFrame, *, effect: str = "", kinds: Mapping[str, str] = SUBJECTS, headline: str = ""
) -> Figure:
    """What each organ and township gains or loses, those of a kind together, from the largest gain to the largest loss.

    sums: `outcome_sums`. effect: the only one shown; without it the first by name that has amounts. kinds: words for
    kinds of subjects, in their order.
    """
    chosen = effect or (sums["effect"].sort()[0] if sums.height else "")
    own = sums.filter((pl.col("effect") == chosen) & (pl.col("amount") != 0))
    name = _first(own, "effect_name") or chosen
    title = headline or f"{name or '结果运用'}：落到哪些部门"
    if own.is_empty():
        return nothing(title)
    unit = _first(own, "unit_of_measure")
    table = own.with_columns(
        kind=pl.col("subject_kind").replace(dict(kinds)),
        label=pl.col("amount").map_elements(_signed, return_dtype=pl.String),
        direction=pl.when(pl.col("amount") > 0).then(pl.lit(GAIN)).otherwise(pl.lit(LOSS)),
        at=pl.col("subject_kind").replace_strict({kind: at for at, kind in enumerate(kinds)}, default=len(kinds)),
    ).sort(["at", "amount", "subject"], descending=[False, True, False])
    several = table["kind"].n_unique() > 1
    table = table.with_columns(row=pl.format("{}（{}）", "subject", "kind") if several else pl.col("subject"))
    chart = _diverging(table.select("row", "subject", "kind", "amount", "entries", "label", "direction"), unit)
    said = "，".join(f"{subject} {label}" for subject, label in table.select("subject", "label").rows())
    return finish(chart, title=title, height=ROW * table.height, says=f"{title}（{unit}）。{said}。")


def _first(frame: pl.DataFrame, column: str) -> str:
    return str(frame[column][0] or "") if frame.height else ""


def _signed(amount: object) -> str:
    text = f"{float(amount):+.2f}".rstrip("0").rstrip(".")  # type: ignore[arg-type]
    return text.replace("-", "−")


def _diverging(table: pl.DataFrame, unit: str) -> alt.LayerChart:
    reach = 1.4 * largest(table["amount"].abs())
    x = alt.X(
        "amount:Q", title=f"合计（{unit}）" if unit else "合计", scale=alt.Scale(domain=[-reach, reach], nice=False)
    )
    lanes = base(table).encode(y=rows("row", table["row"].to_list(), gap=0.3), x=x)
    heads = (("subject:N", "对象"), ("kind:N", "性质"), ("label:N", f"合计（{unit}）"), ("entries:Q", "由几条组成"))
    colour = alt.Color("direction:N", scale=fixed([GAIN, LOSS], [GOOD, BAD]), legend=legend([GAIN, LOSS]))
    return layer(
        lanes.mark_bar().encode(color=colour, tooltip=tips(*heads)),
        lanes.transform_filter("datum.amount > 0").mark_text(align="left", dx=5).encode(text="label:N"),
        lanes.transform_filter("datum.amount < 0").mark_text(align="right", dx=-5).encode(text="label:N"),
        base(pl.DataFrame({"at": [0]})).mark_rule(color=INK).encode(x="at:Q"),
    )
