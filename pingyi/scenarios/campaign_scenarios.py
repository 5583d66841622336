"""Scenarios of a campaign by its name, as the command line says them and runs keep them.

Readings, what-ifs, the year before, lists carried over. Each scores the same facts again under other plans. That takes
its time on one core, so the pipeline does it while the notebooks run on the other.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pingyi.common import paths
from pingyi.common.faults import PingyiError, PlanFaults
from pingyi.facts.as_of_date import last_day
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.plan.reader import PlanFile, plain, read_file, read_patched, read_plan
from pingyi.plan.tree import Tree, locate
from pingyi.runs.folder import PREVIOUS, latest_run, run_facts, stored_facts, write_facts
from pingyi.scenarios.difference import Difference
from pingyi.scenarios.difference_report import describe_difference, write_difference
from pingyi.scenarios.interpretations import (
    TOGETHER,
    Trial,
    describe_combination,
    describe_trial,
    most_moving,
    tabulate_readings,
    try_answers,
)
from pingyi.scenarios.laboratory import Laboratory, Patch
from pingyi.scenarios.years import (
    Year,
    Years,
    compare_years,
    describe_years,
    open_run,
    undecided_lists,
    write_history,
)
from pingyi.scoring.review import Review

SIMULATED = "数据是模拟的，下面的结果不代表任何真实单位。"
HOW = "每次只换一种，其余不变，用同样的数据重算，与公布的结果比较。"
INDENT = "    "

Frames = dict[str, pl.DataFrame]


class BadSetting(PingyiError):
    """What stands after --set is no path and value."""

    exit_code = 2


class NeedsOtherFacts(PingyiError):
    """The facts at hand say nothing about the plan as it would be."""


class EarlyLists(PingyiError):
    """The lists of the latest run are not the last ones of their year."""

    exit_code = 2


class NoYearBefore(PingyiError):
    """The plan names no campaign of the year before."""


def open_laboratory(campaign: str) -> Laboratory:
    """Plan and facts of a campaign, ready to try patches on. Raises: UnknownCampaign, PlanFaults, FactFaults."""
    year = _year_of(campaign)
    return Laboratory(year.tree, year.facts)


def _year_of(campaign: str) -> Year:
    path = paths.plan_file(campaign)
    facts = campaign_facts(campaign, read_plan(path))
    return Year(read_file(path).tree, facts.tables)


def _say_simulated(campaign: str) -> list[str]:
    return [SIMULATED] if paths.is_simulated(campaign) else []


# Readings.


def tell_readings(campaign: str) -> Iterator[str]:
    """Lines on every reading as it is tried: each other answer alone, then the answers that together move most."""
    with open_laboratory(campaign) as lab:
        readings = lab.plan.readings
        answers = sum(len(one.otherwise) for one in readings)
        yield from _say_simulated(campaign)
        yield f"方案有 {len(readings)} 处存疑，另有 {answers} 种答案。{HOW}"
        found: list[Trial] = []
        for trial in try_answers(lab):
            if not found or found[-1].reading.id != trial.reading.id:
                yield f"{trial.reading.clause}　{trial.reading.question}"
                yield f"  现在采用：{trial.reading.official}"
            if trial.answer:
                yield f"  如果改为：{trial.answer.answer}"
            yield from (INDENT + line for line in describe_trial(trial))
            found.append(trial)
        yield TOGETHER
        yield from (INDENT + line for line in describe_combination(most_moving(lab, found)))


# What-ifs.


def try_patch(campaign: str, patch: Patch) -> Difference:
    """What differs if the plan said something else, on the same facts.

    patch: paths of the plan file → values as the file would write them. The plan's readings are put aside: their
    patches belong to the plan as published. Raises: PlanFaults, NeedsOtherFacts, CheckFailed.
    """
    plan = read_patched(paths.plan_file(campaign), {"readings": [], **patch})
    with open_laboratory(campaign) as lab:
        if why := lab.needs(plan):
            raise NeedsOtherFacts(f"没有试算：{why}。")
        return lab.tried(plan)


def read_settings(texts: Iterable[str]) -> dict[str, Any]:
    """Path → value of texts like `lists.先进.take=5`, read as the plan file would be. Raises: BadSetting."""
    patch: dict[str, Any] = {}
    for text in texts:
        path, sign, value = text.partition("=")
        if not sign or not path.strip():
            raise BadSetting(f"--set 应写作 路径=值，如 lists.名单.take=5；读到“{text}”")
        if path.strip() in patch:
            raise BadSetting(f"--set 里同一条路径只能写一次：{path.strip()}")
        patch[path.strip()] = read_value(value)
    return patch


def read_value(text: str) -> Any:
    """A value as the plan file would read it: numbers, dates and ratios stay text. Raises: BadSetting."""
    file = PlanFile("--set")
    try:
        node = YAML(typ="rt", pure=True).compose(text)
    except YAMLError:
        raise BadSetting(f"--set 的值不是合法的 YAML：“{text}”") from None
    value = plain(file, node, ()) if node is not None else None
    if file.faults:
        raise PlanFaults(file.faults)
    return value


def tell_whatif(campaign: str, texts: Iterable[str], target: Path) -> Iterator[str]:
    """Lines on what settings (`path=value`) would change; all of it is saved in `target` as CSV."""
    patch = read_settings(texts)
    tree = read_file(paths.plan_file(campaign)).tree
    found = try_patch(campaign, patch)
    changed = {path: (_as_written(value_at(tree, path)), _as_written(value)) for path, value in patch.items()}
    yield from _say_simulated(campaign)
    yield from (f"改动：{path}　{before} 改为 {after}" for path, (before, after) in changed.items())
    yield from describe_difference(found)
    yield f"逐项变化已存入 {paths.shown(write_difference(found, changed, target))}"


def value_at(tree: Tree, path: str) -> Any:
    """What stands at a path of the plan file; nothing where its last key is not there."""
    node: Any = tree
    *way, last = locate(tree, path)
    for step in way:
        node = node[step]
    return node.get(last) if isinstance(node, dict) else node[last]


def _as_written(value: Any) -> str:
    """A value as a person would write it in the plan file."""
    if value is None:
        return "（未写）"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# Years.


def years_of(campaign: str) -> Years:
    """The campaign beside the one that its plan names as the year before. Raises: NoYearBefore."""
    now = _year_of(campaign)
    previous = now.plan.campaign.previous
    if previous is None:
        raise NoYearBefore("方案没有写明上一年的活动（campaign.previous），不能与上年比较。")
    return compare_years(now, _year_of(previous))


def tell_years(campaign: str) -> Iterator[str]:
    """Lines on this year beside the year before."""
    found = years_of(campaign)
    yield from _say_simulated(campaign)
    yield from describe_years(found)


def tell_carried(campaign: str, following: str, *, early: bool = False) -> Iterator[str]:
    """Write the lists of the campaign's latest finished run into the facts of the following one, and say where.

    early: also where that run looks at a day before the campaign is over. Raises: EarlyLists, NothingRun.
    """
    run = latest_run(paths.reports_folder(campaign))
    if not early:
        _refuse_early(run, campaign)
    with closing(open_run(run)) as review:
        path, proposed = write_history(review, paths.facts_folder(following)), undecided_lists(review)
    yield f"{campaign} 最近一次运行（{run.name}）的名单，连同以前年度的，已写入 {paths.shown(path)}。"
    if proposed:
        yield f"注意：{'、'.join(proposed)}还没有登记决定，写入的是拟定的名单；登记决定后，请重新运行，再结转一次。"
    yield "重复结转不会重复计数：各文件中相同的行只算一次。"


def _refuse_early(run: Path, campaign: str) -> None:
    """Raises: EarlyLists where the run looks at a day before the campaign is over, or knew only what was known then."""
    said, last = run_facts(run)["run"], last_day(read_plan(run / f"{campaign}.yaml"))
    known = said.get("known_on", "")
    if date.fromisoformat(said["as_of"]) >= last and not known:
        return
    what = f"按 {known} 手里有的数据的结果" if known else f"截至 {said['as_of']} 的情况"
    raise EarlyLists(
        f"最近一次运行 {run.name} 看的是{what}，不是最后结果（活动到 {last} 止）；没有结转。"
        "\n  请先运行 pingyi run（不写 --as-of、--known-on），再结转；确实要结转这一次的名单，加 --early。"
    )


# Beside the official result of a run.


def compare_meanwhile(plan_file: Path, facts: Mapping[str, pl.DataFrame], run: Path) -> "Future[Frames]":
    """Begin to compare in a thread of its own. run: keeps the facts of the year before, once they are read."""
    pool = ThreadPoolExecutor(1)
    made = pool.submit(_compare_run, read_file(plan_file).tree, facts, run)
    pool.shutdown(wait=False)
    return made


def _compare_run(tree: Tree, facts: Mapping[str, pl.DataFrame], run: Path) -> Frames:
    """The comparisons of a campaign: `reading_effects`, and `year_changes` where its plan names the year before."""
    frames = {"reading_effects": tabulate_readings(tree, facts)}
    previous = tree["campaign"].get("previous")
    if not previous:
        return frames
    kept = run / PREVIOUS / f"{previous}.yaml"
    if not kept.exists():  # the plan comes last and says that all is there
        plan = paths.plan_file(previous)
        write_facts(campaign_facts(previous, read_plan(plan)).tables, kept.parent)
        shutil.copyfile(plan, kept)
    return frames | {"year_changes": tabulate_years(tree, facts, kept)}


def tabulate_years(tree: Tree, facts: Mapping[str, pl.DataFrame], before_file: Path) -> pl.DataFrame:
    """The year before and this one (`year_changes`). before_file: its plan, in a folder with its facts."""
    before = Year(read_file(before_file).tree, stored_facts(before_file.parent))
    return compare_years(Year(tree, facts), before).totals


def keep_comparisons(review: Review, frames: Frames) -> None:
    """Put the comparisons into the review's database."""
    for name, frame in frames.items():
        review.keep(name, frame)
