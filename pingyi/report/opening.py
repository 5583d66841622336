"""The story's opening: who is under review, and what was said of them."""

from collections.abc import Callable

import polars as pl

from pingyi.common import wording
from pingyi.disclosure import APART
from pingyi.plan import Component
from pingyi.plan.units import Published
from pingyi.report import counts, drawings
from pingyi.report import table as cells
from pingyi.report.answers import forms
from pingyi.report.book import Book
from pingyi.report.section import Clause, Section, clause
from pingyi.report.table import Column, Table, head
from pingyi.report.withheld import WHY


def roster(book: Book) -> Section:
    """Who takes part."""
    frame, units = book.frame("roster"), book.plan.units
    exempt = units.exempt
    said = f"连续 {exempt.years} 年列入{book.lists[exempt.listed]}的单位免评。" if exempt else "名录中的单位全部参评。"
    return Section(
        id="roster",
        title="名录和日程",
        question="哪些单位参加评议，什么时候评？",
        clauses=(Clause(exempt.clause if exempt else units.clause, "参评范围", said),),
        found=(wording.who_took_part(frame),),
        figures=(*drawings.roster(book), *drawings.calendar(book)),
        tables=(*_published(book), _units(book)),
    )


def _units(book: Book) -> Table:
    frame = _with_traits(book)
    known = ("category", "organ", "township", "management", "system")
    spoken = [name for name in known if frame[name].is_not_null().any()]
    wanted = [name for name in spoken if name != "organ" or book.organs_tell]
    columns = [
        cells.text("unit", head("roster", "unit")),
        cells.unit(book.names),
        *(cells.text(name, book.plan.terms.get(name, head("roster", name)), wide=name == "organ") for name in wanted),
        *(cells.text(name, title) for name, title in book.plan.units.columns.items() if name in frame.columns),
        *([cells.yes("exempt", head("roster", "exempt"))] if book.plan.units.exempt else []),
    ]
    return cells.table("t-roster", "参评单位名录", frame, columns)


def _with_traits(book: Book) -> pl.DataFrame:
    """The roster with the further columns that the plan's rules name."""
    frame, traits = book.frame("roster"), book.counted("traits")
    for name in book.plan.units.columns:
        column = traits.filter(pl.col("trait") == name).select("unit", pl.col("value").alias(name))
        frame = frame.join(column, on="unit", how="left", maintain_order="left")
    return frame


def _published(book: Book) -> list[Table]:
    """The counts that the document prints, against the roster."""
    frame = _with_traits(book)
    rows = []
    for one in book.plan.units.published:
        fitting = frame
        for trait, values in one.units.items():
            fitting = fitting.filter(pl.col(trait).fill_null("").is_in(values))
        found = fitting["organ"].n_unique() if one.of == "organs" else fitting.height
        row = {"what": _range(book, one), "count": one.count, "found": found}
        rows.append(row | {"same": "一致" if found == one.count else "不一致", "clause": one.clause})
    columns = [
        cells.text("what", "范围"),
        cells.count("count", "方案公布（个）"),
        cells.count("found", "名录实有（个）"),
        cells.text("same", "核对"),
        cells.text("clause", "条款"),
    ]
    whole = f"名录共有 {book.frame('roster').height} 个单位；每一行只数范围以内的。"
    return [cells.table("t-published", "名录与方案公布数核对", pl.DataFrame(rows), columns, note=whole)] if rows else []


def _range(book: Book, one: Published) -> str:
    """Which units or organs a published count is of: 管理执法类单位, 重点评测为是的单位."""
    columns = book.plan.units.columns
    told = [
        f"{columns[trait]}为{'、'.join(values)}的"
        if trait in columns
        else "、".join(value for value in values if value)
        for trait, values in one.units.items()
    ]
    what, kind = "".join(told) or "全部", book.organ_head if one.of == "organs" else "单位"
    blank = [columns.get(trait) or head("roster", trait) for trait, values in one.units.items() if list(values) == [""]]
    apart = f"（不填“{'”“'.join(blank)}”的）" if blank else ""
    return (what if what.endswith(kind) else f"{what}{kind}") + apart


def tally(book: Book) -> Section | None:
    """What was said of everybody."""
    if not book.rated:
        return None
    ids = [one.id for one in book.rated]
    return Section(
        id="tally",
        title="评价",
        question="收到多少评价，哪些计入？",
        clauses=tuple(clause(one) for one in book.rated),
        found=(
            counts.told(book, book.rated),
            *(said for one in book.rated if (said := counts.fixed_shares(one))),
            *_few(book),
        ),
        figures=tuple(drawings.ratings(book)),
        tables=(*(_rated(book, one) for one in book.rated), *_aside(book, ids)),
    )


def _few(book: Book) -> list[str]:
    """How many units had few votes or none, component by component."""
    return [said for one in book.rated if (said := _few_of(book, one))]


def _few_of(book: Book, one: Component) -> str:
    rules = _ruled(book, one).filter(pl.col("rule") != "own")
    cycle = "至少一个周期" if len(book.plan.cycles[one.per]) > 1 else ""
    told = [
        f"{rows['unit'].n_unique()} 个单位{cycle}{wording.named(str(rule), wording.FLAGS)}"
        for (rule,), rows in sorted(rules.group_by("rule"))
    ]
    return f"{one.title}有 {'；'.join(told)}。" if told else ""


def _ruled(book: Book, one: Component) -> pl.DataFrame:
    """How a component from levels came about, unit by unit; what nobody has rated so far says so."""
    frame = book.frame("rating_marks").filter(pl.col("component") == one.id)
    waiting = book.counted("unmeasured").filter(pl.col("component") == one.id)["unit"].to_list()
    rule = pl.when(pl.col("unit").is_in(waiting)).then(pl.lit("unmeasured")).otherwise("rule")
    return frame.with_columns(rule=rule)


def _rated(book: Book, one: Component) -> Table:
    return rated_table(book, one, f"t-rated-{one.id}")


def rated_table(book: Book, one: Component, id: str) -> Table:
    """How a component from levels came about, unit by unit and cycle by cycle."""
    frame = _with_few(book, one, _ruled(book, one))
    pairs: dict[str, Callable[[str, str], Column]] = {
        "votes": cells.told,
        "own": cells.marks,
        "mean": cells.marks,
        "marks": cells.marks,
    }
    drawn = frame["rule"].is_in(["few", "none_mean"]).any()
    wanted = {name: make for name, make in pairs.items() if drawn or name != "mean"}
    several = frame["cycle"].n_unique() > 1
    columns = [
        cells.unit(book.names),
        *([cells.text("cycle", head("rating_marks", "cycle"))] if several else []),
        *(make(name, head("rating_marks", name)) for name, make in wanted.items()),
        cells.text("rule", head("rating_marks", "rule"), RULES, wide=True),
    ]
    note = WHY if frame["votes"].is_in([APART]).any() else ""
    return cells.table(id, f"{one.title}得分", frame, columns, note=note)


def _with_few(book: Book, one: Component, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame without votes, and without marks from votes alone, where they are too few to be shown."""
    leaf, keys = book.disclosure.leaf(one.id), frame.select("unit", "cycle").rows()
    shown = [leaf.total(unit, cycle) for unit, cycle in keys]
    votes = [str(number) if one else APART for number, one in zip(frame["votes"], shown, strict=True)]
    own = pl.when(pl.Series(shown, dtype=pl.Boolean)).then("own")
    return frame.with_columns(pl.Series("votes", votes, dtype=pl.String), own)


RULES = wording.FLAGS | {"own": "按自身得分"}


def _aside(book: Book, ids: list[str]) -> list[Table]:
    """Ratings that do not count, by reason."""
    frame = book.frame("set_aside").filter(pl.col("component").is_in(ids))
    return [aside_table(book, frame, "t-aside")] if frame.height else []


def aside_table(book: Book, frame: pl.DataFrame, id: str) -> Table:
    """Ratings that do not count: which component, why, how many."""
    columns = [
        cells.text("component", head("set_aside", "component"), book.components),
        cells.text("reason", head("set_aside", "reason"), wording.SET_ASIDE),
        cells.count("ratings", head("set_aside", "ratings")),
    ]
    return cells.table(id, "没有计入的评价", frame, columns)


def form_table(book: Book) -> list[Table]:
    """Forms judged as a whole: valid, or void and why."""
    frame = forms(book).sort("forms", descending=True)
    columns = [
        cells.text("component", "指标", book.components),
        cells.text("reason", "认定", _judged),
        cells.count("forms", "选票（张）"),
    ]
    return [cells.table("t-forms", "选票", frame, columns)] if frame.height else []


def _judged(reason: str | None) -> str:
    return f"无效：{wording.named(reason, wording.SET_ASIDE)}" if reason else "有效"
