"""The ledger over ratings of a store: what it comes to is what it comes to over ratings in memory."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pingyi.amendments.correction_form import Drafting, read_form
from pingyi.common.codebook import codebook
from pingyi.facts import store
from pingyi.facts.intake import FactsRefused, read_facts, streaming
from pingyi.facts.intake.corrected import rows_as_text
from pingyi.facts.intake.setting import Setting
from pingyi.facts.ledger import Draft, Ledger
from pingyi.facts.store import LEFT_OUT, PARTS, has_store
from pingyi.runs.changes import describe_row_changes
from tests.test_ledger import HEAD as FORM_HEAD
from tests.test_ledger import chain, draft
from tests.test_store import HEAD, RATED, at_once, folder_with, rows, streamed, tables_of

pytestmark = pytest.mark.slow

__all__ = ["streamed"]

FORMS = [
    "f1,sat,甲,满意,2020-03-01,x,电话,",
    "f2,sat,乙,一般,2020-03-02 10:00:00,y,短信,是",
]
"""Rows with a form."""

SHEET = [
    "f3,sat,甲,不满意,2020-03-05,z,电话,",
    "f2,sat,乙,一般,2020-03-02 10:00:00,y,短信,是",
    ",sat,丙,一般,2020-04-05,p1,电话,",
]
"""Rows of a workbook, one of them a row of the files once more."""


def mixed(folder: Path) -> Path:
    """A folder with ratings in two files that are read block by block, and in a workbook that is not."""
    folder_with(folder, one=[*FORMS, *rows(12)], two=[*rows(7, first=12), FORMS[0]])
    return with_workbook(folder, SHEET)


def with_workbook(folder: Path, lines: list[str]) -> Path:
    """The folder with a workbook of ratings beside its files."""
    frame = pl.DataFrame([one.split(",") for one in lines], schema=HEAD.split(","), orient="row")
    frame.with_columns(pl.all().replace("", None)).write_excel(folder / "ratings" / "three.xlsx", worksheet="评价记录")
    return folder


@dataclass
class Outcome:
    """What intake says of a folder, and what the count makes of it."""

    faults: list[str]
    receipts: object = None
    notices: object = None
    counted: dict[str, pl.DataFrame] | None = None

    @classmethod
    def of(cls, folder: Path, ledger: Ledger) -> "Outcome":
        try:
            facts = read_facts(folder, RATED, ledger=ledger)
        except FactsRefused as refused:
            return cls(sorted(map(str, refused.faults)))
        return cls([], facts.receipts, sorted(map(str, facts.notices)), tables_of(RATED, facts.tables))

    def differs_from(self, other: "Outcome") -> list[str]:
        """What is not the same."""
        said = [name for name in ("faults", "receipts", "notices") if getattr(self, name) != getattr(other, name)]
        one, two = self.counted or {}, other.counted or {}
        return said + [name for name in one.keys() | two.keys() if name not in two or not one[name].equals(two[name])]


def records_of(folder: Path) -> list[dict[str, str]]:
    """Every rating as the ledger names it: by all its columns."""
    facts = at_once(lambda: read_facts(folder, RATED))
    texts = rows_as_text(facts.tables["ratings"], codebook().facts["ratings"])
    return [{name: value or "" for name, value in row.items()} for row in texts.iter_rows(named=True)]


def key_of(record: dict[str, str]) -> dict[str, str]:
    """A record by its key alone, where it has a form."""
    return {name: record[name] for name in ("form", "method", "unit", "item")} if record["form"] else record


def test_an_objection_takes_no_rating_out_of_the_count(tmp_path, streamed):
    folder = mixed(tmp_path / "facts")
    ledger = chain(*(draft("ratings", key_of(one), {}, "objected") for one in records_of(folder)))
    large = read_facts(folder, RATED, ledger=ledger)
    assert has_store(large.tables)
    before = read_facts(folder, RATED)
    assert large.tables[LEFT_OUT].equals(before.tables[LEFT_OUT])
    first, second = tables_of(RATED, before.tables), tables_of(RATED, large.tables)
    assert [name for name in first if not first[name].equals(second[name])] == []


@pytest.mark.parametrize(("values", "state"), [({"level": "不满意"}, "confirmed"), ({}, "withdrawn")])
@pytest.mark.parametrize("form", ["f1", "f2", "f3"], ids=["twice in files", "in a workbook too", "in a workbook"])
def test_a_row_of_a_form_is_corrected_though_it_came_twice(tmp_path, streamed, form, values, state):
    folder = mixed(tmp_path / "facts")
    record = next(key_of(one) for one in records_of(folder) if one["form"] == form)
    ledger = chain(draft("ratings", record, values, state))
    large = Outcome.of(folder, ledger)
    assert large.faults == []
    assert large.differs_from(at_once(lambda: Outcome.of(folder, ledger))) == []
    assert large.differs_from(Outcome.of(folder, Ledger()))


def test_a_corrected_row_does_not_hide_a_batch_that_came_twice(tmp_path, streamed):
    lines = rows(30)
    folder = folder_with(tmp_path / "facts", one=lines, two=lines)
    ledger = chain(draft("ratings", records_of(folder_with(tmp_path / "one", one=lines))[0], {}, "withdrawn"))
    large = Outcome.of(folder, ledger)
    assert large.faults
    assert large.differs_from(at_once(lambda: Outcome.of(folder, ledger))) == []


def test_the_same_bytes_again_are_told_as_of_ratings_in_memory(tmp_path, streamed):
    keyed = [f"f{nth},{one[1:]}" for nth, one in enumerate(rows(30))]
    folder = folder_with(tmp_path / "keyed", one=keyed, two=keyed)
    large = Outcome.of(folder, Ledger())
    assert large.faults == [], "rows with a form are the same rows"
    assert large.differs_from(at_once(lambda: Outcome.of(folder, Ledger()))) == []
    beside = with_workbook(folder_with(tmp_path / "few", one=rows(30)), [SHEET[2]])
    shutil.copyfile(beside / "ratings" / "three.xlsx", beside / "ratings" / "four.xlsx")
    large = Outcome.of(beside, Ledger())
    assert large.faults
    assert large.differs_from(at_once(lambda: Outcome.of(beside, Ledger()))) == []


def test_a_row_is_read_again_and_no_other(tmp_path, streamed, monkeypatch):
    folder = folder_with(tmp_path / "facts", one=rows(60))
    record = records_of(folder)[7]
    taken = []
    read = streaming.Stream.read_rows
    monkeypatch.setattr(streaming.Stream, "read_rows", lambda self, some: taken.append(some) or read(self, some))
    read_facts(folder, RATED, ledger=chain(draft("ratings", record, {"level": "不满意"})))
    assert taken == [[9]]


def test_zeros_are_missed_in_a_workbook_beside_a_store_and_the_other_way_round(tmp_path, streamed):
    for place, (csv, xlsx) in {"a": ("0012", "12"), "b": ("12", "0012")}.items():
        folder = folder_with(tmp_path / place, one=[f",sat,甲,满意,2020-03-01,{csv},电话,", *rows(5)])
        with_workbook(folder, [f",sat,乙,满意,2020-03-01,{xlsx},电话,"])
        large = Outcome.of(folder, Ledger())
        assert large.faults
        assert large.differs_from(at_once(lambda folder=folder: Outcome.of(folder, Ledger()))) == []


CHANGES = st.sampled_from(
    [
        *(({"level": "不满意"}, state) for state in ("confirmed", "proposed")),
        *(({}, state) for state in ("withdrawn", "objected", "upheld")),
        ({"unit": "丙"}, "confirmed"),
        ({"form": "f1"}, "confirmed"),
        ({"rated_on": "2020-08-01"}, "confirmed"),
    ]
)


@settings(max_examples=20, deadline=None)
@given(picks=st.lists(st.tuples(st.integers(0, 23), st.booleans(), CHANGES), max_size=4), new=st.booleans())
@example(picks=[(8, False, ({"form": "f1"}, "confirmed")), (2, False, ({"form": "f1"}, "confirmed"))], new=False)
def test_any_ledger_comes_to_the_same_over_a_store(tmp_path_factory, picks, new):
    folder = mixed(tmp_path_factory.mktemp("facts"))
    records = records_of(folder)
    drafts = []
    for at, short, (values, state) in picks:
        record = records[at % len(records)]
        drafts.append(draft("ratings", key_of(record) if short else record, values, state))
    if new:
        record = {"form": "f9", "method": "sat", "unit": "甲", "item": ""}
        values = {"level": "满意", "rated_on": "2020-05-06", "respondent": "q", "channel": "电话"}
        drafts.append(draft("ratings", record, record | values, new=True))
    ledger = chain(*drafts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streaming, "LARGE", 0)
        patch.setattr(streaming, "BLOCK", 3)
        large = Outcome.of(folder, ledger)
    assert large.differs_from(at_once(lambda: Outcome.of(folder, ledger))) == []


# ---------------------------------------------------------------- the form of corrections


def drafted(folder: Path, place: Path, *lines: str, ledger: Ledger | None = None) -> list[Draft] | list[str]:
    """What the lines of a form come to over these facts, or what is wrong with them."""
    facts = read_facts(folder, RATED, ledger=ledger)
    drafting = Drafting(Setting.of(RATED, facts.tables), facts.tables, ledger.entries if ledger else (), facts.stored)
    path = place / "更正.csv"
    path.write_text("\n".join([FORM_HEAD, *lines]) + "\n", encoding="utf-8")
    (form,) = read_form(path, drafting.setting)
    drafting.take_form(form)
    return [str(one) for one in form.notepad.faults] or drafting.drafts


NAMED = {
    "by its place": "ratings/one.csv 第 5 行",
    "by its place in a workbook": "ratings/three.xlsx“评价记录” 第 4 行",
    "by a place where a row came again": "ratings/two.csv 第 9 行",
    "by its form": "表单编号=f2；指标=sat；单位=乙",
    "by its time": "单位=甲；评价时间=2020-10-10 09:09:00",
    "by too little": "单位=甲",
    "by a place without a row": "ratings/one.csv 第 99 行",
    "by nothing there": "表单编号=f7；指标=sat；单位=乙",
}

REFUSED = ("by too little", "by a place without a row", "by a place where a row came again")


@pytest.mark.parametrize("named", NAMED)
@pytest.mark.parametrize("rest", ["等次,不满意,确认", ",,异议"], ids=["corrected", "objected"])
def test_a_form_means_the_same_row_of_a_store_as_of_ratings_in_memory(tmp_path, streamed, named, rest):
    folder = mixed(tmp_path / "facts")
    line = f"评价记录,{NAMED[named]},{rest},评议办,写错,某文1号"
    large = drafted(folder, tmp_path, line)
    assert large == at_once(lambda: drafted(folder, tmp_path, line))
    refused = named in REFUSED or (named, rest) == ("by nothing there", ",,异议")
    assert isinstance(large[0], str) == refused


def test_a_row_is_corrected_once_more(tmp_path, streamed):
    folder = mixed(tmp_path / "facts")
    line = "评价记录,ratings/one.csv 第 5 行,等次,{},确认,评议办,写错,某文1号"
    (first,) = drafted(folder, tmp_path, line.format("不满意"))
    ledger = chain(first)
    large = drafted(folder, tmp_path, line.format("满意"), ledger=ledger)
    assert large == at_once(lambda: drafted(folder, tmp_path, line.format("满意"), ledger=ledger))
    assert large[0].before == {"level": "不满意"}


# ---------------------------------------------------------------- two states of the facts

STATES = {
    "the same": {},
    "a day more": {"more": rows(4, first=40)},
    "a file less": {"two": None},
    "a level changed": {"one": [*FORMS, *rows(11), ",sat,甲,不满意,2020-12-12 09:11:00,p55,短信,"]},
    "a row of a form changed": {
        "one": [FORMS[0].replace("满意", "一般"), FORMS[1], *rows(12)],
        "two": rows(7, first=12),
    },
    "cut otherwise": {"one": [*FORMS, *rows(12)[:9]], "three": rows(12)[9:]},
}


@pytest.fixture
def changes_of(tmp_path, streamed):
    """What is said of the rows of two states, each in memory or in a store."""

    def compare(files: dict, ledgers: tuple[Ledger, Ledger] = (Ledger(), Ledger())) -> list[list]:
        before = mixed(tmp_path / "before")
        after = mixed(tmp_path / "after")
        folder_with(after, **{name: lines for name, lines in files.items() if lines})
        for name in (name for name, lines in files.items() if lines is None):
            (after / "ratings" / f"{name}.csv").unlink()
        both = [(folder, ledger) for folder, ledger in zip((before, after), ledgers, strict=True)]
        large = [read_facts(folder, RATED, ledger=ledger).tables for folder, ledger in both]
        small = [at_once(lambda one=one: read_facts(one[0], RATED, ledger=one[1]).tables) for one in both]
        pairs = ((small[0], small[1]), (large[0], large[1]), (small[0], large[1]), (large[0], small[1]))
        return [list(describe_row_changes(*pair)) for pair in pairs]

    return compare


@pytest.mark.parametrize("state", STATES)
def test_what_changed_is_said_of_a_store_as_of_ratings_in_memory(changes_of, state):
    in_memory, *with_store = changes_of(STATES[state])
    assert with_store == [in_memory] * 3
    assert bool(in_memory) == (state not in ("the same", "cut otherwise"))


@pytest.mark.parametrize(("values", "state"), [({"level": "不满意"}, "confirmed"), ({}, "withdrawn"), ({}, "objected")])
def test_what_the_ledger_changed_is_said_of_a_store(changes_of, tmp_path, values, state):
    record = records_of(mixed(tmp_path / "records"))[5]
    ledger = chain(draft("ratings", record, values, state))
    in_memory, *with_store = changes_of({}, (Ledger(), ledger))
    assert with_store == [in_memory] * 3
    assert bool(in_memory) == (state != "objected")


def test_parts_of_both_states_are_not_read(tmp_path, streamed, monkeypatch):
    folder, cache = mixed(tmp_path / "facts"), tmp_path / "cache"
    before = read_facts(folder, RATED, cache=cache).tables
    folder_with(folder, more=rows(4, first=40))
    after = read_facts(folder, RATED, cache=cache).tables
    looked = []
    connect = store.connect_parts
    monkeypatch.setattr(
        store, "connect_parts", lambda some, parts, until: looked.append(parts) or connect(some, parts, until)
    )
    (found,) = describe_row_changes(before, after)
    assert (found.new, found.gone, found.changed) == (4, 0, 0)
    shared = set(before[PARTS]["path"]) & set(after[PARTS]["path"])
    assert len(shared) > 5
    assert [len(one) for one in looked[:-1]] == [2]
