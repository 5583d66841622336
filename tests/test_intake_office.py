"""Intake as the office uses it: the verbs check, run and key, receipts, return sheets, the key, lists of senders."""

import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from pingyi.cli import app
from pingyi.facts.intake import FactsRefused
from pingyi.facts.intake.file_formats import open_workbook
from pingyi.facts.keys import key_mark, read_key
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from tests.quick import quick
from tests.small import project, write
from tests.test_intake import BALLOT, PHONE, PLAN, ROSTER, Folder, read_whole

pytestmark = pytest.mark.slow

NUMBER = "13812345678"
BAD = ["event,unit,item,happened_on,status,document", "e1,壬,found,2020-03-01,确认,某文1号"]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return project(tmp_path / "project")


def pingyi(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a verb at home in a folder beside the project; whatever happens, no traceback reaches the office."""
    home = {**os.environ, "HOME": str(folder.parent / "home"), "XDG_CACHE_HOME": str(folder.parent / "cache")}
    done = subprocess.run(
        [sys.executable, "-m", "pingyi.cli", *words], cwd=folder, capture_output=True, text=True, check=False, env=home
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


# ---------------------------------------------------------------- what goes back


def test_faulty_files_go_back_to_their_senders(small: Path) -> None:
    write(small, "events", BAD)
    refused = pingyi(small, "check", "small", "--return-to", "退回")
    assert refused.returncode == 4
    assert "写出 1 份退回单" in refused.stdout
    assert "退回/events.csv_退回单.xlsx" in refused.stdout
    assert "第 2 行“unit”：读到“壬”，名录中没有" in refused.stderr
    (path,) = (small / "退回").iterdir()
    book = {one.name: one.frame.drop("row") for one in open_workbook(path.read_bytes(), ".xlsx")}
    assert list(book) == ["退回单", "events"]
    again = pingyi(small, "check", "small", "--return-to", "退回")
    assert (again.returncode, "不覆盖" in again.stderr, "读到“壬”" in again.stderr) == (4, True, True)
    inside = pingyi(small, "check", "small", "--return-to", "data/small/退回")
    assert "不能写进数据文件夹" in inside.stderr


def test_nothing_goes_back_where_nothing_is_wrong(small: Path) -> None:
    done = pingyi(small, "check", "small", "--return-to", "退回")
    assert done.returncode == 0, done.stderr
    assert "没有要退回的文件" in done.stdout
    assert not (small / "退回").exists()


def test_without_a_folder_the_message_says_how_to_get_the_sheets(small: Path) -> None:
    write(small, "events", BAD)
    assert "pingyi check small --return-to 文件夹" in pingyi(small, "check", "small").stderr


# ---------------------------------------------------------------- what became of the rows


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with telephone numbers and a row that came twice, checked and run with a key; what was said beside."""
    small = project(tmp_path_factory.mktemp("keyed") / "project")
    called(small)
    path = small / "data" / "small" / "clients.csv"
    path.write_text(path.read_text(encoding="utf-8") + "c1,乙,电话\n", encoding="utf-8")
    key = small.parent / "own.key"
    assert pingyi(small, "key", "small", "--out", str(key)).returncode == 0
    checked = pingyi(small, "check", "small", "--key", str(key))
    home = {"HOME": str(small.parent / "home"), "XDG_CACHE_HOME": str(small.parent / "cache")}
    with quick(small):
        ran = CliRunner().invoke(app, ["run", "small", "--key", str(key)], env=home)
    assert (checked.returncode, ran.exit_code) == (0, 0), checked.stderr + ran.output
    (small.parent / "check.txt").write_text(checked.stdout + checked.stderr, encoding="utf-8")
    (small.parent / "run.txt").write_text(ran.output, encoding="utf-8")
    return small


@pytest.fixture(scope="module")
def said(keyed: Path) -> dict[str, str]:
    """What check and run said, by verb."""
    return {verb: (keyed.parent / f"{verb}.txt").read_text(encoding="utf-8") for verb in ("check", "run")}


def test_receipts_are_printed_and_stored_and_add_up(keyed: Path, said: dict[str, str]) -> None:
    small, path = keyed, keyed / "data" / "small" / "clients.csv"
    line = "clients.csv：收到 33 行 = 采用 32 + 退回 0 + 重复 1"
    assert all(line in text for text in said.values())
    (manifest,) = (small / "reports" / "small").glob("*/manifest.json")
    inputs = {one["file"]: one for one in json.loads(manifest.read_text(encoding="utf-8"))["inputs"]}
    one = inputs["clients.csv"]
    assert (one["rows_in"], one["accepted"], one["rejected"], one["duplicates"]) == (33, 32, 0, 1)
    assert one["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert all(one["rows_in"] == one["accepted"] + one["duplicates"] for one in inputs.values())


@pytest.mark.parametrize("verb", ["check", "run"])
def test_receipts_are_printed_when_all_is_refused(small: Path, verb: str) -> None:
    write(small, "events", BAD)
    refused = pingyi(small, verb, "small")
    assert refused.returncode == 4
    assert "events.csv：收到 1 行 = 可用 0 + 退回 1 + 重复 0" in refused.stdout
    assert "counts.csv：收到 48 行 = 可用 48 + 退回 0 + 重复 0" in refused.stdout
    assert "上面 1 个有问题的改好以前，哪个文件都没有导入" in refused.stderr
    assert "读到“壬”" in refused.stderr


def test_what_was_mended_is_listed_whole(small: Path) -> None:
    write(small, "events", [BAD[0], "ｅ１,辛 ,found,2020-03-01,确认,=1+1"])
    done = pingyi(small, "check", "small", "--mended", "更正.csv")
    assert "自动更正了 2 处写法" in done.stdout
    rows = pl.read_csv((small / "更正.csv").read_bytes(), infer_schema=False).rows()
    assert rows == [("events.csv", "", "2", "event", "ｅ１", "e1"), ("events.csv", "", "2", "unit", "辛 ", "辛")]
    assert "不覆盖" in pingyi(small, "check", "small", "--mended", "更正.csv").stderr


# ---------------------------------------------------------------- the key


def called(small: Path) -> None:
    """Ballots of people who are known by their telephone numbers."""
    path = small / "data" / "small" / "ratings.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("r0", NUMBER).replace("r1", "139 1234 5678"), "utf-8")


def test_numbers_need_a_key_and_a_key_is_made_by_a_verb(small: Path) -> None:
    called(small)
    refused = pingyi(small, "check", "small")
    assert "用 pingyi key 生成" in refused.stderr
    made = pingyi(small, "key", "small")
    path = small.parent / "home" / ".config" / "pingyi" / "small.key"
    assert str(path) in made.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "不覆盖" in pingyi(small, "key", "small").stderr
    checked = pingyi(small, "check", "small")
    assert "4 个电话号码或身份证号" in checked.stdout
    assert pingyi(small, "key", "none").returncode == 2
    assert "不能放在 data/ 里" in pingyi(small, "key", "small", "--out", "data/small/a.key").stderr


def test_neither_number_nor_key_gets_anywhere(keyed: Path, said: dict[str, str]) -> None:
    """Not into the run, nor the database, nor what is kept between imports, nor what is said."""
    small, key = keyed, keyed.parent / "own.key"
    secret = key.read_text(encoding="ascii").strip()
    forbidden = [text.encode() for text in (NUMBER, "1234 5678", "13912345678", secret)] + [bytes.fromhex(secret)]
    made = [path for place in ("project/reports", "cache") for path in (small.parent / place).rglob("*")]
    files = [path for path in made if path.is_file()]
    assert any(path.suffix == ".part" for path in files)
    assert any(path.suffix == ".duckdb" for path in files)
    held = [(path.name, text) for path in files for text in forbidden if text in path.read_bytes()]
    assert held == []
    assert not any(text.decode("latin-1") in told for told in said.values() for text in forbidden)


def test_another_key_is_told_before_it_makes_two_of_one_person(keyed: Path) -> None:
    """A run keeps the mark of its key: another key is refused, and so is making one, unless that is meant."""
    other = keyed.parent / "other.key"
    own = read_key(keyed.parent / "own.key")
    (run,) = (keyed / "reports" / "small").glob("*/manifest.json")
    known = json.loads(run.read_text(encoding="utf-8"))["run"]["key"]
    assert (known, known in own.hex()) == (key_mark(own), False)
    assert "数据可用" in pingyi(keyed, "check", "small", "--key", str(keyed.parent / "own.key")).stdout
    refused = pingyi(keyed, "key", "small", "--out", str(other))
    assert (refused.returncode, "从备份恢复原来的密钥" in refused.stderr, other.exists()) == (9, True, False)
    assert pingyi(keyed, "key", "small", "--out", str(other), "--lost").returncode == 0
    for verb in ("check", "run"):
        refused = pingyi(keyed, verb, "small", "--key", str(other))
        assert (refused.returncode, f"密钥不是运行 {run.parent.name} 用的那一把" in refused.stderr) == (9, True)
    assert "数据可用" in pingyi(keyed, "check", "small", "--key", str(other), "--new-key").stdout


def test_a_key_that_others_can_read_is_refused(small: Path) -> None:
    pingyi(small, "key", "small", "--out", str(small.parent / "own.key"))
    (small.parent / "own.key").chmod(0o644)
    refused = pingyi(small, "check", "small", "--key", str(small.parent / "own.key"))
    assert (refused.returncode, "chmod 600" in refused.stderr) == (9, True)


# ---------------------------------------------------------------- days that add up


def test_what_was_read_is_kept_apart_and_nothing_hangs_on_it(small: Path) -> None:
    first, second = (pingyi(small, "check", "small").stdout.splitlines() for _ in range(2))
    kept = small.parent / "cache" / "pingyi" / "small"
    assert len(list(kept.iterdir())) == 5
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert second == pingyi(small, "check", "small", "--fresh").stdout.splitlines()
    assert [line for line in first if not line.startswith("到件记录")] == second


# ---------------------------------------------------------------- what senders say they sent


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(PLAN)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    rows = "\n".join(f"v{n} | network | 0101 | 满意 | 2020-11-12 | p{n} | 服务对象" for n in range(5))
    made = Folder(tmp_path / "facts").csv("units.csv", ROSTER).csv("ratings/6日.csv", f"{BALLOT}\n{rows}")
    return made.csv("ratings/7日.csv", f"{PHONE}\nclient | 0101 | 满意 | 2020-05-06 | 电话")


def sent(folder: Folder, *names: str) -> dict[str, tuple[int, str]]:
    data = {name: (folder.path / "ratings" / name).read_bytes() for name in names}
    return {name: (len(one), hashlib.sha256(one).hexdigest()) for name, one in data.items()}


def test_files_that_are_as_they_were_sent_pass(folder: Folder, plan: Plan) -> None:
    lines = [
        f"{name} | {size} | {digest.upper()} | " for name, (size, digest) in sent(folder, "6日.csv", "7日.csv").items()
    ]
    facts = folder.csv("ratings/清单.csv", "\n".join(["文件 | 字节 | SHA-256 | 行数", *lines])).read(plan)
    assert (facts.tables["ratings"].height, facts.notices, facts.mended) == (6, [], [])
    folder.csv("ratings/清单.csv", "file | rows\n6日.csv | 5")
    assert [str(one) for one in folder.read(plan).notices] == ["ratings/7日.csv：不在 清单.csv 里，没有核对"]


LISTS = [
    ("文件 | 行数\n6日.csv | 6", "ratings/6日.csv", "整个文件", "清单.csv 第 2 行写的是 6 行，收到的有 5 行"),
    ("文件 | 字节\n6日.csv | 99", "ratings/6日.csv", "整个文件", "写的是 99 字节"),
    ("文件 | SHA256\n7日.csv | " + "0" * 64, "ratings/7日.csv", "整个文件", "SHA-256 不符"),
    ("文件 | 行数\n8日.csv | 6", "ratings/清单.csv", "第 2 行", "读到“8日.csv”，清单里有这个文件，这里没有"),
    ("文件 | 行数\n../units.csv | 8\n/etc/passwd | 1", "ratings/清单.csv", "第 2 行", "这里没有"),
    ("文件 | 行数\n6日.csv | 五", "ratings/清单.csv", "第 2 行“行数”", "应为整数"),
    ("文件 | SHA-256\n6日.csv | abc", "ratings/清单.csv", "第 2 行“sha256”", "64 位"),
    ("文件 | 行数\n6日.csv | ", "ratings/清单.csv", "第 2 行", "应写明文件，和它的"),
    ("文件 | 备注\n6日.csv | 好", "ratings/清单.csv", "整个文件", "清单的表头应有"),
    ("文件 | 行数", "ratings/清单.csv", "整个文件", "清单是空的"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "file", "where", "piece"), LISTS)
def test_what_is_not_as_it_was_sent_is_named(
    folder: Folder, plan: Plan, text: str, file: str, where: str, piece: str
) -> None:
    fault = folder.csv("ratings/清单.csv", text).faults(plan)[0]
    assert fault.file.endswith(file)
    assert (fault.where, piece in str(fault)) == (where, True), str(fault)


def test_a_list_that_was_cut_is_told(folder: Folder, plan: Plan) -> None:
    folder.write("ratings/清单.csv", "文件,行数\n6日.csv,5".encode())
    assert "清单可能被截断" in str(folder.faults(plan)[0])
    folder.write("ratings/清单.csv", b"\xff\xff\xff,1\n")
    assert folder.faults(plan)[0].file.endswith("清单.csv")


def test_a_day_that_lost_its_last_lines_is_found_by_the_list_alone(folder: Folder, plan: Plan) -> None:
    """The cut lies between two lines: nothing else can tell."""
    listed = sent(folder, "6日.csv")["6日.csv"]
    path = folder.path / "ratings" / "6日.csv"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))
    assert folder.read(plan).tables["ratings"].height == 4
    folder.csv("清单.csv", f"文件 | SHA-256\nratings/6日.csv | {listed[1]}")
    (fault,) = folder.faults(plan)
    assert fault.file.endswith("ratings/6日.csv")


# ---------------------------------------------------------------- crossed out


@pytest.mark.parametrize("code", ["138****5678", "138＊＊＊＊", "张＊"])
def test_what_was_crossed_out_is_no_pseudonym(folder: Folder, plan: Plan, code: str) -> None:
    """138**** stands for many; as one person they would have one vote."""
    folder.csv("ratings/8日.csv", f"{BALLOT}\nv9 | network | 0101 | 满意 | 2020-11-12 | {code} | 服务对象")
    with pytest.raises(FactsRefused) as refused:
        read_whole(folder.path, plan, key=bytes(32))
    (fault,) = refused.value.faults
    assert (fault.where, "遮去了" in fault.wanted) == ("第 2 行“评价人代号”", True)
