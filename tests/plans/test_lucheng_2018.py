"""《鹿城管理部2018年度万人双评议活动方案》: what no single value of the plan says."""

from pingyi.common import paths
from pingyi.facts.intake import read_facts
from pingyi.fieldwork.sampling import draw_sample as draw
from tests.support import plan_with

CAMPAIGN = "lucheng-2018"


def test_every_case_inside_the_centre_gets_a_text_message():
    """附件2: 以实际办件发送短信, on the sample."""
    plan = plan_with(CAMPAIGN, {})
    facts = read_facts(paths.facts_folder(CAMPAIGN), plan).tables
    (rule,) = [one for one in plan.sampling if one.id == "sms_inside"]
    inside = facts["units"].filter(inside="是")["unit"].to_list()
    cases = facts["clients"].filter(facts["clients"]["unit"].is_in(inside))
    drawn = draw(rule, facts["clients"], facts["units"], "7").drawn
    assert sorted(drawn["case"]) == sorted(cases["case"])


def test_every_line_of_deductions_starts_full_and_ends_at_nothing():
    """附件2: each line on its own."""
    lines = [one for one in plan_with(CAMPAIGN, {}).components if one.events]
    assert [(one.events.base, one.events.floor) for one in lines] == [(one.full["else"], 0) for one in lines]
    assert len(lines) == 11
