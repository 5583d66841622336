"""The facts of a campaign, as the office's commands read them: with its key, and with what was read before."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from pingyi.common import paths
from pingyi.facts import intake
from pingyi.facts.as_of_date import refuse_outside
from pingyi.facts.intake.gathering import Facts
from pingyi.facts.intake.streaming import Progress, untold
from pingyi.facts.keys import key_file, read_key
from pingyi.facts.ledger import Ledger
from pingyi.plan import Plan

QUIET = 1.0
"""Seconds for which no file may have been written to; somebody may be copying the last ones into the folder."""


def campaign_facts(
    campaign: str,
    plan: Plan,
    *,
    key: Path | None = None,
    fresh: bool = False,
    as_of: date | None = None,
    known_on: date | None = None,
    without: Collection[str] = (),
    ledger: Ledger | None = None,
    complete: bool = True,
    progress: Progress = untold,
) -> Facts:
    """All facts of a campaign's folder.

    key: the file of the key that makes pseudonyms of telephone and identity numbers; the campaign's own where there is
    one. fresh: read every file anew. as_of: the day for which the campaign is looked at. known_on, without: corrections
    put down after this day, and these files, are not known yet. ledger: what was corrected, where it is another than
    the campaign's own. complete: whether every table that components need must be there. progress: told of large files
    while they are read.
    Raises: FactsRefused, KeyRefused, LedgerBroken, DayOutside.
    """
    refuse_outside(plan, as_of)
    given = key or (key_file(campaign) if key_file(campaign).exists() else None)
    return intake.read_facts(
        paths.facts_folder(campaign),
        plan,
        key=read_key(given) if given else None,
        cache=None if fresh else paths.cache_folder(campaign),
        quiet=QUIET,
        as_of=as_of,
        known_on=known_on,
        without=without,
        ledger=ledger,
        complete=complete,
        progress=progress,
    )
