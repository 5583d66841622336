"""A campaign on the analyst's desk: a stage shown step by step, asked in SQL, and tried under other rules.

    review = pingyi.open("pingyang-2020")
    review.stage("tally")
    review.step("kept")

A trial (`%%step`, `with_plan`) is another review, in memory, of the same facts: it never touches the database of a run,
and nothing of it can be published.
"""

import html
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pingyi.common import paths, wording
from pingyi.common.faults import hint_nearest
from pingyi.desk.campaign_opening import open_facts, open_review
from pingyi.desk.display import Bundle, Display, markdown, show_figure
from pingyi.desk.plan_clauses import describe_clauses
from pingyi.desk.step_view import (
    ROWS,
    TRIAL,
    ShownTable,
    html_bundle,
    mark_trial,
    show_change,
    show_step,
    tables_read,
    titles_of,
    words_of_time,
)
from pingyi.desk.step_words import INNER, StepWords, step_texts
from pingyi.desk.table_queries import NotTried, count_filled, counted_in_marks, explain_refusal, in_marks, only_select
from pingyi.figures.pictures import Chart
from pingyi.figures.theme import BAD
from pingyi.plan import Plan
from pingyi.plan.order import STAGES as ORDERED
from pingyi.plan.order import Order
from pingyi.plan.reader import read_patched
from pingyi.plan.tables import TABLES
from pingyi.report.section import figure
from pingyi.scenarios.difference import Result, compare_results
from pingyi.scenarios.difference_report import describe_difference
from pingyi.scoring import script
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES, TITLES, checks_of, stages_of, statements_of

METHODS = ("ratings", "marks", "events", "measures", "node")
PERSONAL = ("respondent", "voter", "rater")
"""Columns that tell persons apart: never shown."""

NOT_REDRAWN = "试算只算计入的票，不重抽：名次的范围、列入的份额这时没有。"
CLAUSES = 14
"""Clauses that are told at a time."""

LINEAGE = ("source", "sheet", "row")
NOTHING = "方案没有这样的规定。"
NO_ROWS = "没有数据可画。"


def open_workbench(campaign: str, run: str = "") -> "Workbench":
    """A campaign to look at. run: the folder of a run whose database is read; without it everything is in memory.

    In a notebook the cells `%%sql` and `%%step` speak of the campaign opened last.
    """
    bench = Workbench(campaign, run)
    from pingyi.desk.magics import offer_magics

    offer_magics(bench)
    return bench


class Workbench:
    """A review as a notebook shows it, and whatever is tried on it."""

    def __init__(self, campaign: str, run: str = "") -> None:
        """See `open_workbench`."""
        self.campaign, self.run = campaign, run
        self.official = open_review(campaign, run)
        self.review = self.official
        self.at = ""
        self.texts: dict[str, str] = {}
        self.patch: dict[str, Any] = {}
        self._asked: dict[str, dict[str, int]] = {}
        self._shown = 0

    # ------------------------------------------------------------ what there is

    @property
    def plan(self) -> Plan:
        """The plan in force: as published, or as tried."""
        return self.review.plan

    @property
    def tried(self) -> bool:
        """Whether what is shown is a trial."""
        return self.review is not self.official

    @cached_property
    def units(self) -> dict[str, str]:
        """What each unit is called."""
        rows = self.official.run.connection.sql("select unit, name, organ from units order by all").fetchall()
        return wording.units_apart(rows)

    @property
    def words(self) -> StepWords:
        """Puts tables into words."""
        return StepWords(self.plan, self.units)

    def _columns(self) -> dict[str, list[str]]:
        """The tables and views that there are so far, with their columns."""
        query = "select table_name, list(column_name) from duckdb_columns() where not internal group by all"
        return dict(self.review.run.connection.execute(query).fetchall())

    def _tables(self) -> set[str]:
        return {*self._columns(), *TABLES}

    # ------------------------------------------------------------ a stage, step by step

    def stage(self, name: str) -> Bundle:
        """Take the review through a stage, from now on the one that is shown; says which campaign this is.

        Raises: NotTried, CheckFailed.
        """
        if name not in STAGES:
            titled = "、".join(f"{one} {TITLES[one]}" for one in STAGES)
            raise NotTried(f"没有环节“{name}”{hint_nearest(name, STAGES)}；有 {titled}")
        self.review.through(name)
        self.at = name
        campaign = self.plan.campaign
        secret = "　**仅供内部，不得外传**" if campaign.confidential else ""
        simulated = "　**模拟数据**，不代表任何真实单位" if paths.is_simulated(self.campaign) else ""
        return self._marked(f"> {campaign.title}　环节：**{TITLES[name]}**{secret}{simulated}")

    def clause(self, section: str, *keys: str) -> Bundle:
        """What the plan says, clause by clause, in our words and with its numbers.

        section: of the plan (`lists`, `units` …), or how components are scored (`ratings`, `events`, `marks`,
        `measures`, `node`): those of the stage. keys: whose numbers are told, as paths (`ratings.few`).
        """
        lines = describe_clauses(self.plan, self._things(section), keys)
        more = [f"……另有 {len(lines) - CLAUSES} 条，见方案"] if len(lines) > CLAUSES else []
        return self._marked("\n".join(f"- {line}" for line in (*lines[:CLAUSES], *more)) or NOTHING)

    def _things(self, section: str) -> list[Any]:
        if section in METHODS:
            own = self._own("component")
            return [one for one in self.plan.components if one.method == section and one.id in own]
        if section not in type(self.plan).model_fields:
            known = [*METHODS, *type(self.plan).model_fields]
            raise NotTried(f"方案没有“{section}”一节{hint_nearest(section, known)}")
        found = getattr(self.plan, section)
        things = list(found) if isinstance(found, list | tuple) else [found]
        if section in ("standings", "shortlists", "lists") and self.at in ORDERED:
            own = self._own("standing" if section == "standings" else "list")
            return [one for one in things if one.id in own]
        return [one for one in things if hasattr(one, "clause")]

    def _own(self, kind: str) -> set[str]:
        """Ids of the components, standings or lists that the stage evaluates; all of them in other stages."""
        stages = Order(self.plan).stages
        return {id for (one, id), stage in stages.items() if one == kind and self.at in (stage, *_OTHERS)}

    def step(self, name: str, rows: int = ROWS) -> Bundle:
        """A step of the stage: its SQL, what it reads, what it made, what it must satisfy. Raises: NotTried."""
        statement = self._statement(name)
        text, table = self._text(statement), statement.rsplit("/", 1)[-1]
        told = step_texts()[table]
        shown = self._show_rows(self._stage_rows(script.table_of(statement)), f"s-{table}", [table], rows)
        body = show_step(
            told.title,
            told.row,
            text,
            shown,
            reads=titles_of(tables_read(text, self._tables())),
            checks=[(script.sentence(one), found) for one, found in self._breaches.items() if self._asks(one, table)],
            time=words_of_time(self.review.run.seconds.get(statement)),
        )
        return self._html(body, f"{told.title}（{shown.height} 行）")

    def steps(self) -> Bundle:
        """Every step of the stage that made rows, in the order in which they ran."""
        made = self._heights(one for one in self._stage_tables() if one in step_texts())
        shown = self._tell_heights(made, "步骤", f"a-{self.at}")
        idle = [step_texts()[name].title for name, height in made.items() if not height]
        rest = f"<p>没有行的步骤：{wording.joined(idle, 12)}。</p>" if idle else ""
        return self._html(shown.html + rest, f"本环节 {shown.height} 个步骤有行。")

    def _stage_tables(self) -> list[str]:
        """The tables that the stage fills."""
        own = self._statements()
        ran = [one for one in self.review.run.seconds if one in own]
        return list(dict.fromkeys(script.table_of(one) for one in (*ran, *own)))

    def _statement(self, name: str) -> str:
        """The name of a step's statement. Raises: NotTried."""
        known = {one.rsplit("/", 1)[-1]: one for one in self._statements() if one.rsplit("/", 1)[-1] in step_texts()}
        if name in known:
            return known[name]
        near = hint_nearest(name, known)
        titled = [f"{one}（{step_texts()[one].title}）" for one in known]
        raise NotTried(f"这个环节没有步骤“{name}”{near or '；有 ' + wording.joined(titled, 30)}")

    def _statements(self) -> list[str]:
        return statements_of(self.at) if self.at else [one for stage in STAGES for one in statements_of(stage)]

    def _text(self, statement: str) -> str:
        return self.texts.get(statement, script.text(statement))

    def _stage_rows(self, table: str) -> duckdb.DuckDBPyRelation:
        """The counted rows of a table that the stage is about, as people see them. Raises: NotTried."""
        if table not in self._tables():
            raise NotTried(f"还没有“{table}”：它在后面的环节才算出来")
        return counted_in_marks(self._limited(self.review.run.connection.table(table)))

    def _limited(self, rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
        """Rows of components, standings and lists that the stage evaluates, where it takes turns."""
        conditions = self._conditions(rows.columns)
        return rows.filter(" and ".join(conditions)) if conditions else rows

    def _conditions(self, columns: Collection[str]) -> list[str]:
        """What rows with these columns must be for the stage to be about them."""
        kinds = [kind for kind in ("component", "standing", "list") if self.at in ORDERED and kind in columns]
        ids = {kind: ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(self._own(kind))) for kind in kinds}
        return [f"{kind} in ({ids[kind] or 'null'})" for kind in kinds]

    def _show_rows(self, rows: duckdb.DuckDBPyRelation, id: str, tables: list[str], most: int) -> ShownTable:
        height, filled = count_filled(rows)
        frame = rows.order("all").limit(most).pl()
        lineage = () if "excluded_facts" in tables else LINEAGE
        hidden = {*INNER, *PERSONAL, *lineage, *(["name"] if {"unit", "name"} <= set(frame.columns) else [])}
        hidden |= {column for table in tables if table in step_texts() for column in step_texts()[table].hide}
        frame = frame.select(one for one in frame.columns if one in filled and one not in hidden)
        texts, numeric = self.words.texts(self.words.in_words(frame, tables), tables)
        return ShownTable(id, texts, numeric, height)

    @property
    def _breaches(self) -> dict[str, int]:
        """The checks of the stage, and how many rows speak against each."""
        if self.at not in self._asked:
            asked = checks_of(self.at) if self.at else []
            self._asked[self.at] = {one: len(self.review.run.select_rows(one).fetchall()) for one in asked}
        return self._asked[self.at]

    def _asks(self, check: str, table: str) -> bool:
        return table in tables_read(script.text(check), {table})

    def checks(self) -> Bundle:
        """The checks of the stage as a table: sentence, rows found."""
        frame = pl.DataFrame(
            {"核对": [script.sentence(one) for one in self._breaches], "不符的行": list(self._breaches.values())},
            schema={"核对": pl.String, "不符的行": pl.Int64},
        ).with_columns(结论=pl.when(pl.col("不符的行") == 0).then(pl.lit("成立")).otherwise(pl.lit("不成立")))
        texts, numeric = self.words.texts(frame)
        shown = ShownTable(f"c-{self.at}", texts, numeric, frame.height)
        broken = frame.filter(pl.col("不符的行") > 0).height
        said = f"{broken} 条不成立" if broken else "全部成立"
        return self._html(shown.html, f"本环节 {frame.height} 条核对，{said}。")

    def next_stage(self) -> Bundle:
        """What the next stage gets from this one, a table a row."""
        rest = [one for one in stages_of(self.review.plan) if STAGES.index(one) > STAGES.index(self.at)]
        if not rest:
            return self._marked("这是最后一个环节；报告、通报和告知书都从这些表里取数。")
        made = set(self._stage_tables()) & self._tables()
        read = dict.fromkeys(table for one in statements_of(rest[0]) for table in tables_read(script.text(one), made))
        shown = self._tell_heights(self._heights(one for one in read if one in step_texts()), "表", f"n-{self.at}")
        return self._html(f"<p>下一个环节是<b>{TITLES[rest[0]]}</b>，它从本环节取：</p>{shown.html}", TITLES[rest[0]])

    def _heights(self, tables: Iterable[str]) -> dict[str, int]:
        """How many counted rows that the stage is about each of these tables has, where it is there; asked at once."""
        there = self._columns()
        known = [one for one in tables if one in there]
        asked = []
        for one in known:
            counted = ["draw = 0"] if "draw" in there[one] else []
            rows = " and ".join([*self._conditions(there[one]), *counted]) or "true"
            asked.append(f"select '{one}' as name, count(*) as height from {one} where {rows}")
        found = dict(self.review.run.connection.execute(" union all ".join(asked)).fetchall()) if asked else {}
        return {one: found[one] for one in known}

    def _tell_heights(self, made: Mapping[str, int], head: str, id: str) -> ShownTable:
        """Those of the tables that have rows, what a row is, and how many there are."""
        rows = [
            {head: step_texts()[one].title, "一行是什么": step_texts()[one].row.removeprefix("一行是"), "行数": height}
            for one, height in made.items()
            if height
        ]
        frame = pl.DataFrame(rows, schema={head: pl.String, "一行是什么": pl.String, "行数": pl.Int64})
        texts, numeric = self.words.texts(frame)
        return ShownTable(id, texts, numeric, len(rows))

    # ------------------------------------------------------------ questions in SQL

    def query(self, text: str) -> pl.DataFrame:
        """What a SELECT over the tables finds, in words; rows in the order of all columns where it names none.

        Marks that the scoring keeps in atoms come in 分. Raises: NotTried for what is no SELECT, or cannot be read.
        """
        select = only_select(text)
        connection = self.review.run.connection
        try:
            connection.begin()  # whatever a SELECT might leave behind is taken back
            try:
                rows = connection.sql(in_marks(connection.sql(select), select))
                frame = (rows if re.search(r"\border\s+by\b", select, re.IGNORECASE) else rows.order("all")).pl()
            finally:
                connection.rollback()
        except duckdb.Error as error:
            raise NotTried(explain_refusal(error)) from None
        return self.words.in_words(frame, self.tables_of(select))

    def tables_of(self, text: str) -> list[str]:
        """The tables that a query reads."""
        return tables_read(text, self._tables())

    def show(self, frame: pl.DataFrame, rows: int = 8, tables: Sequence[str] = ()) -> Bundle:
        """The first rows of a frame. tables: those it was made from, for what columns mean."""
        self._shown += 1
        texts, numeric = self.words.texts(frame.head(rows), tables)
        shown = ShownTable(f"q{self._shown}", texts, numeric, frame.height)
        return self._html(shown.html, f"{frame.height} 行")

    def draw(self, chart: Chart, reads: str = "") -> Display:
        """A figure, and how to read it."""
        drawn = figure("figure", chart, reads)
        if drawn.nothing:
            return Display([self._marked(NO_ROWS)])
        if self.tried:
            drawn = figure("figure", chart.properties(title=_trial_title(chart)), reads)
        return Display(list(show_figure(drawn)))

    def say(self, frame: pl.DataFrame, said: str, *, lead: str = "", none: str = "没有。", most: int = 6) -> Bundle:
        """What a frame says, a phrase for each of its first rows: `{column}` stands for a value, as people write it.

        none: what is said where it has no rows.
        """
        texts, _ = self.words.texts(frame.head(most))
        rows = [dict(zip(frame.columns, row, strict=True)) for row in texts.iter_rows()]
        phrases = [said.format_map({name: text or wording.NOTHING for name, text in row.items()}) for row in rows]
        more = f"；另有 {frame.height - most} 项" if frame.height > most else ""
        return self._marked(f"{lead}{'；'.join(phrases)}{more}。" if rows else none)

    # ------------------------------------------------------------ trials

    def try_step(self, name: str, text: str) -> Display:
        """Try another statement for a step; everything after it follows. Raises: NotTried."""
        statement = self._statement(name)
        before = self.texts
        self.texts = before | {statement: only_select(text)}
        try:
            moved = self._try()
        except BaseException:
            self.texts = before
            raise
        return Display([*moved.things, self.step(name)])

    def with_plan(self, patch: Mapping[str, Any]) -> Display:
        """Try other numbers or rules of the plan, by their paths; everything follows. Raises: PlanFaults, NotTried."""
        before = self.patch
        self.patch = before | dict(patch)
        try:
            return self._try()
        except BaseException:
            self.patch = before
            raise

    def reset(self) -> Bundle:
        """Back to the plan and the package's own statements."""
        self._look_at(self.official)
        self.texts, self.patch = {}, {}
        return markdown("已回到方案原来的规则和程序自己的语句。前面的格要重新运行，才会显示原来的结果。")

    def changes(self) -> Bundle:
        """What is changed in the trial: numbers of the plan, statements line by line."""
        pairs = [(html.escape(path), html.escape(str(value))) for path, value in self.patch.items()]
        numbers = [f"<li>方案 <code>{path}</code> 改为 <code>{value}</code></li>" for path, value in pairs]
        steps = [
            f"<li>步骤“{step_texts()[one.rsplit('/', 1)[-1]].title}”的语句{show_change(script.text(one), text)}</li>"
            for one, text in self.texts.items()
        ]
        if not numbers and not steps:
            return markdown("没有改动：这里是方案和程序本来的结果。")
        return self._html(f"<p>改动：</p><ul>{''.join([*numbers, *steps])}</ul>", "改动")

    def _try(self) -> Display:
        """Begin the trial that the changes ask for, and say what moves."""
        plan = self._patched_plan()
        try:
            with closing(self._begin(plan)) as whole:
                moved = compare_results(self._official_result, Result.of(whole.through(STAGES[-1])))
            review = self._begin(plan)
            review.through(self.at or STAGES[-1])
        except duckdb.Error as error:
            raise NotTried(explain_refusal(error)) from None
        self._look_at(review)
        sentences = "\n".join(f"- {one}" for one in describe_difference(moved))
        return Display([self.changes(), self._marked(f"**与公布的结果相比**\n\n{sentences}\n\n{NOT_REDRAWN}")])

    def _look_at(self, review: Review) -> None:
        """Show another review from now on; of a trial that is over nothing stays."""
        if self.tried:
            self.review.close()
        self.review = review
        self._asked.clear()

    def _patched_plan(self) -> Plan:
        """The plan with what is tried. Raises: PlanFaults, NotTried."""
        if not self.patch:
            return self.official.plan
        file = Path(self.run) / f"{self.campaign}.yaml" if self.run else paths.plan_file(self.campaign)
        return read_patched(file, self.patch)

    def _begin(self, plan: Plan) -> Review:
        """A review of the same facts, in memory and without resampled counts, under what is tried."""
        facts, day = open_facts(self.campaign, self.run)
        return Review.begin(plan, facts, as_of=day, tried=self.texts)

    @cached_property
    def _official_result(self) -> Result:
        facts, day = open_facts(self.campaign, self.run)
        running = paths.cache_folder(self.campaign)
        with closing(Review.begin(self.official.plan, facts, as_of=day, running=running)) as review:
            return Result.of(review.through(STAGES[-1]))

    # ------------------------------------------------------------ what is shown says whether it is tried

    def _html(self, body: str, plain: str) -> Bundle:
        return html_bundle(mark_trial(body), f"{TRIAL}：{plain}") if self.tried else html_bundle(body, plain)

    def _marked(self, text: str) -> Bundle:
        return markdown(_with_word(text) if self.tried else text)


_OTHERS = tuple(stage for stage in ("", *STAGES) if stage not in ORDERED)
"""Stages that are about all components, standings and lists."""


def _with_word(text: str) -> str:
    """Markdown with the word that it is tried: in a quotation, above a list, before a sentence."""
    if text.startswith("> "):
        return f"> **{TRIAL}**　{text.removeprefix('> ')}"
    return f"**{TRIAL}**" + ("\n\n" if text.startswith("- ") else "　") + text


def _trial_title(chart: Chart) -> dict[str, Any]:
    """The title of a figure with the word that it is tried."""
    head: Any = chart.title
    made = dict(head.to_dict()) if hasattr(head, "to_dict") else {"text": [str(head)]}
    return made | {"text": [f"{TRIAL}　{made['text'][0]}", *made["text"][1:]], "color": BAD}
