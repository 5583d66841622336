"""Parts of the story as a notebook shows them: the same bytes at each run, drawn without a network."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pingyi.desk.tables import readable
from pingyi.figures.pictures import notebook_bundle
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
    yield Bundle(notebook_bundle(made))
    if drawn.reads:
        yield markdown(f"*怎么看：{drawn.reads}*")


def table(one: Table, rows: int) -> Bundle:
    """The first rows of a table of the report."""
    cells = zip(*one.rows, strict=True) if one.rows else [()] * len(one.columns)
    heads = _apart([column.head for column in one.columns])
    texts = pl.DataFrame({head: [cell.text for cell in column] for head, column in zip(heads, cells, strict=True)})
    numeric = [head for head, column in zip(heads, one.columns, strict=True) if column.numeric]
    made = readable(texts, id=one.id, numeric=numeric, title=one.title, rows=rows)
    return Bundle({"text/html": made.as_raw_html(), "text/plain": f"{one.title}（{len(one.rows)} 行）"})


def _apart(heads: list[str]) -> list[str]:
    """Heads as column names: a head that repeats gets invisible marks."""
    return [head + "\u200b" * heads[:place].count(head) for place, head in enumerate(heads)]


def answers(book: Book) -> Display:
    """The final lists and what is to be decided."""
    cards = [markdown(_card(card)) for card in told.cards(book)]
    decisions = [f"- **{one.what}**（{one.where}）：{one.wanted}" for one in told.decisions(book, "decision")]
    return Display([*cards, markdown("### 要决定的事\n\n" + ("\n".join(decisions) or "没有。"))])


def _card(card: told.Card) -> str:
    rows = [f"| {one.place} | {one.name} | {one.organ} | {one.total} |" for one in card.entries]
    head = ["| 名次 | 单位 | 主管部门 | 得分（分） |", "|---:|:---|:---|---:|"]
    return "\n".join([f"### {card.titled}（{card.clause}）", "", *head, *rows, "", card.sure])
