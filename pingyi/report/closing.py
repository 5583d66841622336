"""The story's end: standings, consequences, and how sure it all is."""

import polars as pl

from pingyi.common import wording
from pingyi.plan import Component
from pingyi.plan.ranking import Standing
from pingyi.report import drawings
from pingyi.report import table as cells
from pingyi.report.book import Book, full_below
from pingyi.report.scoring import margins_table, marks_column, stars_note, with_stars
from pingyi.report.section import Clause, Section, list_clause
from pingyi.report.table import Table, head
from pingyi.results import redrawn


def standings(book: Book) -> Section:
    """How the units stand."""
    several = len(book.finals) > 1
    return Section(
        id="standing",
        title="排名",
        question="各项分别怎样排名？" if several else "最后怎样排名，总分由哪些部分组成？",
        clauses=(
            *(list_clause(book.plan, rule) for rule in book.plan.lists),
            *(_ties(book, one) for one in book.plan.standings),
        ),
        found=(
            *(ends(book, one) for one in book.plan.standings),
            *([] if book.draws else [HELD]),
            *([APART] if several else []),
        ),
        figures=tuple(drawings.standings(book)),
        tables=(
            *(_standing(book, one) for one in [*book.finals, *_before(book)]),
            *(margins_table(book, rule) for rule in book.outer_lists),
            *_unranked(book),
        ),
    )


def _before(book: Book) -> list[Standing]:
    """Standings that only shortlists rank by."""
    return [one for one in book.plan.standings if one.id in book.shortlist_standings]


APART = "各项分别排名，得分不相加。"
HELD = f"{redrawn.NOT_REDRAWN}：这次没有可以重抽的票，名次受个别的票影响多大，这里没有算。"


def _ties(book: Book, one: Standing) -> Clause:
    keys = [book.plan.tie_title(tie) for tie in one.keys]
    end = "公开抽签" if one.by_lot else "名次并列"
    start = f"总分相同的，依次比较{'、'.join(keys)}；仍相同的" if keys else "总分相同的"
    return Clause(one.clause, one.title, one.says or f"{start}{end}。")


def ends(book: Book, one: Standing) -> str:
    """Who is first and who is last; where groups are ranked apart, in each of them."""
    totals = book.frame("totals").filter(pl.col("standing") == one.id).with_columns(pl.col("group").fill_null(""))
    groups = totals.group_by("group").len().sort(["len", "group"], descending=[True, False])["group"].to_list()
    if len(groups) < 2:
        return wording.first_and_last(totals, book.names, one.title)
    apart = ((f"中{book.groups.get(group, group)}" if group else "（其余单位）", group) for group in groups)
    rows = {name: totals.filter(pl.col("group") == group) for name, group in apart}
    return "".join(wording.first_and_last(found, book.names, f"{one.title}{name}") for name, found in rows.items())


def _standing(book: Book, one: Standing) -> Table:
    """Places, totals, the marks they are made of, and how far the place moves."""
    ranges = book.frame("place_ranges").filter(pl.col("standing") == one.id).select("unit", "low", "high")
    ranges = ranges.with_columns(pl.col("low", "high").cast(pl.String).fill_null(redrawn.NOT_REDRAWN))
    totals = book.frame("totals").filter(pl.col("standing") == one.id).join(ranges, on="unit", how="left")
    sizes = pl.len().over("group").cast(pl.Int64)
    frame = totals.join(_parts(book, one), on="unit", how="left").sort(-sizes, "group", "place", "unit")
    frame = frame.with_columns(organ=pl.col("unit").replace_strict(book.organs, default=""))
    frame = with_stars(book, frame, _children(book, one))
    grouped, tied = frame["group"].fill_null("").n_unique() > 1, frame["decided_by"].is_not_null().any()
    columns = [
        cells.count("place", head("totals", "place")),
        cells.unit(book.names),
        cells.marks("total", head("totals", "total"), full_below(book.ranked(one.id))),
        *([cells.text("group", head("totals", "group"), book.groups)] if grouped else []),
        *([cells.count("overall", head("totals", "overall"))] if grouped else []),
        *(marks_column(part, f"of {part.id}") for part in _children(book, one)),
        *(cells.told(name, head("place_ranges", name)) for name in ("low", "high") if book.draws),
        *book.organ_columns,
        *([cells.text("decided_by", head("totals", "decided_by"), wording.DECIDED, wide=True)] if tied else []),
    ]
    note = f"范围起、范围止：{redrawn.MIDDLE.format(draws=book.draws)}。" if book.draws else ""
    return cells.table(f"t-standing-{one.id}", one.title, frame, columns, note=note + stars_note(book))


def _children(book: Book, one: Standing) -> list[Component]:
    return [book.plan.component(child) for child in book.plan.component(one.of).of]


def _parts(book: Book, one: Standing) -> pl.DataFrame:
    """The marks of the component's children, a column each."""
    children = [part.id for part in _children(book, one)]
    long = book.frame("component_marks").filter(pl.col("component").is_in(children))
    blank = pl.DataFrame(schema={"unit": pl.String} | {f"of {child}": pl.Decimal(18, 10) for child in children})
    wide = long.select("unit", "component", "marks").pivot(on="component", index="unit", values="marks")
    return pl.concat([blank, wide.rename({child: f"of {child}" for child in wide.columns[1:]})], how="diagonal_relaxed")


def _unranked(book: Book) -> list[Table]:
    frame = book.frame("unranked")
    columns = [
        cells.unit(book.names),
        cells.text("standing", head("unranked", "standing"), book.standings),
        cells.text("reason", head("unranked", "reason"), wording.flags),
    ]
    return [cells.table("t-unranked", "没有名次的单位", frame, columns)] if frame.height else []


def outcomes(book: Book) -> Section | None:
    """What follows for organs and units."""
    if not book.plan.outcomes:
        return None
    frame = book.frame("outcomes")
    effects = list(dict.fromkeys((one.effect, one.clause) for one in book.plan.outcomes))
    return Section(
        id="outcomes",
        title="结果运用",
        question=f"结果给{'、'.join(_touched(book))}带来什么？",
        clauses=tuple(_effect(book, effect, clause_) for effect, clause_ in effects),
        found=(_reached(frame), *proposed_lists(book)),
        figures=tuple(drawings.outcomes(book)),
        tables=(*_sums(book), *_by_subject(book)),
    )


def _touched(book: Book) -> list[str]:
    """Whom consequences are for: units, organs, townships."""
    kinds = {"unit": "单位", "organ": book.organ_head, "township": "乡镇"}
    found = [one.to.split("_")[0] for one in book.plan.outcomes]
    return list(dict.fromkeys(word for kind, word in kinds.items() if kind in found))


def _effect(book: Book, effect: str, clause_: str) -> Clause:
    lists = dict.fromkeys(
        book.lists[one.list_] for one in book.plan.outcomes if (one.effect, one.clause) == (effect, clause_)
    )
    return Clause(clause_, book.plan.effects[effect].name or effect, f"因列入{'、'.join(lists)}")


def _reached(frame: pl.DataFrame) -> str:
    if not frame.height:
        return "没有单位因名单而产生后果。"
    return f"共 {frame.height} 条后果，涉及 {frame['unit'].n_unique()} 个单位和 {frame['subject'].n_unique()} 个对象。"


def proposed_lists(book: Book) -> list[str]:
    """That what follows from lists nobody has decided is proposed too."""
    from_lists = {one.list_ for one in book.plan.outcomes}
    titles = [rule.title for rule in book.undecided if rule.id in from_lists]
    return [f"{'、'.join(titles)}还是拟定的名单，由它产生的后果也都是拟定。"] if titles else []


def _sums(book: Book) -> list[Table]:
    """What gains and losses come to, for each organ or township."""
    frame = book.named(book.frame("outcome_sums")).sort("amount", "subject")
    columns = [
        cells.text("subject_kind", head("outcome_sums", "subject_kind"), _subject),
        cells.text("subject", head("outcome_sums", "subject")),
        cells.text("effect_name", "后果", wide=True),
        cells.amount("amount", head("outcome_sums", "amount")),
        cells.text("unit_of_measure", head("outcome_sums", "unit_of_measure")),
        cells.count("entries", head("outcome_sums", "entries")),
    ]
    kinds = [word for kind, word in SUMMED.items() if frame["subject_kind"].str.starts_with(kind).any()]
    return [cells.table("t-sums", f"按{'和'.join(kinds)}合计", frame, columns)] if frame.height else []


SUMMED = {"unit": "单位", "organ": "主管部门", "township": "乡镇"}


def _subject(kind: str) -> str:
    return wording.named(kind, wording.SUBJECTS)


def _by_subject(book: Book) -> list[Table]:
    """Every consequence, with the unit and list that caused it."""
    frame = book.frame("outcomes").with_columns(
        whom=pl.when(pl.col("subject_kind").str.starts_with("unit")).then(pl.lit("")).otherwise("subject"),
        organ=pl.col("unit").replace_strict(book.organs, default=""),
    )
    columns = [
        cells.unit(book.names),
        *book.organ_columns,
        cells.text("list", head("outcomes", "list"), book.stated),
        cells.count("place", head("outcomes", "place")),
        cells.text("subject_kind", head("outcomes", "subject_kind"), _subject),
        *([cells.text("whom", "主管部门或乡镇")] if (frame["whom"] != "").any() else []),
        cells.text("effect_name", "后果", wide=True),
        *([cells.amount("amount", "分值")] if frame["amount"].is_not_null().any() else []),
        *([cells.text("until", head("outcomes", "until"))] if (frame["until"].fill_null("") != "").any() else []),
        cells.text("clause", head("outcomes", "clause")),
    ]
    order = {id: at for at, id in enumerate(book.lists)}
    ordered = frame.sort(pl.col("list").replace_strict(order, default=len(order)), "place", "unit", "outcome")
    return [cells.table("t-outcomes", "按单位逐条列出", ordered, columns)] if frame.height else []
