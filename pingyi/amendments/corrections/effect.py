"""What corrections move before they are put down: the facts with each of them, scored as the run would."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from pingyi.amendments.corrections.drafts import CorrectionFaults, Drafting
from pingyi.common.faults import Fault
from pingyi.facts.intake import FactsRefused
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.facts.intake.corrected import NAME
from pingyi.facts.ledger import LEDGER, Draft, Entry, Ledger
from pingyi.plan import Plan
from pingyi.scenarios.difference import Difference, difference
from pingyi.scenarios.result import Result
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES

ALONE = 8
"""So many corrections are tried one after the other; of more, only all together: each costs a review."""

SUPPOSED = datetime.max
"""When an entry is put down that is not put down yet."""

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Tried:
    """Corrections up to the nth and what the last of them moves; without nth, all of them together."""

    nth: int | None
    difference: Difference


@dataclass(frozen=True)
class Bench:
    """A campaign's facts with any ledger laid over them.

    unfit: entries put down earlier that the facts do not bear any more, and why: they are left out, so that nothing
    keeps anybody from settling them.
    """

    campaign: str
    plan: Plan
    unfit: dict[int, Fault] = field(default_factory=dict)

    def facts(self, ledger: Ledger) -> dict[str, pl.DataFrame]:
        """The facts with that ledger, without the entries that they do not bear. Raises: FactsRefused."""
        try:
            return self._with(ledger)
        except FactsRefused as refused:
            wrong = {one.row: one.fault for one in refused.findings if one.file == NAME and one.row}
            if not wrong or len(wrong) != len(refused.faults):
                raise
            self.unfit.update(wrong)
            return self.facts(ledger)

    def _with(self, ledger: Ledger) -> dict[str, pl.DataFrame]:
        fit = Ledger(tuple(one for one in ledger.entries if one.number not in self.unfit))
        return campaign_facts(self.campaign, self.plan, ledger=fit, complete=False).tables

    def result(self, facts: Tables) -> Result:
        """What the facts come to. Raises: CheckFailed."""
        review = Review.begin(self.plan, facts)
        try:
            return Result.of(review.through(STAGES[-1]))
        finally:
            review.close()

    def tried(self, ledger: Ledger, drafting: Drafting, before: Tables, after: Tables) -> Iterator[Tried]:
        """What each draft moves beside those before it, then all together.

        before, after: the facts as they are, and with all drafts. Raises: CorrectionFaults.
        """
        drafts = drafting.drafts
        official = earlier = self.result(before)
        for nth in range(1, len(drafts)) if 1 < len(drafts) <= ALONE else ():
            result = self.result(self.checked(ledger, drafting, nth))
            yield Tried(nth, difference(earlier, result))
            earlier = result
        result = self.result(after)
        if 1 < len(drafts) <= ALONE:
            yield Tried(len(drafts), difference(earlier, result))
        yield Tried(None, difference(official, result))

    def checked(self, ledger: Ledger, drafting: Drafting, many: int) -> dict[str, pl.DataFrame]:
        """The facts as if the first drafts were confirmed.

        Raises: CorrectionFaults, said of the form's lines, or of earlier entries that would lose their row.
        """
        try:
            return self._with(supposed(ledger, drafting.drafts[:many]))
        except FactsRefused as refused:
            raise CorrectionFaults(_of_the_form(refused, len(ledger.entries), drafting)) from None


def supposed(ledger: Ledger, drafts: Sequence[Draft]) -> Ledger:
    """The ledger as it would be if the drafts were confirmed."""
    entries = list(ledger.entries)
    for draft in drafts:
        entries.append(Entry.sealed(len(entries) + 1, SUPPOSED, _confirmed(draft), ""))
    return Ledger(tuple(entries))


def _confirmed(draft: Draft) -> Draft:
    proposed = draft.values and draft.table != LEDGER and draft.state == "proposed"
    return replace(draft, state="confirmed") if proposed else draft


def _of_the_form(refused: FactsRefused, before: int, drafting: Drafting) -> list[Fault]:
    """Faults of entries that are not put down yet, at the lines that they came from; all others as they are."""
    faults = {id(one.fault): one.fault for one in refused.findings}
    for one in refused.findings:
        if one.file == NAME and one.row > before:
            form, row = drafting.rows[one.row - before - 1]
            fault = one.fault
            where = f"{form.notepad.row_place(row)}{fault.where.partition('行')[2]}"
            faults[id(fault)] = Fault(form.notepad.shown, where, fault.found, fault.wanted, fault.near, order=(0, row))
    return [faults.get(id(one), one) for one in refused.faults]
