"""What the documents of a run print of votes, read back from letters, page, figures and notice.

Nothing here asks what may be shown: a number is known if it stands somewhere. A sum of votes is named by the words that
its votes share, and by its leaf; without a level it is of all levels that have a value.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pingyi.office.letters import Grid
from pingyi.office.letters.content import compose_letters
from pingyi.office.notice_process import describe_organisation
from pingyi.report import answers
from pingyi.report.back_matter import unit_views
from pingyi.report.rating_sections import rated_table, rating_figures, tally_section
from pingyi.report.score_sections import ballot_figures, ballot_section
from pingyi.results.result_tables import ResultTables

Sum = tuple[str, frozenset[tuple[str, str]]]

APART = "不单列"
HEADS = {"周期": "cycle", "渠道": "channel", "评价人": "group", "评价人类别": "group", "内容": "item"}


@dataclass
class Printed:
    """numbers: sums that stand somewhere. gone: sums in whose place something else stands. rates: sums with a rate.

    whole: sums of all votes of several leaves. odd: sums that two documents print differently.
    """

    numbers: dict[Sum, int] = field(default_factory=dict)
    gone: set[Sum] = field(default_factory=set)
    rates: set[Sum] = field(default_factory=set)
    whole: list[tuple[tuple[str, ...], int]] = field(default_factory=list)
    odd: list[Sum] = field(default_factory=list)

    def see(self, leaf: str, text: str | int, **words: str) -> None:
        """A cell of a document."""
        key = named(leaf, **words)
        if text == APART:
            self.gone.add(key)
            return
        number = int(str(text).replace(",", ""))
        if self.numbers.setdefault(key, number) != number:
            self.odd.append(key)

    def see_rate(self, leaf: str, text: object, **words: str) -> None:
        """A rate of a document."""
        if isinstance(text, str) and text.endswith("%"):
            self.rates.add(named(leaf, **words))


def named(leaf: str, **words: str) -> Sum:
    """The name of a sum."""
    return leaf, frozenset((name, word) for name, word in words.items() if word is not None)


def printed(book: ResultTables) -> Printed:
    """Everything that the documents of a run print of votes."""
    found = Printed()
    _letters(book, found)
    _units(book, found)
    _tables(book, found)
    _figures(book, found)
    _sentences(book, found)
    return found


def _letters(book: ResultTables, found: Printed) -> None:
    titles = {one.title: one.id for one in book.plan.components if one.ratings}
    for letter in compose_letters(book, simulated=False, confidential=False):
        tables = [one for one in letter.blocks if isinstance(one, Grid) and one.columns[0].head == "评价"]
        leaf = ""
        for row in (row for table in tables for row in table.rows):
            leaf = titles[str(row[0])] if row[0] else leaf
            head, _, word = str(row[1]).partition("：")
            words = {HEADS[head]: "" if word == "未写明" else word} if word else {}
            found.see(leaf, str(row[2]), unit=letter.unit, **words)
            found.see_rate(leaf, row[3], unit=letter.unit, **words)
            found.see_rate(leaf, row[4], kind=book.unit_kinds[letter.unit], **words)


def _units(book: ResultTables, found: Printed) -> None:
    rules = {one.id: one for one in book.plan.components if one.ratings}
    for view in unit_views(book):
        for line in view.lines:
            if line.part.component in rules:
                for table in line.part.facts:
                    _facts(line.part.component, view.explained.unit, table.heads, table.rows, found)
                _formulas(book, line.part, view.explained.unit, found)


def _facts(leaf: str, unit: str, heads: tuple[str, ...], rows: Any, found: Printed) -> None:
    for row in rows:
        if heads[0] == "周期":
            by_item = heads[1] == "评价内容"
            words = {"cycle": row[0]} | ({"item": row[1]} if by_item else {})
            for head, cell in zip(heads[1 + by_item :], row[1 + by_item :], strict=True):
                level = head.removesuffix("（票）")
                found.see(leaf, cell, unit=unit, **words, **({} if level == "计分合计" else {"level": level}))
        elif heads[0] in HEADS:
            found.see(leaf, row[1], unit=unit, **{HEADS[heads[0]]: "" if row[0] == "未写明" else row[0]})
        else:
            assert len(heads) == 1, heads  # files without numbers


def _formulas(book: ResultTables, part: Any, unit: str, found: Printed) -> None:
    """Levels, sums of votes and rates that formulas spell out."""
    one = book.plan.component(part.component)
    rule = one.ratings
    assert rule is not None
    kinds = {"cycle": [each.id for each in book.plan.cycles[one.per]], "group": [*rule.groups], "item": [*rule.items]}
    weighed = any(weight is not None for weight in [*rule.groups.values(), *rule.items.values()])
    for step in part.steps:
        label = step.label.split("：")[0]
        words = {kind: word for kind, own in kinds.items() for word in own if word in re.split(r"[\s　·，、]", label)}
        text = step.text
        levels = "|".join(map(re.escape, sorted(rule.levels, key=len, reverse=True)))
        for level, number in re.findall(rf"({levels}) (\d+)", text):
            found.see(one.id, number, unit=unit, level=level, **words)
        if (votes := re.search(r"(?:）|各票折算合计 [\d.]+|\d)÷(?:（)?(\d+)", text)) and re.search(
            rf"(?:{levels}) \d|各票折算", text
        ):
            found.see(one.id, votes[1], unit=unit, **words)
        if step.percent and weighed:
            found.rates.add(named(one.id, unit=unit, **words))


def _tables(book: ResultTables, found: Printed) -> None:
    names = {name: unit for unit, name in book.unit_names.items()}
    for one in [*book.rated_leaves, *book.ballot_leaves]:
        table = rated_table(book, one, "t")
        heads = [column.head for column in table.columns]
        for row in table.rows:
            cells = dict(zip(heads, (cell.text for cell in row), strict=True))
            cycle = {"cycle": cells["周期"]} if "周期" in cells else {}
            found.see(one.id, cells["票数（票）"] or "0", unit=names[row[0].text], **cycle)


def _figures(book: ResultTables, found: Printed) -> None:
    names = {name: unit for unit, name in book.unit_names.items()}
    for drawn in [*rating_figures(book), *ballot_figures(book)]:
        if drawn.id.startswith("f-votes-"):
            _bars(drawn.id.removeprefix("f-votes-"), _data(drawn.json, "all"), names, found)
        elif drawn.id.startswith("f-levels-"):
            _levels(book, drawn.id.removeprefix("f-levels-"), _data(drawn.json, "nth"), found)


def _data(text: str, column: str) -> Iterator[dict[str, Any]]:
    """The rows of a drawing that have a column."""
    for rows in json.loads(text).get("datasets", {}).values():
        yield from (row for row in rows if column in row)


def _bars(leaf: str, rows: Iterator[dict[str, Any]], names: dict[str, str], found: Printed) -> None:
    for row in rows:
        unit = names[row["name"]]
        if row["channel"] == APART:
            found.see(leaf, int(row["all"]), unit=unit, cycle=row["cycle"])
        else:
            channel = "" if row["channel"] == "票数" else row["channel"]
            found.see(leaf, int(row["votes"]), unit=unit, cycle=row["cycle"], channel=channel)


def _levels(book: ResultTables, id: str, rows: Iterator[dict[str, Any]], found: Printed) -> None:
    titles = {one.title: one for one in book.plan.components if one.ratings}
    for row in rows:
        said = row["label"].rpartition("（")[0]
        one = titles[said] if id.startswith("of-") else book.plan.component(id)
        tokens = set() if id.startswith("of-") else set(said.split(" "))
        assert one.ratings is not None
        own = book.published("tally").filter(component=one.id)
        cycles = own["cycle"].unique().to_list()
        words = {"cycle": next((cycle for cycle in cycles if cycle in tokens), cycles[0])}
        for kind in ("channel", "group", "item"):
            here = [word for word in own[kind].drop_nulls().unique() if word in tokens - {words["cycle"]}]
            words |= {kind: here[0]} if here else {}
        found.see(one.id, int(row["votes"]), level=row["level"], **words)


def _sentences(book: ResultTables, found: Printed) -> None:
    """Sums over leaves in the notice, on the first page and in the story."""
    every = [one.id for one in book.plan.components if one.ratings]
    rated, ballots = [one.id for one in book.rated_leaves], [one.id for one in book.ballot_leaves]
    told = [(every, " ".join(describe_organisation(book)))]
    told += [(rated, f"共计入 {one.value} 票") for one in answers.key_figures(book) if one.what == "计入评价"]
    for ids, section in ((rated, tally_section(book)), (ballots, ballot_section(book))):
        told += [(ids, " ".join(section.found))] if section else []
    for ids, text in told:
        if number := re.search(r"共计入 ?([\d,]+) ?票", text):
            found.whole.append((tuple(ids), int(number[1].replace(",", ""))))
