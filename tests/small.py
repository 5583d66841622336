"""A small project in a folder of its own: one campaign of eight units with a shortlist, a ballot and consequences."""

import json
import shutil
from pathlib import Path

from ruamel.yaml import YAML

from tests.support import ROOT
from tests.tiny import tree

UNITS = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"]
LEVELS = {"满意": "1", "基本满意": "0.6", "不满意": "0"}


def plan_tree() -> dict[str, object]:
    """The plan: client ratings in two halves, findings, a ballot among four, one best and one worst."""
    client = {
        "id": "client",
        "name": "服务对象评价",
        "full": "60",
        "per": "half",
        "cycle_full": {"上半年": "30", "下半年": "30"},
        "ratings": {"levels": LEVELS, "channels": [{"id": "电话"}, {"id": "短信"}], "none": {"then": "mean"}}
        | {"few": {"below": "5", "own_share": "0.3"}},
    }
    items = {"found": {"name": "查实问题", "points": "-1"}}
    check = {"id": "check", "name": "监督检查", "full": "20", "events": {"base": "20", "floor": "0", "items": items}}
    daily = {"id": "daily", "name": "日常", "full": "80", "of": ["client", "check"]}
    form = {"exactly": {"满意": "1", "不满意": "1"}, "unmarked": "基本满意"}
    ballot = {"id": "ballot", "name": "网络评价", "full": "20", "listed": ["候选"]}
    ballot |= {"ratings": {"levels": LEVELS, "form": form, "each": {"by": "respondent", "keep": "first"}}}
    total = {"id": "total", "name": "总分", "full": "100", "of": ["daily", "ballot"], "listed": ["候选"]}
    return tree(
        daily,
        client,
        check,
        ballot,
        total,
        standings=[
            {"id": "daily", "of": "daily", "ties": ["client", "share"]},
            {"id": "total", "of": "total", "ties": ["share"]},
        ],
        shortlists=[{"id": "候选", "from": "units", "by": "daily", "side": "top", "take": "4"}],
        lists=[
            {"id": "先进", "from": "候选", "by": "total", "side": "top", "take": "1"},
            {"id": "末位", "from": "候选", "by": "total", "side": "bottom", "take": "1", "good": False},
        ],
        sampling=[{"id": "callback", "name": "电话回访", "component": "client", "take": "2", "per": ["unit"]}],
        readings=[
            {"id": "size", "clause": "四", "question": "候选有几个？", "official": "四个"}
            | {"otherwise": [{"answer": "两个", "patch": {"shortlists.候选.take": "2"}}]}
        ],
        effects={"分": {"name": "考核分", "unit": "分"}},
        outcomes=[{"id": "plus", "list": "先进", "effect": "分", "amount": "5", "to": "organ", "clause": "五"}],
    )


def dated(folder: Path) -> Path:
    """The project with counts that are dated, so that they are known before the year is over."""
    days = {"上半年": "2020-06-30", "下半年": "2020-10-31"}
    rows = (f"{one},{next(day for half, day in days.items() if half in one)}" for one in _votes())
    write(project(folder), "counts", ["method,unit,level,votes,cycle,channel,counted_on", *rows])
    return folder


def project(folder: Path) -> Path:
    """Write the project: plan, facts and the notebooks of this repository."""
    for name in ("parameters", "data/small"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    with (folder / "parameters" / "small.yaml").open("wb") as file:
        YAML().dump(json.loads(json.dumps(plan_tree())), file)
    write(folder, "units", ["unit,name,category,organ,management", *(f"{one},{one}科,机关,某局,单独" for one in UNITS)])
    write(folder, "counts", ["method,unit,level,votes,cycle,channel", *_votes()])
    write(folder, "events", ["event,unit,item,happened_on,status,document", "e1,辛,found,2020-03-01,确认,某文1号"])
    write(
        folder, "clients", ["client,unit,channel", *(f"c{place},{unit},电话" for place, unit in enumerate(UNITS * 4))]
    )
    write(folder, "ratings", ["form,method,unit,level,rated_on,respondent", *_ballots()])
    return folder


def write(folder: Path, table: str, lines: list[str]) -> None:
    """Write one fact file."""
    (folder / "data" / "small" / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _votes() -> list[str]:
    return [
        f"client,{unit},{level},{votes},{cycle},电话"
        for place, unit in enumerate(UNITS)
        for cycle in ("上半年", "下半年")
        for level, votes in (("满意", 20 - place), ("基本满意", 2), ("不满意", place))
    ]


def _ballots() -> list[str]:
    picks = [("甲", "丁"), ("乙", "丁"), ("甲", "丙")]
    return [
        f"f{place},ballot,{unit},{level},2020-11-20,r{place}"
        for place, pick in enumerate(picks)
        for unit, level in zip(pick, ("满意", "不满意"), strict=True)
    ]
