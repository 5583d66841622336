"""One-time codes of a ballot: made, handed out once, and made anew for whoever lost one.

    make_codes(plan, "ballot", {"某类": 650}, handout=Path("发放.xlsx"), on=date.today())
    reissue(plan, "17", handout=Path("换发.xlsx"), on=date.today())

A code is nineteen random characters and one that shows whether they were typed right. The alphabet leaves out what is
taken for something else (0 O, 1 I L, 2 Z, U V: of each at most one stays) and has a prime number of characters. Each
place has a weight of its own, none a multiple of that prime, and the weighted sum is a multiple of it: so any single
wrong character is found, and any two that changed places.
"""

import os
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl

from pingyi.common.faults import nearest
from pingyi.common.files import refuse_taken, to_disk
from pingyi.common.spreadsheet_safe import add_sheet, workbook, write_csv
from pingyi.facts.keys import MODE, keyed, refuse_within_project
from pingyi.fieldwork.code_register import (
    REGISTER,
    CodesRefused,
    Entry,
    Register,
    hold_register,
    key_and_register,
    new_key,
    read_key,
)
from pingyi.fieldwork.sampling import split_by_shares
from pingyi.plan import Component, Plan
from pingyi.plan.ratings import Ratings

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
PRIME = len(ALPHABET)
RANDOM, GROUP = 19, 4
"""Random characters of a code (92 bits), and characters printed together."""

SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−_·.]")

Issued = list[tuple[Entry, str]]
"""Rows of the register, each with its code; nothing but the hand-out ever holds them together."""


def new_code() -> str:
    """A code that nobody can guess, in groups: `K7M2-QX9P-…`."""
    body = [secrets.randbelow(PRIME) for _ in range(RANDOM)]
    code = "".join(ALPHABET[value] for value in [*body, -_weighted_sum(body, first=2) % PRIME])
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def plain_code(text: str) -> str:
    """What was typed, in plain capitals without what only parts it: full width, small letters and hyphens are fine."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_whole(code: str) -> bool:
    """Whether a plain text can be a code: its length, its characters and their sum are right."""
    if len(code) != RANDOM + 1 or not set(code) <= set(ALPHABET):
        return False
    return _weighted_sum([ALPHABET.index(letter) for letter in code], first=1) % PRIME == 0


def _weighted_sum(values: Iterable[int], first: int) -> int:
    """The sum with weights from right to left; first: weight of the last value."""
    return sum(weight * value for weight, value in enumerate(reversed(list(values)), first))


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
    _, rules = ballot_component(plan, component_id)
    _refuse_numbers(rules, numbers)
    _refuse_handout(handout)
    key, register = key_and_register(plan, key, register)
    secret = new_key(key) if not key.exists() and not register.exists() else read_key(key)
    with hold_register(register):
        book = Register.read(register, secret)
        issued = _issue_codes(book, numbers, on)
        with _handed_out(handout, issued):
            book.append(entry for entry, _ in issued)
    said = "、".join(f"{group or '不分类别'} {number}" for group, number in numbers.items())
    first, last = issued[0][0].serial, issued[-1][0].serial
    return [f"已生成 {len(issued)} 个验证码（{said}），序号 {first} 到 {last}。", *_describe_files(book, handout, key)]


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
    key, register = key_and_register(plan, key, register)
    secret = read_key(key)
    with hold_register(register):
        book = Register.read(register, secret)
        old = _find_entry(book, which)
        ((new, code),) = _issue_codes(book, {old.group: 1}, on, reissued_for=str(old.serial))
        revoked = [Entry(old.serial, old.hash, old.group, on, "revoked")] if old.state == "issued" else []
        with _handed_out(handout, [(new, code)]):
            book.append([*revoked, new])
    return [
        f"序号 {old.serial} 的验证码已作废，用它投的票不再计入；换发的是序号 {new.serial}。",
        *(
            f"指标 {check.component} 的{check}在这以前做出，可能计入了旧码的选票（登记簿不记谁投过票）："
            "请用全部选票文件重新核验；核验以前，pingyi check 和 run 不用这次的结果。"
            for check in book.standing.values()
            if old.serial in book.revoked_since(check)
        ),
        *_describe_files(book, handout, key),
    ]


def numbers_for(plan: Plan, component_id: str, total: int) -> dict[str, int]:
    """How many codes each group gets of a total, by the shares that the plan sets. Raises: CodesRefused."""
    component, rules = ballot_component(plan, component_id)
    if not rules.groups:
        return {"": total}
    quotas = [rule.quota for rule in plan.sampling if rule.component == component.id and rule.quota]
    if not quotas or not set(quotas[0]) <= set(rules.groups):
        raise CodesRefused(f"方案没有给每类人员定比例，请分别写明 {'、'.join(rules.groups)} 各要多少个")
    return split_by_shares(total, quotas[0])


def ballot_component(plan: Plan, component_id: str) -> tuple[Component, Ratings]:
    """The component that codes are for, by id or name, and its rules. Raises: CodesRefused."""
    known = {one.id: (one, one.ratings) for one in plan.components if one.ratings}
    by_name = {one.title: (one, rules) for one, rules in known.values()}
    found = known.get(component_id) or by_name.get(component_id)
    if found is None:
        near = nearest(component_id, [*known, *by_name], {id: one.title for id, (one, _) in known.items()})
        hint = f"；相近的有 {near}" if near else f"；可用 {'、'.join(known)}"
        raise CodesRefused(f"方案没有名为“{component_id}”的按等次评价的指标{hint}")
    return found


def _refuse_numbers(rules: Ratings, numbers: Mapping[str, int]) -> None:
    """Raises: CodesRefused where groups are not those of the component, or nothing is asked for."""
    for group, number in numbers.items():
        if group not in (rules.groups or [""]):
            wanted = f"应为 {'、'.join(rules.groups)} 之一" if rules.groups else "该指标不分人员类别"
            raise CodesRefused(f"人员类别“{group}”：{wanted}")
        if number < 1:
            raise CodesRefused(f"“{group}”的个数应为正整数，读到 {number}")
    if not numbers:
        raise CodesRefused("没有说明要多少个验证码")


def _issue_codes(book: Register, numbers: Mapping[str, int], on: date, reissued_for: str = "") -> Issued:
    """New codes with the rows that register them."""
    groups = [group for group, number in numbers.items() for _ in range(number)]
    codes = [new_code() for _ in groups]
    return [
        (Entry(serial, keyed(book.key, REGISTER, plain_code(code)), group, on, "issued", reissued_for), code)
        for serial, (group, code) in enumerate(zip(groups, codes, strict=True), start=book.next_serial)
    ]


def _find_entry(book: Register, which: str) -> Entry:
    """The code that is meant. Raises: CodesRefused."""
    text = plain_code(which)
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
    refuse_within_project(path, "验证码发放表", CodesRefused)
    refuse_taken(path)
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise CodesRefused(f"发放表应为 .xlsx 或 .csv 文件：{path.as_posix()}")


@contextmanager
def _handed_out(path: Path, issued: Issued) -> Iterator[None]:
    """The hand-out, which gets its name when the block (the registration) has succeeded, and is gone when it failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{os.getpid()}.{path.name}")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE))
    try:
        _write_codes(part, issued)
        to_disk(part)
        yield
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _write_codes(path: Path, issued: Issued) -> None:
    heads = {"序号": pl.Int64, "人员类别": pl.String, "验证码": pl.String}
    frame = pl.DataFrame([(one.serial, one.group, code) for one, code in issued], schema=heads, orient="row")
    if path.suffix.lower() == ".csv":
        write_csv(frame, path)
        return
    with workbook(path) as book:
        add_sheet(book, "验证码", frame)


def _describe_files(book: Register, handout: Path, key: Path) -> list[str]:
    return [
        f"发放表：{handout.as_posix()}；验证码只写在这里，打印发放后请删除。",
        f"登记簿：{book.path.as_posix()}，共 {len(book.rows)} 行，末行封印 {book.seal}，请记入工作日志。",
        f"密钥：{key.as_posix()}；请另存一份备份，丢失后选票无法核验。",
    ]
