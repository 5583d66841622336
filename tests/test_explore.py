"""What the analyst sees in the notebook for exploring: words, and no codes; choices, and nothing typed into code."""

import re

import polars as pl
import pytest

from pingyi import figures
from pingyi.desk import pickers
from pingyi.desk.explore import Look, OpenCampaign
from pingyi.desk.movable_rules import find_rules
from pingyi.desk.result_query import QueryRefused
from pingyi.plan import Plan
from pingyi.plan.reader import read_file
from pingyi.scenarios.campaign_scenarios import open_laboratory as laboratory
from tests import small
from tests.support import PARAMETERS

pytestmark = pytest.mark.slow

FEW, FULL, CHECK = "components.client.ratings.few.below", "components.client.full", "components.check.events.base"
SOME = "components.client.ratings.levels.基本满意"
ID = re.compile(r"[a-z]+_[a-z_]+|\b(?:client|check|daily|ballot|total|few|below|take|size)\b")
"""What would be an id of the plan, or a key of its language."""


@pytest.fixture(scope="module")
def look(tmp_path_factory):
    import os

    from pingyi.common import paths

    here, folder = os.getcwd(), small.project(tmp_path_factory.mktemp("explore") / "project")
    os.chdir(folder)
    paths.root.cache_clear()
    yield Look(OpenCampaign("small", laboratory("small")))
    os.chdir(here)
    paths.root.cache_clear()


def drawn(bundle):
    """Every value of the rows that a figure draws."""
    (made,) = [data for kind, data in bundle.data.items() if "vegalite" in kind]
    return set(re.findall(r"'value': '([^']+)'", str(made)))


def widgets_below(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from widgets_below(child)


def kinds(widget, name):
    return [one for one in widgets_below(widget) if type(one).__name__ == name]


def said(widget):
    """What the outputs below a widget show, as text."""
    return "\n".join(one["data"]["text/plain"] for output in kinds(widget, "Output") for one in output.outputs)


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
    labels = {one.path: one.label for one in look.opened.rules}
    assert labels[FEW] == "服务对象评价：少于多少人　现为 5"
    assert labels[SOME] == "服务对象评价：等次和它的值 基本满意　现为 0.6"
    assert labels["components.check.events.items.found.points"] == "监督检查：查实问题 一件几分　现为 -1"


@pytest.mark.parametrize("file", sorted(PARAMETERS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_rule_of_every_plan_has_words_and_room_to_move(file):
    tree = read_file(file).tree
    rules = find_rules(Plan.model_validate(tree), tree)
    assert rules
    assert [one.label for one in rules if re.search("[a-z_]{3,}", one.label)] == []
    assert [one.path for one in rules if not (one.low <= one.now <= one.high and one.low < one.high)] == []
    steps = [(one.path, (one.now - one.low) / one.step) for one in rules]
    assert [path for path, many in steps if abs(many - round(many)) > 1e-6] == []


def test_labels_of_pickers_hold_no_id(look):
    panels = [
        look.choose_unit(),
        look.choose_units(),
        look.choose_rules(),
        look.choose_reading(),
        look.choose_facts(),
        look.choose_campaign(),
    ]
    texts = [
        str(option)
        for panel in panels
        for one in (*kinds(panel, "Dropdown"), *kinds(panel, "SelectMultiple"))
        for option in one._options_labels
    ]
    texts += [one.value for panel in panels for one in kinds(panel, "HTML")]
    assert len(texts) > 30
    assert [one for one in texts if ID.search(one)] == []


def test_several_rules_are_tried_together_and_once(look, monkeypatch):
    tried = []
    compute = look.opened.trial._compute
    monkeypatch.setattr(look.opened.trial, "_compute", lambda patch: tried.append(dict(patch)) or compute(patch))
    sliders = pickers.RuleSliders([one for one in look.opened.rules if one.path in (FEW, SOME)], look.opened.trial.show)
    few, some = (next(one for rule, one in sliders.sliders.items() if rule.path == path) for path in (FEW, SOME))
    assert "都与公布的结果相同" in said(sliders.widget)
    few.value = 10
    some.value = 0.3
    assert tried[-1] == {FEW: "10", SOME: "0.3"}
    assert "试算，不改方案" in said(sliders.widget)
    many = len(tried)
    some.value = 0.6
    some.value = 0.3
    assert tried[many:] == [], "what was tried before is not computed again"
    both = look.opened.trial.compare({FEW: "10", SOME: "0.3"})
    plan = look.opened.lab.patched({FEW: "10", SOME: "0.3"})
    assert both == look.opened.lab.tried(plan)
    sliders.reset()
    assert sliders.patch == {}


def test_a_rule_that_fits_no_other_says_so(look):
    (said,) = look.opened.trial.show({FULL: "70"})
    assert "自相矛盾" in said.data["text/plain"]


def test_another_campaign_moves_every_panel(look):
    made = []
    box = look.panels.add(lambda: made.append(1) or pickers.choose_one("表", {"一": 1}, lambda _: []))
    look.panels.redraw()
    assert len(made) == 2
    assert len(box.children) == 1


def test_a_question_is_answered_under_chinese_heads_with_names(look):
    found = look.sql("select unit, total, place, flag, 1 as x, 2 as 二 from totals join component_marks using (unit)")
    assert found.frame.columns == ["单位", "得分", "名次", "说明", "第 5 列", "二"]
    assert set(found.frame["单位"]) == {f"{one}科" for one in small.UNITS}
    assert "text/html" in found.bundle(live=False)
    assert look.sql("with best as (select * from totals where place = 1) select count(*) as 数 from best").frame.height


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("delete from totals", "只能查询"),
        ("create table x as select 1", "只能查询"),
        ("attach 'x.db'", "只能查询"),
        ("copy totals to 'x.csv'", "只能查询"),
        ("select 1; select 2", "只能查询"),
        ("", "只能查询"),
        ("selec 1", "写得不对"),
        ("select nobody from totals", "写得不对"),
        ("select * from read_csv('data/small/units.csv')", "写得不对"),
        ("select * from 'data/small/units.csv'", "没有结果表"),
        ("select * from plan_lists", "没有结果表“plan_lists”"),
        ("select * from total", "相近的有"),
    ],
)
def test_what_is_no_question_to_the_results_is_refused_in_chinese(look, question, why):
    with pytest.raises(QueryRefused, match=why):
        look.sql(question)


def test_figures_can_be_saved_in_chinese_and_without_a_network(look):
    bundle = look.brush("client", "check")
    (how,) = bundle.metadata.values()
    assert how["embed_options"]["actions"] == {
        "export": {"svg": True, "png": True},
        "source": False,
        "compiled": False,
        "editor": False,
    }
    assert how["embed_options"]["i18n"]["SVG_ACTION"] == "存为 SVG"
