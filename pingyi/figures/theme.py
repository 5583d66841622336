"""One look for all figures: type, colours with one meaning each, and how a figure is finished.

Blue is satisfied or listed for the good, vermillion dissatisfied or listed for the bad, grey between or neither (after
Okabe and Ito, safe for colour-blind readers). Vivid hues are categories, muted ones components, slate tints kinds of
management. What marks a thing is never colour alone: position, shape or a word says it too.
"""

from collections.abc import Sequence
from typing import Any

import altair as alt

Figure = alt.Chart | alt.LayerChart

FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif'
"""The first is shipped with the package and is what pictures are drawn with."""

WIDTH = 720
"""Width of a figure (px) where nothing tells how wide the page is."""
TITLE_SIGNS, NOTE_SIGNS = 42, 56
"""Signs in a line of a title and of the note under it, at that width."""

GOOD, BAD, MIDDLE = "#0072B2", "#D55E00", "#C5CCD4"
GOOD_LIGHT, BAD_LIGHT, UNCOUNTED = "#86BFE0", "#F3B78C", "#ECEFF2"
OTHER = "#A9B3BE"
"""Units on no list."""
INK, SOFT, GRID, PAPER = "#1F2933", "#52606D", "#E4E7EB", "#FFFFFF"
TINTS = ("#3E4C59", "#8494A3", "#BCC6D0", "#DDE2E7")
"""Kinds of management, in order."""
CATEGORIES = ("#009E73", "#E0A92E", "#9B5FA5", "#7A5C2E", "#5DC2C8", "#B0396B", "#8A9A2B", "#4B4E8C")
"""Categories of units, in order."""
COMPONENTS = ("#33516B", "#9FB6C8", "#4F8080", "#B5D0C9", "#7A6890", "#CBBFDA", "#6C705A", "#D6D8BE")
"""Components, in the order of the plan: dark and light in turn."""
LOSS = ("#FFFFFF", "#F8D9C3", "#EFA577", "#D55E00")
"""From nothing lost to most lost."""

SHORT_NAME = 6
"""Signs of a name of which two fit beside each other on a telephone."""

NARROW = "containerSize()[0] < 480"
"""True on a telephone; a picture has no container and counts as wide."""

CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": PAPER,
    "padding": {"left": 4, "right": 12, "top": 6, "bottom": 6},
    "view": {"stroke": None},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "fontSize": 16,
        "fontWeight": "normal",
        "color": INK,
        "lineHeight": 22,
        "subtitleFontSize": 12,
        "subtitleFontWeight": "normal",
        "subtitleColor": SOFT,
        "subtitleLineHeight": 18,
        "subtitlePadding": 4,
        "offset": 12,
    },
    "axis": {
        "labelFontSize": 12,
        "labelFontWeight": "normal",
        "labelColor": INK,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titleColor": SOFT,
        "gridColor": GRID,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "titlePadding": 8,
    },
    "axisDiscrete": {"grid": False, "labelLimit": {"expr": f"{NARROW} ? 128 : 230"}},
    "axisQuantitative": {"tickCount": {"expr": f"{NARROW} ? 4 : 8"}, "labelFlush": False},
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "title": None,
        "labelFontSize": 12,
        "labelColor": INK,
        "labelLimit": 200,
        "symbolSize": 90,
        "symbolOpacity": 1,
        "symbolStrokeWidth": 1.2,
        "offset": 6,
        "columnPadding": 14,
        "rowPadding": 4,
    },
    "range": {"category": [*CATEGORIES]},
    "text": {"font": FONT, "fontSize": 12, "color": INK},
}


@alt.theme.register("pingyi", enable=True)
def house_style() -> alt.theme.ThemeConfig:
    """The look of every figure, an analyst's own ones included."""
    return {"config": CONFIG}  # type: ignore[typeddict-item]


def level_colours(levels: int) -> list[str]:
    """Colours of so many levels, from the best to the worst."""
    ends = {1: [GOOD], 2: [GOOD, BAD], 3: [GOOD, MIDDLE, BAD], 4: [GOOD, GOOD_LIGHT, BAD_LIGHT, BAD]}
    return ends.get(levels) or [GOOD, GOOD_LIGHT, *[MIDDLE] * (levels - 4), BAD_LIGHT, BAD]


def colour_scale(names: Sequence[str], colours: Sequence[str]) -> alt.Scale:
    """A scale of exactly these names in these colours, in order; more names than colours begin anew."""
    return alt.Scale(domain=list(names), range=[colours[at % len(colours)] for at in range(len(names))])


def named_colour(
    field: str, names: Sequence[str], colours: Sequence[str], *, lone: bool = True, below: bool = False
) -> alt.Color:
    """The colour of a field by its names, with a legend above or below the figure. lone: even of a single name."""
    shown = names_legend(names, below=below) if lone or len(names) > 1 else None
    return alt.Color(field, scale=colour_scale(names, colours), legend=shown)


def text_lines(text: str, signs: int = TITLE_SIGNS) -> list[str]:
    """A text in lines of at most so many signs."""
    return [text[at : at + signs] for at in range(0, len(text), signs)] or [""]


def wrapped_label(signs: int, narrow: int = 9) -> str:
    """A label in up to three lines of so many signs, of `narrow` signs on a telephone: a Vega expression."""
    line = f"({NARROW} ? {narrow} : {signs})"
    two = f"[slice(datum.label, 0, {line}), slice(datum.label, {line})]"
    rest = f"slice(datum.label, {line}, 2 * {line}), slice(datum.label, 2 * {line})"
    three = f"[slice(datum.label, 0, {line}), {rest}]"
    return f"length(datum.label) <= {line} ? datum.label : length(datum.label) <= 2 * {line} ? {two} : {three}"


def label_lift(signs: int) -> dict[str, Any]:
    """How far (px) such a label is moved up, so that its lines stand around the middle of the row."""
    line = f"({NARROW} ? 9 : {signs})"
    lines = [(2, -LABEL_LINE), (1, -LABEL_LINE / 2)]
    tests = [{"test": f"length(datum.label) > {more} * {line}", "value": up} for more, up in lines]
    return {"condition": tests, "value": 0}


LABEL_LINE = 13
"""Height (px) of a line of a label."""


def names_legend(names: Sequence[str], *, below: bool = False) -> alt.Legend:
    """A legend above (or below) the figure that breaks into rows where the page is narrow."""
    beside = 2 if max(map(len, names), default=0) <= SHORT_NAME else 1
    return alt.Legend(
        orient="bottom" if below else "top", columns=alt.ExprRef(f"{NARROW} ? {beside} : {min(len(names), 4)}")
    )


def finish_figure(chart: Figure, *, title: str, height: float, says: str, note: str = "") -> Figure:
    """A figure with its title, a line on how to read it, and what it shows in words for those who cannot see it.

    height: of the plot (px); the width is that of the page.
    """
    head = alt.TitleParams(text=text_lines(title), subtitle=text_lines(note, NOTE_SIGNS) if note else alt.Undefined)
    return chart.properties(title=head, description=says, width="container", height=height)


EMPTY = {"nothing": True}
"""How a figure without rows is marked, for whoever leaves such figures out."""


def empty_figure(title: str) -> Figure:
    """What is shown where there are no rows."""
    said = alt.Chart(alt.InlineData(values=[{"said": "没有数据"}]))
    chart = said.mark_text(color=SOFT).encode(text="said:N").properties(usermeta=EMPTY)
    return finish_figure(chart, title=title, height=60, says=f"{title}：没有数据。")
