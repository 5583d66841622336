"""What the command line says and does with corrections and the ledger."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from pingyi.amendments.corrections.drafts import CorrectionFaults, Drafting
from pingyi.amendments.corrections.effect import Bench
from pingyi.amendments.corrections.form import read_form
from pingyi.common import paths
from pingyi.facts.intake.setting import Setting
from pingyi.facts.ledger import FILE, Draft, Entry, Listing, append_entries, open_entries
from pingyi.plan.reader import read_plan
from pingyi.runs.folder import whole_ledger
from pingyi.scenarios.told import told

LAST = 20
"""Entries that the command prints."""


def tell_corrected(campaign: str, path: Path, confirm: Callable[[], bool]) -> Iterator[str]:
    """Lines on a form of corrections and what it moves; it is put down if `confirm` says so, whole or not at all.

    Raises: CorrectionFaults with every fault of the form, LedgerBroken, LedgerBusy, FactsRefused.
    """
    bench, book = Bench(campaign, read_plan(paths.plan_file(campaign))), paths.facts_folder(campaign) / FILE
    ledger = whole_ledger(campaign)
    facts = bench.facts(ledger)
    for number, fault in sorted(bench.unfit.items()):
        yield f"登记簿第 {number} 条对不上现在的数据：{fault}"
    drafting = Drafting(Setting.of(bench.plan, facts), facts, ledger.entries)
    _take(drafting, path)
    after = bench.checked(ledger, drafting, len(drafting.drafts))
    first, listing = len(ledger.entries) + 1, Listing(ledger, drafting.setting)
    yield f"{path.name} 共 {len(drafting.drafts)} 条："
    for nth, draft in enumerate(drafting.drafts, start=first):
        yield f"  {listing.describe_entry(Entry.sealed(nth, datetime.now(), draft, ''))}"
        yield from (f"    注意：{one}" for one in _beside(draft, listing))
    for tried in bench.tried(ledger, drafting, facts, after):
        if tried.nth is not None:
            yield f"只看第 {first + tried.nth - 1} 条："
            yield from (f"  {one}" for one in told(tried.difference))
        else:
            yield "都登记并确认后，与现在相比："
            yield from (f"  {one}" for one in told(tried.difference))
    if not confirm():
        yield "没有登记。核对无误后，加 --yes 再执行一次。"
        return
    still = partial(bench.checked, ledger, drafting, len(drafting.drafts))
    put_down = append_entries(book, drafting.drafts, datetime.now(), ledger, still)
    yield f"已登记 {len(drafting.drafts)} 条，登记簿共 {len(put_down.entries)} 条，最后一条的校验码 {put_down.head}。"
    yield "名次和名单从下一次 pingyi run 起按登记后的数据计算。"


def _beside(draft: Draft, listing: Listing) -> Iterator[str]:
    """What waits for a decision on the same row already: another's proposal for the same column, or an objection."""
    for one in open_entries(listing.ledger):
        about, both = one.draft, draft.values.keys() & one.draft.values.keys()
        same = about.record == draft.record if about.new and draft.new else about.subject == draft.subject
        if same and about.table == draft.table and (both or not about.values) and draft.values:
            yield f"{listing.describe_entry(one)} 这一条还没有决定，说的是同一行数据。"


def _take(drafting: Drafting, path: Path) -> None:
    """Raises: CorrectionFaults."""
    forms = read_form(path, drafting.setting)
    for form in forms:
        drafting.take(form)
    faults = [fault for form in forms for fault in form.notepad.faults]
    if not faults and not drafting.drafts:
        forms[0].notepad.note_whole("没有要登记的内容")
        faults = forms[0].notepad.faults
    if faults:
        raise CorrectionFaults(faults)


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
