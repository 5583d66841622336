"""The reference page says what the language has, and every example on it is computed as it stands there."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from pingyi.common import wording
from pingyi.common.faults import CheckFailed
from pingyi.plan import Plan
from pingyi.plan.consistency import inconsistencies
from pingyi.plan.language_reference import explanations, glossary, renew_page, tables_of
from pingyi.plan.tree import spelled
from pingyi.report.answers import NOTICES
from pingyi.scoring.review import Review
from tests import page
from tests.page import Case, Example, Section
from tests.tiny import written

pytestmark = pytest.mark.slow

EXAMPLES = page.examples()
ATOMS = Decimal(10) ** 24
STEMS = "甲乙丙丁戊己庚辛"
DECIDED = {None: None, "tie_keys": "比较项", "lot": "抽签", "open": "待抽签", "shared": "并列"}
"""What told units of equal totals apart, as the page writes it."""


def test_the_tables_of_keys_are_those_of_the_language():
    """Renew them with `pingyi schema`."""
    assert page.page() == renew_page(page.page())


def test_every_class_of_the_language_has_its_table_once():
    assert sorted(tables_of(page.page())) == sorted(glossary())


def test_every_explanation_is_of_a_key_that_the_language_has():
    keys = {name: {key.name for key in word.keys} for name, word in glossary().items()}
    said = {name: set(one["keys"]) for name, one in explanations().items() if name != "Named"}
    assert {name: names - keys[name] for name, names in said.items() if names - keys[name]} == {}


def test_every_choice_is_said_in_the_explanation_of_its_key():
    said = [
        (word, key, choice)
        for word in glossary().values()
        for key in word.keys
        for choice in _choices(key.field.annotation)
    ]
    assert [f"{word.name}.{key.name}: {choice}" for word, key, choice in said if choice not in key.says] == []


def _choices(annotation: Any) -> Iterator[str]:
    for part in getattr(annotation, "__args__", ()):
        if isinstance(part, str):
            yield part
        yield from _choices(part)


def test_headings_are_there_once():
    """Messages point to them by name."""
    headings = re.findall(r"^#+ (.+)$", page.page(), re.MULTILINE)
    assert [heading for heading, number in Counter(headings).items() if number > 1] == []


def test_every_example_has_a_title_of_its_own():
    assert [title for title, number in Counter(one.title for one in EXAMPLES).items() if number > 1] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=[one.title for one in EXAMPLES])
def test_an_example_is_computed_as_it_stands_on_the_page(example: Example):
    for case in page.cases(example):
        assert case.wanted, "a change without a result"
        review = reviewed(case) if {one.name for one in case.wanted} & set(RESULTS) else None
        for section in case.wanted:
            if section.name == "检查不通过":
                assert [path for path in refused(case) if path.startswith(section.said)], refused(case)
            elif section.name == "核对不成立":
                with pytest.raises(CheckFailed, match=section.said):
                    reviewed(case)
            elif review is not None:
                assert RESULTS[section.name](review, section) == expected(section), section.name


def refused(case: Case) -> list[str]:
    """Paths at which the plan is refused."""
    try:
        plan = Plan.model_validate(case.tree)
    except ValidationError as error:
        return [spelled(case.tree, one["loc"]) for one in error.errors()]
    return [found.path for found in inconsistencies(plan)]


def reviewed(case: Case) -> Review:
    """The review of a case through its outcomes."""
    plan = Plan.model_validate(case.tree)
    assert inconsistencies(plan) == []
    frames = {
        name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in page.facts(case.example, plan).items()
    }
    return Review.begin(plan, frames, as_of=case.as_of).through("outcomes")


Rows = list[tuple[str | None, ...]]


def expected(section: Section) -> Rows:
    """What the page gives, in a fixed order."""
    rows = section.rows if section.body else []
    return sorted((tuple(row.values()) for row in rows), key=str)


def counted(review: Review, table: str) -> list[dict[str, Any]]:
    """Rows of a result table for the votes as they were counted."""
    rows = review.table(table).to_dicts()
    return [row for row in rows if row.get("draw", 0) == 0]


def marks(review: Review, section: Section) -> Rows:
    """得分: units and components, and what the report notes about the first of them."""
    found = {(row["unit"], row["component"]): row for row in counted(review, "component_marks")}
    unit, *components = section.rows[0]
    noted = "说明" in components
    components = [one for one in components if one != "说明"]
    rows: Rows = []
    for name in [row[unit] for row in section.rows]:
        own = [found.get((name, one), {"marks": None, "flag": None}) for one in components]
        flag = [wording.flags(own[0]["flag"]) or None] if noted else []
        rows.append((name, *(written(one["marks"]) for one in own), *flag))
    return sorted(rows, key=str)


def cycle_marks(review: Review, section: Section) -> Rows:
    """周期得分: units and cycles, before the cycles are combined."""
    *_, component = section.rows[0]
    rows = [row for row in counted(review, "cycle_marks") if row["component"] == component]
    return sorted(((row["unit"], row["cycle"], written(_shown(row["exact"]))) for row in rows), key=str)


def _shown(exact: int | None) -> Decimal | None:
    return None if exact is None else wording.rounded(Decimal(exact) / ATOMS, 10)


def places(review: Review, section: Section) -> Rows:
    """名次."""
    rows = counted(review, "totals")
    return sorted(((row["unit"], str(row["place"]), DECIDED[row["decided_by"]]) for row in rows), key=str)


def unranked(review: Review, section: Section) -> Rows:
    """没有名次."""
    return sorted(((row["unit"], wording.flags(row["reason"])) for row in counted(review, "unranked")), key=str)


def lists(review: Review, section: Section) -> Rows:
    """名单: each list that the page names, units by place (of equal place as 甲 乙 丙 …); others are not asked."""
    entries = sorted(counted(review, "list_entries"), key=lambda row: (row["place"], STEMS.index(row["unit"])))
    named = [row["名单"] for row in section.rows]
    units = {name: "、".join(row["unit"] for row in entries if row["list"] == name) or None for name in named}
    return sorted(units.items(), key=str)


def list_places(review: Review, section: Section) -> Rows:
    """名单名次."""
    rows = counted(review, "list_entries")
    return sorted(((row["list"], row["unit"], str(row["place"])) for row in rows), key=str)


def bands(review: Review, section: Section) -> Rows:
    """等级."""
    return sorted(((row["unit"], row["band"]) for row in counted(review, "band_entries")), key=str)


def consequences(review: Review, section: Section) -> Rows:
    """结果: who is affected by what because of which unit."""
    rows = counted(review, "outcomes")
    return sorted(((row["subject"], row["effect"], written(row["amount"]), row["unit"]) for row in rows), key=str)


def sums(review: Review, section: Section) -> Rows:
    """合计."""
    rows = counted(review, "outcome_sums")
    return sorted(((row["subject"], row["effect"], written(row["amount"])) for row in rows), key=str)


def not_counted(review: Review, section: Section) -> Rows:
    """不计: why and how many rows."""
    found: Counter[str] = Counter()
    for row in review.published("set_aside").to_dicts():
        found[wording.SET_ASIDE[row["reason"]]] += int(row["ratings"])
    for row in review.published("excluded_facts").to_dicts():
        found[wording.SET_ASIDE[row["reason"]]] += 1
    found.update(
        wording.NOT_COUNTED[row["not_counted"]] for row in counted(review, "event_points") if row["not_counted"]
    )
    return sorted(((why, str(number)) for why, number in found.items()), key=str)


def notices(review: Review, section: Section) -> Rows:
    """提示: those that the page names; others are not asked."""
    found = {(NOTICES[row["kind"]], row["unit"]) for row in counted(review, "notices")}
    return sorted((row for row in expected(section) if row in found), key=str)


RESULTS: dict[str, Callable[[Review, Section], Rows]] = {
    "得分": marks,
    "周期得分": cycle_marks,
    "名次": places,
    "没有名次": unranked,
    "名单": lists,
    "名单名次": list_places,
    "等级": bands,
    "结果": consequences,
    "合计": sums,
    "不计": not_counted,
    "提示": notices,
}
"""The sections that say what comes out."""
