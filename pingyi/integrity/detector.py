"""What a detector reads and what it answers: the facts as text columns in the order of the files, and findings.

Facts come as intake delivers them (`source`, `sheet` and `row` say where a row stands); frames without these are
numbered as they are. Nothing here writes to them. A finding is proposed for a look by people: it says what was seen,
how unlikely it is where nothing is wrong, and which rows of which files it came from. It is never a verdict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.plan import Component, Plan

CAMPAIGN = 0.05
"""The chance that a campaign in which nothing is wrong gets any finding at all.

It is dealt out evenly to all questions that detectors ask of it (Bonferroni); see `Material.threshold`. With one in a
hundred the trial missed an eighth of what was planted into channels.
"""


@dataclass(frozen=True, slots=True)
class Detector:
    """What a detector is called (title), what it asks, and what its statistic counts, in Chinese.

    questions: how many it asks at most of each method in a table; the answer to each is corrected for all subjects.
    Where many are compared with each other it is the share of false findings that is small (Benjamini and Hochberg):
    were nothing wrong at all, that is the chance of any finding too (Simes 1986, Biometrika 73).
    """

    title: str
    asks: str
    counts: str
    questions: Mapping[str, int]


DETECTORS = {
    "repeats": Detector(
        "同一来源重复评价",
        "同一评价人、同一设备对同一单位评了几次，交的表有几份答案相同",
        "次数或份数",
        {"ratings": 4},
    ),
    "bursts": Detector(
        "短时间集中评价",
        "一个单位在 10、30、120 分钟或一天里收到的评价，是否比它平常的节奏多得多",
        "评价份数",
        {"ratings": 1},
    ),
    "runs": Detector("连续相同的表单", "按时间或表单编号，是否一连许多份完全相同", "连续份数", {"ratings": 2}),
    "straight": Detector(
        "全部填同一等次",
        "一份表、一个评价人是否全填同一等次；单位、访问员、批次、设备是否有太多这样的表",
        "答案数或份数",
        {"ratings": 2},
    ),
    "hands": Detector(
        "访问员或批次的等次分布异常",
        "访问员、批次经手的等次分布，与他人就同样这些单位得到的是否不同",
        "卡方",
        {"ratings": 2},
    ),
    "digits": Detector(
        "数字集中在整五整十", "比率和评分是否太多落在整五整十", "个数", {"counts": 1, "marks": 1, "measures": 1}
    ),
    "channels": Detector(
        "渠道之间不一致",
        "一个单位各渠道的等次分布是否不一致，超出各单位通常的渠道差别",
        "卡方",
        {"ratings": 1, "counts": 1},
    ),
    "slates": Detector("成批相同的选票", "是否有太多选票选的单位相同，或只差一两个", "票数", {"ratings": 1}),
    "spread": Detector("评分没有区分", "一个评分人给出的分是否全部相同，或全在一档", "评分个数", {"marks": 1}),
}
"""All detectors by id, in the order of a report."""

KINDS = {
    "unit": "单位",
    "respondent": "评价人",
    "device": "设备",
    "interviewer": "访问员",
    "batch": "批次",
    "form": "表单",
    "forms": "一组选票",
    "marker": "评分人",
    "method": "指标",
}
"""What a finding can be about."""

PLACE = ["table", "source", "sheet", "row"]
"""What tells one row of the facts from all others."""

Row = dict[str, Any]
"""A row of a frame by column name."""

HANDS = ("interviewer", "batch")
"""Who or what ratings passed through, where the facts say."""

SOURCES = ("respondent", "device")
"""Where ratings come from."""

COLUMNS: dict[str, dict[str, Any]] = {
    "ratings": dict.fromkeys(
        ("form", "method", "unit", "level", "respondent", "group", "channel", "item", *HANDS, "device"), pl.String
    )
    | {"rated_on": pl.Datetime("us")},
    "counts": dict.fromkeys(("method", "unit", "level", "cycle", "group", "channel", "item"), pl.String)
    | {"votes": pl.Int64},
    "marks": dict.fromkeys(("method", "unit", "marker", "cycle", "band"), pl.String) | {"mark": pl.Float64},
    "measures": dict.fromkeys(("method", "unit", "cycle"), pl.String)
    | {"numerator": pl.Float64, "denominator": pl.Float64},
    "units": dict.fromkeys(("unit", "name", "organ", "township"), pl.String),
}
"""The columns that detectors read; those that the facts lack are filled with nothing."""

BREAK, STOP = "\x1f", "\x1e"
"""Between the parts of an answer, and between the answers of a form."""

CELL = pl.concat_str(["unit", pl.col("item").fill_null("")], separator=BREAK)
"""What an answer is about: unit and item."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One pattern that deserves a look.

    detector: its id. method: component in whose facts it was seen. kind, subject: what it is about (`KINDS`).
    unit: the unit concerned, where there is one. statistic: the number that sticks out; p: the chance of one like it
    anywhere this detector looked in the method, were nothing wrong, or the share of false findings; threshold:
    findings have a smaller p, so that all of them together are right (`CAMPAIGN`).
    sentence: Chinese, for the office. rows: columns `PLACE`.
    """

    detector: str
    method: str
    kind: str
    subject: str
    unit: str | None
    statistic: float
    p: float
    threshold: float
    sentence: str
    rows: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Screening:
    """What one detector found, and how many subjects (units, respondents, interviewers …) it looked at."""

    findings: tuple[Finding, ...] = ()
    tested: int = 0

    @property
    def subjects(self) -> list[tuple[str, str, str]]:
        """The subjects in a finding: method, kind and subject."""
        return sorted({(one.method, one.kind, one.subject) for one in self.findings})


def merge_screenings(parts: Sequence[Screening]) -> Screening:
    """Several screenings as one, the least likely findings first; equal ones by what they are about."""
    findings = [one for part in parts for one in part.findings]
    findings.sort(key=lambda one: (one.p, -one.statistic, one.method, one.kind, one.subject, one.sentence))
    return Screening(tuple(findings), sum(part.tested for part in parts))


@dataclass(frozen=True)
class Material:
    """Plan and facts of one campaign, for all detectors."""

    plan: Plan
    facts: Mapping[str, pl.DataFrame]

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables of `COLUMNS`; of ratings `paper` is the form, or the row itself where forms have no number."""
        tables = {name: _read_table(self.facts, name) for name in COLUMNS}
        own = pl.concat_str([pl.col("source"), pl.col("sheet").fill_null(""), pl.col("row")], separator=BREAK)
        paper = pl.when(pl.col("form").is_null()).then(pl.lit(BREAK) + own).otherwise("form")
        return tables | {
            "ratings": tables["ratings"].with_columns(paper=paper),
            "units": tables["units"].unique("unit", keep="first", maintain_order=True),
        }

    @property
    def ratings(self) -> pl.DataFrame:
        """One row a level given."""
        return self.tables["ratings"]

    @cached_property
    def names(self) -> dict[str, str]:
        """What units are called."""
        return wording.units_apart(self.tables["units"].select("unit", "name", "organ").iter_rows())

    @cached_property
    def papers(self) -> pl.DataFrame:
        """One row a form: who, when, how many units and answers, and all its answers in one text.

        `pattern` names units, items and levels; `answers` items and levels alone. `place` is its first row.
        """
        answer = pl.concat_str([pl.col("item").fill_null(""), pl.col("level")], separator=BREAK)
        ordered = self.ratings.with_columns(place=pl.int_range(pl.len()), answer=answer).sort(
            "unit", "item", "level", "place"
        )
        lowest = ("place", "rated_on", "form", "group", "channel", *SOURCES, *HANDS, "unit")
        return (
            ordered.group_by("method", "paper")
            .agg(
                pl.col(lowest).min(),
                units=pl.col("unit").n_unique(),
                size=pl.len(),
                pattern=pl.concat_str(["unit", "answer"], separator=BREAK).str.join(STOP),
                answers=pl.col("answer").str.join(STOP),
            )
            .sort("place")
        )

    @cached_property
    def threshold(self) -> float:
        """What the chance of a finding must be below, so that it holds for the whole campaign.

        All questions count that detectors may ask of the campaign's methods, whichever detectors are asked.
        """
        asked = sum(
            number * len(self.methods_in(table))
            for one in DETECTORS.values()
            for table, number in one.questions.items()
        )
        return CAMPAIGN / max(asked, 1)

    def form_rows(self, method: str, papers: pl.DataFrame) -> pl.DataFrame:
        """Where the rows of some forms of a method stand."""
        own = self.ratings.filter(method=method)
        return located_rows(own.join(papers.select("paper"), on="paper", how="semi"), "ratings")

    def methods_in(self, table: str) -> list[str]:
        """The methods that a table of facts holds, in alphabetical order."""
        return self.tables[table]["method"].drop_nulls().unique().sort().to_list()

    def component_of(self, method: str) -> Component | None:
        """The component that facts of a method are for."""
        return next((one for one in self.plan.components if one.id == method), None)

    def title_of(self, method: str) -> str:
        """What people call a method."""
        found = self.component_of(method)
        return f"“{found.title if found else method}”"

    def name_of(self, unit: str) -> str:
        """What people call a unit."""
        return self.names.get(unit, unit)

    def levels_of(self, method: str) -> list[str]:
        """Levels of a method from best to worst, those without a value last; as found where the plan has none."""
        found = self.component_of(method)
        rule = found.ratings if found else None
        if rule is None:
            return self.ratings.filter(method=method)["level"].unique().sort().to_list()
        return sorted(rule.levels, key=lambda level: (rule.levels[level] is None, -(rule.levels[level] or 0)))

    def marks_with_body(self, method: str) -> pl.DataFrame:
        """The marks of a method with `body`: whoever gave it; nothing where several people mark a unit unnamed.

        The facts name the kind of marker, the roster says which body that is for a unit. The kind that a plan names
        first is the unit's organ, any other its township (as quotas and simulation take it); a marker that is no such
        kind stands for itself. Where the facts name nobody, one body marks all.
        """
        found = self.component_of(method)
        kinds = [*found.marks.markers] if found and found.marks else []
        units = self.tables["units"].select("unit", "organ", "township")
        own = self.tables["marks"].filter(method=method).join(units, on="unit", how="left")
        alone = not own.select("unit", "cycle", "marker").is_duplicated().any()
        first, marker = pl.col("marker") == (kinds[0] if kinds else ""), pl.col("marker")
        nobody = pl.lit(method if alone else None)
        named = pl.when(first).then("organ").when(marker.is_in(kinds)).then(pl.coalesce("township", "organ"))
        return own.with_columns(body=named.when(marker.is_null()).then(nobody).otherwise(marker))


def identify_rows(facts: Mapping[str, pl.DataFrame], table: str) -> pl.DataFrame:
    """A table of the facts with `source`, `sheet` and `row`, made up from its own order where it has none."""
    frame = facts[table]
    made_up = {"source": pl.lit(table), "sheet": pl.lit(None), "row": pl.int_range(1, pl.len() + 1)}
    frame = frame.with_columns(**{name: value for name, value in made_up.items() if name not in frame.columns})
    return frame.with_columns(pl.col("source", "sheet").cast(pl.String), pl.col("row").cast(pl.Int64))


def _read_table(facts: Mapping[str, pl.DataFrame], table: str) -> pl.DataFrame:
    """The columns that detectors read, in the order of the files."""
    types = COLUMNS[table]
    if table not in facts:
        return pl.DataFrame(schema=types | {"source": pl.String, "sheet": pl.String, "row": pl.Int64})
    frame = identify_rows(facts, table)
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in types.items()
    ]
    return frame.select(*columns, *PLACE[1:]).sort(PLACE[1:], maintain_order=True)


def located_rows(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """Where rows of a table stand, in the order of the files."""
    return rows.select(pl.lit(table).alias("table"), *PLACE[1:]).unique().sort(PLACE)


def last_level(papers: pl.DataFrame) -> str:
    """The level of the last answer on the first of some forms."""
    return str(papers["answers"][0]).rsplit(BREAK, 1)[-1]


def only_unit(papers: pl.DataFrame) -> str | None:
    """The unit that all of these forms are about, where there is one."""
    units = papers["unit"].unique().to_list() if (papers["units"] == 1).all() else []
    return units[0] if len(units) == 1 else None


def describe_subject(subject: str) -> str:
    """A subject without the signs that part it: a form that has no number is named by its place."""
    return " ".join(part for part in subject.split(BREAK) if part)


def describe_chance(p: float) -> str:
    """A p-value as people say it."""
    if p < 1e-6:
        return "不到百万分之一"
    if p < 1e-4:
        return "不到万分之一"
    return "不到千分之一" if p < 1e-3 else f"约千分之{max(1, round(p * 1000))}"


def describe_false_share(p: float) -> str:
    """A share of false findings as people say it."""
    return f"误报的可能性{describe_chance(p)}"


def describe_mean(number: float) -> str:
    """A mean number in a sentence: 12, 1.3, 0.05."""
    if number >= 10:
        return str(round(number))
    return f"{number:.1f}" if number >= 1 else f"{number:.2g}"


def describe_share(part: float) -> str:
    """A share in a sentence: 96%, or 0.4% below one in a hundred."""
    return f"{part:.0%}" if part >= 0.01 or not part else f"{part:.1%}"
