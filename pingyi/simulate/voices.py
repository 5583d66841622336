"""What people say, word for word, and the problems that some of it leads to. All of it is made up."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from pingyi.simulate.world import Schema, World

THEMES = [
    ("公布的办事材料与实际要求不一致", "网上写的材料和柜台要的不一样，我跑了三趟才办好。"),
    ("一次性告知没有落实", "第一次去没说要带户口本，第二次才讲，为什么不一次说清楚？"),
    ("午间值班空岗", "中午去办事没有人，等到两点半才开门。"),
    ("咨询电话无人接听", "公布的电话打了好几天，不是占线就是没人接。"),
    ("接待群众态度生硬", "多问几句就不耐烦，态度能不能好一点。"),
    ("办件超过承诺时限", "说是五个工作日，结果拖了快一个月。"),
    ("科室之间相互推诿", "这边说找那边，那边说找这边，到底谁管？"),
    ("网上申报系统不稳定", "网上填了一半就退出来，只好又去现场排队。"),
    ("对企业检查过于频繁", "一个月来了四拨人，查的都是同样的东西，我们还要不要干活？"),
    ("收费依据没有公示", "收了钱也不说是什么费用，希望把标准贴出来。"),
    ("上门服务的承诺没有兑现", "老人腿脚不便，答应上门来办，等了两个星期没见人。"),
    ("群众反映的事项没有回音", "路灯坏了反映过两回，到现在没有人回话。"),
    ("排队叫号混乱", "取了号也没用，后来的人倒先办了。"),
    ("政策解释口径不一", "补贴到底怎么算，问了三个人有三种说法。"),
]
"""A problem, and how somebody put it who met with it."""

OTHERS = [
    "办得很快，十几分钟就拿到了证，要表扬。",
    "很耐心，帮我把表格一项一项填好。",
    "希望周末也安排人值班，上班的人平时请不了假。",
    "建议把常用表格的样本摆在大厅里，照着填就不会错。",
    "停车不方便，最好留几个车位给来办事的人。",
    "比去年好多了，跑一趟就办成了。",
    "总的说还可以，就是等的时间长了点。",
    "没打过什么交道，说不上好坏。",
    "多到村里来讲讲政策，我们好多人不会上网查。",
    "下村的干部很实在，路修好了大家都看得见。",
    "帮企业协调了用地的事，解决了大问题，感谢。",
    "建议公开办理进度，省得我们一遍遍打听。",
]
"""What is said without leading to a problem."""

WAYS = ["座谈会", "走访调研", "问卷", "意见箱", "来信来访"]
"""How opinions come."""

MOST, LEAST = 60, 12
"""Opinions in all, at most; opinions that lead to no problem, at least."""

COLUMNS: Schema = {
    "opinion": pl.String,
    "unit": pl.String,
    "received_on": pl.Date,
    "channel": pl.String,
    "text": pl.String,
    "problem": pl.String,
}


def opinions(world: World, problems: pl.DataFrame, span: tuple[date, date]) -> pl.DataFrame:
    """Opinions on these problems, some days before they were found, and as many on anything else within the span."""
    rng = world.apart("opinions")
    heard = dict(THEMES)
    rows = [
        _said(rng, row["unit"], _before(rng, row["found_on"], span[0]), heard[row["text"]])
        | {"problem": row["problem"]}
        for row in problems.iter_rows(named=True)
        if rng.random() < 0.7
    ][: MOST // 2]
    units = [unit for unit in world.ids if unit not in world.exempt]
    for text in rng.choice(OTHERS, min(MOST - len(rows), max(len(rows), len(units) // 2, LEAST))).tolist():
        day = span[0] + timedelta(days=int(rng.integers(0, (span[1] - span[0]).days + 1)))
        rows.append(_said(rng, str(rng.choice(units)), day, text))
    ordered = pl.DataFrame(rows, schema=COLUMNS).sort("received_on", "unit", "text", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(3)
    return ordered.with_columns(opinion=pl.concat_str(pl.lit("Y"), number))


def _before(rng: np.random.Generator, found: date, first: date) -> date:
    """A day some days before the problem was found, within the time in which opinions are heard."""
    return min(found, max(first, found - timedelta(days=int(rng.integers(0, 15)))))


def _said(rng: np.random.Generator, unit: str, day: date, text: str) -> dict[str, object]:
    return {"unit": unit, "received_on": day, "channel": str(rng.choice(WAYS)), "text": text}
