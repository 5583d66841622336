"""Parts of the story as a notebook shows them: the same bytes at each run, drawn without a network."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from pingyi.figures.pictures import bundle
from pingyi.report import answers as told
from pingyi.report.book import Book
from pingyi.report.section import Figure
from pingyi.report.table import Table


@dataclass(frozen=True)
class Bundle:
    """One thing to show, in the forms a notebook may choose from."""

    data: dict[str, Any]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self.data


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


def figure(drawn: Figure) -> Iterator[Bundle]:
    """A figure of the report: its drawing with title, and how to read it."""
    made = json.loads(drawn.json)
    made["title"] = {"text": drawn.title, **({"subtitle": drawn.note} if drawn.note else {})}
    yield Bundle(bundle(made))
    if drawn.reads:
        yield markdown(f"*怎么看：{drawn.reads}*")


def table(one: Table, rows: int) -> Bundle:
    """The first rows of a table of the report."""
    heads = "".join(
        f'<th scope="col" style="text-align:{_side(column.numeric)}">{escape(column.head)}</th>'
        for column in one.columns
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="text-align:{_side(column.numeric)}">{escape(cell.text)}</td>'
            for column, cell in zip(one.columns, row, strict=True)
        )
        + "</tr>"
        for row in one.rows[:rows]
    )
    more = f"<p>共 {len(one.rows)} 行，这里是前 {rows} 行。</p>" if len(one.rows) > rows else ""
    caption = f"<caption style='text-align:left;font-weight:bold'>{escape(one.title)}</caption>"
    html = f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}"
    return Bundle({"text/html": html, "text/plain": f"{one.title}（{len(one.rows)} 行）"})


def _side(numeric: bool) -> str:
    return "right" if numeric else "left"


def answers(book: Book) -> Display:
    """The final lists and what is to be decided."""
    cards = [markdown(_card(card)) for card in told.cards(book)]
    decisions = [f"- **{one.what}**（{one.where}）：{one.wanted}" for one in told.decisions(book, "decision")]
    return Display([*cards, markdown("### 要决定的事\n\n" + ("\n".join(decisions) or "没有。"))])


def _card(card: told.Card) -> str:
    rows = [f"| {one.place} | {one.name} | {one.organ} | {one.total} |" for one in card.entries]
    head = ["| 名次 | 单位 | 主管部门 | 得分（分） |", "|---:|:---|:---|---:|"]
    return "\n".join([f"### {card.title}（{card.clause}）", "", *head, *rows, "", card.sure])
