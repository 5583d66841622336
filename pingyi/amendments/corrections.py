"""Corrections, objections and decisions put into the ledger: what they move is shown first, scored as a run would."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl

from pingyi.amendments.correction_form import CorrectionFaults, Drafting, read_form
from pingyi.common import paths
from pingyi.common.faults import Fault
from pingyi.facts.intake import Facts, FactsRefused
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.facts.intake.corrected import NAME
from pingyi.facts.intake.setting import Setting
from pingyi.facts.ledger import FILE, LEDGER, Draft, Entry, Ledger, Listing, append_entries, open_entries
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from pingyi.runs.folder import whole_ledger
from pingyi.scenarios.difference import Difference, compare_results, score_facts
from pingyi.scenarios.difference_report import describe_difference

LAST = 20
"""Entries that the command prints."""

ALONE = 8
"""So many corrections are tried one after the other; of more, only all together: each costs a review."""

SUPPOSED = datetime.max
"""When an entry is put down that is not put down yet."""

Tables = Mapping[str, pl.DataFrame]


def tell_corrected(campaign: str, path: Path, confirm: Callable[[], bool]) -> Iterator[str]:
    """Lines on a form of corrections and what it moves; it is put down if `confirm` says so, whole or not at all.

    Raises: CorrectionFaults with every fault of the form, LedgerBroken, LedgerBusy, FactsRefused.
    """
    facts_of = LedgerFacts(campaign, read_plan(paths.plan_file(campaign)))
    ledger = whole_ledger(campaign)
    before = facts_of.read_fit(ledger)
    facts = before.tables
    for number, fault in sorted(facts_of.unfit.items()):
        yield f"登记簿第 {number} 条对不上现在的数据：{fault}"
    drafting = Drafting(Setting.of(facts_of.plan, facts), facts, ledger.entries, before.stored)
    _take_forms(drafting, path)
    after = facts_of.read_with_drafts(ledger, drafting, len(drafting.drafts))
    first, listing = len(ledger.entries) + 1, Listing(ledger, drafting.setting)
    yield f"{path.name} 共 {len(drafting.drafts)} 条："
    for nth, draft in enumerate(drafting.drafts, start=first):
        yield f"  {listing.describe_entry(Entry.sealed(nth, datetime.now(), draft, ''))}"
        yield from (f"    注意：{one}" for one in _undecided_beside(draft, listing))
    for many, difference in facts_of.try_drafts(ledger, drafting, facts, after):
        yield f"只看第 {first + many - 1} 条：" if many is not None else "都登记并确认后，与现在相比："
        yield from (f"  {one}" for one in describe_difference(difference))
    if not confirm():
        yield "没有登记。核对无误后，加 --yes 再执行一次。"
        return
    still = partial(facts_of.read_with_drafts, ledger, drafting, len(drafting.drafts))
    put_down = append_entries(paths.facts_folder(campaign) / FILE, drafting.drafts, datetime.now(), ledger, still)
    yield f"已登记 {len(drafting.drafts)} 条，登记簿共 {len(put_down.entries)} 条，最后一条的校验码 {put_down.head}。"
    yield "名次和名单从下一次 pingyi run 起按登记后的数据计算。"


def _take_forms(drafting: Drafting, path: Path) -> None:
    """Raises: CorrectionFaults."""
    forms = read_form(path, drafting.setting)
    for form in forms:
        drafting.take_form(form)
    faults = [fault for form in forms for fault in form.notepad.faults]
    if not faults and not drafting.drafts:
        forms[0].notepad.note_whole("没有要登记的内容")
        faults = forms[0].notepad.faults
    if faults:
        raise CorrectionFaults(faults)


def _undecided_beside(draft: Draft, listing: Listing) -> Iterator[str]:
    """What waits for a decision on the same row already: another's proposal for the same column, or an objection."""
    for one in open_entries(listing.ledger):
        about, both = one.draft, draft.values.keys() & one.draft.values.keys()
        same = about.record == draft.record if about.new and draft.new else about.subject == draft.subject
        if same and about.table == draft.table and (both or not about.values) and draft.values:
            yield f"{listing.describe_entry(one)} 这一条还没有决定，说的是同一行数据。"


def tell_ledger(campaign: str) -> Iterator[str]:
    """Lines on the ledger: whether its chain is whole, its last entries, and what waits for a decision."""
    plan = read_plan(paths.plan_file(campaign))
    ledger = whole_ledger(campaign)
    if not ledger.entries:
        yield "登记簿还没有内容。"
        return
    listing = Listing(ledger, Setting(plan, {}))
    yield f"登记簿共 {len(ledger.entries)} 条，逐条核对无误；最后一条的校验码 {ledger.head}。"
    if len(ledger.entries) > LAST:
        yield f"最后 {LAST} 条："
    yield from (f"  {listing.describe_entry(one)}" for one in ledger.entries[-LAST:])
    waiting = open_entries(ledger)
    yield f"等待决定的 {len(waiting)} 条。" if waiting else "没有等待决定的异议和提议。"
    yield from (f"  {listing.describe_entry(one)}" for one in waiting)


@dataclass(frozen=True)
class LedgerFacts:
    """A campaign's facts with any ledger laid over them.

    unfit: entries put down earlier that the facts do not bear any more, and why: they are left out, so that nothing
    keeps anybody from settling them.
    """

    campaign: str
    plan: Plan
    unfit: dict[int, Fault] = field(default_factory=dict)

    def read_fit(self, ledger: Ledger) -> Facts:
        """The facts with that ledger, without the entries that they do not bear. Raises: FactsRefused."""
        try:
            return self._read_with(ledger)
        except FactsRefused as refused:
            wrong = {one.row: one.fault for one in refused.findings if one.file == NAME and one.row}
            if not wrong or len(wrong) != len(refused.faults):
                raise
            self.unfit.update(wrong)
            return self.read_fit(ledger)

    def _read_with(self, ledger: Ledger) -> Facts:
        fit = Ledger(tuple(one for one in ledger.entries if one.number not in self.unfit))
        return campaign_facts(self.campaign, self.plan, ledger=fit, complete=False)

    def read_with_drafts(self, ledger: Ledger, drafting: Drafting, many: int) -> dict[str, pl.DataFrame]:
        """The facts as if the first drafts were confirmed.

        Raises: CorrectionFaults, said of the form's lines, or of earlier entries that would lose their row.
        """
        try:
            return self._read_with(_suppose_confirmed(ledger, drafting.drafts[:many])).tables
        except FactsRefused as refused:
            raise CorrectionFaults(_say_of_form(refused, len(ledger.entries), drafting)) from None

    def try_drafts(
        self, ledger: Ledger, drafting: Drafting, before: Tables, after: Tables
    ) -> Iterator[tuple[int | None, Difference]]:
        """What the nth draft moves beside those before it; then (None) what all move together.

        before, after: the facts as they are, and with all drafts. Raises: CorrectionFaults, CheckFailed.
        """
        many = len(drafting.drafts)
        official = earlier = score_facts(self.plan, before)
        for nth in range(1, many + 1) if 1 < many <= ALONE else ():
            facts = self.read_with_drafts(ledger, drafting, nth) if nth < many else after
            result = score_facts(self.plan, facts)
            yield nth, compare_results(earlier, result)
            earlier = result
        whole = earlier if 1 < many <= ALONE else score_facts(self.plan, after)
        yield None, compare_results(official, whole)


def _suppose_confirmed(ledger: Ledger, drafts: Sequence[Draft]) -> Ledger:
    """The ledger as it would be if the drafts were confirmed."""
    entries = list(ledger.entries)
    for draft in drafts:
        proposed = draft.values and draft.table != LEDGER and draft.state == "proposed"
        confirmed = replace(draft, state="confirmed") if proposed else draft
        entries.append(Entry.sealed(len(entries) + 1, SUPPOSED, confirmed, ""))
    return Ledger(tuple(entries))


def _say_of_form(refused: FactsRefused, before: int, drafting: Drafting) -> list[Fault]:
    """Faults of entries that are not put down yet, at the lines that they came from; all others as they are."""
    faults = {id(one.fault): one.fault for one in refused.findings}
    for one in refused.findings:
        if one.file == NAME and one.row > before:
            form, row = drafting.rows[one.row - before - 1]
            fault = one.fault
            where = f"{form.notepad.row_place(row)}{fault.where.partition('行')[2]}"
            faults[id(fault)] = Fault(form.notepad.shown, where, fault.found, fault.wanted, fault.near, order=(0, row))
    return [faults.get(id(one), one) for one in refused.faults]
