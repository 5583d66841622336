"""How many of those asked answered, and what was said month by month."""

from decimal import Decimal
from fractions import Fraction

import polars as pl

from pingyi import figures
from pingyi.common import wording
from pingyi.disclosure import LEAST, open_sums
from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.drawings import FEW_UNITS
from pingyi.report.section import Figure, Section, clause, figure
from pingyi.report.table import Column, Table, head

KINDS = (
    ("应答率1", "完成的，占全部合格的和不确定是否合格的；最严，一般公布这一个。"),
    ("应答率2", "同应答率1，部分完成的也算应答。"),
    ("应答率3", "完成的，占全部合格的和不确定的里估计合格的；估计的比例取自已经弄清的。"),
    ("应答率4", "同应答率3，部分完成的也算应答。"),
    ("应答率5", "完成的，占全部合格的；不确定的都当作不合格。"),
    ("应答率6", "同应答率5，部分完成的也算应答；六种里最高。"),
)
"""AAPOR's six response rates (Standard Definitions), a sentence each."""

COUNTS = ("complete", "partial", "refusal", "noncontact", "other", "unknown", "ineligible")
RATES = ("rr1", "rr2", "rr3", "rr4", "rr5", "rr6")


def response(book: Book) -> Section | None:
    """How many of those drawn answered."""
    frame = book.frame("response_rates")
    if not frame.height:
        return None
    asked = _asked(book, frame)
    return Section(
        id="response",
        title="应答率",
        question="抽中的人有多少作了评价？",
        clauses=tuple(clause(one) for one in book.plan.sampling if one.component in asked and one.says),
        found=tuple(_answered(book, row) for row in _whole(frame).iter_rows(named=True)),
        figures=tuple(_response_figures(book, frame, asked)),
        tables=(_response(book, frame), _response_of_units(book, frame), _kinds()),
    )


def _asked(book: Book, frame: pl.DataFrame) -> dict[str, str]:
    """Titles of the components that people were contacted for, in the order of the plan."""
    found = set(frame["component"])
    return {id: title for id, title in book.components.items() if id in found}


def _whole(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter((pl.col("unit") == "") & (pl.col("channel") == "") & (pl.col("half") == ""))


def _answered(book: Book, row: dict[str, int | Decimal | None]) -> str:
    title = book.components[str(row["component"])]
    drawn = sum(int(row[name] or 0) for name in COUNTS)
    start = f"{title}：抽中 {wording.counted(drawn)} 个，完成 {wording.counted(int(row['complete'] or 0))} 个"
    if row["rr1"] is None:
        return f"{start}，没有合格的。"
    low, high = (wording.percent(Fraction(row[name] or 0), 1) for name in ("rr1", "rr5"))
    return f"{start}，应答率按最严的算法（应答率1）是 {low}，不确定的都当作不合格（应答率5）是 {high}。"


def _response_figures(book: Book, frame: pl.DataFrame, asked: dict[str, str]) -> list[Figure]:
    every = figures.response_by_channel(with_few(book, frame), components=asked)
    told = "横线越靠右，应答的人越多；横线长，说明许多人合不合格没有弄清。应答率低的，没有应答的人可能另有看法。"
    found = [figure("f-response", every, told)]
    for id, title in asked.items() if book.frame("roster").height > FEW_UNITS else ():
        chart = figures.response_by_unit(with_few(book, frame), book.counted("roster"), component=id, name=title)
        found.append(figure(f"f-response-{id}", chart, "最上面的单位应答的人最少，它的评价要谨慎看待。"))
    return found


def _response(book: Book, frame: pl.DataFrame) -> Table:
    """All, by channel, by half-year."""
    rows = with_few(book, frame).filter((pl.col("unit") == "") & ((pl.col("channel") == "") | (pl.col("half") == "")))
    places = {id: place for place, id in enumerate(book.components)}
    at = pl.col("component").replace_strict(places, return_dtype=pl.Int64)
    part = pl.when(pl.col("channel") != "").then("channel").when(pl.col("half") != "").then("half")
    rows = rows.with_columns(part=part.otherwise(pl.lit("全部"))).sort(at, pl.col("part") != "全部", "half", "channel")
    columns = [
        cells.text("component", head("response_rates", "component"), book.components),
        cells.text("part", "范围"),
        *_rates_and_counts(RATES),
    ]
    note = "范围是全部、一个渠道或半年；不合格的不算在应答率里。"
    return cells.table("t-response", "应答率", rows, columns, note=note)


def _response_of_units(book: Book, frame: pl.DataFrame) -> Table:
    rows = with_few(book, frame).filter((pl.col("unit") != "") & (pl.col("channel") == "") & (pl.col("half") == ""))
    several = rows["component"].n_unique() > 1
    columns = [
        cells.unit(book.names),
        *([cells.text("component", head("response_rates", "component"), book.components)] if several else []),
        *_rates_and_counts(("rr1", "rr3", "rr5")),
    ]
    note = f"完成的不足{LEAST}个的单位不列出。"
    return cells.table("t-response-units", "各单位的应答率", rows.sort("component", "rr1", "unit"), columns, note=note)


def with_few(book: Book, frame: pl.DataFrame) -> pl.DataFrame:
    """Response rates by unit, channel or half-year, without rows in which few answered, and those that go with them."""
    own = {part: frame.filter(pl.col(part) != "", *(pl.col(other) == "" for other in PARTS if other != part))
           for part in PARTS}  # fmt: skip
    whole = frame.filter(*(pl.col(part) == "" for part in PARTS))
    return pl.concat([whole, *(_enough(book, rows, part) for part, rows in own.items())])


PARTS = ("unit", "channel", "half")


def _enough(book: Book, rows: pl.DataFrame, part: str) -> pl.DataFrame:
    """The rows of one breakdown that may be shown: of votes that are withheld nobody is told who answered."""
    return pl.concat(
        [
            own.filter(pl.col(part).is_in(_open_parts(book, str(component), own, part)))
            for (component,), own in rows.group_by("component", maintain_order=True)
        ]
        or [rows]
    )


def _open_parts(book: Book, component: str, own: pl.DataFrame, part: str) -> list[str]:
    answered = dict(zip(own[part], own.select(pl.sum_horizontal("complete", "partial")).to_series(), strict=True))
    open_ = sorted(open_sums(answered))
    if component not in book.disclosure.rules:
        return open_
    leaf = book.disclosure.leaf(component)
    if part == "unit":
        return [unit for unit in open_ if leaf.total(unit) and leaf.detail != "nothing"]
    return open_ if leaf.detail == "words" or (part == "half" and leaf.detail == "levels") else []


def _rates_and_counts(rates: tuple[str, ...]) -> list[Column]:
    counts = [cells.count(name, head("response_rates", name)) for name in COUNTS]
    return [*(cells.rate(name, head("response_rates", name)) for name in rates), *counts]


def _kinds() -> Table:
    columns = [cells.text("name", "应答率"), cells.text("says", "怎样算", wide=True)]
    rows = pl.DataFrame([{"name": name, "says": says} for name, says in KINDS])
    note = "按 AAPOR《标准定义》（Standard Definitions）的六种算法。"
    return cells.table("t-response-kinds", "六种应答率", rows, columns, note=note)


def monthly(book: Book) -> Section | None:
    """What was said month by month, where ratings span more than one."""
    frame = book.frame("monthly_rates")
    if frame["month"].n_unique() < 2:
        return None
    rated = {id: title for id, title in book.components.items() if id in set(frame["component"])}
    many = _open_months(frame)
    chart = figures.monthly_rates(many, components=rated)
    told = "从左到右看一行：颜色变深，说明那个月不满意的多了。各月的评价数见表，少的月份不宜细比。"
    months = monthly_means(book)
    return Section(
        id="monthly",
        title="逐月评价",
        question="评价逐月怎样变化？",
        clauses=(),
        found=tuple(_course(title, months.filter(pl.col("component") == id)) for id, title in rated.items()),
        figures=(figure("f-monthly", chart, told),),
        tables=(_monthly(book, months),),
    )


def monthly_means(book: Book) -> pl.DataFrame:
    """component, month, ratings, units, rate (mean of the units' rates), best and worst unit with their rates.

    A month with fewer than LEAST ratings in all is left out, and the next one where it could be subtracted; best and
    worst are of the units with at least so many.
    """
    ends = {
        f"{end}_{name}": pl.col(name)
        .filter(pl.col("ratings") >= LEAST)
        .sort_by(*(pl.col(by).filter(pl.col("ratings") >= LEAST) for by in ORDER), descending=[best, True, False])
        .first()
        for end, best in (("best", True), ("worst", False))
        for name in ("unit", "rate")
    }
    sums = (
        _open_months(book.frame("monthly_rates"))
        .group_by("component", "month", maintain_order=True)
        .agg(pl.col("ratings").sum(), units=pl.len(), rates=pl.col("rate"), **ends)
    )
    places = {id: at for at, id in enumerate(book.components)}
    place = pl.col("component").replace_strict(places, return_dtype=pl.Int64)
    mean = pl.Series("rate", [_mean(rates) for rates in sums["rates"].to_list()], dtype=pl.Decimal(9, 6))
    return sums.with_columns(mean).drop("rates").sort(place, "month")


def _open_months(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of the months of each component of which the number of ratings may be shown."""
    sums = frame.group_by("component", "month").agg(pl.col("ratings").sum()).partition_by("component")
    open_ = [
        (component, month)
        for own in sums
        for component in own["component"].unique()
        for month in sorted(open_sums(dict(own.select("month", "ratings").rows())))
    ]
    kept = pl.DataFrame(open_, schema={"component": pl.String, "month": pl.String}, orient="row")
    return frame.join(kept, on=["component", "month"], how="semi")


ORDER = ("rate", "ratings", "unit")
"""By what units of a month are ordered."""


def _mean(rates: list[Decimal]) -> Decimal:
    return wording.rounded(sum(map(Fraction, rates), Fraction(0)) / len(rates), 6)


def _course(title: str, months: pl.DataFrame) -> str:
    """In which month a component was rated best, in which worst."""
    if not months.height:
        return f"{title}各月的评价都不足{LEAST}条。"
    if months.height < 2:
        only = wording.month(months["month"][0])
        return f"{title}只在{only}有评价，平均满意率 {wording.percent(months['rate'][0], 1)}。"
    ordered = months.sort("rate", "month")
    low, high = (ordered.row(at, named=True) for at in (0, -1))
    best = f"{wording.month(high['month'])}（{wording.percent(high['rate'], 1)}）"
    worst = f"{wording.month(low['month'])}（{wording.percent(low['rate'], 1)}）"
    return f"{title}各月的平均满意率，最高的是{best}，最低的是{worst}。"


def _monthly(book: Book, months: pl.DataFrame) -> Table:
    several = (months["units"] > 1).any()
    ends = [("best", "最好的单位"), ("worst", "最差的单位")] if several else []
    columns = [
        cells.text("component", head("monthly_rates", "component"), book.components),
        cells.text("month", head("monthly_rates", "month"), wording.month),
        cells.count("ratings", head("monthly_rates", "ratings")),
        *([cells.count("units", "单位（个）")] if several else []),
        cells.rate("rate", "平均满意率"),
        *(column for end, title in ends for column in _end(book, end, title)),
    ]
    note = f"{wording.SATISFACTION}；平均满意率是各单位的平均。收到的评价都在内，不等于计分的评价。"
    note += f"最好、最差的单位只在当月有{LEAST}条以上评价的单位里选；全月不足{LEAST}条的不列出，"
    note += "为免由合计倒推，次少的月份有时也不列出。"
    return cells.table("t-monthly", "逐月满意率", months, columns, note=note)


def _end(book: Book, end: str, title: str) -> list[Column]:
    return [
        cells.unit(book.names, title, f"{end}_unit"),
        cells.rate(f"{end}_rate", "满意率"),
    ]
