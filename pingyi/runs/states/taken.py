"""The facts of a campaign as a check or a run takes them: with what arrived put down, or as known on a day."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from pingyi.common import paths
from pingyi.facts.intake import Facts, FactsRefused, Receipt
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.plan import Plan
from pingyi.runs.states.arrivals import Arrival, files_of, put_down
from pingyi.runs.states.known import day_of, not_yet, read_by
from pingyi.runs.states.state import earlier_runs


def taken(
    campaign: str,
    plan: Plan,
    *,
    key: Path | None = None,
    fresh: bool = False,
    as_of: date | None = None,
    known_on: date | None = None,
) -> tuple[Facts, list[Arrival], list[str]]:
    """The facts of a campaign; what arrived with them; what somebody should know of that.

    Of a folder that is refused, what is sound has arrived all the same. What was known on a day puts nothing down.
    Raises: as `campaign_facts`, NotKnown.
    """
    without = not_yet(campaign, as_of, known_on)
    day = day_of(plan, as_of, known_on)
    try:
        facts = campaign_facts(campaign, plan, key=key, fresh=fresh, as_of=day, known_on=known_on, without=without)
    except FactsRefused as refused:
        if known_on is None:
            _put_down(campaign, _sound(campaign, refused), whole=False)
        raise
    new, told = _put_down(campaign, facts.receipts) if known_on is None else ([], [])
    return facts, new, told


def _put_down(campaign: str, receipts: Iterable[Receipt], *, whole: bool = True) -> tuple[list[Arrival], list[str]]:
    """whole: these are of all files of the folder, so that others are gone."""
    files, runs = files_of(asdict(one) for one in receipts), earlier_runs(paths.reports_folder(campaign))
    return put_down(paths.facts_folder(campaign), files, datetime.now(), earlier=read_by(runs), whole=whole)


def _sound(campaign: str, refused: FactsRefused) -> list[Receipt]:
    """The receipts of files that nothing is wrong with."""
    folder = paths.facts_folder(campaign)
    wrong = {one.file for one in refused.findings} | {one.file for one in refused.faults}
    return [one for one in refused.receipts if one.sha256 and not {one.file, (folder / one.file).as_posix()} & wrong]
