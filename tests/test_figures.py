"""Figures and reading tables: what is shown, in which words, units and colours; the same each time; nothing live."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pingyi import figures
from pingyi.figures import frames, pictures, ranking_figures, theme
from pingyi.report.section import figure

pytestmark = pytest.mark.slow

LIVE = "<script>alert(1)</script>"
UNITS = ["甲科", "乙所", "丙站", "榆垟派出所", f"丁{LIVE}队", "甲科"]


def marks_of(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.0000000001"))


ROSTER = pl.DataFrame(
    {
        "unit": [f"0{at}" for at in range(len(UNITS))],
        "name": UNITS,
        "category": ["窗口", "窗口", "窗口", "基层", "基层", ""],
        "organ": ["一局", "一局", "二局", "公安局", "二局", "三局"],
        "management": ["单", "双", "双", "单", None, "单"],
        "system": [None, None, None, None, None, "外系统"],
    }
)
SCOPE = ROSTER.select("unit", component=pl.lit("asked"))
TALLY = pl.DataFrame(
    [
        {
            "draw": draw,
            "component": "asked",
            "unit": f"0{at}",
            "cycle": cycle,
            "grp": "",
            "channel": channel,
            "level": level,
            "votes": votes,
        }
        for draw in (0, 1)
        for at in range(5)
        for cycle in ("上半年", "下半年")
        for channel in ("当面", "网上")
        for level, votes in (("好", 10 + 3 * at), ("中", 4), ("差", 2))
    ]
)
ASKED = pl.DataFrame(
    {
        "单位": [name for name in UNITS[:5] for _ in range(2)],
        "渠道": ["当面", "网上"] * 5,
        "票数": [10 + at for at in range(10)],
        "得分": [marks_of(70 + at) for at in range(9)] + [None],
    }
)
"""What somebody has asked the tables."""
COMPONENTS = pl.DataFrame(
    {
        "component": ["asked", "checked", "all"],
        "name": ["问卷", "检查", "总分项"],
        "parent": ["all", "all", None],
        "position": [0, 1, 2],
        "outside": [False, False, False],
    }
)
EACH = {"asked": (40, [35.5, 30.25, 20, 38, 31, 33]), "checked": (20, [18, 20, 15, 19, 12, 20])}
MARKS = pl.DataFrame(
    [
        {"draw": 0, "unit": f"0{at}", "component": one, "marks": marks_of(value), "full_marks": Decimal(full)}
        for one, (full, values) in EACH.items()
        for at, value in enumerate(values)
    ]
    + [
        {"draw": 0, "unit": f"0{at}", "component": "all", "marks": marks_of(a + b), "full_marks": Decimal(60)}
        for at, (a, b) in enumerate(zip(EACH["asked"][1], EACH["checked"][1], strict=True))
    ]
)
SUMS = MARKS.filter(component="all").sort("marks", descending=True)
TOTALS = pl.concat(
    [
        SUMS.select("draw", "unit", total="marks", standing=pl.lit(standing), grp=pl.lit("")).with_columns(
            place=pl.int_range(1, pl.len() + 1), overall=pl.int_range(1, pl.len() + 1)
        )
        for standing in ("first", "last")
    ]
)
LISTS = pl.DataFrame(
    {
        "list": ["short", "best", "worst"],
        "name": ["候选", "好名单", "差名单"],
        "position": [0, 1, 2],
        "shortlist": [True, False, False],
        "standing": ["first", "last", "last"],
        "good": [True, True, False],
        "bottom": [False, False, True],
    }
)
PLACES = {"short": [0, 1, 2, 3, 4, 5], "best": [0, 1], "worst": [5, 4]}
ENTRIES = pl.DataFrame(
    [
        {"draw": 0, "list": name, "place": place, "unit": SUMS["unit"][at], "direct": False}
        for name, order in PLACES.items()
        for place, at in enumerate(order, 1)
    ]
)


def margin_rows(name: str, standing_down: bool) -> list[dict[str, Any]]:
    order = SUMS["unit"].to_list()[::-1] if standing_down else SUMS["unit"].to_list()
    totals = [abs(value) for value in SUMS["marks"].to_list()[:: -1 if standing_down else 1]]
    gap = [abs(totals[2] - total) if at < 2 else -abs(totals[1] - total) for at, total in enumerate(totals)]
    return [
        {
            "list": name,
            "unit": unit,
            "grp": "",
            "nth": at + 1,
            "seats": 2,
            "direct": False,
            "listed": at < 2,
            "total": totals[at],
            "margin": gap[at],
        }
        for at, unit in enumerate(order)
    ]


MARGINS = pl.DataFrame(margin_rows("best", False) + margin_rows("worst", True))
RANGES = TOTALS.filter(standing="last").select(
    "unit", "standing", "place", low=pl.col("place") - 1, high=pl.col("place") + 2, draws=pl.lit(9)
)
CHANCES = ENTRIES.filter(list="best").select("list", "unit", listed=pl.lit(True), share=pl.lit(Decimal("0.87")))
SUMMED = pl.DataFrame(
    {
        "subject_kind": ["organ", "organ", "township"],
        "subject": ["一局", "二局", f"东镇{LIVE}"],
        "effect": ["分"] * 3,
        "amount": [Decimal("5"), Decimal("-2.5"), Decimal("-10")],
        "entries": [1, 1, 2],
        "effect_name": ["考核加减分"] * 3,
        "unit_of_measure": ["分"] * 3,
    }
)
PHASES = pl.DataFrame(
    {
        "name": ["收集", "公布"],
        "start": [date(2020, 4, 1), date(2020, 9, 1)],
        "end": [date(2020, 8, 31), date(2020, 9, 9)],
    }
)
LEVELS = ["好", "中", "差"]
ANSWERS = {"complete": 6, "partial": 1, "refusal": 1, "noncontact": 1, "other": 0, "unknown": 1, "ineligible": 2}
RATES = {f"rr{nth}": Decimal(rate) / 100 for nth, rate in enumerate((60, 70, 61, 71, 67, 78), 1)}
RESPONSE = pl.DataFrame(
    [
        {"component": "asked", "unit": unit, "channel": channel, "half": "", "name": None} | ANSWERS | RATES
        for unit, channel in [("", ""), ("", "当面"), ("", "网上"), ("01", ""), ("03", "")]
    ]
)
MONTHLY = pl.DataFrame(
    [
        {"component": "asked", "unit": f"0{at}", "month": month, "ratings": 4 + at, "rate": Decimal(rate) / 100}
        for month, rates in {"2020-03": (90, 70), "2020-11": (80, 80)}.items()
        for at, rate in enumerate(rates)
    ]
)
MONTHS = pl.DataFrame(
    {"month": ["2020-03", "2020-04"], "found": [3, 1], "rectified": [1, 2], "fed_back": [0, 2], "still_open": [2, 1]}
    | {"overdue": [0, 1], "reported": [1, 1], "silent": [2, 1]}
)
TASKS = pl.DataFrame(
    [
        {"task": task, "name": name, "phase": phase, "section": "业务科", "starts": start, "due": due}
        | {"done_on": done, "state": state}
        for task, name, phase, start, due, done, state in (
            ("a", "动员", "部署", date(2020, 3, 1), date(2020, 3, 15), date(2020, 3, 10), "done"),
            ("m", f"月报{LIVE}", "实施", date(2020, 4, 1), date(2020, 4, 30), date(2020, 5, 2), "late"),
            ("m", f"月报{LIVE}", "实施", date(2020, 5, 1), date(2020, 5, 31), None, "overdue"),
            ("b", "总结", "实施", date(2020, 6, 1), date(2020, 7, 31), None, "running"),
        )
    ]
)
STATES = pl.DataFrame(
    [
        {"unit": f"0{at}", "component": one, "component_name": name, "full_marks": Decimal(full)}
        | {"marks": Decimal(marks), "lost": Decimal(full - marks), "at_risk": Decimal(risk), "unmeasured": waits}
        for at in range(2)
        for one, name, full, marks, risk, waits in (
            ("asked", "问卷", 40, 30 + 2 * at, 10, False),
            ("checked", "检查", 20, 20, 20, at == 1),
        )
    ]
)
COSTS = pl.DataFrame(
    {"component": ["检查", "检查", "检查"], "item": ["超期", "漏报", "干净"], "number": [3, 1, 2]}
    | {"points": [Decimal("1.5"), Decimal("2"), Decimal(0)]}
)

MAKE: dict[str, Callable[[Callable[[pl.DataFrame], pl.DataFrame]], pictures.Chart]] = {
    "units_by_category": lambda f: figures.units_by_category(f(ROSTER), management=["单", "双"]),
    "calendar": lambda f: figures.calendar(f(PHASES)),
    "votes_per_unit": lambda f: figures.votes_per_unit(
        f(TALLY), SCOPE, ROSTER, component="asked", name="问卷", below=45
    ),
    "levels_by_channel": lambda f: figures.levels_by_channel(f(TALLY), LEVELS, component="asked", name="问卷"),
    "daily_spread": lambda f: figures.daily_spread(f(TOTALS), MARGINS, ROSTER, LISTS, standing="last", name="总分"),
    "where_lost": lambda f: figures.where_lost(f(MARKS), ROSTER, COMPONENTS, of="all", name="总分"),
    "where_lost_spread": lambda f: figures.where_lost_spread(f(MARKS), ROSTER, COMPONENTS, of="all", name="总分"),
    "near_cut": lambda f: figures.near_cut(f(MARGINS), ROSTER, LISTS, list="best", k=3),
    "place_ranges": lambda f: figures.place_ranges(f(RANGES), MARGINS, ROSTER, LISTS, standing="last", name="总分"),
    "list_chances": lambda f: figures.list_chances(f(CHANCES), ROSTER, LISTS, list="best"),
    "network_marks": lambda f: figures.network_marks(f(MARKS), ENTRIES, ROSTER, LISTS, component="asked", name="问卷"),
    "place_changes": lambda f: figures.place_changes(
        f(TOTALS), ENTRIES, ROSTER, LISTS, before="first", after="last", names=("初评", "终评")
    ),
    "list_total_breakdown": lambda f: figures.list_total_breakdown(
        f(MARKS), ENTRIES, ROSTER, COMPONENTS, list="best", name="好名单", of="all"
    ),
    "consequences_by_organ": lambda f: figures.consequences_by_organ(f(SUMMED)),
    "levels_by_component": lambda f: figures.levels_by_component(f(TALLY), LEVELS, components={"asked": "问卷"}),
    "response_by_channel": lambda f: figures.response_by_channel(f(RESPONSE), components={"asked": "问卷"}),
    "response_by_unit": lambda f: figures.response_by_unit(f(RESPONSE), ROSTER, component="asked", name="问卷"),
    "monthly_rates": lambda f: figures.monthly_rates(f(MONTHLY), components={"asked": "问卷"}),
    "problem_months": lambda f: figures.problem_months(f(MONTHS)),
    "work_plan": lambda f: figures.work_plan(f(TASKS), day=date(2020, 6, 10)),
    "leaf_states": lambda f: figures.leaf_states(f(STATES)),
    "lost_by_unit": lambda f: figures.lost_by_unit(f(STATES), ROSTER),
    "lapses": lambda f: figures.lapses(f(COSTS)),
    "bars": lambda f: figures.bars(f(ASKED), rows="单位", number="票数", parts="渠道", title="各单位的票数"),
    "shares": lambda f: figures.shares(f(ASKED), rows="单位", number="票数", parts="渠道", title="各渠道占多少"),
    "strips": lambda f: figures.strips(f(ASKED), rows="渠道", number="得分", name="单位", title="各渠道的得分"),
    "points": lambda f: figures.points(f(ASKED), x="票数", y="得分", name="单位", kinds="渠道", title="票数与得分"),
}


def made(name: str) -> dict[str, Any]:
    return pictures.chart_spec(MAKE[name](lambda frame: frame))


def everything(value: Any, key: str) -> list[Any]:
    """All values of a key, however deep."""
    if isinstance(value, list):
        return [found for one in value for found in everything(one, key)]
    if not isinstance(value, dict):
        return []
    deeper = [found for name, one in value.items() if name != "datasets" for found in everything(one, key)]
    return ([value[key]] if key in value else []) + deeper


def drawn(name: str) -> list[dict[str, Any]]:
    return [row for rows in made(name)["datasets"].values() for row in rows]


def scale_of(name: str, field: str) -> dict[str, str]:
    """What colour stands for what."""
    colours = everything(made(name), "color") + everything(made(name), "fill")
    scales = [
        one["scale"] for one in colours if isinstance(one, dict) and one.get("field") == field and one.get("scale")
    ]
    return dict(zip(scales[0]["domain"], scales[0]["range"], strict=True))


every_figure = pytest.mark.parametrize("name", MAKE)


@every_figure
def test_every_figure_is_valid_vega_lite(name):
    """Validation costs a third of a figure, so it is done here and not in every run."""
    assert MAKE[name](lambda frame: frame).to_dict(validate=True)


@every_figure
def test_every_figure_has_a_title_and_is_told_in_words(name):
    chart = made(name)
    assert "".join(chart["title"]["text"])
    assert chart["description"].startswith("".join(chart["title"]["text"]))
    assert len(chart["description"]) > len("".join(chart["title"]["text"])) + 5


@every_figure
def test_axes_say_their_unit(name):
    titles = [axis["title"] for side in ("x", "y") for axis in everything(made(name), side) if _quantity(axis)]
    assert all(any(unit in title for unit in ("分", "票", "%", "名次", "个", "月份")) for title in titles if title)
    assert name in HEAT or any(titles)


HEAT = ("where_lost", "monthly_rates", "lost_by_unit")
"""Figures of cells with numbers in them: their note says the unit."""
IN_PLAN_ORDER = ("calendar", "work_plan", "leaf_states", "lost_by_unit", "bars", "shares", "strips", "points")
"""Figures whose rows stand in the order of the plan, or of a question, in which they are handed in."""


def _quantity(axis: Any) -> bool:
    return isinstance(axis, dict) and axis.get("type") in ("quantitative", "temporal") and "title" in axis


@every_figure
def test_the_same_frames_give_the_same_figure_whatever_their_order(name):
    shuffled = pictures.chart_spec(MAKE[name](lambda frame: frame if name in IN_PLAN_ORDER else frame.reverse()))
    assert json.dumps(made(name)) == json.dumps(made(name)) == json.dumps(shuffled)


@every_figure
def test_a_figure_without_rows_says_so(name):
    chart = pictures.chart_spec(MAKE[name](lambda frame: frame.clear()))
    assert chart["description"].endswith("没有数据。")


@every_figure
def test_readers_see_names_and_no_ids(name):
    heads = [tip["field"] for tips in everything(made(name), "tooltip") if isinstance(tips, list) for tip in tips]
    assert "unit" not in heads
    assert all("unit" not in row for row in drawn(name))


@every_figure
def test_what_a_unit_is_called_never_becomes_code(name):
    chart = made(name)
    page = figure("f", MAKE[name](lambda frame: frame), "")
    assert "<" not in page.json
    assert json.loads(page.json)["description"] == page.description == chart["description"]
    assert pictures.png_picture(chart).startswith(b"\x89PNG")


@every_figure
def test_a_figure_takes_the_width_of_its_page_and_a_picture_a_fixed_one(name):
    chart = made(name)
    assert chart["width"] == "container"
    assert chart["height"] > 0
    assert pictures.fixed_width(chart)["width"] == theme.WIDTH


def test_bars_are_as_long_as_their_parts_together_and_name_both_ends():
    frame = pl.DataFrame({"单位": ["甲", "甲", "乙"], "差距": [1.5, 0.5, -0.25], "怎样": ["一", "二", "一"]})
    shown = figures.bars(frame, rows="单位", number="差距", parts="怎样", title="差多少")
    assert shown.description == "差多少：甲 2.00，乙 −0.25。"
    many = pl.DataFrame({"单位": [f"第{at}" for at in range(40)], "票数": list(range(40))})
    title = figures.bars(many, rows="单位", number="票数", title="票数").to_dict()["title"]
    assert title["subtitle"] == ["只画前 25 条"]


def test_satisfied_is_blue_and_dissatisfied_vermillion_everywhere():
    for name in ("levels_by_channel", "levels_by_component"):
        assert scale_of(name, "level") == {"好": theme.GOOD, "中": theme.MIDDLE, "差": theme.BAD}
    for name in ("daily_spread", "network_marks", "place_changes", "place_ranges"):
        scale = scale_of(name, "state")
        assert scale["好名单"] == theme.GOOD
        assert scale["差名单"] == theme.BAD
        assert scale["未列入"] == theme.OTHER
    assert scale_of("consequences_by_organ", "direction") == {"加分": theme.GOOD, "减分": theme.BAD}
    assert scale_of("near_cut", "state") == {"列入": theme.GOOD, "未列入": theme.OTHER}


def test_no_colour_means_two_things():
    kinds = (theme.TINTS, theme.CATEGORIES, theme.COMPONENTS, (theme.GOOD, theme.BAD, theme.MIDDLE, theme.OTHER))
    colours = [colour for kind in kinds for colour in kind]
    assert len(colours) == len(set(colours))


@pytest.mark.parametrize("levels", range(1, 8))
def test_any_number_of_levels_runs_from_blue_to_vermillion(levels):
    colours = theme.level_colours(levels)
    assert len(colours) == levels
    assert colours[0] == theme.GOOD
    assert levels == 1 or colours[-1] == theme.BAD


def test_what_is_late_is_warm_and_what_is_done_in_time_is_blue():
    assert scale_of("work_plan", "said") == {
        "按期完成": theme.GOOD,
        "逾期完成": theme.BAD_LIGHT,
        "逾期未完成": theme.BAD,
        "进行中": theme.MIDDLE,
    }
    states = scale_of("leaf_states", "kind")
    assert (states["已失"], states["尚未评价"]) == (theme.BAD, theme.UNCOUNTED)
    months = scale_of("problem_months", "kind")
    assert (months["整改到位"], months["月末超期"]) == (theme.GOOD, theme.BAD)


def test_tasks_stand_under_their_phase_and_monthly_ones_in_one_row():
    domains = [one["scale"]["domain"] for one in everything(made("work_plan"), "y") if "scale" in one]
    assert domains[0] == ["▍部署", "动员", "▍实施", f"月报{LIVE}", "总结"]
    assert made("work_plan")["description"].endswith(f"逾期未完成：月报{LIVE}。")


def test_full_marks_that_nobody_gave_are_not_full_marks_earned():
    """Of 检查 one unit has earned 20, the other waits: half of the bar each; nothing of it is lost."""
    shares = {row["kind"]: row["share"] for row in drawn("leaf_states") if row.get("row") == "检查" and "kind" in row}
    assert shares == {"已得，还可能失去": 0.5, "尚未评价": 0.5}
    said = [row["said"] for row in drawn("lost_by_unit") if row["row"] == "检查"]
    assert said == ["0", "未评"]


def test_satisfaction_of_a_month_is_the_mean_of_the_units():
    assert {row["label"]: row["rate"] for row in drawn("monthly_rates")} == {"3月": 0.8, "11月": 0.8}


def test_what_costs_nothing_is_no_lapse():
    assert [row["label"] for row in drawn("lapses")] == ["−2.00 分（1 件）", "−1.50 分（3 件）"]


def test_a_unit_that_a_condition_spares_does_not_shift_the_cut():
    """Of the three worst the worst is spared: the cut lies between the third and the fourth."""
    spared = MARGINS.filter(list="worst").with_columns(listed=pl.col("nth").is_in([2, 3]), seats=pl.lit(3))
    lines = ranking_figures.list_cuts(spared, LISTS)
    assert lines.select("taken", "left_out").rows() == [(50.25, 53.0)]


def test_long_totals_are_shown_in_as_many_parts_as_there_are_colours():
    tree = pl.DataFrame({"component": ["all", "a", "b", *"123456789"], "parent": [None, "all", "all", *["a"] * 9]})
    parts = pl.DataFrame({"unit": ["u"] * 12, "component": tree["component"], "marks": [11, 9, 2, *[1] * 9]})
    assert frames.parts_of(parts, tree, "all") == ["a", "b"]
    assert frames.parts_of(parts, tree, "all", most=10) == [*"123456789", "b"]


def test_resampled_draws_are_not_drawn():
    alone = figures.levels_by_channel(TALLY.filter(draw=0), LEVELS, component="asked", name="问卷")
    assert pictures.chart_spec(alone) == made("levels_by_channel")


def test_units_without_a_vote_count_as_few():
    assert "上半年不足 45 票的 4 个；下半年不足 45 票的 4 个" in made("votes_per_unit")["description"]


def test_equal_names_are_told_apart_by_their_organ():
    assert frames.named_units(ROSTER)["name"].to_list() == ["甲科（一局）", *UNITS[1:5], "甲科（三局）"]


def test_a_unit_without_a_category_stands_with_its_system():
    assert frames.named_units(ROSTER)["group"].to_list()[-1] == "外系统"


def test_the_cut_is_labelled_with_both_neighbours():
    labels = {row["label"] for row in drawn("daily_spread") if "label" in row}
    assert labels == {"好名单线 53.50 ┊ 53.00", "差名单线 43.00 ┊ 50.25"}


def test_margins_are_shown_signed_on_both_sides_of_the_cut():
    labels = [row["label"] for row in drawn("near_cut") if "label" in row]
    assert labels == ["+4.00（57.00）", "+0.50（53.50）", "−0.50（53.00）", "−3.25（50.25）", "−10.50（43.00）"]


def test_parts_of_a_total_add_up_and_scaled_nodes_stand_for_themselves():
    tree = pl.DataFrame(
        {
            "component": ["all", "kept", "a", "b", "scaled", "c"],
            "parent": [None, "all", "kept", "kept", "all", "scaled"],
        }
    )
    marks = pl.DataFrame({"unit": ["u"] * 6, "component": tree["component"], "marks": [12, 7, 3, 4, 5, 50]})
    parts = frames.adding_up(marks, tree, "all")
    assert dict(parts.select("component", "marks").rows()) == {"a": 3, "b": 4, "scaled": 5}


def test_dots_of_equal_value_stand_beside_each_other():
    dots = frames.swarm_offsets(
        pl.DataFrame({"unit": list("abcd"), "row": ["r"] * 4, "value": [1.0, 1.0, 1.0, 9.0]}), "value", within="row"
    )
    assert dots["offset"].to_list() == [0, 1, -1, 0]


def test_a_notebook_gets_a_drawing_a_picture_and_words_without_a_network():
    chart = MAKE["near_cut"](lambda frame: frame)
    shown = pictures.notebook_bundle(pictures.chart_spec(chart))
    assert set(shown) == {pictures.MIME, "image/png", "text/plain"}
    assert shown == pictures.notebook_bundle(pictures.chart_spec(chart))
    assert shown[pictures.MIME]["width"] == theme.WIDTH
    assert "url" not in json.dumps({key: value for key, value in shown[pictures.MIME].items() if key != "$schema"})


def test_pictures_carry_chinese_on_a_machine_without_fonts(tmp_path):
    """The shipped font holds 垟, which GB2312 lacks; a picture with it differs from one with boxes."""
    config = tmp_path / "fonts.conf"
    config.write_text(f"<?xml version='1.0'?><fontconfig><dir>{tmp_path}</dir></fontconfig>", encoding="utf-8")
    code = (
        "import polars as pl, datetime; from pingyi import figures\n"
        "day = {'start': [datetime.date(2020, 4, 1)], 'end': [datetime.date(2020, 4, 9)]}\n"
        "from pingyi.figures.pictures import chart_spec, png_picture\n"
        "drawn = lambda name: png_picture(chart_spec(figures.calendar(pl.DataFrame({'name': [name], **day}))))\n"
        "print(drawn('榆垟') != drawn('榆洋'))"
    )
    environment = {"FONTCONFIG_FILE": str(config), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "True"


def test_the_package_does_not_import_altair_by_itself():
    """Nor does what the terminal opens of a finished run, which would be two seconds of waiting."""
    code = "import sys, pingyi.cli, pingyi.desk.published, pingyi.desk.explanation; print('altair' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "False"
    )
