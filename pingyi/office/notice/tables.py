"""The annexes of a notice: how marks come about, every standing, every consequence, open problems, open readings."""

from dataclasses import replace

import polars as pl

from pingyi.common import wording
from pingyi.office.notice.form import Annex
from pingyi.office.notice.results import OUTCOMES, PROBLEMS, named, open_problems
from pingyi.plan import Component
from pingyi.plan.results import Standing
from pingyi.report import table as cells
from pingyi.report.back_matter import method_tables, open_readings
from pingyi.report.book import Book, full_below
from pingyi.report.score_sections import marks_column, stars_note, with_stars
from pingyi.report.table import Table, head

METHOD = "指标和计分办法"


def method_annex(book: Book) -> Annex:
    """Every component with its full marks, clause and rule."""
    found = (one for one in method_tables(book) if one.id == "components")
    bare = tuple(replace(one, title="", note="") for one in found)
    return Annex(METHOD, "按方案的顺序列出，规则为转述；“另计”的不占上一级指标的满分。", bare)


def readings_annex(book: Book) -> list[Annex]:
    """Where the plan can be read in several ways, and how the office reads it."""
    rows = [{"clause": one.clause, "question": one.question, "official": one.official} for one in open_readings(book)]
    columns = [
        cells.text("clause", "条款"),
        cells.text("question", "方案没有写明的问题", wide=True),
        cells.text("official", "本次采用", wide=True),
    ]
    if not rows:
        return []
    return [Annex("方案没有写明之处及采用的读法", "", (cells.table("readings", "", pl.DataFrame(rows), columns),))]


MARKS_NOTE = "得分保留十位小数计算，表中显示两位；名次按全部小数排定。"
MOST_PARTS = 6
"""Parts of a total that a table on paper has columns for."""


def standing_annex(book: Book, one: Standing) -> Annex:
    """Everybody's place in a standing, each group that is ranked apart in its own table; then who has no place."""
    totals = book.frame("totals").filter(pl.col("standing") == one.id).with_columns(pl.col("group").fill_null(""))
    groups = totals.group_by("group").len().sort(["len", "group"], descending=[True, False])["group"].to_list()
    tables = [_standing(book, one, totals.filter(pl.col("group") == group), len(groups) > 1) for group in groups]
    return Annex(one.title, MARKS_NOTE, (*tables, *_unranked(book, one)))


def _standing(book: Book, one: Standing, rows: pl.DataFrame, several: bool) -> Table:
    parts = [book.plan.component(child) for child in book.plan.component(one.of).of]
    frame = with_stars(book, _with_parts(book, rows, parts), parts).sort("place", "unit")
    marked = [part for part in parts if frame[f"of {part.id}"].is_not_null().any()]
    shown = marked if len(marked) <= MOST_PARTS else []
    columns = [
        cells.count("place", head("totals", "place")),
        cells.text("name", "单位", wide=True) if book.organs_tell else cells.unit(book.names),
        *book.organ_columns,
        cells.marks("total", head("totals", "total"), full_below(book.ranked(one.id))),
        *(marks_column(part, f"of {part.id}") for part in shown),
    ]
    group = rows["group"][0]
    title = f"{book.groups.get(group, group)}（{frame.height}个）" if several else ""
    note = _ties(book, frame) + (stars_note(book) if shown else "")
    return cells.table(f"standing-{one.id}-{group}", title, frame, columns, note=note)


def _ties(book: Book, frame: pl.DataFrame) -> str:
    """How equal totals were told apart, and whose."""
    tied = frame.drop_nulls("decided_by").group_by("decided_by", maintain_order=True)
    told = ((wording.named(str(how), wording.DECIDED), rows["unit"].to_list()) for (how,), rows in tied)
    return "".join(f"{named(book, units)}：{how}。" for how, units in told)


def _with_parts(book: Book, rows: pl.DataFrame, parts: list[Component]) -> pl.DataFrame:
    """Rows of units with their organ and a column of marks for each part."""
    marks = book.frame("component_marks")
    frame = rows.with_columns(organ=pl.col("unit").replace_strict(book.organs, default=""))
    for part in parts:
        mine = marks.filter(pl.col("component") == part.id)
        own = mine.select("unit", pl.col("marks").alias(f"of {part.id}"))
        frame = frame.join(own, on="unit", how="left")
    return frame


def _unranked(book: Book, one: Standing) -> list[Table]:
    frame = book.frame("unranked").filter(pl.col("standing") == one.id)
    columns = [cells.unit(book.names), cells.text("reason", head("unranked", "reason"), wording.flags)]
    title = f"没有名次的单位（{frame.height}个）"
    return [cells.table(f"unranked-{one.id}", title, frame, columns)] if frame.height else []


def outcome_annex(book: Book) -> list[Annex]:
    """What follows for each unit, and what gains and losses come to."""
    frame = book.frame("outcomes")
    if not frame.height:
        return []
    order = {id: at for at, id in enumerate(book.lists)}
    at = pl.col("list").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    told = frame.with_columns(whom=_whom(), what=_what()).sort(at, "place", "unit", "outcome")
    columns = [
        cells.unit(book.names),
        cells.text("list", "列入的名单", book.stated),
        cells.text("whom", "对象", wide=True),
        cells.text("what", "后果", wide=True),
        *([cells.amount("amount", "分值")] if frame["amount"].is_not_null().any() else []),
        cells.text("clause", "条款"),
    ]
    return [Annex(OUTCOMES, "", (*_sums(book), cells.table("outcomes", "逐条列出", told, columns)))]


def _whom() -> pl.Expr:
    """The subject: its kind, and whose it is where it is not the unit itself."""
    kind = pl.col("subject_kind").replace_strict(wording.SUBJECTS, default=pl.col("subject_kind"))
    own = pl.col("subject_kind").str.starts_with("unit")
    return pl.when(own).then(kind).otherwise(pl.concat_str(pl.col("subject"), pl.lit("（"), kind, pl.lit("）")))


def _what() -> pl.Expr:
    """The consequence, and until when."""
    until = pl.col("until").fill_null("")
    told = pl.concat_str(pl.col("effect_name"), pl.lit("（至"), until, pl.lit("）"))
    return pl.when(until == "").then(pl.col("effect_name")).otherwise(told)


def _sums(book: Book) -> list[Table]:
    frame = book.named(book.frame("outcome_sums")).sort("effect", "amount", "subject", descending=[False, True, False])
    columns = [
        cells.text("subject", "对象", wide=True),
        cells.text("subject_kind", "性质", wording.SUBJECTS),
        cells.text("effect_name", "后果", wide=True),
        cells.amount("amount", "合计"),
        cells.text("unit_of_measure", "计量单位"),
        cells.count("entries", "条数"),
    ]
    return [cells.table("sums", "按对象合计", frame, columns)] if frame.height else []


def problem_annex(book: Book) -> list[Annex]:
    """Problems that are still open, with the day they are due."""
    frame = open_problems(book)
    columns = [
        cells.unit(book.names),
        cells.text("text", "问题", wide=True),
        cells.day("due", "整改期限"),
        cells.text("status", "情况", wording.PROBLEMS),
        cells.text("document", "交办文件", wide=True),
    ]
    if not frame.height:
        return []
    return [Annex(PROBLEMS, "", (cells.table("problems", "", frame, columns),))]
