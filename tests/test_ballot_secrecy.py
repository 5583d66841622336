"""Ballots and codes cannot be joined: nothing that is kept of one leads to the other, not even with the key.

Kept are the register (hash, group, day of issue; of each check its files and its result), the facts (form, respondent,
group, day of the vote) and receipts (rows of the export, by where they stand). The hand-out and the export hold codes,
and are deleted.
"""

import csv
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pingyi.facts.keys import keyed, pseudonym
from pingyi.fieldwork.ballot_check import check_ballots
from pingyi.fieldwork.ballot_codes import make_codes
from pingyi.fieldwork.code_register import FILE, FORM, REGISTER, RESPONDENT, RESULT, new_key, read_key
from tests import tiny

GROUPS = {"代表": 60, "企业": 90}
LEVELS = {"满意": "1", "基本满意": "0.6", "不满意": "0"}
PLAN = tiny.plan(
    {"id": "b", "name": "投票", "full": "20", "ratings": {"levels": LEVELS, "groups": dict.fromkeys(GROUPS)}}
)
UNITS = pl.DataFrame({"unit": ["甲", "乙"], "name": ["甲科", "乙科"]})


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """Codes issued, handed out in order, and all ballots back a minute after one another, in the order of the codes."""
    folder = tmp_path_factory.mktemp("codes")
    key, register, handout = folder / "k", folder / "r.csv", folder / "h.csv"
    new_key(key)
    make_codes(PLAN, "b", GROUPS, handout=handout, on=date(2020, 11, 1), key=key, register=register)
    start, dice = datetime(2020, 11, 20, 9), random.Random(1)
    lines = [["验证码", "投票时间", "选票编号", "单位", "等次"]]
    for at, (_, _, code) in enumerate(rows(handout)[1:]):
        when = f"{start + timedelta(minutes=at):%Y-%m-%d %H:%M:%S}"
        lines += [[code, when, f"{at + 1}", unit, dice.choice([*LEVELS])] for unit in ("甲", "乙")]
    with (folder / "b.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    places = {"key": key, "register": register, "at": datetime(2020, 12, 1, 18)}
    check_ballots(PLAN, "b", [folder / "b.csv"], units=UNITS, folder=folder / "out", **places)
    return folder


def ratings(kept: Path) -> list[dict[str, str]]:
    head, *lines = rows(kept / "out" / "ratings.csv")
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_register_and_facts_share_nothing_but_the_group(kept):
    """No hash of one stands in the other; what they share are words that many people, or all ballots, share."""
    register = {cell for row in rows(kept / "r.csv")[1:] for cell in row}
    facts = {cell for row in ratings(kept) for cell in row.values()}
    (result,) = {row["批次"] for row in ratings(kept)}
    assert register & facts <= {*GROUPS, "", "b", result}
    receipts = {
        cell for name in ("选票核验.csv", "核验汇总.csv") for row in rows(kept / "out" / name)[1:] for cell in row
    }
    assert not {cell for cell in receipts & (facts | register) if len(cell) > 6}


def test_a_check_remembers_its_files_and_no_voter(kept):
    """Its row is as long whoever voted, and the key makes no part of it out of what was issued."""
    key = read_key(kept / "k")
    issued = [row[1] for row in rows(kept / "r.csv")[1:] if row[4] == "发放"]
    (check,) = ["".join(row) for row in rows(kept / "r.csv") if row[4] == "核验"]
    assert len(check) < 400 + len((kept / "out").as_posix())
    purposes = (REGISTER, RESPONDENT, FORM, FILE, RESULT)
    assert not [one for one in issued for purpose in purposes if keyed(key, purpose, one)[:12] in check]


def test_no_code_and_no_moment_is_kept(kept):
    codes = {code for _, _, code in rows(kept / "h.csv")[1:]}
    for path in [kept / "r.csv", *(kept / "out").iterdir()]:
        text = path.read_text(encoding="utf-8-sig")
        assert not [code for code in codes if code in text or code.replace("-", "") in text], path.name
        assert "09:" not in text, path.name
    assert {row["评价时间"] for row in ratings(kept)} == {"2020-11-20"}


def test_the_order_of_forms_says_nothing_of_the_order_of_codes_or_ballots(kept):
    """Spearman's rank correlation with the order of issue, group by group, is within what chance does."""
    key = read_key(kept / "k")
    head = [row for row in rows(kept / "r.csv")[1:] if row[4] == "发放"]
    codes = [(group, code.replace("-", "")) for _, group, code in rows(kept / "h.csv")[1:]]
    whose = {pseudonym(key, RESPONDENT, code): at for at, (_, code) in enumerate(codes)}
    order = list(dict.fromkeys(whose[row["评价人代号"]] for row in ratings(kept)))
    assert sorted(order) == list(range(len(head)))
    for start, many in ((0, 60), (60, 90)):
        ranks = [at - start for at in order if start <= at < start + many]
        apart = sum((place - rank) ** 2 for place, rank in enumerate(ranks))
        rho = 1 - 6 * apart / (many * (many**2 - 1))
        assert abs(rho) < 4 / (many - 1) ** 0.5
    assert [row["表单编号"] for row in ratings(kept)] == sorted(row["表单编号"] for row in ratings(kept))


def test_with_the_key_alone_no_hash_leads_to_another(kept):
    """Each purpose has a hash of its own; from one to the other leads only the code, of 92 random bits."""
    key = read_key(kept / "k")
    hashes = [row[1] for row in rows(kept / "r.csv")[1:]]
    known = {row["表单编号"] for row in ratings(kept)} | {row["评价人代号"] for row in ratings(kept)}
    for purpose in (REGISTER, RESPONDENT, FORM):
        tried = {keyed(key, purpose, one) for one in hashes} | {pseudonym(key, purpose, one) for one in hashes}
        assert not tried & known
    assert len({row["评价人代号"] for row in ratings(kept)}) == sum(GROUPS.values())
