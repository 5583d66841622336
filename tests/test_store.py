"""Ratings that are too many for the memory: read block by block, kept as parts, counted share after share.

What is streamed must come to what is read at once: the same facts, the same faults, the same count.
"""

import itertools
import os
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingyi.common import paths
from pingyi.explain.explainer import Explainer
from pingyi.explain.fact_rows import FactRows
from pingyi.facts.intake import FactsRefused, read_facts, streaming
from pingyi.facts.store import LEFT_OUT, PARTS, PartsDamaged, has_store
from pingyi.plan.reader import read_plan
from pingyi.results.result_tables import ResultTables
from pingyi.runs.folder import stored_facts, write_facts
from pingyi.scoring import count
from pingyi.scoring.count import shares
from pingyi.scoring.published import published_names
from pingyi.scoring.review import Review
from tests import tiny
from tests.support import PARAMETERS
from tests.test_ledger import chain, draft

pytestmark = pytest.mark.slow

RATED = tiny.plan(
    {"id": "sat", "full": "100", "per": "half", "cycle_full": {"上半年": "50", "下半年": "50"}}
    | {
        "ratings": {
            "levels": {"满意": "1", "一般": "0.6", "不满意": "0"},
            "channels": [{"id": "电话"}, {"id": "短信"}],
            "each": {"by": "respondent", "keep": "last"},
        }
    }
)
HEAD = "form,method,unit,level,rated_on,respondent,channel,own"


@pytest.fixture
def streamed(monkeypatch):
    """Every file of ratings is read a few rows at a time, and counted a few units at a time."""
    monkeypatch.setattr(streaming, "LARGE", 0)
    monkeypatch.setattr(streaming, "BLOCK", 3)
    count_a_few(monkeypatch, 40)


def count_a_few(monkeypatch, most):
    """Let no more than that many ratings be counted at a time, unless they are of one unit."""
    monkeypatch.setattr(count, "shares", lambda ratings: shares(ratings, most))


def rows(number: int, *, first: int = 0) -> list[str]:
    """Ratings over the year: a third of them of somebody who rates the unit again, some before the year."""
    return [
        f",sat,{'甲乙丙'[nth % 3]},{('满意', '一般', '不满意')[nth * 7 % 3]},"
        f"{2019 + (nth % 29 > 0)}-{nth % 12 + 1:02d}-{nth % 28 + 1:02d} 09:{nth % 60:02d}:00,"
        f"p{nth * 5 % max(number * 2 // 3, 1)},{'电话短信'[nth % 2 * 2 : nth % 2 * 2 + 2]},"
        for nth in range(first, first + number)
    ]


NAMELESS = [f",sat,{'甲乙丙'[nth % 3]},满意,2020-03-{nth % 28 + 1:02d} 09:00:00,匿名,电话," for nth in range(30)]
"""Ratings of whom nobody is known."""


def folder_with(folder: Path, **files: list[str]) -> Path:
    """A folder of facts: the roster, and files of ratings by name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "units.csv").write_text(
        "unit,name,category,organ,management\n" + "".join(f"{one},{one}科,机关,某局,单独\n" for one in "甲乙丙"),
        encoding="utf-8",
    )
    (folder / "ratings").mkdir(exist_ok=True)
    for name, lines in files.items():
        (folder / "ratings" / f"{name}.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return folder


def at_once(read):
    """What is read without a store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streaming, "LARGE", 1 << 60)
        return read()


def faults_of(folder: Path, plan=RATED) -> list[str]:
    """What is wrong with a folder, as it is said."""
    try:
        read_facts(folder, plan)
    except FactsRefused as refused:
        return sorted(map(str, refused.faults))
    return []


COUNTED = (*count.COUNTED, "tally", "set_aside", "respondents", "monthly_rates")
"""What the count hands on."""


def tables_of(plan, facts) -> dict[str, pl.DataFrame]:
    """What the count of these facts hands on."""
    review = Review.begin(plan, facts, draws=2).through("tally")
    return {name: review.table(name) for name in COUNTED}


def assert_same(plan, one, other) -> None:
    """Two sets of facts come to the same count."""
    first, second = tables_of(plan, one), tables_of(plan, other)
    assert [name for name in first if not first[name].equals(second[name])] == []


WITH_FACTS = [name for name in paths.campaigns() if paths.facts_folder(name).is_dir()]


@pytest.mark.parametrize("campaign", WITH_FACTS)
def test_a_campaign_comes_to_the_same_streamed_and_at_once(campaign, streamed, monkeypatch):
    monkeypatch.setattr(streaming, "BLOCK", 5000)
    count_a_few(monkeypatch, 2000)
    plan, folder = read_plan(PARAMETERS / f"{campaign}.yaml"), paths.facts_folder(campaign)
    large, small = read_facts(folder, plan), at_once(lambda: read_facts(folder, plan))
    assert has_store(large.tables) == any(one.ratings and not one.ratings.form for one in plan.components)
    assert (large.receipts, large.notices, large.mended) == (small.receipts, small.notices, small.mended)
    assert_same(plan, small.tables, large.tables)
    one, other = (Review.begin(plan, facts.tables, draws=2).through("outcomes") for facts in (small, large))
    assert [name for name in published_names() if not one.published(name).equals(other.published(name))] == []


def test_every_row_is_in_a_part_once(tmp_path, streamed):
    folder = folder_with(tmp_path / "facts", january=rows(50), june=rows(31, first=50))
    facts = read_facts(folder, RATED)
    parts = facts.tables[PARTS]
    assert parts["rows"].sum() == 81
    assert parts.height == 17 + 11
    assert [(one.file, one.rows_in, one.accepted) for one in facts.receipts[1:]] == [
        ("ratings/january.csv", 50, 50),
        ("ratings/june.csv", 31, 31),
    ]
    found = pl.read_parquet(parts["path"].to_list()).select("source", "row").sort("source", "row")
    assert found.rows() == [
        *((("ratings/january.csv"), nth) for nth in range(2, 52)),
        *((("ratings/june.csv"), nth) for nth in range(2, 33)),
    ]


FAULTY = {
    "an unknown unit": [*rows(9), ",sat,丁,满意,2020-03-01,x,电话,"],
    "an unknown level": [*rows(9), ",sat,甲,很好,2020-03-01,x,电话,"],
    "a day that is none": [*rows(4), ",sat,甲,满意,2020-02-30,x,电话,", *rows(9)],
    "nobody where persons count": [",sat,甲,满意,2020-03-01,,电话,", *rows(9)],
    "a channel that is none": [*rows(9), ",sat,甲,满意,2020-03-01,x,微信,"],
    "rows too short and too long": [*rows(4), ",sat,甲", *rows(4), *(f"{one},1" for one in rows(1))],
    "a telephone number": [*rows(7), ",sat,甲,满意,2020-03-01,13812345678,电话,"],
    "zeros that one of two has": [*rows(5), ",sat,甲,满意,2020-03-01,0012,电话,", ",sat,乙,满意,2020-03-01,12,电话,"],
    "zeros in numbers of forms": ["007,sat,甲,满意,2020-03-01,x,电话,", *rows(5), "7,sat,乙,满意,2020-03-01,y,电话,"],
    "one form with two levels": ["f1,sat,甲,满意,2020-03-01,x,电话,", *rows(5), "f1,sat,甲,一般,2020-03-01,x,电话,"],
    "the head once more": [*rows(5), HEAD, *rows(4)],
    "several at once": [",sat,丁,很好,2020-03-01,x,电话,", *rows(5), ",坐,甲,满意,3月1日,x,电话,"],
}


@pytest.mark.parametrize("lines", FAULTY.values(), ids=FAULTY)
def test_a_fault_is_told_in_the_same_words(tmp_path, streamed, lines):
    folder = folder_with(tmp_path / "facts", ratings=lines)
    found = faults_of(folder)
    assert found
    assert found == at_once(lambda: faults_of(folder))


@pytest.mark.parametrize(
    "files",
    [
        {"one": rows(40), "two": rows(40)},
        {"one": rows(40), "two": [*rows(40), *rows(25, first=200)]},
        {"one": rows(120)[:60], "two": [*rows(120)[30:60], *rows(120)[90:115]]},
        {"one": NAMELESS, "two": [*NAMELESS, *rows(3)]},
    ],
    ids=["the same bytes", "sent again with more", "half of it again", "of nobody"],
)
def test_a_batch_that_came_twice_is_told_in_the_same_words(tmp_path, streamed, files):
    folder = folder_with(tmp_path / "facts", **files)
    found = faults_of(folder)
    assert found
    assert found == at_once(lambda: faults_of(folder))


def test_a_head_that_is_wrong_is_told_once(tmp_path, streamed):
    folder = folder_with(tmp_path / "facts", ratings=rows(20))
    path = folder / "ratings" / "ratings.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("level", "deng", 1), encoding="utf-8")
    found = faults_of(folder)
    assert found
    assert found == at_once(lambda: faults_of(folder))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_is_streamed(tmp_path, streamed, encoding, ending):
    folder = folder_with(tmp_path / "facts")
    lines = ["表单编号,指标,单位,等次,评价时间,评价人代号,渠道,评价人属本单位", *rows(20)]
    (folder / "ratings" / "ratings.csv").write_bytes((ending.join(lines) + ending).encode(encoding))
    assert read_facts(folder, RATED).tables[PARTS]["rows"].sum() == 20


def test_codes_that_lost_their_zeros_in_one_block_only_are_refused(tmp_path, streamed):
    folder = folder_with(tmp_path / "facts")
    units = "".join(f"{one},{one}号科,机关,某局,单独\n" for one in ("0101", "0102", "0103"))
    (folder / "units.csv").write_text("unit,name,category,organ,management\n" + units, encoding="utf-8")
    lines = [one.replace("甲", "101").replace("乙", "102").replace("丙", "103") for one in rows(9)]
    mixed = [one.replace("甲", "0101").replace("乙", "0102").replace("丙", "0103") for one in rows(9)]
    (folder / "ratings" / "r.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    assert read_facts(folder, RATED).tables[PARTS]["rows"].sum() == 9
    (folder / "ratings" / "r.csv").write_text("\n".join([HEAD, *lines, *mixed]) + "\n", encoding="utf-8")
    assert any("单位编号有的写了前面的 0" in one for one in faults_of(folder))
    assert at_once(lambda: faults_of(folder))


def test_what_ends_in_the_middle_is_refused(tmp_path, streamed):
    folder = folder_with(tmp_path / "facts", ratings=rows(20))
    path = folder / "ratings" / "ratings.csv"
    path.write_bytes(path.read_bytes()[:-30])
    found = faults_of(folder)
    assert found
    assert found == at_once(lambda: faults_of(folder))


def test_repeated_rows_of_forms_count_once(tmp_path, streamed):
    again = ["f1,sat,甲,满意,2020-03-01,x,电话,", "f2,sat,乙,一般,2020-03-02,y,电话,"]
    folder = folder_with(tmp_path / "facts", one=[*again, *rows(10)], two=[*rows(9, first=500), *again])
    large, small = read_facts(folder, RATED), at_once(lambda: read_facts(folder, RATED))
    assert large.receipts == small.receipts
    assert large.tables[LEFT_OUT].height == 2
    assert_same(RATED, small.tables, large.tables)


def test_nobodies_are_told_apart(tmp_path, streamed):
    lines = [f",sat,甲,满意,2020-03-0{nth},匿名,电话," for nth in range(1, 8)]
    folder = folder_with(tmp_path / "facts", ratings=[*rows(10), *lines])
    large, small = read_facts(folder, RATED), at_once(lambda: read_facts(folder, RATED))
    assert large.notices == small.notices
    assert_same(RATED, small.tables, large.tables)


def test_votes_that_came_in_two_ways_are_refused(tmp_path, streamed):
    folder = folder_with(tmp_path / "facts", ratings=rows(20))
    lines = ["method,unit,level,votes,cycle,channel", "sat,甲,满意,5,上半年,电话"]
    (folder / "counts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = faults_of(folder)
    assert found
    assert found == at_once(lambda: faults_of(folder))


@pytest.mark.parametrize(
    ("values", "state"), [({"level": "不满意"}, "confirmed"), ({}, "withdrawn")], ids=["corrected", "withdrawn"]
)
def test_a_row_of_the_store_is_corrected_by_the_ledger(tmp_path, streamed, values, state):
    lines = ["f1,sat,甲,满意,2020-03-01,x,电话,", *rows(20), "f2,sat,甲,一般,2020-03-02 10:00:00,y,短信,"]
    folder = folder_with(tmp_path / "facts", ratings=lines)
    record = {"form": "f2", "method": "sat", "unit": "甲", "level": "一般", "rated_on": "2020-03-02 10:00:00.000000"}
    ledger = chain(draft("ratings", record, values, state))
    large = read_facts(folder, RATED, ledger=ledger)
    small = at_once(lambda: read_facts(folder, RATED, ledger=ledger))
    assert large.tables[LEFT_OUT].rows() == [("ratings/ratings.csv", None, 23)]
    assert large.receipts == small.receipts
    assert_same(RATED, small.tables, large.tables)


@settings(max_examples=10, deadline=None)
@given(seed=st.randoms(use_true_random=False), cuts=st.lists(st.integers(1, 119), max_size=4))
def test_the_count_hangs_on_no_order_and_no_size(tmp_path_factory, seed, cuts):
    lines = rows(120)
    whole = folder_with(tmp_path_factory.mktemp("whole"), ratings=lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streaming, "LARGE", 1 << 60)
        small = tables_of(RATED, read_facts(whole, RATED).tables)
        seed.shuffle(lines)
        borders = [0, *sorted(set(cuts)), 120]
        files = {f"f{at}": lines[at:end] for at, end in itertools.pairwise(borders)}
        patch.setattr(streaming, "LARGE", 0)
        patch.setattr(streaming, "BLOCK", seed.randint(1, 50))
        cut = folder_with(tmp_path_factory.mktemp("cut"), **files)
        patch.setattr(streaming, "can_stream", lambda path: path.suffix == ".csv")
        large = tables_of(RATED, read_facts(cut, RATED).tables)
    of_files = ("received",)
    assert [name for name in small if name not in of_files and not small[name].equals(large[name])] == []


def test_whoever_is_stopped_goes_on_with_the_next_block(tmp_path, streamed, monkeypatch):
    folder = folder_with(tmp_path / "facts", ratings=rows(30))
    written, write = [], streaming.write_part

    def stopped(connection, block, path):
        if len(written) == 4:
            raise KeyboardInterrupt
        written.append(path.name)
        return write(connection, block, path)

    monkeypatch.setattr(streaming, "write_part", stopped)
    with pytest.raises(KeyboardInterrupt):
        read_facts(folder, RATED, cache=tmp_path / "cache")
    monkeypatch.setattr(streaming, "write_part", lambda *given: written.append(given[2].name) or write(*given))
    facts = read_facts(folder, RATED, cache=tmp_path / "cache")
    assert written == [f"{nth:05d}.parquet" for nth in range(10)]
    assert facts.tables[PARTS]["rows"].sum() == 30
    assert_same(RATED, at_once(lambda: read_facts(folder, RATED)).tables, facts.tables)


def test_what_was_read_is_not_read_again(tmp_path, streamed, monkeypatch):
    folder, cache = folder_with(tmp_path / "facts", ratings=rows(30)), tmp_path / "cache"
    first = read_facts(folder, RATED, cache=cache)
    monkeypatch.setattr(streaming, "write_part", lambda *_: pytest.fail("read again"))
    second = read_facts(folder, RATED, cache=cache)
    assert first.tables[PARTS].equals(second.tables[PARTS])
    assert (first.receipts, first.notices, first.mended) == (second.receipts, second.notices, second.mended)


def flip(path: Path) -> None:
    """Change one bit in the middle of a file that may be linked elsewhere."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [flip, Path.unlink], ids=["a flipped bit", "a missing part"])
def test_a_harmed_part_is_read_anew_by_intake(tmp_path, streamed, harm):
    folder, cache = folder_with(tmp_path / "facts", ratings=rows(30)), tmp_path / "cache"
    before = read_facts(folder, RATED, cache=cache).tables
    harm(Path(before[PARTS]["path"][4]))
    after = read_facts(folder, RATED, cache=cache).tables
    assert_same(RATED, before, after)


@pytest.mark.parametrize(
    ("harm", "said"),
    [(flip, "与写下时的校验码不符"), (Path.unlink, "读不出来")],
    ids=["a flipped bit", "a missing part"],
)
def test_a_harmed_part_is_never_counted(tmp_path, streamed, harm, said):
    facts = read_facts(folder_with(tmp_path / "facts", ratings=rows(30)), RATED, cache=tmp_path / "cache").tables
    harm(Path(facts[PARTS]["path"][4]))
    review = Review.begin(RATED, facts)
    with pytest.raises(PartsDamaged, match=f"00004.parquet：{said}"):
        review.through("tally")
    assert review.done == ["roster"]


def test_a_part_twice_is_never_counted(tmp_path, streamed):
    facts = read_facts(folder_with(tmp_path / "facts", ratings=rows(30)), RATED, cache=tmp_path / "cache").tables
    facts = facts | {PARTS: pl.concat([facts[PARTS], facts[PARTS][3:4]])}
    with pytest.raises(PartsDamaged, match=r"00003.parquet、00003.parquet：内容相同"):
        Review.begin(RATED, facts).through("tally")


def test_a_full_disk_is_told(tmp_path, streamed, monkeypatch):
    def full(*_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(streaming, "write_part", full)
    with pytest.raises(FactsRefused, match=r"ratings\.csv"):
        read_facts(folder_with(tmp_path / "facts", ratings=rows(30)), RATED, cache=tmp_path / "cache")


def test_a_run_keeps_its_parts_wherever_it_moves(tmp_path, streamed):
    facts = read_facts(folder_with(tmp_path / "facts", ratings=rows(30)), RATED, cache=tmp_path / "cache").tables
    work, final = tmp_path / "run.part", tmp_path / "run"
    known = write_facts(facts, _made(work) / "facts")
    review = Review.begin(RATED, known, database=work / "pingyi.duckdb").through("tally")
    counted = review.table("tally")
    review.close()
    shutil.rmtree(tmp_path / "cache")
    work.rename(final)
    again = Review.resume(RATED, final / "pingyi.duckdb").through("outcomes")
    assert again.table("tally").equals(counted)
    assert_same(RATED, facts_of_run := stored_facts(final / "facts"), facts_of_run)
    assert Review.begin(RATED, facts_of_run).through("tally").table("tally").equals(counted)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("day", [date(2020, 5, 31), date(2020, 12, 31)])
def test_a_day_is_looked_at_as_it_stood(tmp_path, streamed, day):
    from pingyi.facts.as_of_date import as_it_stood

    folder = folder_with(tmp_path / "facts", ratings=rows(90))
    large, small = read_facts(folder, RATED).tables, at_once(lambda: read_facts(folder, RATED)).tables
    one, other = (Review.begin(RATED, as_it_stood(facts, RATED, day), as_of=day) for facts in (large, small))
    for table in ("tally", "set_aside", "received"):
        assert one.through("outcomes").table(table).equals(other.through("outcomes").table(table))


def test_a_unit_is_counted_some_persons_at_a_time(tmp_path, streamed, monkeypatch):
    folder = folder_with(tmp_path / "facts", ratings=[*rows(90), ",sat,甲,满意,2020-03-01,p0,电话,yes"])
    large, small = read_facts(folder, RATED).tables, at_once(lambda: read_facts(folder, RATED)).tables
    monkeypatch.setattr(count, "SHARE", 7)
    assert_same(RATED, small, large)


def test_ratings_outside_of_a_life_are_set_aside(tmp_path, streamed):
    folder = folder_with(tmp_path / "facts", ratings=rows(90))
    lines = ["unit,name,category,organ,management,founded_on,abolished_on", "甲,甲科,机关,某局,单独,2020-04-01,"]
    lines += ["乙,乙科,机关,某局,单独,,2020-08-31", "丙,丙科,机关,某局,单独,,"]
    (folder / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    large, small = read_facts(folder, RATED).tables, at_once(lambda: read_facts(folder, RATED)).tables
    assert "outside_life" in Review.begin(RATED, large).through("tally").table("set_aside")["reason"].to_list()
    assert_same(RATED, small, large)


def test_every_vote_leads_back_to_its_file_and_row(tmp_path, streamed):
    folder = folder_with(tmp_path / "facts", ratings=rows(90))
    large, small = read_facts(folder, RATED).tables, at_once(lambda: read_facts(folder, RATED)).tables

    def behind(facts):
        explainer = Explainer(ResultTables(Review.begin(RATED, facts).through("outcomes")))
        return FactRows(explainer.tables, facts).behind("sat", "甲").sort("source", "row")

    found, wanted = behind(large), behind(small)
    assert found.filter(table="ratings").height == 30
    assert found.equals(wanted)


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 80))
def test_shares_hold_every_unit_once_and_no_more_than_they_may(numbers, most):
    units = [(f"{nth:03d}", number) for nth, number in enumerate(numbers)]
    found = list(shares(units, most))
    covered = [[number for unit, number in units if first <= unit <= last] for first, last, _ in found]
    assert [many for _, _, many in found] == [sum(share) for share in covered]
    assert [one for share in covered for one in share] == numbers
    assert all(sum(share) <= most or len(share) == 1 for share in covered)
