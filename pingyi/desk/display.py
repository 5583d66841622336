"""What a notebook shows: text, figures and tables of the report, the same at each run, drawn without a network."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from great_tables import GT

from pingyi.figures.pictures import MIME, Chart, chart_spec, fixed_width, notebook_bundle
from pingyi.report import answers
from pingyi.report.section import Figure
from pingyi.report.table import Table
from pingyi.results.result_tables import ResultTables

FONT = ["Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "sans-serif"]
GRID, HEAD = "#E4E7EB", "#F5F7FA"

EMBEDDED = {
    "renderer": "svg",
    "actions": {"export": {"svg": True, "png": True}, "source": False, "compiled": False, "editor": False},
    "i18n": {"CLICK_TO_VIEW_ACTIONS": "保存这张图", "SVG_ACTION": "存为 SVG", "PNG_ACTION": "存为 PNG"},
}
"""How JupyterLab draws a figure: sharp, and with a menu to save it; whatever else it could offer needs a network."""


@dataclass(frozen=True)
class Bundle:
    """One thing to show, in the forms a notebook may choose from."""

    data: dict[str, Any]

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.data, self.metadata

    @property
    def metadata(self) -> dict[str, Any]:
        """How it is to be shown: a figure can be saved, in Chinese, without a network."""
        return {MIME: {"embed_options": EMBEDDED}} if MIME in self.data else {}


@dataclass(frozen=True)
class Display:
    """Several things, one under the other."""

    things: Sequence[Bundle]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for thing in self.things:
            display(thing)


def markdown(text: str) -> Bundle:
    """Text with Markdown; whatever a unit is called stays text."""
    safe = text.replace("<", "&lt;")
    return Bundle({"text/markdown": safe, "text/plain": text})


def draw_live(chart: Chart, description: str) -> Bundle:
    """A chart that JupyterLab draws itself, at once: no picture is made of it. description: where it has none."""
    made = fixed_width(chart_spec(chart))
    return Bundle({MIME: made, "text/plain": made.get("description", description)})


def show_figure(drawn: Figure) -> Iterator[Bundle]:
    """A figure of the report: its drawing with title, and how to read it."""
    made = json.loads(drawn.json)
    made["title"] = {"text": drawn.title, **({"subtitle": drawn.note} if drawn.note else {})}
    yield Bundle(notebook_bundle(made))
    if drawn.reads:
        yield markdown(f"*怎么看：{drawn.reads}*")


def show_table(one: Table, rows: int) -> Bundle:
    """The first rows of a table of the report."""
    heads = tell_apart([column.head for column in one.columns])
    cells = zip(*one.rows, strict=True) if one.rows else [()] * len(one.columns)
    texts = pl.DataFrame({head: [cell.text for cell in column] for head, column in zip(heads, cells, strict=True)})
    numeric = [head for head, column in zip(heads, one.columns, strict=True) if column.numeric]
    made = readable_table(texts, id=one.id, numeric=numeric, title=one.title, rows=rows)
    return Bundle({"text/html": made.as_raw_html(), "text/plain": f"{one.title}（{len(one.rows)} 行）"})


def tell_apart(heads: Sequence[str]) -> list[str]:
    """Heads as names of columns, which must differ: what repeats gets signs that nobody sees."""
    return [head + "\u200b" * heads[:place].count(head) for place, head in enumerate(heads)]


def readable_table(
    texts: pl.DataFrame, *, id: str, numeric: Collection[str] = (), title: str = "", rows: int = 20
) -> GT:
    """A table of texts under its column names; what is in a cell stays text.

    id: unique in the notebook, in ASCII. numeric: columns set to the right. rows: how many are shown; how many there
    are is said below.
    """
    table = GT(texts.head(rows), id=id).cols_align("left").cols_align("right", columns=list(numeric))
    table = table.tab_header(title=title) if title else table
    if texts.height > rows:
        table = table.tab_source_note(f"共 {texts.height} 行，这里是前 {rows} 行。")
    return table.opt_table_font(font=FONT, add=False).tab_options(
        table_font_size="13px",
        table_margin_left="0",
        heading_align="left",
        heading_title_font_size="15px",
        column_labels_font_weight="normal",
        column_labels_background_color=HEAD,
        data_row_padding="4px",
        table_body_hlines_color=GRID,
        source_notes_font_size="12px",
    )


def show_answers(book: ResultTables) -> Display:
    """The final lists and what is to be decided."""
    cards = [markdown(_format_card(card)) for card in answers.cards(book)]
    decisions = [f"- **{one.what}**（{one.where}）：{one.wanted}" for one in answers.decisions(book, "decision")]
    return Display([*cards, markdown("### 要决定的事\n\n" + ("\n".join(decisions) or "没有。"))])


def _format_card(card: answers.Card) -> str:
    rows = [f"| {one.place} | {one.name} | {one.organ} | {one.total} |" for one in card.entries]
    head = ["| 名次 | 单位 | 主管部门 | 得分（分） |", "|---:|:---|:---|---:|"]
    return "\n".join([f"### {card.titled}（{card.clause}）", "", *head, *rows, "", card.sure])
