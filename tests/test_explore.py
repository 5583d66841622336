"""What the analyst sees in the notebook for exploring: words, and no codes."""

import re

import polars as pl
import pytest

from pingyi import figures
from pingyi.desk.explore import Look, named_path
from pingyi.scenarios.campaign_scenarios import open_laboratory as laboratory
from tests import small


@pytest.fixture(scope="module")
def look(tmp_path_factory):
    import os

    from pingyi.common import paths

    here, folder = os.getcwd(), small.project(tmp_path_factory.mktemp("explore") / "project")
    os.chdir(folder)
    paths.root.cache_clear()
    yield Look("small", laboratory("small"))
    os.chdir(here)
    paths.root.cache_clear()


def drawn(bundle):
    """Every value of the rows that a figure draws."""
    (made,) = [data for kind, data in bundle._repr_mimebundle_().items() if "vegalite" in kind]
    return set(re.findall(r"'value': '([^']+)'", str(made)))


def test_facts_are_drawn_in_the_words_of_people(look):
    """U12."""
    values = drawn(look.facts("events"))
    assert {"确认", "查实问题"} <= values
    assert not {"confirmed", "found", "check"} & values


def test_months_are_chinese():
    """U12: not “Apr 2020”."""
    days = pl.DataFrame({"day": ["2020-04-01", "2020-05-02"]}).with_columns(pl.col("day").str.to_date())
    made = figures.columns_at_a_glance(days, {"day": "日期"}).to_dict()
    assert made["concat"][0]["encoding"]["x"]["axis"]["format"] == "%Y年%-m月"


def test_a_rule_is_named_and_its_number_is_as_the_plan_writes_it(look):
    """U12."""
    assert named_path(look.plan, "components.client.ratings.few.below") == "服务对象评价：少于多少人"
    assert named_path(look.plan, "components.client.ratings.levels.基本满意") == "服务对象评价：等次和它的值 基本满意"
    head = look.rule("components.client.ratings.few.below", 1, 10).children[0].value
    assert head == "<b>服务对象评价：少于多少人　现为 5</b>"
