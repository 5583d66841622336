"""The story's parts on what the plan arranges around the scoring.

What is reviewed, who takes part and when, what follows from the lists, and what holds beside them.
"""

from collections.abc import Iterator

import polars as pl

from pingyi import figures
from pingyi.common import wording
from pingyi.figures.chart_parts import order_position
from pingyi.plan.outcomes import Provision
from pingyi.plan.units import Published
from pingyi.report import table as cells
from pingyi.report.section import Clause, Figure, Section, clauses_of, figure
from pingyi.report.table import Table, head
from pingyi.results.result_tables import ResultTables


def contents_section(results: ResultTables) -> Section | None:
    """What the raters are asked about."""
    contents = results.plan.contents
    if not contents:
        return None
    rows = [
        {"name": one.title, "asks": "；".join(one.asks) or one.says, "clause": one.clause}
        | {"used": "、".join(results.plan.component_titles[each] for each in one.components) or "全部指标"}
        for one in contents
    ]
    columns = [
        cells.text("name", "评议内容"),
        cells.text("asks", "具体问什么", long=True),
        cells.text("used", "用在哪些指标", wide=True),
        cells.text("clause", "条款"),
    ]
    titles = "、".join(one.title for one in contents)
    return Section(
        id="contents",
        title="评议内容",
        question="这次评什么？",
        clauses=clauses_of(contents),
        found=(f"方案规定的内容有 {len(contents)} 项：{titles}。问卷、选票和检查都照此设问。",),
        tables=(cells.table("t-contents", "评议内容和具体问题", pl.DataFrame(rows), columns),),
    )


def roster_section(results: ResultTables) -> Section:
    """Who takes part."""
    units, exempt = results.plan.units, results.plan.units.exempt
    earlier = f"连续 {exempt.years} 年列入{results.plan.list_titles[exempt.listed]}" if exempt else ""
    says = f"{earlier}的单位免评。" if exempt else "名录中的单位全部参评。"
    frame = _roster_with_traits(results)
    return Section(
        id="roster",
        title="名录和日程",
        question="哪些单位参加评议，什么时候评？",
        clauses=(Clause(exempt.clause if exempt else units.clause, "参评范围", says),),
        found=(wording.who_took_part(results.published("roster")),),
        figures=tuple(_roster_figures(results)),
        tables=(_published_counts(results, frame), _roster_table(results, frame)),
    )


def _roster_figures(results: ResultTables) -> Iterator[Figure]:
    """Units by category and kind of management, where there are several of either; the phases of the campaign."""
    units, kinds, phases = results.counted("roster"), results.plan.units.management, results.plan.calendar
    if kinds or units["category"].n_unique() > 1:
        told = "颜色深浅是管理体制" if kinds else "条末是单位数"
        chart = figures.units_by_category(units, management=kinds)
        yield figure("f-roster", chart, f"条越长，这一类的单位越多；{told}。")
    if phases:
        rows = [{"name": one.title, "start": one.start, "end": one.end, "clause": one.clause} for one in phases]
        yield figure("f-calendar", figures.calendar(pl.DataFrame(rows)), "每一条是一个阶段，首尾两天都算在内。")


def _roster_with_traits(results: ResultTables) -> pl.DataFrame:
    """The roster with the further columns that the plan's rules name."""
    frame, traits = results.published("roster"), results.counted("traits")
    for name in results.plan.units.columns:
        column = traits.filter(trait=name).select("unit", pl.col("value").alias(name))
        frame = frame.join(column, on="unit", how="left", maintain_order="left")
    return frame


def _roster_table(results: ResultTables, frame: pl.DataFrame) -> Table:
    known = ("category", "organ", "township", "management", "system")
    shown = [name for name in known if frame[name].is_not_null().any() and (name != "organ" or results.organs_differ)]
    columns = [
        cells.text("unit", head("roster", "unit")),
        cells.unit(results.unit_names),
        *(cells.text(name, results.plan.terms.get(name, head("roster", name)), wide=name == "organ") for name in shown),
        *(cells.text(name, title) for name, title in results.plan.units.columns.items() if name in frame.columns),
        cells.yes("exempt", head("roster", "exempt")) if results.plan.units.exempt else None,
    ]
    return cells.table("t-roster", "参评单位名录", frame, columns)


def _published_counts(results: ResultTables, frame: pl.DataFrame) -> Table:
    """The counts that the document prints, against the roster."""
    rows = []
    for one in results.plan.units.published:
        fitting = frame
        for trait, values in one.units.items():
            fitting = fitting.filter(pl.col(trait).fill_null("").is_in(values))
        found = fitting["organ"].n_unique() if one.of == "organs" else fitting.height
        same = "一致" if found == one.count else "不一致"
        rows.append([_counted_range(results, one), one.count, found, same, one.clause])
    columns = [
        cells.text("what", "范围"),
        cells.count("count", "方案公布（个）"),
        cells.count("found", "名录实有（个）"),
        cells.text("same", "核对"),
        cells.text("clause", "条款"),
    ]
    whole = f"名录共有 {frame.height} 个单位；每一行只数范围以内的。"
    counts = pl.DataFrame(rows, schema=["what", "count", "found", "same", "clause"], orient="row")
    return cells.table("t-published", "名录与方案公布数核对", counts, columns, note=whole)


def _counted_range(results: ResultTables, one: Published) -> str:
    """Which units or organs a published count is of: 管理执法类单位, 重点评测为是的单位."""
    columns = results.plan.units.columns
    told = [
        f"{columns[trait]}为{'、'.join(values)}的"
        if trait in columns
        else "、".join(value for value in values if value)
        for trait, values in one.units.items()
    ]
    what, kind = "".join(told) or "全部", results.organ_head if one.of == "organs" else "单位"
    blank = [columns.get(trait) or head("roster", trait) for trait, values in one.units.items() if list(values) == [""]]
    apart = f"（不填“{'”“'.join(blank)}”的）" if blank else ""
    return (what if what.endswith(kind) else f"{what}{kind}") + apart


def outcome_section(results: ResultTables) -> Section | None:
    """What follows for organs and units."""
    outcomes = results.plan.outcomes
    if not outcomes:
        return None
    frame, kinds = results.published("outcomes"), {"unit": "单位", "organ": results.organ_head, "township": "乡镇"}
    reached_kinds = {one.to.split("_")[0] for one in outcomes}
    touched = "、".join(dict.fromkeys(word for kind, word in kinds.items() if kind in reached_kinds))
    effects = dict.fromkeys((one.effect, one.clause) for one in outcomes)
    reached = (
        f"共 {frame.height} 条后果，涉及 {frame['unit'].n_unique()} 个单位和 {frame['subject'].n_unique()} 个对象。"
    )
    return Section(
        id="outcomes",
        title="结果运用",
        question=f"结果给{touched}带来什么？",
        clauses=tuple(_effect_clause(results, effect, clause) for effect, clause in effects),
        found=(reached if frame.height else "没有单位因名单而产生后果。", *_describe_undecided(results)),
        figures=tuple(_sum_figures(results)),
        tables=(_sums_table(results), _outcome_table(results)),
    )


def _effect_clause(results: ResultTables, effect: str, clause: str) -> Clause:
    same = [one for one in results.plan.outcomes if (one.effect, one.clause) == (effect, clause)]
    lists = dict.fromkeys(results.plan.list_titles[one.list_] for one in same)
    return Clause(clause, results.plan.effects[effect].name or effect, f"因列入{'、'.join(lists)}")


def _describe_undecided(results: ResultTables) -> list[str]:
    """That what follows from lists nobody has decided is proposed too."""
    from_lists = {one.list_ for one in results.plan.outcomes}
    titles = [rule.title for rule in results.undecided_lists if rule.id in from_lists]
    return [f"{'、'.join(titles)}还是拟定的名单，由它产生的后果也都是拟定。"] if titles else []


def _sum_figures(results: ResultTables) -> Iterator[Figure]:
    """What organs and townships gain and lose, effect by effect."""
    sums = results.name_subjects(results.counted("outcome_sums"))
    for effect in sums["effect"].unique().sort().to_list():
        chart = figures.consequences_by_organ(sums, effect=effect)
        yield figure(f"f-sums-{effect}", chart, "向右是加，向左是减；有几个单位上榜的，按方案合计。")


SUMMED = {"unit": "单位", "organ": "主管部门", "township": "乡镇"}


def _sums_table(results: ResultTables) -> Table:
    """What gains and losses come to, for each organ or township."""
    frame = results.name_subjects(results.published("outcome_sums")).sort("amount", "subject")
    columns = [
        *cells.result_columns(results, "outcome_sums", "subject_kind", "subject", subject_kind=wording.SUBJECTS),
        cells.text("effect_name", "后果", wide=True),
        cells.amount("amount", head("outcome_sums", "amount")),
        *cells.result_columns(results, "outcome_sums", "unit_of_measure", "entries"),
    ]
    kinds = [word for kind, word in SUMMED.items() if frame["subject_kind"].str.starts_with(kind).any()]
    return cells.table("t-sums", f"按{'和'.join(kinds)}合计", frame, columns)


def _outcome_table(results: ResultTables) -> Table:
    """Every consequence, with the unit and list that caused it."""
    frame = results.published("outcomes").with_columns(
        whom=pl.when(pl.col("subject_kind").str.starts_with("unit")).then(pl.lit("")).otherwise("subject"),
        organ=pl.col("unit").replace_strict(results.unit_organs, default=""),
    )
    until = ["until"] if (frame["until"].fill_null("") != "").any() else []
    said = {"list": results.stated_titles, "subject_kind": wording.SUBJECTS}
    columns = [
        cells.unit(results.unit_names),
        *cells.organ_columns(results),
        *cells.result_columns(results, "outcomes", "list", "place", "subject_kind", **said),
        cells.text("whom", "主管部门或乡镇") if (frame["whom"] != "").any() else None,
        cells.text("effect_name", "后果", wide=True),
        cells.amount("amount", "分值") if frame["amount"].is_not_null().any() else None,
        *cells.result_columns(results, "outcomes", *until, "clause"),
    ]
    ordered = frame.sort(order_position("list", [*results.plan.list_titles]), "place", "unit", "outcome")
    return cells.table("t-outcomes", "按单位逐条列出", ordered, columns)


def provisions_section(results: ResultTables) -> Section | None:
    """What holds beside the lists: for every reviewed unit, or for those whom the plan names."""
    provisions = results.plan.provisions
    if not provisions or not results.has("provision_subjects"):
        return None
    rows = [
        {"name": one.title, "by": one.by, "whom": _recipients(results, one), "document": one.document}
        | {"when": one.printed or (str(one.due) if one.due else ""), "clause": one.clause}
        for one in provisions
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    columns = [
        cells.text("name", "安排", long=True),
        _filled_text(frame, "by", "由谁"),
        cells.text("whom", "对谁", wide=True),
        *(_filled_text(frame, name, title) for name, title in PROVISION_HEADS.items()),
    ]
    return Section(
        id="provisions",
        title="名单以外的安排",
        question="结果告诉谁、报给谁、用在哪里？",
        clauses=clauses_of(provisions, in_words=True),
        found=tuple(_describe_provisions(results)),
        tables=(cells.table("t-provisions", "名单以外的安排", frame, columns),),
    )


PROVISION_HEADS = {"document": "材料", "when": "时间", "clause": "条款"}


def _filled_text(frame: pl.DataFrame, name: str, title: str) -> cells.Column | None:
    return cells.text(name, title) if (frame[name] != "").any() else None


def _recipients(results: ResultTables, one: Provision) -> str:
    """The recipients in words, or kinds of persons and bodies with how many there are."""
    rows = results.published("provision_subjects").filter(provision=one.id)
    numbers = dict(rows.group_by("subject_kind").len().iter_rows())
    each = [f"{_kind_of_subject(results, kind)}（{numbers.get(kind, 0)}）" for kind in one.each]
    return "、".join([*([one.to] if one.to else []), *each])


def _kind_of_subject(results: ResultTables, kind: str) -> str:
    named = wording.named(kind, wording.SUBJECTS)
    return named.replace("主管部门", results.organ_head) if kind.startswith("organ") else named


def _describe_provisions(results: ResultTables) -> Iterator[str]:
    """Who is told the results, whether they are published, and what else holds for every unit."""
    for one in results.plan.provisions:
        if one.tells:
            by = f"由{one.by}" if one.by else ""
            public = "，可以公开" if one.public else "，不公开" if results.plan.campaign.confidential else ""
            yield f"评议结果{by}通报{_recipients(results, one)}{public}。"
    every = [one for one in results.plan.provisions if one.each and not one.tells]
    if every:
        yield f"对全部参评单位还有 {len(every)} 项安排，不论上没上名单。"
