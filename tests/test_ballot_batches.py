"""Ballots come in batches: one result over all of them, and no vote counts twice because a code was issued anew."""

import csv
import random
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from pingyi.facts.intake import FactsRefused, read_facts, streaming
from pingyi.facts.store import has_store
from pingyi.fieldwork.ballot_codes import new_code
from pingyi.fieldwork.ballot_codes import plain_code as plain
from pingyi.fieldwork.ballot_verdicts import OUTCOMES, Judge, ballots_of
from pingyi.fieldwork.ballots_in_force import ballots_in_force
from pingyi.fieldwork.code_register import CodesRefused, Entry, Register, read_key
from pingyi.fieldwork.returned_ballots import BallotFaults, Mark
from pingyi.plan.ratings import Each, FormRule
from pingyi.scoring.review import Review
from tests.test_codes import UNITS, Office, outcomes, plan, votes, words

pytestmark = pytest.mark.slow

HEADS = ["验证码", "投票时间", "选票编号", "单位", "等次"]
RESULT = ("ratings.csv", "核验汇总.csv")
RIGHT, OTHER, VOID, BOTH = "甲满意 乙不满意", "乙满意 甲不满意", "甲满意", "甲满意 甲不满意"


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path, plan())


def file(office, name, rows):
    """A file of returned ballots."""
    path = office.folder / name
    path.parent.mkdir(exist_ok=True)
    pl.DataFrame(rows, schema=HEADS, orient="row").write_csv(path, include_bom=True)
    return path


def codes_of(office, **numbers):
    return [code for _, _, code in office.make(**numbers)[1]]


def facts(office, *results):
    """The ratings of these results, as intake takes them out of a folder of facts."""
    folder = office.folder / f"facts-{'-'.join(results)}"
    (folder / "ratings" if results else folder).mkdir(parents=True, exist_ok=True)
    UNITS.write_csv(folder / "units.csv")
    for name in results:
        data = (office.folder / name / "ratings.csv").read_bytes()
        (folder / "ratings" / f"{name}.csv").write_bytes(data)
    return read_facts(folder, office.plan, complete=False).tables


def in_force(office, *results):
    return ballots_in_force(office.plan, facts(office, *results), **office.places)


def lived(chance, codes):
    """What a ballot brings: doubles, wrong picks, contradictions, no numbers, codes mistyped and revoked."""
    rows = []
    for nth, code in enumerate(codes):
        for copy in range(chance.randint(1, 3)):
            at = f"2020-11-{chance.choice(['09', '12', '13'])} 09:00:0{chance.randint(0, 1)}"
            picks = chance.choice([RIGHT, OTHER, VOID, BOTH, "丙满意 丁不满意"])
            typed = code[:-1] + "2" if chance.random() < 0.1 else code
            rows += votes(typed, chance.choice([f"{nth}", f"1{copy}", "9", None]), at, picks)
    return rows + chance.choices(rows, k=len(rows) // 4)


def cut(chance, rows):
    """The rows, parted at random among files, so that a ballot may lie in two; no two files alike."""
    parts = [[] for _ in range(chance.randint(1, 4))]
    for row in rows:
        chance.choice(parts).append(row)
    return list({str(part): part for part in parts if part}.values())


def without_places(tables):
    """Receipts of ballots but for where they begin."""
    return sorted(tuple(row[head] for head in row if head not in ("文件", "首行")) for row in tables["选票核验.csv"])


class TestOneResult:
    @pytest.mark.parametrize("seed", range(25))
    def test_however_rows_are_cut_into_files(self, tmp_path_factory, seed):
        chance = random.Random(seed)
        office = Office(tmp_path_factory.mktemp("cut"), plan())
        codes = codes_of(office, 群众=5, 代表=3)
        office.again("2")
        register, rows = office.places["register"].read_bytes(), lived(chance, codes)
        _, whole = office.checked([file(office, "全部.csv", rows)], "全部")
        for name in ("甲", "乙"):
            office.places["register"].write_bytes(register)
            chance.shuffle(rows)
            files = {f"{name}{nth}.csv": part for nth, part in enumerate(cut(chance, rows))}
            paths = [file(office, at, part) for at, part in files.items()]
            chance.shuffle(paths)
            _, tables = office.checked(paths, name)
            for table in RESULT:
                assert (office.folder / name / table).read_bytes() == (office.folder / "全部" / table).read_bytes()
            assert without_places(tables) == without_places(whole)
            for row in tables["选票核验.csv"]:
                code, _, number, *_ = files[row["文件"]][int(row["首行"]) - 2]
                assert (number or "") == row["选票编号"]
                assert (row["结果"] == OUTCOMES["revoked"]) == (code == codes[1])

    def test_batch_by_batch_it_comes_to_the_same_as_at_once(self, office):
        rows = lived(random.Random(1), codes_of(office, 群众=9))
        register = office.places["register"].read_bytes()
        office.checked([file(office, "全部.csv", rows)], "全部")
        office.places["register"].write_bytes(register)
        paths = [file(office, f"{nth}.csv", part) for nth, part in enumerate(cut(random.Random(0), rows))]
        for nth in range(len(paths)):
            office.checked(paths[: nth + 1], f"核验{nth}")
        assert len(paths) > 2
        for table in RESULT:
            last = office.folder / f"核验{len(paths) - 1}" / table
            assert last.read_bytes() == (office.folder / "全部" / table).read_bytes()

    def test_a_ballot_that_lies_in_two_files_is_one(self, office):
        code, other, *_ = codes_of(office)
        first, second = votes(code)
        paths = [file(office, "乙.csv", [second, *votes(other)]), file(office, "甲.csv", [first, *votes(other)])]
        said, tables = office.checked(paths)
        assert outcomes(tables) == words(accepted=(2, 4)) | {"重复的行": (0, 2), "收到合计": (2, 6)}
        places = [(row["文件"], row["首行"], row["重复的行"]) for row in tables["选票核验.csv"]]
        assert places == [("乙.csv", "2", "0"), ("乙.csv", "3", "2")]
        assert [line.partition("（")[0] for line in said[1:3]] == ["  乙.csv", "  甲.csv"]

    def test_the_same_file_twice_is_read_once(self, office):
        (code, *_) = codes_of(office)
        one, copy = file(office, "a.csv", votes(code)), file(office, "b.csv", votes(code))
        said, tables = office.checked([copy, one, one])
        assert outcomes(tables) == words(accepted=(1, 2))
        assert "  b.csv 与 a.csv 的内容完全相同，只读一次。" in said
        assert any("a.csv 给了两次，只读一次" in line for line in said)

    def test_a_folder_stands_for_its_files_and_files_of_one_name_are_told_apart(self, office):
        one, other, *_ = codes_of(office)
        paths = [file(office, f"{name}/选票.csv", votes(code)) for name, code in (("一", one), ("二", other))]
        (office.folder / "一" / "说明.md").write_text("平台导出")
        _, tables = office.checked([path.parent for path in paths])
        assert outcomes(tables) == words(accepted=(2, 4))
        assert [row["文件"] for row in tables["选票核验.csv"]] == sorted(path.as_posix() for path in paths)

    def test_faults_of_all_files_are_told_at_once(self, office):
        (code, *_) = codes_of(office)
        wrong = file(office, "选票/甲.csv", votes(code, picks="己满意"))
        (wrong.parent / "乙.docx").write_text("x")
        (office.folder / "空").mkdir()
        before = office.register
        with pytest.raises(BallotFaults) as refused:
            office.checked([wrong.parent, office.folder / "无.csv", office.folder / "空"])
        told = str(refused.value)
        for line in [
            "甲.csv 有 1 处问题",
            "第 2 行“单位”：读到“己”",
            "乙.docx",
            "没有这个文件或文件夹",
            "文件夹是空的",
        ]:
            assert line in told
        assert office.register == before


class TestEarlierFiles:
    """A check remembers what it read."""

    def test_a_file_of_an_earlier_check_is_not_forgotten(self, office):
        one, other, *_ = codes_of(office)
        first, second = file(office, "第一批.csv", votes(one)), file(office, "第二批.csv", votes(other))
        office.checked(first, "核验1")
        before = office.register
        with pytest.raises(CodesRefused) as refused:
            office.checked(second, "核验2")
        told = str(refused.value)
        assert told.startswith("第 1 次核验（2020-11-20 12:00，")
        assert "  第一批.csv（校验码 " in told
        assert "--without" in told
        assert office.register == before
        assert not (office.folder / "核验2").exists()
        said, tables = office.checked([second, first.rename(office.folder / "改了名.csv")], "核验2")
        assert outcomes(tables) == words(accepted=(2, 4))
        (told,) = [line for line in said if "取代第 1 次核验" in line]
        assert (office.folder / "核验1").as_posix() in told

    @pytest.mark.parametrize("by", ["name", "mark"])
    def test_one_is_left_out_when_somebody_says_so_and_that_is_written_down(self, office, by):
        one, other, *_ = codes_of(office)
        first, second = file(office, "试投.csv", votes(one)), file(office, "正式.csv", votes(other))
        said, _ = office.checked(first, "核验1")
        mark = said[1].partition("校验码 ")[2][:12]
        said, tables = office.checked(second, "核验2", without=["试投.csv" if by == "name" else mark])
        line = f"不计入的选票文件：试投.csv（校验码 {mark}）"
        assert line in [row["结果"] for row in tables["核验汇总.csv"]]
        assert f"  按要求不计入：试投.csv（校验码 {mark}）。" in said
        _, tables = office.checked(second, "核验3")
        assert line in [row["结果"] for row in tables["核验汇总.csv"]], "it stays said"
        _, tables = office.checked([first, second], "核验4")
        assert outcomes(tables) == words(accepted=(2, 4))
        assert line not in [row["结果"] for row in tables["核验汇总.csv"]]

    def test_what_is_not_missing_cannot_be_left_out(self, office):
        (code, *_) = codes_of(office)
        path = file(office, "甲.csv", votes(code))
        with pytest.raises(CodesRefused, match="没有要排除的"):
            office.checked(path, without=["甲.csv"])
        office.checked(path, "核验1")
        with pytest.raises(CodesRefused, match=r"--without 写的 乙\.csv 不是漏给的选票文件；漏给的有：甲\.csv（校验码"):
            office.checked(file(office, "丙.csv", votes(code, "2")), without=["乙.csv"])

    def test_a_check_adds_one_row_that_says_nothing_of_any_code(self, office):
        one, other, *_ = codes_of(office)
        office.checked(file(office, "甲.csv", [*votes(one), *votes(other)]))
        book = Register.read(office.places["register"], read_key(office.places["key"]))
        check = book.rows[-1]
        assert (check.number, check.rows, [one.name for one in check.files]) == (1, 4, ["甲.csv"])
        assert [check] == book.checks
        text = office.register.splitlines()[-1]
        assert not any(one.hash in text for one in book.entries)
        assert set(vars(check)) == {
            "number", "result", "component", "channel", "at", "folder", "rows", "files", "without"
        }  # fmt: skip


class TestReissued:
    """A code issued anew after a check: no voter counts twice."""

    def test_two_batches_and_a_code_issued_anew(self, office):
        codes = codes_of(office, 群众=6)
        first = file(office, "1.csv", [row for code in codes[:3] for row in votes(code)])
        office.checked(first, "核验1")
        said, ((_, _, new),) = office.again("2")
        assert "第 1 次核验（2020-11-20 12:00，" in said[1]
        assert "重新核验" in said[1]
        later = [*votes(new, at="2020-11-25 09:00:00"), *(row for code in codes[3:] for row in votes(code))]
        second = file(office, "2.csv", later)
        with pytest.raises(CodesRefused, match=r"1\.csv"):
            office.checked(second, "核验2")
        _, tables = office.checked([first, second], "核验2")
        assert outcomes(tables) == words(accepted=(6, 12), revoked=(1, 2))
        taken = facts(office, "核验2")
        assert ballots_in_force(office.plan, taken, **office.places) == []
        assert taken["ratings"]["respondent"].n_unique() == 6
        assert Review.begin(office.plan, taken).through("tally").table("set_aside").is_empty()

    def test_a_result_from_before_is_not_counted(self, office):
        codes = codes_of(office)
        path = file(office, "1.csv", [row for code in codes[:3] for row in votes(code)])
        office.checked(path, "核验1")
        assert in_force(office, "核验1") == []
        _, ((_, _, new),) = office.again("2")
        with pytest.raises(CodesRefused, match="作废了 1 个验证码（序号 2）"):
            in_force(office, "核验1")
        (said,) = ballots_in_force(office.plan, facts(office, "核验1"), **office.places, stale=True)
        assert "以后作废了 1 个验证码，没有重新核验" in said
        office.checked(path, "核验2")
        with pytest.raises(CodesRefused, match=r"核验1\.csv 有指标“网络投票”的 6 行，是第 1 次核验.*已被第 2 次核验"):
            in_force(office, "核验1")
        assert in_force(office, "核验2") == []
        assert new not in office.register

    def test_a_result_in_a_store_is_looked_at_too(self, office, monkeypatch):
        monkeypatch.setattr(streaming, "LARGE", 0)
        path = file(office, "1.csv", [row for code in codes_of(office)[:3] for row in votes(code)])
        office.checked(path, "核验1")
        (vote,) = office.plan.components
        freely = vote.ratings.model_copy(update={"form": None})
        office.plan = office.plan.model_copy(update={"components": [vote.model_copy(update={"ratings": freely})]})
        assert has_store(facts(office, "核验1"))
        assert in_force(office, "核验1") == []
        office.again("2")
        with pytest.raises(CodesRefused, match="作废了 1 个验证码（序号 2）"):
            in_force(office, "核验1")

    def test_a_code_that_nobody_used_moves_nothing(self, office):
        codes = codes_of(office)
        path = file(office, "1.csv", votes(codes[0]))
        office.checked(path, "核验1")
        office.again("2")
        said, _ = office.checked(path, "核验2")
        assert any("与第 1 次核验" in line and "完全相同" in line for line in said)
        assert (office.folder / "核验1/ratings.csv").read_bytes() == (office.folder / "核验2/ratings.csv").read_bytes()
        assert in_force(office, "核验1") == []

    def test_a_code_made_after_the_check_concerns_no_result(self, office):
        codes = codes_of(office)
        office.checked(file(office, "1.csv", votes(codes[0])), "核验1")
        _, ((serial, *_),) = office.make("再发.csv", 群众=1)
        said, _ = office.again(serial)
        assert not any("核验（" in line for line in said)
        assert in_force(office, "核验1") == []


class TestInForce:
    """The facts against the register."""

    def test_two_results_at_once_are_refused(self, office):
        one, other, *_ = codes_of(office)
        first, second = file(office, "1.csv", votes(one)), file(office, "2.csv", votes(other))
        office.checked(first, "核验1")
        office.again("1")
        office.checked([first, second], "核验2")
        with pytest.raises(CodesRefused) as refused:
            in_force(office, "核验1", "核验2")
        assert len(str(refused.value).splitlines()) == 2
        assert "核验1.csv 有指标“网络投票”的 2 行，是第 1 次核验" in str(refused.value)

    def test_two_results_with_the_same_ballots_are_refused_by_intake(self, office):
        one, other, *_ = codes_of(office)
        first, second = file(office, "1.csv", votes(one)), file(office, "2.csv", votes(other))
        office.checked(first, "核验1")
        office.checked([first, second], "核验2")
        with pytest.raises(FactsRefused, match="同一批评价的两次结果，请只留后一次"):
            facts(office, "核验1", "核验2")

    def test_a_result_that_the_register_does_not_know_is_refused(self, office):
        (code, *_) = codes_of(office)
        before = office.places["register"].read_bytes()
        office.checked(file(office, "1.csv", votes(code)), "核验1")
        office.places["register"].write_bytes(before)
        with pytest.raises(CodesRefused, match="不在登记簿里"):
            in_force(office, "核验1")

    def test_without_a_register_it_is_said_that_nothing_was_compared(self, office):
        (code, *_) = codes_of(office)
        office.checked(file(office, "1.csv", votes(code)), "核验1")
        office.places["register"].unlink()
        assert "没有核对它们是不是最后一次核验的结果" in " ".join(in_force(office, "核验1"))
        assert ballots_in_force(office.plan, facts(office), **office.places) == []

    def test_rows_that_are_missing_or_of_no_check_are_told(self, office):
        one, other, *_ = codes_of(office)
        office.checked(file(office, "1.csv", [*votes(one), *votes(other)]), "核验1")
        assert "还没有放进数据文件夹" in in_force(office)[0]
        path = office.folder / "核验1" / "ratings.csv"
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        by_hand = "f1,vote,甲,满意,2020-11-20,p1,群众,"
        path.write_text("\n".join([*lines[:-1], by_hand]) + "\n", encoding="utf-8")
        told = in_force(office, "核验1")
        assert "写出 4 行评价，数据里有 3 行" in told[0]
        assert "有 1 行评价不是核验选票得来的" in told[1]


CODE = plain(new_code())
MORNING = datetime(2020, 11, 12, 9)


def judged(ballots, **each):
    """Outcomes of one code's ballots, each given as hour, number and picks; in that order."""
    marks = [
        Mark(CODE, number, pick[0], "", pick[1:], MORNING + timedelta(hours=hour), "", "", row)
        for row, (hour, number, picks) in enumerate(ballots)
        for pick in picks.split()
    ]
    random.Random(1).shuffle(marks)
    judge = Judge(
        {CODE: Entry(1, CODE, "", date(2020, 11, 1), "issued")}.get,
        [(date(2020, 11, 11), date(2020, 11, 14)), (date(2020, 11, 21), date(2020, 11, 30))],
        FormRule(exactly={"满意": 1, "不满意": 1}),
        Each(by="respondent", keep="first", **each) if "keep" not in each else Each(by="respondent", **each),
    )
    found = {ballot.begins[2]: outcome for ballot, outcome in judge.outcomes(ballots_of(marks))}
    return " ".join(found[row] for row in sorted(found))


@pytest.mark.parametrize(
    ("ballots", "each", "wanted"),
    [
        ([(0, "1", RIGHT), (1, "2", OTHER)], {}, "accepted used_twice"),
        ([(0, "1", RIGHT), (1, "2", OTHER)], {"keep": "last"}, "overtaken accepted"),
        ([(0, "1", VOID), (1, "2", RIGHT)], {}, "replaced accepted"),
        ([(0, "1", VOID), (1, "2", RIGHT)], {"void_counts": True}, "wrong_picks used_up"),
        ([(0, "1", RIGHT), (1, "2", VOID)], {"void_counts": True, "keep": "last"}, "used_up wrong_picks"),
        ([(0, "1", RIGHT), (1, "2", VOID)], {"keep": "last"}, "accepted replaced"),
        ([(0, "1", BOTH), (1, "2", RIGHT)], {}, "contradictory accepted"),
        ([(0, "1", BOTH), (1, "2", RIGHT)], {"void_counts": True}, "contradictory used_up"),
        ([(-48, "1", VOID), (1, "2", RIGHT)], {"void_counts": True}, "out_of_time accepted"),
        ([(0, "1", RIGHT), (240, "2", OTHER)], {}, "accepted used_twice"),
        ([(0, "10", RIGHT), (0, "9", OTHER)], {}, "used_twice accepted"),
        ([(0, "10", RIGHT), (0, "9", OTHER)], {"keep": "last"}, "accepted overtaken"),
        ([(0, "", RIGHT), (0, "9", OTHER), (1, "10", RIGHT)], {}, "undecidable undecidable accepted"),
        ([(0, "", RIGHT), (0, "9", OTHER), (1, "10", RIGHT)], {"void_counts": True}, "undecidable undecidable used_up"),
        ([(0, "", RIGHT), (0, "9", RIGHT)], {}, "accepted used_twice"),
        ([(0, "", RIGHT), (0, "9", VOID)], {}, "accepted replaced"),
        ([(0, "", BOTH), (1, "", RIGHT)], {}, "undecidable accepted"),
        ([(0, "", RIGHT), (1, "", OTHER)], {}, "accepted used_twice"),
        ([(0, "", RIGHT), (0, "9", OTHER), (1, "10", VOID)], {}, "undecidable undecidable wrong_picks"),
    ],
)
def test_which_ballot_of_a_code_counts(ballots, each, wanted):
    """四(二)3 of plans with ballots: the plan's own rule for who votes twice; 9 comes before 10."""
    assert judged(ballots, **each) == wanted


def test_days_without_hours_are_told(office):
    (code, *_) = codes_of(office)
    said, tables = office.check([(code, "2020-11-20", None, "甲", "满意"), (code, "2020-11-20", None, "甲", "不满意")])
    assert outcomes(tables) == words(undecidable=(1, 2))
    assert any("同一验证码同一天的各行当作一张" in line for line in said)
    assert list(csv.reader((office.folder / "核验" / "ratings.csv").open(encoding="utf-8-sig")))[1:] == []
