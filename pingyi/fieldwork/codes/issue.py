"""Codes are made, handed out once, and made anew for whoever lost one."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl

from pingyi.common.faults import nearest
from pingyi.common.files import refuse_taken, to_disk
from pingyi.common.spreadsheet_safe import add_sheet, workbook, write_csv
from pingyi.fieldwork.codes.code import is_whole, new_code, plain
from pingyi.fieldwork.codes.key import (
    MODE,
    REGISTER,
    CodesRefused,
    key_file,
    keyed,
    new_key,
    read_key,
    refuse_within_project,
)
from pingyi.fieldwork.codes.key import register_file as default_register
from pingyi.fieldwork.codes.register import Entry, Register, held
from pingyi.fieldwork.codes.results import revoked_since, standing
from pingyi.fieldwork.sampling.draw import split
from pingyi.plan import Component, Plan

Issued = list[tuple[Entry, str]]
"""Rows of the register, each with its code; nothing but the hand-out ever holds them together."""


def make_codes(
    plan: Plan,
    component_id: str,
    numbers: Mapping[str, int],
    *,
    handout: Path,
    on: date,
    key: Path | None = None,
    register: Path | None = None,
) -> list[str]:
    """Make so many codes for each group of raters and write them once, into the hand-out; what there is to say.

    numbers: group → how many; "" where the component has no groups. handout: a new .xlsx or .csv outside data/ and
    reports/. key, register: where they are not in their usual places; a key is made with the first codes.
    Raises: CodesRefused, PlaceTaken.
    """
    _refuse_numbers(ballot(plan, component_id), numbers)
    _refuse_handout(handout)
    key, register = places_of(plan, key, register)
    secret = new_key(key) if not key.exists() and not register.exists() else read_key(key)
    with held(register):
        book = Register.read(register, secret)
        issued = _issued(book, numbers, on)
        with _handed(handout, issued):
            book.append(entry for entry, _ in issued)
    said = "、".join(f"{group or '不分类别'} {number}" for group, number in numbers.items())
    first, last = issued[0][0].serial, issued[-1][0].serial
    return [f"已生成 {len(issued)} 个验证码（{said}），序号 {first} 到 {last}。", *_told(book, handout, key)]


def reissue(
    plan: Plan,
    which: str,
    *,
    handout: Path,
    on: date,
    key: Path | None = None,
    register: Path | None = None,
) -> list[str]:
    """Revoke a code, given itself or by its serial number, and hand out a new one of the same group.

    Ballots cast with the old code no longer count, whenever they were cast; which results may hold one is said.
    Raises: CodesRefused, PlaceTaken.
    """
    _refuse_handout(handout)
    key, register = places_of(plan, key, register)
    secret = read_key(key)
    with held(register):
        book = Register.read(register, secret)
        old = _found(book, which)
        ((new, code),) = _issued(book, {old.group: 1}, on, reissued_for=str(old.serial))
        revoked = [Entry(old.serial, old.hash, old.group, on, "revoked")] if old.state == "issued" else []
        with _handed(handout, [(new, code)]):
            book.append([*revoked, new])
    said = f"序号 {old.serial} 的验证码已作废，用它投的票不再计入；换发的是序号 {new.serial}。"
    return [said, *_to_check_again(book, old.serial), *_told(book, handout, key)]


def _to_check_again(book: Register, serial: int) -> list[str]:
    """The results that may hold a ballot of a code that was just revoked."""
    return [
        f"指标 {check.component} 的{check}在这以前做出，可能计入了旧码的选票（登记簿不记谁投过票）："
        "请用全部选票文件重新核验；核验以前，pingyi check 和 run 不用这次的结果。"
        for check in standing(book)
        if serial in revoked_since(book, check)
    ]


def numbers_for(plan: Plan, component_id: str, total: int) -> dict[str, int]:
    """How many codes each group gets of a total, by the shares that the plan sets. Raises: CodesRefused."""
    component = ballot(plan, component_id)
    groups = list(component.ratings.groups if component.ratings else {})
    if not groups:
        return {"": total}
    quotas = [rule.quota for rule in plan.sampling if rule.component == component.id and rule.quota]
    if not quotas or not set(quotas[0]) <= set(groups):
        raise CodesRefused(f"方案没有给每类人员定比例，请分别写明 {'、'.join(groups)} 各要多少个")
    return split(total, quotas[0])


def ballot(plan: Plan, component_id: str) -> Component:
    """The component that codes are for, by id or name. Raises: CodesRefused."""
    known = {one.id: one for one in plan.components if one.ratings}
    by_name = {one.title: one for one in known.values()}
    found = known.get(component_id) or by_name.get(component_id)
    if found is None:
        near = nearest(component_id, [*known, *by_name], {id: one.title for id, one in known.items()})
        hint = f"；相近的有 {near}" if near else f"；可用 {'、'.join(known)}"
        raise CodesRefused(f"方案没有名为“{component_id}”的按等次评价的指标{hint}")
    return found


def places_of(plan: Plan, key: Path | None, register: Path | None) -> tuple[Path, Path]:
    """Where key and register lie."""
    campaign = plan.campaign.id
    return key or key_file(campaign), register or default_register(campaign)


def _refuse_numbers(component: Component, numbers: Mapping[str, int]) -> None:
    """Raises: CodesRefused where groups are not those of the component, or nothing is asked for."""
    groups = list(component.ratings.groups if component.ratings else {}) or [""]
    for group, number in numbers.items():
        if group not in groups:
            wanted = f"应为 {'、'.join(groups)} 之一" if groups != [""] else "该指标不分人员类别"
            raise CodesRefused(f"人员类别“{group}”：{wanted}")
        if number < 1:
            raise CodesRefused(f"“{group}”的个数应为正整数，读到 {number}")
    if not numbers:
        raise CodesRefused("没有说明要多少个验证码")


def _issued(book: Register, numbers: Mapping[str, int], on: date, reissued_for: str = "") -> Issued:
    """New codes with the rows that register them."""
    groups = [group for group, number in numbers.items() for _ in range(number)]
    codes = [new_code() for _ in groups]
    return [
        (Entry(serial, keyed(book.key, REGISTER, plain(code)), group, on, "issued", reissued_for), code)
        for serial, (group, code) in enumerate(zip(groups, codes, strict=True), start=book.next_serial)
    ]


def _found(book: Register, which: str) -> Entry:
    """The code that is meant. Raises: CodesRefused."""
    text = plain(which)
    if is_whole(text):
        entry = book.latest.get(keyed(book.key, REGISTER, text))
    elif text.isdecimal():
        entry = {one.serial: one for one in book.latest.values()}.get(int(text))
    else:
        raise CodesRefused("这既不是序号，也不是一个完整的验证码（可能有字打错了）")
    if entry is None:
        raise CodesRefused("登记簿里没有这个验证码或序号")
    new = [str(one.serial) for one in book.entries if one.reissued_for == str(entry.serial)]
    if new:
        raise CodesRefused(f"序号 {entry.serial} 已在 {entry.on} 作废，换发的是序号 {'、'.join(new)}")
    return entry


def _refuse_handout(path: Path) -> None:
    """Raises: CodesRefused, PlaceTaken."""
    refuse_within_project(path, "验证码发放表")
    refuse_taken(path)
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise CodesRefused(f"发放表应为 .xlsx 或 .csv 文件：{path.as_posix()}")


@contextmanager
def _handed(path: Path, issued: Issued) -> Iterator[None]:
    """The hand-out, which gets its name when the block (the registration) has succeeded, and is gone when it failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{os.getpid()}.{path.name}")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE))
    try:
        _write(part, issued)
        to_disk(part)
        yield
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _write(path: Path, issued: Issued) -> None:
    heads = {"序号": pl.Int64, "人员类别": pl.String, "验证码": pl.String}
    frame = pl.DataFrame([(one.serial, one.group, code) for one, code in issued], schema=heads, orient="row")
    if path.suffix.lower() == ".csv":
        write_csv(frame, path)
        return
    with workbook(path) as book:
        add_sheet(book, "验证码", frame)


def _told(book: Register, handout: Path, key: Path) -> list[str]:
    return [
        f"发放表：{handout.as_posix()}；验证码只写在这里，打印发放后请删除。",
        f"登记簿：{book.path.as_posix()}，共 {len(book.rows)} 行，末行封印 {book.seal}，请记入工作日志。",
        f"密钥：{key.as_posix()}；请另存一份备份，丢失后选票无法核验。",
    ]
