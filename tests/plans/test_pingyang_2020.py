"""《2020年度全县千人评机关中层科室和基层站所活动工作方案》五: whom the consequences reach."""

import pytest

from tests.plans import assert_value, plain, rows
from tests.support import plan_with

CAMPAIGN = "pingyang-2020"

CONSEQUENCES = """
五(一) | 满意单位 | 考绩分 | {单独 organ: 5, 双重 organ: 5, 双重 township: 2.5, 乡镇 township: 5}
五(一) | 不满意单位 | 考绩分 | {单独 organ: -5, 双重 organ: -5, 双重 township: -2.5, 乡镇 township: -5}
五(一) | 最不满意单位 | 考绩分 | {单独 organ: -10, 双重 organ: -10, 双重 township: -5, 乡镇 township: -10}
五(一) | 满意单位 | 升一档 | {unit: null}
五(一) | 满意单位 | 优秀档 | {unit: null}
五(一) | 满意单位 | 再奖20% | {unit: null}
五(一) | 不满意单位 | 最低档 | {unit: null}
五(一) | 最不满意单位 | 分管不评最高档 | {单独 organ_leader: null, 双重 organ_leader: null, 双重 township_leader: null, 乡镇 township_leader: null}
五(一) | 不满意单位 | 取消评优 | {unit: null}
五(二) | 不满意单位 | 通报批评 | {unit: null}
五(二) | 不满意单位 | 限期整改 | {unit: null}
五(二) | 不满意单位 | 约谈 | {unit_head: null}
五(二) | 最不满意单位 | 约谈 | {单独 organ_head: null, 双重 organ_head: null, 单独 organ_leader: null, 双重 organ_leader: null, 乡镇 township_head: null, 乡镇 township_leader: null}
五(二) | 不满意单位 | 复评 | {unit: null}
五(二) | 不满意单位 | 不得提拔 | {unit_head: null, unit_deputies: null}
五(二) | 最不满意单位 | 组织处理 | {unit_head: null}
"""


@pytest.mark.parametrize("row", rows(CONSEQUENCES), ids=str)
def test_each_kind_of_management_bears_what_the_document_says(row):
    """五(二)末: none of it for a unit of a system, whatever its roster row says of its management."""
    clause, list_id, effect, amounts = row.cells
    outcomes = [one for one in plan_with(CAMPAIGN, {}).outcomes if (one.list_, one.effect) == (list_id, effect)]
    found = {
        f"{kind} {one.to}".strip(): one.amount for one in outcomes for kind in one.when.units.get("management", [""])
    }
    assert_value(plain(found), amounts)
    assert {one.clause for one in outcomes} == {clause}
    assert all(one.when.units["system"] == [""] for one in outcomes)
