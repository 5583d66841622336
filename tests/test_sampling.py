"""Draws: the numbers are the published ones, anyone can check them, and whatever falls short is said."""

import csv
import heapq
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import count, islice
from typing import NamedTuple
from zipfile import ZipFile

import fastexcel
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingyi.common.files import PlaceTaken, new_folder
from pingyi.common.spreadsheet_safe import add_sheet, sheet_name, workbook, write_csv
from pingyi.fieldwork.sampling import DrawRefused, FrameFaults, hashed_digits, leading_nines, ticket_numbers
from pingyi.fieldwork.sampling import cut_number as shown
from pingyi.fieldwork.sampling import draw_sample as draw
from pingyi.fieldwork.sampling import split_by_shares as split
from pingyi.fieldwork.sampling_files import draw_into
from pingyi.fieldwork.sampling_files import write_sample as write_draw
from pingyi.plan.work import Sampling
from tests import tiny

pytestmark = pytest.mark.slow

ARLO_SEED = "12345678901234567890abcdefghijklmnopqrstuvwxyz😊"
ARLO = """
0.000617786129909912 2 3 1
0.002991631653037245 3 24 1
0.012057030610635061 1 25 1
0.017930028930651931 4 19 1
0.025599454926985137 3 15 1
0.045351055354441163 1 7 1
0.063913979803461405 1 8 1
0.064553852798863609 1 22 1
0.078998835671540970 1 20 1
0.090240829778172783 3 12 1
0.096136506157297637 1 20 2
0.104280162683637014 4 17 1
0.108948480696023984 1 25 2
0.111195681310332785 1 4 1
0.114438612046531251 4 3 1
0.130457464320709301 2 1 1
0.133484785501449819 1 12 1
0.134519219670087860 3 20 1
0.135840440920085144 3 10 1
0.138772253094235762 4 20 1
"""
"""Ticket, batch, position, generation: votingworks/arlo at 8d86156, server/tests/audit_math/test_sampler.py."""


class Ticket(NamedTuple):
    """A number, whose it is, and the how-manieth of this id it is (1 unless ids are put back)."""

    number: str
    id: str
    generation: int = 1


def first_number(seed, id):
    return ticket_numbers(seed, [id])[0]


def next_number(number):
    """The number that an id gets once it was drawn and put back: larger, and as evenly spread above as the first."""
    nines = leading_nines(number)
    drawn = (nines + hashed_digits(f"{number}:{nth}") for nth in count(1))
    return next(larger for larger in drawn if larger > number + "0")


def sample(seed, ids, *, replace=False):
    """Tickets in the order in which the published sampler draws them, each id once; without end where put back."""
    unique = sorted(set(ids))
    heap = [Ticket(number, id) for number, id in zip(ticket_numbers(seed, unique), unique, strict=True)]
    heapq.heapify(heap)
    while heap:
        number, id, generation = heap[0]
        yield heap[0]
        if replace:
            heapq.heapreplace(heap, Ticket(next_number(number), id, generation + 1))
        else:
            heapq.heappop(heap)


class TestTickets:
    def test_the_published_sample_is_reproduced(self):
        """Twenty of 4 batches of 25 ballots, put back after each draw."""
        ids = [str((f"pct {batch}", position)) for batch in range(1, 5) for position in range(1, 26)]
        found = [
            (shown(one.number), one.id, one.generation) for one in islice(sample(ARLO_SEED, ids, replace=True), 20)
        ]
        published = [line.split() for line in ARLO.split("\n") if line]
        assert found == [(n, str((f"pct {batch}", int(place))), int(nth)) for n, batch, place, nth in published]

    def test_the_documented_numbers_are_reproduced(self):
        """consistent-sampler 1.0.10, doctests of first_fraction and next_fraction."""
        first = "0.26299714122838008416507544297546663599715395525154425586041245287750224561854"
        following = "0.642853261655004694691182528114375607701032283189922170593838029306715548381901"
        assert first_number("01382438112797316654", "AB-130") == first
        assert next_number("0.25471") == following

    @settings(max_examples=30, deadline=None)
    @given(st.text(max_size=8), st.sets(st.text(max_size=5), min_size=1, max_size=8), st.booleans())
    def test_the_reference_draws_the_same(self, seed, ids, replace):
        reference = pytest.importorskip("consistent_sampler").sampler
        number = 30 if replace else len(ids)
        wanted = reference(sorted(ids), seed, with_replacement=replace, take=number, digits=18)
        found = islice(sample(seed, ids, replace=replace), number)
        assert [(shown(one.number), one.id, one.generation) for one in found] == list(map(tuple, wanted))

    def test_numbers_rise_past_any_row_of_nines(self):
        number = "0.99999"
        for _ in range(200):
            assert number < (number := next_number(number)) < "1"

    def test_shown_numbers_are_cut_behind_their_nines(self):
        assert (shown("0.123456789", 4), shown("0.99912345", 4)) == ("0.1234", "0.9991234")


def rule(**words):
    return Sampling.model_validate({"id": "callback", "name": "办件回访", "take": "2", "clause": "四(一)"} | words)


def clients(text):
    """The frame of a small table; dashes for nothing, missing columns empty."""
    blank = dict.fromkeys(["case", "client", "unit", "served_on", "channel", "group", "post"])
    rows = [
        {**blank, **row, "source": "clients.csv", "sheet": None, "row": place}
        for place, row in enumerate(tiny.table(text), start=2)
    ]
    schema = dict.fromkeys([*blank, "source", "sheet"], pl.String) | {"row": pl.UInt32}
    frame = pl.DataFrame(rows, schema_overrides=schema).select(*blank, "source", "sheet", "row")
    return frame.with_columns(pl.col("served_on").str.to_date("%Y-%m-%d"))


def many(number, **columns):
    """A frame of so many clients; columns: name → its value for the nth."""
    rows = [
        {"case": f"件{nth}", "client": f"p{nth}", "unit": "甲", "served_on": date(2020, 5, 6), "channel": "电话"}
        | {"group": "群众", "post": None, "source": "clients.csv", "sheet": None, "row": nth + 2}
        | {name: value(nth) for name, value in columns.items()}
        for nth in range(number)
    ]
    return pl.DataFrame(rows, schema_overrides={"post": pl.String, "sheet": pl.String, "case": pl.String})


UNITS = pl.DataFrame(tiny.units(category={"丙": "站所"}), infer_schema_length=None)


def who(result):
    return sorted(result.drawn["client"])


def strata(result, *columns):
    return [tuple(row) for row in result.strata.select(*columns).iter_rows()]


class TestStrata:
    def test_each_unit_and_month_gives_its_own(self):
        frame = many(40, unit=lambda n: "甲乙"[n % 2], served_on=lambda n: date(2020, 5 + n // 20, 6))
        result = draw(rule(per=["unit", "month"]), frame, UNITS, "7")
        assert strata(result, "stratum", "size", "wanted", "drawn", "shortfall", "why") == [
            (f"{unit}｜2020-0{month}", 10, 2, 2, 0, "drawn") for unit in "乙甲" for month in (5, 6)
        ]
        assert result.absent == ["丙"]
        for stratum in result.strata["stratum"]:
            tickets = result.asked.filter(pl.col("stratum") == stratum).select("ticket", "drawn").rows()
            assert [ticket for ticket, drawn in tickets if drawn] == sorted(ticket for ticket, _ in tickets)[:2]

    @pytest.mark.parametrize(
        ("per", "name"),
        [
            ("day", "2020-05-06"),
            ("month", "2020-05"),
            ("quarter", "2020年第2季度"),
            ("channel", "电话"),
            ("post", "科员"),
        ],
    )
    def test_strata_are_read_off_the_frame(self, per, name):
        result = draw(rule(per=[per]), many(3, post=lambda n: "科员"), UNITS, "7")
        assert result.strata["stratum"].to_list() == [name]

    def test_no_strata_is_one_stratum(self):
        assert strata(draw(rule(), many(9), UNITS, "7"), "stratum", "drawn") == [("全部", 2)]

    def test_what_falls_short_is_given_whole_and_said(self, tmp_path):
        frame = many(3, unit=lambda n: "甲甲乙"[n])
        result = draw(rule(per=["unit"]), frame, UNITS, "7")
        assert strata(result, "stratum", "wanted", "drawn", "shortfall", "why") == [
            ("乙", 2, 1, 1, "too_few"),
            ("甲", 2, 2, 0, "drawn"),
        ]
        said = "\n".join(draw_into(plan(rule(per=["unit"])), tables(frame), None, "7", tmp_path / "d"))
        assert "合计缺 1 人：乙 应抽 2、只有 1" in said
        assert "有 1 个单位在名册中没有可抽的人：丙" in said

    @pytest.mark.parametrize(
        ("bounds", "fits"),
        [
            ({"from": "5"}, True),
            ({"from": "6"}, False),
            ({"below": "5"}, False),
            ({"below": "6"}, True),
            ({"above": "5"}, False),
            ({"above": "4"}, True),
            ({"up_to": "5"}, True),
            ({"up_to": "4"}, False),
            ({"from": "2", "below": "5"}, False),
        ],
    )
    @pytest.mark.parametrize(("otherwise", "given"), [("all", 5), ("none", 0)])
    def test_the_draw_is_made_in_strata_of_the_size(self, bounds, fits, otherwise, given):
        result = draw(rule(cases=bounds, **{"else": otherwise}), many(5), UNITS, "7")
        expected = (2, 2, 0, "drawn") if fits else (given, given, 0, otherwise)
        assert strata(result, "wanted", "drawn", "shortfall", "why") == [expected]
        assert result.drawn.height == expected[1]

    def test_size_is_that_of_the_whole_stratum_and_not_of_a_group(self):
        frame = many(6, group=lambda n: "企业" if n else "群众")
        result = draw(rule(cases={"from": "6"}, quota={"群众": "50%", "企业": "50%"}), frame, UNITS, "7")
        assert strata(result, "quota", "cases", "size", "drawn") == [("群众", 6, 1, 1), ("企业", 6, 5, 1)]


class TestShares:
    def test_the_total_is_split_by_largest_remainder(self):
        shares = {"甲": Decimal("0.65"), "乙": Decimal("0.35")}
        assert split(1000, shares) == {"甲": 650, "乙": 350}
        assert split(10, shares) == {"甲": 7, "乙": 3}, "6.5 and 3.5: the larger share gains"
        assert split(5, dict.fromkeys("甲乙丙", Decimal("0.333333"))) == {"甲": 2, "乙": 2, "丙": 1}

    @given(st.integers(0, 500), st.lists(st.integers(0, 100), min_size=1, max_size=6).filter(any))
    def test_parts_add_up_and_stay_within_one_of_their_share(self, total, weights):
        shares = {str(nth): Decimal(weight) / 1000 for nth, weight in enumerate(weights)}
        parts = split(total, shares)
        assert sum(parts.values()) == total
        assert all(
            abs(parts[name] - total * weight / sum(weights)) < 1 for name, weight in zip(parts, weights, strict=True)
        )

    def test_else_stands_for_the_groups_not_named(self):
        frame = many(40, group=lambda n: ["群众", "代表", None, "企业"][n % 4])
        result = draw(rule(take="10", quota={"群众": "60%", "else": "40%"}), frame, UNITS, "7")
        assert strata(result, "quota", "size", "wanted", "drawn") == [("群众", 10, 6, 6), ("其余各类", 20, 4, 4)]
        assert result.rows["why"].to_list().count("no_share") == 10, "who is in no group is in no other one either"

    def test_without_else_groups_not_named_have_no_share(self):
        frame = many(4, group=lambda n: ["群众", "代表", None, "群众"][n])
        result = draw(rule(quota={"群众": "100%"}), frame, UNITS, "7")
        assert who(result) == ["p0", "p3"]
        assert result.rows.filter(pl.col("why") == "no_share")["client"].to_list() in (["p1", "p2"], ["p2", "p1"])

    def test_a_group_in_which_nobody_is_falls_short_aloud(self):
        result = draw(rule(quota={"群众": "50%", "企业": "50%"}), many(4), UNITS, "7")
        assert strata(result, "quota", "size", "shortfall", "why") == [
            ("群众", 4, 0, "drawn"),
            ("企业", 0, 1, "too_few"),
        ]

    def test_groups_in_which_nobody_is_at_all_fall_short_too(self, tmp_path):
        by = rule(take="9", quota={"群众": "50%", "else": "50%"})
        result = draw(by, many(4, group=lambda n: None), UNITS, "7")
        assert strata(result, "quota", "wanted", "drawn", "why") == [
            ("群众", 5, 0, "too_few"),
            ("其余各类", 4, 0, "too_few"),
        ]
        nobody = pl.DataFrame(many(4)).with_columns(group=pl.lit(None, pl.String))
        with pytest.raises(DrawRefused, match=r"(?s)规则范围内没有一行，无人可抽.*合计缺 9 人"):
            draw_into(plan(by), tables(nobody), None, "7", tmp_path / "d")

    def test_shares_alone_are_not_drawn(self):
        with pytest.raises(DrawRefused, match="没有定数量"):
            draw(rule(take=None, quota={"群众": "1"}), many(4), UNITS, "7")

    def test_strata_by_group_leave_no_room_for_shares(self):
        with pytest.raises(DrawRefused, match="不能再按类别定比例"):
            draw(rule(per=["group"], quota={"群众": "1"}), many(4), UNITS, "7")


class TestWhoIsAsked:
    def test_units_without_the_trait_are_not(self):
        frame = many(4, unit=lambda n: ["甲", "丙", "丙", None][n])
        result = draw(rule(**{"for": {"category": ["站所"]}}), frame, UNITS, "7")
        assert who(result) == ["p1", "p2"]
        assert result.rows["why"].to_list().count("unit") == 2

    def test_people_of_a_library_take_no_part_in_a_draw_by_units(self):
        frame = many(4, unit=lambda n: ["甲", None, "无此单位", "乙"][n])
        result = draw(rule(per=["unit"]), frame, UNITS, "7")
        assert who(result) == ["p0", "p3"]
        assert result.rows["why"].to_list().count("unit") == 2
        assert draw(rule(take="4"), frame, UNITS, "7").drawn.height == 4

    def test_an_empty_trait_means_an_empty_cell(self):
        frame = many(2, unit=lambda n: "甲乙"[n])
        roster = pl.DataFrame(tiny.units(system={"乙": "卫健"}), infer_schema_length=None)
        assert who(draw(rule(**{"for": {"system": [""]}}), frame, roster, "7")) == ["p0"]

    def test_values_left_out_are_not(self):
        frame = many(4, post=lambda n: ["领导", None, "科员", "领导"][n])
        result = draw(rule(leave_out={"post": ["领导"]}), frame, UNITS, "7")
        assert who(result) == ["p1", "p2"]

    def test_a_person_is_drawn_once_in_a_stratum(self):
        frame = clients("""
            case | client | unit | group
            a    | p1     | 甲   | 群众
            b    | p1     | 甲   | 企业
            c    | p1     | 甲   | 群众
            d    | p2     | 甲   | 群众
        """)
        result = draw(rule(take="3"), frame, UNITS, "7")
        assert who(result) == ["p1", "p2"]
        own = result.rows.filter(pl.col("client") == "p1").sort("ticket")
        assert own["why"].to_list() == ["drawn", "again", "again"], "the smallest number stands for the person"
        assert strata(result, "size", "people", "wanted", "shortfall") == [(4, 2, 3, 1)]
        by_group = draw(rule(take="4", quota={"群众": "50%", "企业": "50%"}), frame, UNITS, "7")
        assert who(by_group) == ["p1", "p2"], "also across groups with shares"

    @pytest.mark.parametrize("words", [{"take": "all"}, {"cases": {"from": "4"}}])
    def test_a_stratum_that_gives_all_it_has_gives_every_case_of_a_person(self, words):
        """温州鹿城附件2: 以实际办件发送短信."""
        frame = clients("""
            case | client | unit
            a    | p1     | 甲
            b    | p1     | 甲
            c    | p2     | 甲
        """)
        result = draw(rule(**words), frame, UNITS, "7")
        assert sorted(result.drawn["case"]) == ["a", "b", "c"]
        assert set(result.rows["why"]) == {"drawn"}
        assert strata(result, "size", "people", "wanted", "drawn", "why") == [(3, 2, 3, 3, "all")]

    def test_a_person_may_be_drawn_in_two_strata(self):
        frame = many(2, client=lambda n: "p", served_on=lambda n: date(2020, 5 + n, 1))
        assert who(draw(rule(per=["month"]), frame, UNITS, "7")) == ["p", "p"]

    def test_the_identity_is_the_case_or_else_client_and_unit(self):
        frame = many(2, case=lambda n: ["件9", None][n])
        tickets = dict(draw(rule(), frame, UNITS, "7").rows.select("client", "ticket").iter_rows())
        assert tickets == {"p0": shown(first_number("7", "件9")), "p1": shown(first_number("7", "p1|甲"))}

    def test_every_row_of_the_frame_has_a_fate(self):
        frame = many(60, unit=lambda n: "甲乙丙"[n % 3], client=lambda n: f"p{n % 40}")
        result = draw(rule(per=["unit"], **{"for": {"category": ["机关"]}}), frame, UNITS, "7")
        assert result.rows.height == 60
        assert result.rows["why"].null_count() == 0
        assert result.rows["drawn"].sum() == result.strata["drawn"].sum() == 4


FRAMES = st.lists(
    st.tuples(st.sampled_from("甲乙"), st.integers(0, 9), st.sampled_from(["群众", "企业", None]), st.booleans()),
    min_size=1,
    max_size=25,
)


def any_frame(rows):
    column = {
        "unit": lambda n: rows[n][0],
        "client": lambda n: f"p{rows[n][1]}",
        "group": lambda n: rows[n][2],
        "case": lambda n: f"件{n}" if rows[n][3] else None,
    }
    return many(len(rows), **column)


class TestLaws:
    @settings(max_examples=40, deadline=None)
    @given(FRAMES, st.integers(0, 10**6), st.integers(1, 6))
    def test_the_order_of_the_frame_changes_nothing(self, rows, chance, take):
        by = rule(take=str(take), per=["unit"], quota={"群众": "50%", "else": "50%"})
        frame = any_frame(rows)
        shuffled = frame.sample(fraction=1, shuffle=True, seed=chance)
        one, other = draw(by, frame, UNITS, "7"), draw(by, shuffled, UNITS, "7")
        assert one.rows.equals(other.rows)
        assert one.strata.equals(other.strata)

    @settings(max_examples=40, deadline=None)
    @given(FRAMES, st.integers(1, 6))
    def test_a_smaller_sample_is_part_of_a_larger_one(self, rows, take):
        frame = any_frame(rows)
        small, large = (draw(rule(take=str(n), per=["unit"]), frame, UNITS, "7") for n in (take, take + 1))
        assert set(small.drawn["row"]) <= set(large.drawn["row"])

    @settings(max_examples=40, deadline=None)
    @given(FRAMES, st.integers(1, 6))
    def test_a_stratum_is_drawn_as_if_it_were_alone(self, rows, take):
        frame, by = any_frame(rows), rule(take=str(take), per=["unit"])
        whole = draw(by, frame, UNITS, "7").drawn.filter(pl.col("unit") == "甲")["row"].to_list()
        alone = frame.filter(pl.col("unit") == "甲")
        assert alone.is_empty() or draw(by, alone, UNITS, "7").drawn["row"].to_list() == whole

    def test_every_row_is_as_likely(self):
        """400 seeds, 10 rows, 5 drawn: each about 200 times; 5 standard deviations either way."""
        frame, times = many(10), dict.fromkeys([f"p{n}" for n in range(10)], 0)
        ids = frame["case"].to_list()
        for seed in range(400):
            for ticket in islice(sample(str(seed), ids), 5):
                times[f"p{ids.index(ticket.id)}"] += 1
        assert all(150 < number < 250 for number in times.values())


class TestRefusals:
    def test_rows_that_belong_to_no_stratum_are_named(self):
        frame = clients("""
            case | client | unit | served_on  | channel
            a    | p1     | 甲   | 2020-05-06 | 电话
            b    | p2     | 甲   | -          | 电话
            c    | p3     | 甲   | -          | -
            d    | p4     | -    | -          | -
        """)
        with pytest.raises(FrameFaults) as refused:
            draw(rule(per=["unit", "month", "channel"]), frame, UNITS, "7")
        assert str(refused.value).splitlines() == [
            "clients.csv 有 3 处问题，未抽取",
            "  第 3—4 行“办理日期”：不能为空，“办件回访”按月份抽取",
            "  第 4 行“渠道”：不能为空，“办件回访”按渠道抽取",
        ]

    @pytest.mark.parametrize("per", ["client", "case", "source", "chanel"])
    def test_columns_that_make_no_strata(self, per):
        with pytest.raises(DrawRefused, match="分层"):
            draw(rule(per=[per]), many(3), UNITS, "7")

    @pytest.mark.parametrize("words", [{"leave_out": {"poste": ["x"]}}, {"for": {"categori": ["x"]}}])
    def test_columns_that_do_not_exist(self, words):
        with pytest.raises(DrawRefused, match="相近的有"):
            draw(rule(**words), many(3), UNITS, "7")


def plan(*rules):
    return tiny.plan({"id": "a", "full": "1", "events": {"cap": "1", "items": {"x": {"name": "某事"}}}}).model_copy(
        update={"sampling": list(rules)}
    )


def tables(frame):
    return {"units": UNITS, "clients": frame}


class TestCommand:
    def test_an_unknown_rule_names_the_nearest(self, tmp_path):
        with pytest.raises(DrawRefused, match="没有名为“calback”的抽取规则；相近的有 callback 办件回访"):
            draw_into(plan(rule()), tables(many(3)), "calback", "7", tmp_path / "d")
        with pytest.raises(DrawRefused, match="方案的规则有 callback 办件回访"):
            draw_into(plan(rule()), tables(many(3)), "无此", "7", tmp_path / "d")

    @pytest.mark.parametrize("frames", [{"units": UNITS}, {"units": UNITS, "clients": many(3).clear()}])
    def test_an_empty_frame(self, frames, tmp_path):
        with pytest.raises(DrawRefused, match="没有一行，无人可抽"):
            draw_into(plan(rule()), frames, None, "7", tmp_path / "d")
        assert list(tmp_path.iterdir()) == []

    def test_no_seed_and_no_rule(self, tmp_path):
        with pytest.raises(DrawRefused, match="缺少种子"):
            draw_into(plan(rule()), tables(many(3)), None, " ", tmp_path / "d")
        with pytest.raises(DrawRefused, match="没有要抽取的规则"):
            draw_into(plan(), tables(many(3)), None, "7", tmp_path / "d")

    def test_several_rules_get_a_folder_each(self, tmp_path):
        both = plan(rule(), rule(id="短信/回访", name="短信回访", take="1"))
        draw_into(both, tables(many(3)), None, "7", tmp_path / "d")
        assert sorted(path.name for path in (tmp_path / "d").iterdir()) == ["callback", "短信_回访"]
        draw_into(both, tables(many(3)), "短信回访", "7", tmp_path / "one")
        assert (tmp_path / "one" / "抽签公示.csv").exists()

    def test_nothing_is_overwritten(self, tmp_path):
        draw_into(plan(rule()), tables(many(3)), None, "7", tmp_path / "d")
        with pytest.raises(PlaceTaken, match="不覆盖"):
            draw_into(plan(rule()), tables(many(3)), None, "8", tmp_path / "d")


def cells(path, sheet):
    frame = fastexcel.read_excel(path).load_sheet(sheet, dtypes="string").to_polars()
    return frame.columns, frame.rows()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A draw with ids that a spreadsheet would spoil, as files."""
    folder = tmp_path_factory.mktemp("draw") / "抽签"
    frame = many(
        6,
        case=lambda n: ["=1+1", "0007", "123456789012345678", "@x", "a", "b"][n],
        unit=lambda n: "甲乙"[n % 2],
        channel=lambda n: ["电话", "=短信"][n % 2],
        client=lambda n: f"secret{n}",
    )
    result = draw(rule(take="2", per=["unit", "channel"]), frame, UNITS, "6 2 5")
    write_draw(result, folder, names={"甲": "=甲科"}, sheet_per_channel=True)
    return result, folder


class TestFiles:
    def test_the_list_of_contacts(self, written):
        result, folder = written
        path = folder / "联系名单.xlsx"
        assert fastexcel.read_excel(path).sheet_names == ["=短信", "电话", "分层情况"]
        heads, rows = cells(path, "电话")
        assert heads[:6] == ["序号", "抽签号", "办件编号", "服务对象代号", "单位", "单位名称"]
        assert heads[-2:] == ["联系结果", "备注"]
        assert [row[2] for row in rows] == result.drawn.filter(channel="电话")["case"].to_list()
        assert {row[5] for row in rows} == {"=甲科"}

    def test_ids_stay_text_and_nothing_is_a_formula(self, written):
        with ZipFile(written[1] / "联系名单.xlsx") as package:
            sheets = [package.read(name).decode() for name in package.namelist() if "worksheets/sheet" in name]
            strings = package.read("xl/sharedStrings.xml").decode()
            created = package.read("docProps/core.xml").decode()
        assert all(f">{case}<" in strings for case in written[0].drawn["case"])
        assert ">2000-01-01T" in created, "the same rows make the same bytes on any day"
        assert not any("<f>" in sheet for sheet in sheets)
        assert all("<autoFilter" in sheet and 'state="frozen"' in sheet for sheet in sheets)
        wanted = '"完成,部分完成,拒访,未联系上,其他,不确定是否合格,不合格"'
        assert [wanted in sheet.replace("&quot;", '"') for sheet in sheets] == [True, True, False]

    def test_the_public_list_names_nobody(self, written):
        result, folder = written
        data = (folder / "抽签公示.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))
        assert list(rows[0]) == ["单位", "渠道", "抽签号", "结果"]
        assert [row["抽签号"] for row in rows if row["结果"] == "抽中"] == result.drawn["ticket"].to_list()
        assert {row["渠道"] for row in rows} == {"电话", "'=短信"}, "what would be a formula is guarded"
        assert not re.search(r"secret|123456789012345678|0007", data.decode())

    def test_the_note_can_be_followed(self, written):
        text = (written[1] / "抽签说明.txt").read_bytes().decode("utf-8-sig")
        assert "secret" not in text
        assert "种子：6 2 5" in text
        assert "每层抽 2 人" in text
        code = text[text.index("from hashlib") : text.index("结果：0")].replace("\r\n", "\n")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert f"结果：{done.stdout.strip()}" in text
        assert shown(done.stdout.strip()) in text

    def test_the_note_says_the_numbers_of_the_rule(self, tmp_path):
        by = rule(take="3", cases={"from": "200"}, quota={"群众": "65%", "else": "35%"}, **{"else": "none"})
        write_draw(draw(by, many(4), UNITS, "7"), tmp_path / "d")
        text = (tmp_path / "d" / "抽签说明.txt").read_text(encoding="utf-8-sig")
        assert "规则：每层抽 3 人，其中 群众 2 人、其余各类 1 人。只在行数不少于 200 的层抽取，其他层不列入。" in text

    def test_the_same_draw_makes_the_same_bytes(self, written, tmp_path):
        result, folder = written
        write_draw(result, tmp_path / "again", names={"甲": "=甲科"}, sheet_per_channel=True)
        assert [(tmp_path / "again" / path.name).read_bytes() == path.read_bytes() for path in folder.iterdir()] == [
            True,
            True,
            True,
        ]

    def test_a_draw_that_gives_nobody_is_written_too(self, tmp_path):
        write_draw(draw(rule(cases={"from": "9"}, **{"else": "none"}), many(3), UNITS, "7"), tmp_path / "d")
        assert cells(tmp_path / "d" / "联系名单.xlsx", "联系名单")[1] == []

    def test_a_folder_that_fails_leaves_nothing(self, tmp_path):
        with pytest.raises(FileNotFoundError), new_folder(tmp_path / "d") as part:
            (part / "half").mkdir() or (part / "none").read_text()
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
    def test_formulas_in_csv_are_guarded(self, mark, tmp_path):
        write_csv(pl.DataFrame({"a": [f"{mark}x", f"x{mark}", None], "b": [1, 2, 3]}), tmp_path / "a.csv")
        with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
            assert [row["a"] for row in csv.DictReader(file)] == [f"'{mark}x", f"x{mark}", ""]

    def test_sheet_names_are_those_excel_takes(self, tmp_path):
        assert sheet_name("a/b:c*" + "长" * 40, []) == "a_b_c_" + "长" * 25
        assert sheet_name("''", []) == "_"
        with workbook(tmp_path / "a.xlsx") as book:
            for name in ("甲", "甲", "A", "a"):
                add_sheet(book, name, pl.DataFrame({"x": [1]}))
        assert fastexcel.read_excel(tmp_path / "a.xlsx").sheet_names == ["甲", "甲(2)", "A", "a(2)"]
