"""Ballot codes: wrong ones are found, nothing but hashes is kept, and every returned ballot has an outcome."""

import csv
import os
import random
import stat
from datetime import date, datetime, timedelta
from functools import cache

import fastexcel
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pingyi.common import paths
from pingyi.common.files import PlaceTaken
from pingyi.facts.intake import read_facts
from pingyi.facts.keys import keyed, pseudonym
from pingyi.fieldwork.ballot_check import check_ballots
from pingyi.fieldwork.ballot_codes import (
    ALPHABET,
    PRIME,
    RANDOM,
    is_whole,
    make_codes,
    new_code,
    numbers_for,
    reissue,
)
from pingyi.fieldwork.ballot_codes import plain_code as plain
from pingyi.fieldwork.ballot_verdicts import OUTCOMES, Judge, ballots_of
from pingyi.fieldwork.code_register import (
    FORM,
    REGISTER,
    RESPONDENT,
    CodesRefused,
    Entry,
    Register,
    hold_register,
    new_key,
    read_key,
)
from pingyi.fieldwork.returned_ballots import BallotFaults, Mark
from pingyi.plan.ratings import FormRule
from pingyi.scoring.review import Review
from tests import tiny

pytestmark = pytest.mark.slow

CODES = st.builds(new_code)
DAY = date(2020, 11, 20)
NOON = datetime(2020, 11, 20, 12)


class TestCodes:
    def test_a_code_has_more_than_eighty_bits(self):
        assert PRIME**RANDOM > 2**80
        assert all(PRIME % number for number in range(2, PRIME)), "the sum finds what it promises for primes only"
        assert PRIME == len(set(ALPHABET)) > RANDOM + 1
        assert not set("01ILOUZ") & set(ALPHABET)

    def test_codes_are_random_and_whole(self):
        codes = {new_code() for _ in range(500)}
        assert len(codes) == 500
        assert all(is_whole(plain(code)) for code in codes)
        assert {len(group) for code in codes for group in code.split("-")} == {4}
        assert set("".join(codes)) == {*ALPHABET, "-"}

    @given(CODES, st.integers(0, RANDOM), st.sampled_from(ALPHABET + "01ILOUZ中"))
    def test_any_single_wrong_character_is_found(self, code, place, letter):
        right = plain(code)
        wrong = right[:place] + letter + right[place + 1 :]
        assert is_whole(wrong) == (wrong == right)

    @given(CODES, st.integers(0, RANDOM), st.integers(0, RANDOM))
    def test_any_two_characters_that_changed_places_are_found(self, code, one, other):
        letters = list(plain(code))
        letters[one], letters[other] = letters[other], letters[one]
        assert is_whole("".join(letters)) == ("".join(letters) == plain(code))

    @given(CODES, st.integers(0, RANDOM))
    def test_a_missing_or_doubled_character_is_found(self, code, place):
        right = plain(code)
        assert not is_whole(right[:place] + right[place + 1 :])
        assert not is_whole(right[:place] + right[place] + right[place:])

    @given(CODES)
    def test_spelling_does_not_matter(self, code):
        wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
        spelled = [code.lower(), code.replace("-", ""), f" {code.replace('-', ' – ')} ", wide]
        assert {plain(one) for one in spelled} == {plain(code)}


class TestKey:
    def test_only_its_owner_reads_it(self, tmp_path):
        path = tmp_path / "new" / "a.key"
        key = new_key(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert (len(key), read_key(path)) == (32, key)
        path.chmod(0o644)
        with pytest.raises(CodesRefused, match="chmod 600"):
            read_key(path)

    @pytest.mark.parametrize("folder", ["data", "reports"])
    def test_it_never_lies_where_files_are_handed_on(self, folder):
        with pytest.raises(CodesRefused, match=f"不能放在 {folder}/ 里"):
            new_key(paths.root() / folder / "x" / "a.key")
        assert not (paths.root() / folder / "x").exists()

    def test_it_is_never_overwritten_and_must_be_whole(self, tmp_path):
        path = tmp_path / "a.key"
        new_key(path)
        with pytest.raises(CodesRefused, match="不覆盖"):
            new_key(path)
        path.write_text("abc")
        with pytest.raises(CodesRefused, match="不是密钥"):
            read_key(path)
        with pytest.raises(CodesRefused, match="从备份恢复"):
            read_key(tmp_path / "none.key")

    def test_purposes_say_nothing_of_each_other(self):
        """RFC 4231's function; each purpose has its own hash, and joined texts are not mistaken for others."""
        assert len({keyed(b"k", purpose, "a") for purpose in (REGISTER, RESPONDENT, FORM)}) == 3
        assert keyed(b"k", FORM, "a", "b") != keyed(b"k", FORM, "ab")
        ids = [pseudonym(b"k", FORM, str(nth)) for nth in range(200)]
        assert all(len(one) == 32 and one[0] in "abcdef" and int(one, 16) for one in ids)


@cache
def plan(form=("exactly", 1), groups=("群众", "代表"), **rules):
    """A ballot of 甲 to 戊, in which 满意 and 不满意 are each marked once."""
    limits = (
        {"exactly": {"满意": "1", "不满意": "1"}} if form[0] == "exactly" else {"at_most": {"不满意": str(form[1])}}
    )
    ratings = {
        "levels": {"满意": "1", "不满意": "0"},
        "groups": list(groups),
        "each": {"by": "respondent", "keep": "first"},
    }
    ratings["form"] = limits | {"else": rules.get("otherwise", "whole_form_void")}
    shares = dict(rules.get("shares", (("群众", "65%"), ("代表", "35%"))))
    return tiny.plan(
        {"id": "vote", "name": "网络投票", "full": "10", "per": "window", "ratings": ratings},
        cycles={"window": [{"id": "投票", "from": "2020-11-11", "to": "2020-11-30"}], "year": [tiny.YEAR]},
        sampling=[{"id": "voters", "component": "vote", "quota": shares}],
    )


UNITS = pl.DataFrame(tiny.units("甲 乙 丙 丁 戊"), infer_schema_length=None)


class Office:
    """A folder with a key, a register and what was handed out."""

    def __init__(self, folder, plan):
        self.folder, self.plan = folder, plan
        self.places = {"key": folder / "a.key", "register": folder / "a.codes.csv"}
        self.handouts = 0

    def make(self, name="发放.xlsx", **numbers):
        said = make_codes(
            self.plan, "网络投票", numbers or {"群众": 3, "代表": 2}, handout=self.folder / name, on=DAY, **self.places
        )
        return said, self.handed(name)

    def again(self, which):
        self.handouts += 1
        name = f"换发{self.handouts}.csv"
        return reissue(self.plan, which, handout=self.folder / name, on=DAY, **self.places), self.handed(name)

    def handed(self, name):
        path = self.folder / name
        if path.suffix == ".csv":
            return [tuple(row.values()) for row in csv.DictReader(path.open(encoding="utf-8-sig"))]
        return fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars().rows()

    @property
    def register(self):
        return self.places["register"].read_text(encoding="utf-8-sig")

    def check(self, rows, name="核验", **more):
        """Check ballots given as rows of code, moment, number, unit, level; the said and the three tables."""
        source = self.folder / f"{name}.csv"
        heads = ["验证码", "投票时间", "选票编号", "单位", "等次"]
        pl.DataFrame(rows, schema=heads, orient="row").write_csv(source, include_bom=True)
        return self.checked(source, name, **more)

    def checked(self, source, name="核验", **more):
        """Check a file, or several; the said and the three tables."""
        folder, sources = self.folder / name, source if isinstance(source, list) else [source]
        said = check_ballots(self.plan, "vote", sources, units=UNITS, folder=folder, at=NOON, **self.places, **more)
        tables = {path.name: list(csv.DictReader(path.open(encoding="utf-8-sig"))) for path in folder.iterdir()}
        return said, tables


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path, plan())


class TestIssue:
    def test_codes_are_handed_out_once_and_only_hashes_are_kept(self, office):
        said, handed = office.make()
        assert said[0] == "已生成 5 个验证码（群众 3、代表 2），序号 1 到 5。"
        assert [(serial, group) for serial, group, _ in handed] == [
            ("1", "群众"), ("2", "群众"), ("3", "群众"), ("4", "代表"), ("5", "代表")
        ]  # fmt: skip
        codes = [code for _, _, code in handed]
        assert all(is_whole(plain(code)) for code in codes)
        key = office.places["key"].read_text().strip()
        kept = office.register + " ".join(said)
        assert not any(text in kept for code in codes for text in (code, plain(code), key))
        assert office.register.splitlines()[0] == "序号,哈希,人员类别,日期,状态,换发自,封印"
        assert office.register.count("发放") == 5

    def test_hand_out_and_key_are_for_their_owner_alone(self, office):
        office.make()
        assert [stat.S_IMODE((office.folder / name).stat().st_mode) for name in ("发放.xlsx", "a.key")] == [0o600] * 2

    def test_more_codes_go_on_from_the_last(self, office):
        office.make()
        _, handed = office.make("再发.csv", 群众=2)
        assert [row[0] for row in handed] == ["6", "7"]
        assert len(office.register.splitlines()) == 8

    @pytest.mark.parametrize("which", ["serial", "code"])
    def test_a_new_code_revokes_the_old_one(self, office, which):
        _, handed = office.make()
        said, ((serial, group, code),) = office.again("2" if which == "serial" else handed[1][2].lower())
        assert said[0] == "序号 2 的验证码已作废，用它投的票不再计入；换发的是序号 6。"
        assert (serial, group) == ("6", "群众")
        book = Register.read(office.places["register"], read_key(office.places["key"]))
        last = [(one.serial, one.state, one.reissued_for) for one in book.entries[-2:]]
        assert last == [(2, "revoked", ""), (6, "issued", "2")]
        assert code not in office.register
        with pytest.raises(CodesRefused, match="序号 2 已在 2020-11-20 作废，换发的是序号 6"):
            office.again("2")
        assert office.again("6")[1][0][0] == "7", "the new one may be lost too"

    @pytest.mark.parametrize(
        ("which", "said"), [("99", "没有这个验证码"), ("ABCD", "打错"), ("2222-" * 5, "没有这个验证码")]
    )
    def test_who_has_no_code_gets_none(self, office, which, said):
        office.make()
        before = office.register
        with pytest.raises(CodesRefused, match=said):
            office.again(which)
        assert office.register == before
        assert sorted(path.name for path in office.folder.iterdir()) == ["a.codes.csv", "a.key", "发放.xlsx"]

    @pytest.mark.parametrize(
        ("numbers", "said"), [({"群纵": 3}, "应为 群众、代表 之一"), ({"群众": 0}, "正整数"), ({"": 2}, "之一")]
    )
    def test_wrong_numbers_make_nothing(self, office, numbers, said):
        with pytest.raises(CodesRefused, match=said):
            office.make(**numbers)
        assert list(office.folder.iterdir()) == []

    def test_a_hand_out_is_never_overwritten_nor_put_among_facts(self, office):
        office.make()
        before = office.register
        with pytest.raises(PlaceTaken):
            office.make()
        with pytest.raises(CodesRefused, match=r"应为 \.xlsx 或 \.csv"):
            office.make("发放.txt")
        for folder in ("data", "reports"):
            with pytest.raises(CodesRefused, match="不能放在"):
                office.make(paths.root() / folder / "发放.csv")
        assert office.register == before

    def test_shares_of_the_plan_say_how_many(self):
        assert numbers_for(plan(), "vote", 1000) == {"群众": 650, "代表": 350}
        assert numbers_for(plan(groups=()), "vote", 7) == {"": 7}
        with pytest.raises(CodesRefused, match="请分别写明 甲类 各要多少个"):
            numbers_for(plan(groups=("甲类",), shares=()), "vote", 7)
        with pytest.raises(CodesRefused, match="请分别写明 群众、代表 各要多少个"):
            numbers_for(plan(shares=(("群众", "65%"), ("else", "35%"))), "vote", 7)
        with pytest.raises(CodesRefused, match="相近的有 vote 网络投票"):
            numbers_for(plan(), "votes", 7)

    def test_a_lost_key_is_not_replaced_by_another(self, office):
        office.make()
        office.places["key"].unlink()
        with pytest.raises(CodesRefused, match="没有当初的密钥"):
            office.make("再发.xlsx")

    def test_two_programs_do_not_write_at_once(self, office):
        office.make()
        with hold_register(office.places["register"]), pytest.raises(CodesRefused, match="另一个程序正在写登记簿"):
            office.make("再发.xlsx")
        office.make("再发.xlsx")


def tampered(lines, kind):
    """The lines of a register, changed as somebody might."""
    one, other = 2, 4
    match kind:
        case "dropped":
            del lines[one]
        case "swapped":
            lines[one], lines[other] = lines[other], lines[one]
        case "doubled":
            lines.insert(one, lines[one])
        case "other group":
            lines[one] = lines[one].replace("群众", "代表")
        case "other state":
            lines[one] = lines[one].replace("发放", "作废")
        case "other day":
            lines[one] = lines[one].replace("2020-11-20", "2020/11/20")
        case "unsealed":
            lines[one] = lines[one].rpartition(",")[0]
    return lines


class TestRegister:
    @pytest.mark.parametrize(
        "kind", ["dropped", "swapped", "doubled", "other group", "other state", "other day", "unsealed"]
    )
    def test_a_change_is_found(self, office, kind):
        office.make()
        lines = tampered(office.register.splitlines(), kind)
        office.places["register"].write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
        with pytest.raises(CodesRefused, match="行与封印不符"):
            office.again("1")

    def test_another_key_is_found(self, office):
        office.make()
        office.places["key"].unlink()
        new_key(office.places["key"])
        with pytest.raises(CodesRefused, match="第 2 行与封印不符"):
            office.again("1")

    def test_a_row_cut_short_is_found_and_rows_cut_off_change_the_seal(self, office):
        said, _ = office.make()
        path, whole = office.places["register"], office.register
        path.write_text(whole[:-5], encoding="utf-8-sig")
        with pytest.raises(CodesRefused, match="没有写完"):
            office.again("1")
        key = read_key(office.places["key"])
        path.write_text("".join(whole.splitlines(keepends=True)[:-1]), encoding="utf-8-sig")
        shorter = Register.read(path, key)
        assert shorter.seal not in "".join(said)
        path.write_text("a,b\n", encoding="utf-8-sig")
        with pytest.raises(CodesRefused, match="不是验证码登记簿"):
            Register.read(path, key)

    def test_it_only_grows(self, office):
        office.make()
        before = office.places["register"].read_bytes()
        office.again("3")
        office.make("再发.csv", 代表=1)
        assert office.places["register"].read_bytes().startswith(before)

    def test_a_hand_out_that_cannot_be_written_registers_nothing(self, office, monkeypatch):
        office.make()
        before = office.register
        monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            office.make("再发.xlsx")
        assert office.register == before
        assert sorted(path.name for path in office.folder.iterdir()) == ["a.codes.csv", "a.key", "发放.xlsx"]


def votes(code, number="1", at="2020-11-20 09:00:00", picks="甲满意 乙不满意"):
    """A ballot as rows of an export."""
    return [(code, at, number, pick[0], pick[1:]) for pick in picks.split()]


def outcomes(tables):
    """Outcome → ballots and rows, those that occur."""
    return {row["结果"]: (int(row["选票数"]), int(row["行数"])) for row in tables["核验汇总.csv"] if int(row["行数"])}


def words(**numbers):
    """What `outcomes` should be, by the names of outcomes; the total is added."""
    found = {OUTCOMES[name]: number for name, number in numbers.items()}
    return found | {"收到合计": tuple(map(sum, zip(*numbers.values(), strict=True)))}


class TestBallots:
    def test_a_right_ballot_becomes_ratings(self, office):
        _, handed = office.make()
        code = handed[3][2]
        said, tables = office.check(votes(code.lower().replace("-", " ")))
        assert outcomes(tables) == words(accepted=(1, 2))
        second, first = tables["ratings.csv"]
        assert list(first) == ["表单编号", "指标", "单位", "等次", "评价时间", "评价人代号", "评价人类别", "批次"]
        assert [first[name] for name in ("指标", "单位", "等次", "评价人类别")] == ["vote", "甲", "满意", "代表"]
        assert first["评价时间"] == "2020-11-20"
        key = read_key(office.places["key"])
        assert first["评价人代号"] == second["评价人代号"] == pseudonym(key, RESPONDENT, plain(code))
        assert said[0] == "收到选票 1 张、2 行 = 计入 1 张（2 行）。"

    def test_ratings_cannot_be_joined_to_the_register(self, office):
        _, handed = office.make()
        _, tables = office.check([row for nth, one in enumerate(handed) for row in votes(one[2], str(nth))])
        ids = {row[name] for row in tables["ratings.csv"] for name in ("表单编号", "评价人代号")}
        assert len(ids) == 10
        hashes = [line.split(",")[1] for line in office.register.splitlines()[1:]]
        assert not any(one[1:] in hash for one in ids for hash in hashes)
        forms = [row["表单编号"] for row in tables["ratings.csv"]]
        assert forms == sorted(forms), "the order says nothing of codes or moments"
        receipt = (office.folder / "核验" / "选票核验.csv").read_text(encoding="utf-8-sig")
        assert not any(one in receipt for one in ids)
        assert not any(code in receipt for _, _, code in handed)

    def test_every_other_ballot_has_its_reason(self, office):
        _, handed = office.make(群众=9)
        codes = [code for _, _, code in handed]
        office.again("9")
        wrong = codes[0][:-1] + next(letter for letter in ALPHABET if letter != codes[0][-1])
        _, tables = office.check(
            [
                *votes(codes[0]),
                *votes(codes[0], number="2", at="2020-11-21 09:00:00"),
                *votes(codes[1], at="2020-11-10 23:59:59"),
                *votes(codes[2], at="2020-12-01 00:00:00"),
                *votes(codes[3], at="2020-11-11 00:00:00"),
                *votes(codes[4], at="2020-11-30 23:59:59"),
                *votes(codes[5], picks="甲满意 乙满意 丙不满意"),
                *votes(codes[6], picks="甲满意 甲不满意"),
                *votes(codes[8]),
                *votes(new_code()),
                *votes(wrong),
                *votes("", picks="甲满意"),
            ]
        )
        assert outcomes(tables) == words(
            accepted=(3, 6), wrong_picks=(1, 3), used_twice=(1, 2), out_of_time=(2, 4), contradictory=(1, 2),
            revoked=(1, 2), unknown=(1, 2), mistyped=(2, 3),
        )  # fmt: skip
        assert len(tables["ratings.csv"]) == 6 + 3, "the plan's own rule judges wrong picks"
        receipt = [(row["首行"], row["结果"]) for row in tables["选票核验.csv"]]
        assert receipt[:3] == [("2", "计入"), ("4", "验证码已用过"), ("6", "不在投票时间内")]
        assert len(receipt) == 12

    def test_the_first_valid_one_counts(self, office):
        _, handed = office.make()
        late, void, right, again = (
            votes(handed[0][2], number, at, picks)
            for number, at, picks in [
                ("9", "2020-11-01 09:00:00", "甲满意 乙不满意"),
                ("8", "2020-11-12 09:00:00", "甲满意"),
                ("7", "2020-11-13 09:00:00", "乙满意 甲不满意"),
                ("6", "2020-11-14 09:00:00", "甲满意 乙不满意"),
            ]
        )
        _, tables = office.check([*again, *right, *void, *late])
        assert outcomes(tables) == words(accepted=(1, 2), replaced=(1, 1), used_twice=(1, 2), out_of_time=(1, 2))
        assert {row["评价时间"] for row in tables["ratings.csv"]} == {"2020-11-13"}

    def test_of_several_void_ones_the_first_is_handed_on(self, office):
        _, handed = office.make()
        _, tables = office.check([*votes(handed[0][2], "2", picks="乙满意"), *votes(handed[0][2], "1", picks="甲满意")])
        assert outcomes(tables) == words(wrong_picks=(1, 1), used_twice=(1, 1))
        assert [row["单位"] for row in tables["ratings.csv"]] == ["甲"]

    def test_a_ballot_that_only_loses_a_level_uses_its_code(self, tmp_path):
        office = Office(tmp_path, plan(("at_most", 1), otherwise="drop_level"))
        _, handed = office.make()
        first = votes(handed[0][2], "1", picks="甲不满意 乙不满意")
        _, tables = office.check([*first, *votes(handed[0][2], "2", at="2020-11-21", picks="甲不满意")])
        assert outcomes(tables) == words(wrong_picks=(1, 2), used_twice=(1, 1))
        _, tables = office.check(votes(handed[1][2], picks="甲不满意 乙满意"), "另一次", without=["核验.csv"])
        assert outcomes(tables) == words(accepted=(1, 2)), "as many as may be"

    def test_rows_that_stand_there_twice_count_once(self, office):
        _, handed = office.make()
        one = votes(handed[0][2])
        later = votes(handed[0][2], at="2020-11-25 10:00:00")
        said, tables = office.check([*later, *one, *one])
        assert outcomes(tables) == words(accepted=(1, 2)) | {"重复的行": (0, 4), "收到合计": (1, 6)}
        assert said[0] == "收到选票 1 张、6 行 = 计入 1 张（2 行） + 重复的行 4 行。"
        assert {row["评价时间"] for row in tables["ratings.csv"]} == {"2020-11-20"}
        assert [(row["首行"], row["行数"], row["重复的行"]) for row in tables["选票核验.csv"]] == [("2", "2", "4")]

    def test_without_numbers_a_ballot_is_the_rows_of_a_moment(self, office):
        _, handed = office.make()
        rows = [*votes(handed[0][2], None), *votes(handed[0][2], None, at="2020-11-21 09:00:00")]
        _, tables = office.check(rows)
        assert outcomes(tables) == words(accepted=(1, 2), used_twice=(1, 2))

    def test_ratings_are_facts_that_intake_takes_and_the_plan_judges(self, office):
        _, handed = office.make()
        rows = [*votes(handed[0][2]), *votes(handed[1][2], picks="甲满意 乙满意 丙不满意")]
        office.check(rows)
        facts = office.folder / "facts"
        (office.folder / "核验").rename(facts)
        for name in ("选票核验.csv", "核验汇总.csv"):
            (facts / name).unlink()
        UNITS.write_csv(facts / "units.csv")
        taken = read_facts(facts, office.plan).tables
        assert taken["ratings"].height == 5
        aside = Review.begin(office.plan, taken).through("tally").table("set_aside")
        assert aside.select("reason", "ratings").rows() == [("wrong_picks", 3)]

    def test_excel_is_read_too(self, office):
        _, handed = office.make()
        source = office.folder / "选票.xlsx"
        with xlsxwriter.Workbook(source) as book:
            book.add_worksheet("说明").write_row(0, 0, ["平台导出"])
            sheet, day = book.add_worksheet("选票"), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            sheet.write_row(0, 0, ["提交时间", "投票码", "单位编号", "等次", "IP"])
            for row, (code, _, _, unit, level) in enumerate(votes(handed[0][2]), start=1):
                sheet.write_datetime(row, 0, datetime(2020, 11, 20, 9, 0, 5), day)
                sheet.write_row(row, 1, [code, unit, level, "10.0.0.1"])
        _, tables = office.checked(source)
        assert outcomes(tables) == words(accepted=(1, 2))
        assert tables["ratings.csv"][0]["评价时间"] == "2020-11-20"
        assert [tables["选票核验.csv"][0][head] for head in ("文件", "工作表", "首行")] == ["选票.xlsx", "选票", "2"]

    def test_faults_of_the_file_are_told_at_once(self, office):
        _, handed = office.make()
        code = handed[0][2]
        rows = [
            (code, "2020-11-31", "1", "甲", "满意"),
            (code, "2020-11-20", "1", "己", "很满意"),
            (code, "", "", "", ""),
        ]
        with pytest.raises(BallotFaults) as refused:
            office.check(rows)
        told = str(refused.value)
        assert told.splitlines()[0].endswith("核验.csv 有 6 处问题，未核验任何一张选票")
        for line in ["第 2 行“投票时间”：读到“2020-11-31”，日历上没有这一天", "第 3 行“单位”：读到“己”，名录中没有",
                     "第 3 行“等次”：读到“很满意”，应为 满意、不满意 之一", "第 4 行“单位”：不能为空"]:  # fmt: skip
            assert line in told
        assert code not in told
        assert not (office.folder / "核验").exists()

    @pytest.mark.parametrize(
        ("heads", "said"),
        [("单位,等次", "没有“验证码”一列"), ("验证码,单位,等次", "缺少“投票时间”一列"),
         ("验证码,投票码,投票时间,单位,等次", "是同一列"), ("", "文件是空的")],
    )  # fmt: skip
    def test_columns_that_are_missing(self, office, heads, said):
        office.make()
        (office.folder / "a.csv").write_text(f"{heads}\n{',x' * heads.count(',')}\n" if heads else "", encoding="utf-8")
        with pytest.raises(BallotFaults, match=said):
            office.checked(office.folder / "a.csv")

    def test_a_folder_a_channel_and_a_register_must_fit(self, office):
        with pytest.raises(CodesRefused, match="没有密钥"):
            office.check(votes(new_code()))
        _, handed = office.make()
        with pytest.raises(CodesRefused, match="不分渠道"):
            office.check(votes(handed[0][2]), channel="短信")
        office.check(votes(handed[0][2]))
        with pytest.raises(PlaceTaken):
            office.check(votes(handed[0][2]))


FORM_RULE = FormRule(exactly={"满意": 1, "不满意": 1})
MORNING = datetime(2020, 11, 12, 9)


def replayed(chance, codes):
    """Ballots of some voters, some of them sent again: the same, with another number, later, changed, cut, mistyped."""
    marks = []
    for nth, code in enumerate(codes):
        for copy in range(chance.randint(1, 4)):
            number = chance.choice([f"n{nth}", f"n{nth}-{copy}", ""])
            at = MORNING + timedelta(hours=chance.randint(-48, 500), minutes=copy)
            picks = chance.choice([("甲满意", "乙不满意"), ("乙满意", "甲不满意"), ("甲满意",), ("甲满意", "甲不满意")])
            typed = code[:-1] + "2" if chance.random() < 0.1 else code
            marks += [Mark(typed, number, pick[0], "", pick[1:], at, "", "", 0) for pick in picks]
    return marks + chance.choices(marks, k=len(marks) // 3)


def tally(judge, marks):
    """Which ballots count, with what, and how many rows had which outcome."""
    found = judge.outcomes(ballots_of(marks))
    counted = sorted((one.code, one.number, one.at, [(m.unit, m.level) for m in one.marks], why) for one, why in found)
    rows = sum(len(one.marks) + one.repeated for one, _ in found)
    return counted, rows


class TestLaws:
    def test_500_shuffles_of_duplicate_and_replayed_ballots_give_the_same_tally(self):
        chance = random.Random(2020)
        codes = [plain(new_code()) for _ in range(14)]
        states = {code: "revoked" if nth in (3, 4, 5) else "issued" for nth, code in enumerate(codes[:12])}
        entries = {code: Entry(1, code, "", DAY, state) for code, state in states.items()}
        judge = Judge(entries.get, [(date(2020, 11, 11), date(2020, 11, 30))], FORM_RULE)
        marks = replayed(chance, codes)
        wanted = tally(judge, marks)
        assert wanted[1] == len(marks), "rows in = rows with an outcome"
        assert {row[-1] for row in wanted[0]} >= {"accepted", "used_twice", "unknown", "revoked", "out_of_time"}
        for _ in range(500):
            chance.shuffle(marks)
            places = [mark._replace(row=row) for row, mark in enumerate(marks)]
            assert tally(judge, places) == wanted

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 10**9))
    def test_a_code_counts_at_most_once_and_no_row_is_lost(self, seed):
        chance = random.Random(seed)
        codes = [plain(new_code()) for _ in range(6)]
        judge = Judge(
            {code: Entry(1, code, "", DAY, "issued") for code in codes}.get,
            [(date(2020, 11, 11), date(2020, 11, 30))],
            FORM_RULE,
        )
        marks = replayed(chance, codes)
        counted, rows = tally(judge, marks)
        assert rows == len(marks)
        handed_on = [code for code, *_, why in counted if why in ("accepted", "wrong_picks")]
        assert len(handed_on) == len(set(handed_on))
        whole = {mark.code for mark in marks if is_whole(mark.code)}
        assert whole <= {code for code, *_ in counted}
