"""Plan files: what is refused, where, and in which words; paths, patches and order."""

from copy import deepcopy

import pytest

from pingyi.common.faults import PlanFaults
from pingyi.plan import Plan
from pingyi.plan.consistency import inconsistencies
from pingyi.plan.language_reference import SCHEMA, plan_schema
from pingyi.plan.order import Order
from pingyi.plan.reader import read_patched, read_plan
from pingyi.plan.tree import NoSuchPath, patched
from tests.support import PARAMETERS, plan_with, tree
from tests.tiny import tree as tiny_tree

PINGYANG = PARAMETERS / "pingyang-2020.yaml"
LINES = PINGYANG.read_text(encoding="utf-8").splitlines()


def refused(path, *changes):
    """The faults of the plan of Pingyang after some replacements, as (line, message)."""
    text = "\n".join(LINES)
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanFaults) as raised:
        read_plan(path)
    return [str(fault) for fault in raised.value.faults]


def line_of(text):
    return next(place + 1 for place, line in enumerate(LINES) if text in line)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "plan.yaml"


PLANTED = [
    (("full: 85", "full: 86"), "full: 85", "应等于各下级满分之和 85"),
    (("cycle_full: {半年度: 25, 年终: 25}", "cycle_full: {半年度: 25, 年终: 26}"), "cycle_full: {半年度: 25", "各周期之和应为 50"),
    (("rest: 44}", "rest: 440}"), "quota: {by: system", "名额超过可选单位数 274"),
    (("patch: {shortlists.满意候选.leave_out_direct_of: []}", "patch: {shortlists.满意侯选.leave_out_direct_of: []}"), "leave_out_direct_of: []}", "没有这条路径"),
    (("below: 30,", "belo: 30,"), "below: 30,", "没有这个键；相近的有 below"),
    (("counted_per: cycle}", "counted_per: yearly}"), "below: 30,", "应为 cycle、year 之一"),
    (("issued: 2020-04-29", "issued: 2020-04-31"), "issued:", "日历上没有这一天"),
    (("own_share: 30%", "own_share: 130%"), "below: 30,", "应在 0 到 1"),
    (("own_share: 30%", "own_share: 1/3"), "below: 30,", "至多 6 位小数"),
    (("ties: [client, inspection, draw], clause: 四(三)", "ties: [client, inspection], clause: 四(三)"), "id: total, name: 综合评议名次", "最后一项应为 draw"),
    (("良好: [3, 3.9]", "良好: [3, 3.8]"), "bands:", "不留空也不重叠"),
    (("of: [daily, network, bonus]", "of: [daly, network, bonus]"), "of: [daily, network, bonus]", "没有这个指标；相近的有 daily"),
    (("from: 满意候选, by: total", "from: 满意侯选, by: total"), "id: 满意单位, clause", "没有这个名单；相近的有 满意候选"),
    (("  full: 15", "  full: 15\n    full: 15"), None, "同一个键只能写一次"),
    (("year: 2020", "year: 二〇二〇"), "year: 2020", "应为整数"),
    (("unmarked: 基本满意", "unmarked: 一般"), "unmarked: 基本满意", "没有这个等次"),
    (("points: [-5, -3], clause: 附件2}", "points: [-3, -5], clause: 附件2}"), "conduct: {name", "应先小后大"),
    (("below: 30, own_share: 30%", "below: 30"), "few: {below", "写且只写一个"),
    (("from: 2020-07-01", "from: 2020-06-30"), "id: 年终", "与前一个周期重叠"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "where", "said"), PLANTED, ids=[said for *_, said in PLANTED])
def test_each_planted_fault_is_named_at_its_line(path, change, where, said):
    faults = refused(path, change)
    hits = [fault for fault in faults if said in fault]
    assert hits, faults
    if where:
        assert any(fault.startswith(f"第 {line_of(where)} 行") for fault in hits), hits


def test_all_faults_come_at_once(path):
    faults = refused(
        path, ("below: 30,", "belo: 30,"), ("issued: 2020-04-29", "issued: 2020-04-31"), ("year: 2020", "year: x")
    )
    assert len(faults) >= 3


def test_weights_must_add_up(path):
    faults = refused(path, ("full: 5\n    of: [hotline.conduct", "full: 5\n    weight: 0.5\n    of: [hotline.conduct"))
    assert any("每个下级都要写 weight" in fault for fault in faults)


@pytest.mark.parametrize("text", ["", "[1, 2]", "a: b: c", "a: &x {b: *x}", "a: {" * 200, "\tcampaign:"])
def test_what_is_no_plan_is_refused_in_words(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanFaults, match="方案未采用"):
        read_plan(path)


def test_a_plan_in_another_encoding_is_refused(path):
    path.write_bytes(PINGYANG.read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(PlanFaults, match="UTF-8"):
        read_plan(path)


@pytest.mark.slow
def test_every_other_answer_is_a_whole_plan_that_differs():
    official = read_plan(PINGYANG)
    assert len(official.readings) == 22
    assert [reading.id for reading in official.readings if not reading.otherwise] == ["band_quota"]
    for reading in official.readings:
        for answer in reading.otherwise:
            assert read_patched(PINGYANG, answer.patch) != official


def test_a_patched_plan_is_a_plan_written_that_way(path):
    patch = {"components.client.ratings.few.below": "40", "lists.满意单位.take": "8"}
    text = PINGYANG.read_text(encoding="utf-8").replace("below: 30", "below: 40")
    path.write_text(text.replace("by: total, side: top, take: 10", "by: total, side: top, take: 8"), encoding="utf-8")
    assert read_patched(PINGYANG, patch) == read_plan(path)


def test_a_path_takes_the_longest_id():
    """hotline.handling is a component of its own; so is hotline."""
    made = plan_with("pingyang-2020", {"components.hotline.handling.name": "办理", "components.hotline.name": "平台"})
    assert (made.component("hotline.handling").name, made.component("hotline").name) == ("办理", "平台")
    with pytest.raises(NoSuchPath):
        patched(tree("pingyang-2020"), {"components.hotlin.name": "x"})


def test_a_patch_leaves_the_tree_as_it_was():
    before = deepcopy(tree("pingyang-2020"))
    patched(tree("pingyang-2020"), {"campaign.title": "另一个"})
    assert tree("pingyang-2020") == before


def test_what_waits_for_nothing_comes_first():
    order = Order(read_plan(PINGYANG))
    turns = {id: turn for stage in ("marks", "shortlist", "standing") for turn, _, id in order.of_stage(stage)}
    assert (
        turns["client"]
        < turns["daily"]
        < turns["满意候选"]
        < turns["network"]
        < turns["满意单位"]
        < turns["最不满意单位"]
    )
    stages = {id: stage for (_, id), stage in order.stages.items()}
    assert (stages["bonus"], stages["满意候选"], stages["network"]) == ("marks", "shortlist", "standing")


def test_a_circle_is_refused():
    leaf = {"id": "a", "full": "1", "marks": {"range": ["0", "1"]}, "listed": ["先进"]}
    assert any("互相等待" in found.wanted for found in inconsistencies(Plan.model_validate(tiny_tree(leaf))))


def test_numbers_are_read_as_written():
    """30 % is three tenths; 2 : 1, dates and clauses are text until the language reads them."""
    made = read_plan(PINGYANG)
    assert str(made.component("client").ratings.few.own_share) == "0.3"
    markers = made.component("supervisor").marks.markers
    assert {name: marker.weight for name, marker in markers.items()} == {"主管部门": 2, "乡镇": 1}
    assert tiny_tree({"id": "a"})["campaign"]["year"] == "2020"


def test_the_schema_beside_the_plans_is_that_of_the_language():
    assert (PARAMETERS / SCHEMA).read_text(encoding="utf-8") == plan_schema()
