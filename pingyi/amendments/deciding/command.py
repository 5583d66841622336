"""What the command line says and does when a list is decided."""

from collections.abc import Iterator, Mapping

import polars as pl

from pingyi.amendments.corrections.effect import Bench
from pingyi.amendments.deciding.proposal import Proposal, proposal
from pingyi.amendments.deciding.record import TABLE, with_decision, write
from pingyi.amendments.deciding.request import WHERE, Asked, Decision, DecisionFaults, decision, named_list
from pingyi.common import paths, wording
from pingyi.common.faults import Fault
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.plan import ListRule
from pingyi.plan.reader import read_plan
from pingyi.results.list_states import ListState
from pingyi.scenarios.difference import difference
from pingyi.scenarios.told import told

NAMED = 40
"""Units that a sentence names; more are counted."""


def tell_decided(campaign: str, asked: Asked, *, confirmed: bool) -> Iterator[str]:
    """Lines on a list as proposed, what is decided otherwise, and what that moves; recorded only where confirmed.

    Raises: DecisionFaults with everything that is wrong, FactsRefused, CheckFailed.
    """
    plan = read_plan(paths.plan_file(campaign))
    rule = named_list(plan, asked)
    facts = campaign_facts(campaign, plan).tables
    _refuse_again(facts[TABLE], rule)
    names = wording.units_apart(facts["units"].select("unit", "name", "organ").cast(pl.String).iter_rows())
    proposed = proposal(campaign, plan, rule, asked.known_on)
    made = decision(asked, rule, proposed.units, names)
    yield from _proposed(made, proposed, names)
    yield from _decided(made, names)
    yield from (f"提示：{one}。" for one in _hints(made, proposed, names))
    bench = Bench(campaign, plan)
    moved = difference(bench.result(facts), bench.result(with_decision(facts, made)))
    yield "登记这个决定后，与现在相比："
    yield from (f"  {one}" for one in told(moved))
    if not confirmed:
        yield "没有登记。核对无误后，加 --yes 再执行一次。"
        return
    path = write(paths.facts_folder(campaign), made)
    yield f"已登记到 {paths.shown(path).as_posix()}，{len({*made.proposed, *made.decided})} 行。"
    yield "从下一次 pingyi run 起，这份名单按决定计算，以后的数据不再改变它。"


def _refuse_again(decisions: pl.DataFrame, rule: ListRule) -> None:
    """Raises: DecisionFaults where the list is decided already."""
    for row in decisions.filter(pl.col("list").cast(pl.String) == rule.id).iter_rows(named=True):
        state = ListState(row["decided_on"], row["decided_by"] or "", row["document"] or "")
        where = f"{row['source']} 第 {row['row']} 行"
        wanted = f"{state.told}（{where}）；一份名单只决定一次，记错了的用 pingyi correct 更正"
        raise DecisionFaults([Fault(WHERE, "名单", rule.title, wanted)])


def _proposed(made: Decision, proposed: Proposal, names: Mapping[str, str]) -> Iterator[str]:
    """The list as proposed, a unit a line."""
    day = made.asked.known_on
    start = f"{made.rule.title}：按 {day} 为止的数据，提出"
    yield f"{start} {len(proposed.rows)} 个单位：" if proposed.rows else f"{start}的名单没有单位。"
    for unit, place, total in proposed.rows:
        marks = f"{wording.shown(total)} 分" if total is not None else "没有得分"
        yield f"  第 {place}　{unit} {names[unit]}　{marks}"


def _decided(made: Decision, names: Mapping[str, str]) -> Iterator[str]:
    """What is decided otherwise and why, then the decided list."""
    asked = made.asked
    changes = [("调入", unit, why) for unit, why in made.added.items()]
    changes += [("调出", unit, why) for unit, why in made.removed.items()]
    yield f"决定与提出不同的 {len(changes)} 处：" if changes else "决定与提出相同。"
    yield from (f"  {what}　{unit} {names[unit]}：{why}" for what, unit, why in changes)
    units = wording.joined((names[unit] for unit in made.decided), NAMED)
    who = ListState(asked.on, asked.by.strip(), asked.document.strip()).told.removeprefix("已")
    yield f"{who}。决定的名单共 {len(made.decided)} 个单位{f'：{units}' if units else ''}。"


def _hints(made: Decision, proposed: Proposal, names: Mapping[str, str]) -> Iterator[str]:
    """What those who decide should know; nothing of it forbids."""
    rule, asked = made.rule, made.asked
    if proposed.open:
        yield f"{rule.title}从{'、'.join(proposed.open)}中产生，那份名单还是拟定"
    if proposed.waiting:
        yield f"还有同分有待公开抽签：{'；'.join(proposed.waiting)}"
    for unit in made.decided if rule.good else ():
        if unit in proposed.barred:
            yield f"{names[unit]}{proposed.barred[unit]}，按方案不进这份名单"
    if rule.decided and rule.decided.by != asked.by.strip():
        yield f"方案写明由{rule.decided.by}决定，这里写的是{asked.by.strip()}"
    if rule.decided and rule.decided.due and rule.decided.due < asked.on:
        yield f"方案写明应在 {rule.decided.due} 前决定"
