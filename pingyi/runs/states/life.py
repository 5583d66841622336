"""The campaign's life as the command line tells it, from what lies in its folders now."""

from collections.abc import Iterator
from dataclasses import asdict

from pingyi.common import paths
from pingyi.common.faults import PingyiError
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.facts.intake.setting import Setting
from pingyi.facts.ledger import FILE, Ledger, corrections_frame
from pingyi.plan.reader import read_plan
from pingyi.runs.states.known import recorded
from pingyi.runs.states.past import said_of_run
from pingyi.runs.states.state import earlier_runs
from pingyi.runs.states.timeline import timeline, told


def tell_life(campaign: str) -> Iterator[str]:
    """Lines on everything that happened, in its order; facts that cannot be read cost their decisions alone."""
    plan, runs = read_plan(paths.plan_file(campaign)), earlier_runs(paths.reports_folder(campaign))
    decisions, setting, why = None, Setting(plan, {}), ""
    try:
        facts = campaign_facts(campaign, plan, complete=False).tables
        decisions, setting = facts.get("decisions"), Setting.of(plan, facts)
    except PingyiError as error:
        why = str(error).splitlines()[0]
    arrivals = [asdict(one) | {"at": one.at.isoformat()} for one in recorded(campaign, runs).events]
    ledger = Ledger.read(paths.facts_folder(campaign) / FILE)
    done = [said_of_run(one) for one in runs]
    frame = timeline(plan, arrivals, done, ledger, corrections_frame(ledger, setting), decisions)
    yield "大事记：" if frame.height else "大事记还没有内容。"
    yield from (f"  {one}" for one in told(frame))
    if why:
        yield f"数据现在读不了，名单的决定没有列出（{why}）。"
