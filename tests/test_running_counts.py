"""Counts that are kept from run to run: the same as counting anew, and a day reads no more than it must."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pingyi.facts.intake import read_facts
from pingyi.facts.store import COUNTS_SUFFIX
from pingyi.scoring import count, running_counts
from pingyi.scoring.review import Review
from tests.test_ledger import chain, draft
from tests.test_store import COUNTED, RATED, folder_with, rows, streamed

pytestmark = pytest.mark.slow

__all__ = ["streamed"]


def plan_with(keep="last", score_per="cycle", own_unit=True):
    """The plan of these tests under another rule of who counts."""
    sat, *others = RATED.components
    each = sat.ratings.each.model_copy(update={"keep": keep}) if keep else None
    rule = sat.ratings.model_copy(update={"each": each, "score_per": score_per, "own_unit": own_unit})
    return RATED.model_copy(update={"components": [sat.model_copy(update={"ratings": rule}), *others]})


def counted(plan, facts, running: Path | None = None) -> dict[str, pl.DataFrame]:
    """What the count of these facts hands on."""
    review = Review.begin(plan, facts.tables, running=running).through("tally")
    return {name: review.table(name) for name in COUNTED}


def assert_goes_on(plan, folder: Path, running: Path, **given) -> None:
    """Going on with what is kept comes to the same as counting anew, table by table."""
    facts = read_facts(folder, plan, **given)
    found, wanted = counted(plan, facts, running), counted(plan, facts)
    assert [name for name in wanted if not wanted[name].equals(found[name])] == []


@pytest.fixture
def reading(monkeypatch):
    """What each count reads of the store: ratings of all, or of added parts and of earlier ones that they reach."""
    told: list[tuple[str, ...] | str] = []
    shares, touched = count._count_shares, running_counts._looking_at_touched

    def all_of_it(run):
        told.append("shares")
        return shares(run)

    def some_of_it(run, added, earlier):
        told.append((*added["place"], "and", *earlier["place"]))
        return touched(run, added, earlier)

    monkeypatch.setattr(count, "_count_shares", all_of_it)
    monkeypatch.setattr(running_counts, "_looking_at_touched", some_of_it)
    return told


BATCHES = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["", "", "7", "12", "a3"]),
            st.sampled_from("甲乙丙"),
            st.sampled_from(["满意", "一般", "不满意"]),
            st.integers(1, 14),
            st.integers(0, 1),
            st.sampled_from(["p", "q", "r", ""]),
            st.sampled_from(["电话", "短信"]),
            st.sampled_from(["", "yes"]),
        ),
        min_size=1,
        max_size=12,
    ),
    min_size=2,
    max_size=4,
)


@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    keep=st.sampled_from(["last", "first", None]),
    per=st.sampled_from(["cycle", "year"]),
    batches=BATCHES,
    own_unit=st.booleans(),
)
def test_batches_come_to_the_same_one_by_one(tmp_path_factory, keep, per, batches, own_unit):
    plan, base = plan_with(keep, per, own_unit), tmp_path_factory.mktemp("batches")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pingyi.facts.intake.streaming.LARGE", 0)
        patch.setattr(running_counts, "SHARE_OF_ALL", 1)
        forms = set()
        for nth, batch in enumerate(batches):
            lines = [f",sat,丙,一般,2020-05-05 08:00:00,only{nth},电话,"]  # no two batches are the same
            for form, unit, level, month, minute, who, channel, own in batch:
                number = form if (form, unit) not in forms else ""
                forms.add((number, unit))
                day = date(2020 + month // 13, (month - 1) % 12 + 1, 10)
                person = who or (f"x{nth}-{len(lines)}" if keep else "")
                lines.append(f"{number},sat,{unit},{level},{day} 09:{minute:02d}:00,{person},{channel},{own}")
            folder_with(base / "facts", **{f"batch-{nth}": lines})
            assert_goes_on(plan, base / "facts", base / "running")


def test_a_day_reads_its_own_parts_and_those_of_its_cycle(tmp_path, streamed, reading):
    spring = [f",sat,甲,满意,2020-0{month}-01 09:00:00,p{month}{nth},电话," for month in (1, 2) for nth in range(20)]
    summer = [f",sat,甲,满意,2020-0{month}-01 09:00:00,p{month}{nth},电话," for month in (7, 8) for nth in range(20)]
    folder = folder_with(tmp_path / "facts", spring=spring, summer=summer)
    assert_goes_on(RATED, folder, tmp_path / "running")
    reading.clear()
    day = [",sat,甲,不满意,2020-09-01 09:00:00,p83,电话,", ",sat,乙,不满意,2020-09-01 09:00:00,new,电话,"]
    folder_with(folder, autumn=day)
    facts = read_facts(folder, RATED)
    review = Review.begin(RATED, facts.tables, running=tmp_path / "running").through("tally")
    (touched, *shares) = reading
    assert len(touched[: touched.index("and")]) == 1
    assert shares == ["shares"] * 2, "the earlier rating of the person who came again, and then both"
    aside = review.table("excluded_ratings").filter(reason="replaced")
    assert aside["ratings"].to_list() == [1]
    read = {name for name, seconds in review.run.seconds.items() if name.startswith("store/") and seconds}
    assert read == {"store/turn_days", "store/turns", "store/ratings"}


def test_without_anything_new_nothing_is_read(tmp_path, streamed, reading):
    folder = folder_with(tmp_path / "facts", ratings=rows(60))
    assert_goes_on(RATED, folder, tmp_path / "running")
    reading.clear()
    facts = read_facts(folder, RATED)
    found = counted(RATED, facts, tmp_path / "running")
    assert reading == []
    assert all(found[name].equals(frame) for name, frame in counted(RATED, facts).items())


@pytest.mark.parametrize(
    "change",
    [
        {"keep": "first"},
        {"keep": None},
        {"score_per": "year"},
        {"own_unit": False},
    ],
    ids=str,
)
def test_another_rule_is_counted_by_itself(tmp_path, streamed, change):
    lines = [line + "yes" if nth % 5 == 0 else line for nth, line in enumerate(rows(90))]
    folder = folder_with(tmp_path / "facts", ratings=lines)
    assert_goes_on(RATED, folder, tmp_path / "running")
    assert_goes_on(plan_with(**change), folder, tmp_path / "running")
    assert_goes_on(RATED, folder, tmp_path / "running")


def test_what_was_withdrawn_or_corrected_is_counted_anew(tmp_path, streamed, reading):
    batches = {f"b{nth}": rows(20, first=20 * nth) for nth in range(4)}
    form = "f2,sat,甲,一般,2020-03-02 10:00:00,y,短信,"
    folder, running = folder_with(tmp_path / "facts", **batches, form=[form]), tmp_path / "running"
    assert_goes_on(RATED, folder, running)
    (folder / "ratings" / "b3.csv").unlink()
    reading.clear()
    assert_goes_on(RATED, folder, running)
    record = {"form": "f2", "method": "sat", "unit": "甲", "level": "一般", "rated_on": "2020-03-02 10:00:00.000000"}
    for values, state in (({"level": "不满意"}, "confirmed"), ({}, "withdrawn")):
        assert_goes_on(RATED, folder, running, ledger=chain(draft("ratings", record, values, state)))
    assert set(reading) == {"shares"}, "never touched parts alone"
    assert len(reading) == 6


@pytest.mark.parametrize("damage", ["flip", "lose", "cut the note", "lose the note"])
def test_damaged_counts_are_never_gone_on_with(tmp_path, streamed, damage, reading):
    folder, running = folder_with(tmp_path / "facts", ratings=rows(60)), tmp_path / "running"
    assert_goes_on(RATED, folder, running)
    (kept,) = running.glob(f"*{COUNTS_SUFFIX}")
    target = kept / ("note.json" if "note" in damage else "kept.parquet")
    data = bytearray(target.read_bytes())
    if damage.startswith("lose"):
        target.unlink()
    elif damage == "flip":
        data[len(data) // 2] ^= 1
        target.write_bytes(data)
    else:
        target.write_bytes(data[:-5])
    reading.clear()
    assert_goes_on(RATED, folder, running)
    assert reading[0] == "shares"


def test_a_place_that_cannot_be_written_costs_no_count(tmp_path, streamed):
    folder = folder_with(tmp_path / "facts", ratings=rows(60))
    (tmp_path / "running").write_text("a file")
    assert_goes_on(RATED, folder, tmp_path / "running")
    assert (tmp_path / "running").read_text() == "a file"
