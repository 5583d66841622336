"""What can be said only of a table as a whole, or of tables beside each other: ids that differ by zeros, names that are
too much alike, units that change, bands with too many marks, votes that came in two ways.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pingyi.common.faults import nearest
from pingyi.facts.intake.fact_tables import FactTable
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.persons import is_nobody
from pingyi.facts.intake.row_rules import class_of, cycle_of_day, is_brought
from pingyi.facts.intake.setting import ON_ROSTER, Choice, Setting
from pingyi.facts.intake.sheet_grid import ROW, SHEET
from pingyi.facts.lineage import ended_units, find_circles, successions
from pingyi.plan import Component
from pingyi.plan.marks import BandQuota, Marks

Row = dict[str, Any]


def check_roster(units: FactTable) -> None:
    """Note what is wrong with the roster as a whole. Codes that lost a zero are from here on what they should be."""
    sound = not any(part.log.findings for part in units.parts)
    if units.parts and units.frame.is_empty() and sound:
        units.log_of(0).note_whole("名录里没有一个单位，没有可以评议的")
    _note_alike(units)
    _note_lost_zeros(units)
    _list_namesakes(units)
    _check_changes(units)


def check_tables(tables: Mapping[str, FactTable], records: pl.DataFrame, setting: Setting) -> None:
    """Note what does not fit between tables. records: ratings, of files and of the store, as `count_records` counts."""
    units, history = tables["units"].frame, tables["history"]
    if setting.roster:
        _check_earlier_names(history, units)
    _note_full_bands(tables["marks"], history.frame, setting, units)
    _note_unknown_problems(tables)
    _note_two_decisions(tables["decisions"])
    _note_counted_twice(records, tables["counts"], setting)


# ---------------------------------------------------------------- names and codes that are too much alike

GROUPING = ("organ", "township")


def _note_alike(units: FactTable) -> None:
    """Note every spelling of an organ or township beside its commonest one."""
    for column in GROUPING:
        counts = units.frame[column].drop_nulls().value_counts(sort=True).rows()
        commonest: dict[str, str] = {}
        for name, _ in sorted(counts, key=lambda row: (-row[1], row[0])):
            commonest.setdefault(bare_name(name), name)
        others = [name for name, _ in counts if commonest[bare_name(name)] != name]
        for sheet, row, name in units.frame.filter(pl.col(column).is_in(others)).select(SHEET, ROW, column).iter_rows():
            wanted = "与别的行只差空格或全角、半角，会被当成两个；应统一写法"
            units.log_of(sheet).note_cell(row, column, name, wanted, commonest[bare_name(name)])


def _note_lost_zeros(units: FactTable) -> None:
    """Note codes that are shorter than the others, which begin with 0."""
    codes = units.frame["unit"].drop_nulls().to_list()
    width = max(map(len, codes), default=0)
    numbers = all(code.isascii() and code.isdecimal() for code in codes)
    if not numbers or not any(code.startswith("0") for code in codes):
        return
    if sum(len(code) == width for code in codes) <= len(codes) / 2:
        return
    lost = {code: code.zfill(width) for code in codes if len(code) < width and code.zfill(width) not in codes}
    for sheet, row, code in units.frame.filter(pl.col("unit").is_in(list(lost))).select(SHEET, ROW, "unit").iter_rows():
        wanted = f"别的编号都是 {width} 位，像是前面的 0 丢了；名录和各表应写成一样"
        units.log_of(sheet).note_cell(row, "unit", code, wanted, lost[code])
    units.frame = units.frame.with_columns(pl.col("unit").replace(lost))


def _list_namesakes(units: FactTable) -> None:
    """List units that differ by their code only: one unit under two codes has its votes in two places."""
    known = [name for name in ("category", *GROUPING) if name in units.frame.columns]
    first: dict[tuple[str, ...], tuple[int, str]] = {}
    for sheet, row, code, name, *others in units.frame.select(SHEET, ROW, "unit", "name", *known).iter_rows():
        if code is None or name is None:
            continue
        place, before = first.setdefault((bare_name(name), *(bare_name(str(one or "")) for one in others)), (row, code))
        if before != code:
            said = f"第 {row} 行 {code} 与第 {place} 行 {before} 同名（{name}），类别、主管部门、所属乡镇也相同"
            units.log_of(sheet).list_notice(f"{said}；是同一个单位的，只应有一个编号")


def bare_name(name: str) -> str:
    """A name without what nobody sees: spaces, and the width and case of letters."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


LOST = "别处写作 {}，会被当成两个编号，像是前面的 0 丢了；同一个编号应处处写成一样"


def note_uneven_zeros(whole: FactTable) -> None:
    """Note every id that stands elsewhere with more zeros before it: 0012 in a text is 12 in a workbook.

    As two ids they would be two persons, or two ballots. A method's ids are compared with its own.
    """
    within = [one for one in ("method",) if one in whole.table.names]
    for column in whole.table.columns:
        name = column.name
        tells_apart = column.kind == "id" and name != "unit" and (column.key or column.private)
        if not tells_apart or not whole.frame[name].str.contains(r"^0\d+$").any():
            continue
        digits = whole.frame.filter(pl.col(name).str.contains(r"^\d+$")).select(SHEET, ROW, *within, name)
        digits = digits.with_columns(pl.col(name).str.strip_chars_start("0").alias("bare"))
        same = [*within, "bare"]
        longest = digits.select(*same, pl.col(name).alias("longest"), pl.col(name).str.len_chars().alias("size"))
        longest = longest.sort("size", "longest", descending=True).unique(same, keep="first", maintain_order=True)
        shorter = digits.join(longest, on=same, nulls_equal=True).filter(pl.col(name) != pl.col("longest"))
        for sheet, row, found, written in shorter.select(SHEET, ROW, name, "longest").sort(SHEET, ROW).iter_rows():
            whole.log_of(sheet).note_cell(row, name, found, LOST.format(written))


# ---------------------------------------------------------------- votes

RATER = "respondent"
SUSPECT_RATER = r"^[^0-9A-Za-z]|[^ -~]|[.:]|^[A-Za-z/]{1,9}$"
"""What must be looked at one by one."""

WAYS = ("channel", "group", "item")
"""What may tell records and counts of a unit apart: they came in other ways, from others, or about something else."""


def set_nobodies_apart(ratings: FactTable) -> None:
    """Let nobody be a rater of their own in each form, or in each row that has none; said in a notice."""
    places = {nth: f"{part.log.file} {part.log.sheet or ''}" for nth, part in enumerate(ratings.parts)}
    place = pl.col(SHEET).replace_strict(list(places), list(places.values()), return_dtype=pl.String)
    ratings.frame, nobodies = part_nobodies(ratings.frame, place)
    for sheet, words in nobodies.group_by(SHEET, maintain_order=True).agg(RATER).iter_rows():
        list_nobodies(ratings.log_of(sheet), Counter(words))


def part_nobodies(frame: pl.DataFrame, place: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ratings with a rater of their own for each form, or row, of nobody; and those rows as they were.

    place: the file and sheet of each row, as the name of such a rater says them.
    """
    suspects = frame[RATER].filter(frame[RATER].str.contains(SUSPECT_RATER))
    found = [text for text in suspects.unique(maintain_order=True) if is_nobody(text)]
    own = pl.col(RATER).is_in(found)
    if not found:
        return frame, frame.clear()
    by_row = pl.format("匿名（{} 第 {} 行）", place.str.strip_chars_end(), pl.col(ROW))
    apart = pl.coalesce(pl.format("匿名（表单 {}）", pl.col("form")), by_row)
    return frame.with_columns(pl.when(own).then(apart).otherwise(pl.col(RATER)).alias(RATER)), frame.filter(own)


def list_nobodies(log: IssueLog, words: Mapping[str, int]) -> None:
    """Say which raters of a sheet are nobody. words: as they are written, with the rows of each."""
    named = "、".join(f"“{one}”" for one in words)
    log.list_notice(
        f"评价人写作 {named} 的 {sum(words.values())} 行认不出是谁，不当作同一个人：每张表单各算一人，"
        "没有表单编号的每一行各算一人"
    )


def _note_counted_twice(records: pl.DataFrame, counts: FactTable, setting: Setting) -> None:
    """Note each component and cycle for which some unit has records and ready counts of one kind.

    They may be one batch of votes, or two; nobody can tell, so neither is taken. records: ratings by day (`len`).
    """
    if records.is_empty() or counts.frame.is_empty():
        return
    keys = ["method", "cycle", *WAYS]
    votes = counts.frame.select(SHEET, pl.col("unit", *keys).cast(pl.String))
    cycle = cycle_of_day("ratings", pl.col("day"), setting, undated=False)
    grouped = records.with_columns(cycle.alias("cycle")).group_by("unit", *keys).agg(pl.col("len").sum())
    both = votes.join(grouped, on=["unit", *keys], nulls_equal=True)
    groups = both.group_by(SHEET, "method", "cycle", maintain_order=True)
    records_of = pl.struct("unit", "len").unique().struct["len"].sum()
    said = groups.agg(pl.col("unit").unique(maintain_order=True), rows=records_of)
    titles = setting.plan.component_titles
    for sheet, method, cycle_id, units, rows in said.iter_rows():
        title = titles.get(method, method)
        counts.log_of(sheet).note_whole(
            f"{title}（{cycle_id}）有 {len(units)} 个单位（如 {units[0]}）既有评价记录（{rows} 行）"
            "又有票数汇总，不知道是同一批票还是两批，不能相加；请只留一种，来源不同的用渠道或评价人类别分开"
        )


def count_records(ratings: pl.DataFrame) -> pl.DataFrame:
    """How many ratings there are of each kind and day: method, unit, `WAYS`, day, len."""
    texts = pl.col("method", "unit", *WAYS).cast(pl.String)
    return ratings.select(texts, day=pl.col("rated_on").dt.date()).group_by("method", "unit", *WAYS, "day").len()


# ---------------------------------------------------------------- problems and decisions


def _note_unknown_problems(tables: Mapping[str, FactTable]) -> None:
    known = tables["problems"].frame["problem"].drop_nulls().to_list()
    for whole in (tables["progress"], tables["opinions"]):
        lost = whole.frame.filter(pl.col("problem").is_not_null() & ~pl.col("problem").is_in(known))
        for sheet, row, found in lost.select(SHEET, ROW, "problem").iter_rows():
            wanted = "问题清单中没有这个编号"
            whole.log_of(sheet).note_cell(row, "problem", found, wanted, nearest(found, known))


def _note_two_decisions(decisions: FactTable) -> None:
    firsts: dict[str, Row] = {}
    for row in decisions.frame.filter(pl.col("list").is_not_null()).iter_rows(named=True):
        first = firsts.setdefault(row["list"], row)
        for name in ("decided_on", "decided_by", "document"):
            if None not in (row[name], first[name]) and row[name] != first[name]:
                wanted = f"与第 {first[ROW]} 行不同（{first[name]}）；一份名单只有一个决定"
                decisions.log_of(row[SHEET]).note_cell(row[ROW], name, str(row[name]), wanted)


# ---------------------------------------------------------------- quotas of bands


def _note_full_bands(marks: FactTable, history: pl.DataFrame, setting: Setting, units: pl.DataFrame) -> None:
    """Note, for each band of an organ that holds too many of its units, the marks in it.

    The quota binds the class of raters that it names, or the only one: each of its raters sees the units of an organ
    that he is asked to mark, and grades them against each other.
    """
    absent = _exempted_units(history, setting, units) | ended_units(units, setting.plan)
    for component in setting.scored_by("marks"):
        rule = component.marks
        if rule and rule.quota:
            _note_bands_of(component, rule, rule.quota, marks, absent, setting)


def _exempted_units(history: pl.DataFrame, setting: Setting, units: pl.DataFrame) -> set[str]:
    """Units that take no part this year because of the years before, those of predecessors among them."""
    rule, year = setting.plan.units.exempt, setting.plan.campaign.year
    if rule is None or history.is_empty():
        return set()
    listed = history.filter(pl.col("list") == rule.listed, pl.col("year").is_between(year - rule.years, year - 1))
    followed = listed.join(successions(units), left_on="unit", right_on="code", suffix="_now")
    counting = followed.filter((pl.col("year") >= pl.col("since")) | pl.col("listed_as").is_not_null())
    years = Counter(unit for unit, _ in counting.select("unit_now", "year").unique().iter_rows())
    return {unit for unit, count in years.items() if count == rule.years}


def _note_bands_of(
    component: Component, rule: Marks, quota: BandQuota, marks: FactTable, absent: set[str], setting: Setting
) -> None:
    bound = quota.marker or next(iter(rule.markers), "")
    asked = rule.markers[bound].units if bound else {}
    reviewed = {
        id: unit["organ"]
        for id, unit in setting.roster.items()
        if id not in absent
        and setting.fits(unit, component.units)
        and setting.fits(unit, asked)
        and not is_brought(setting, component, id)
    }
    sizes = Counter(reviewed.values())
    grouped: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in marks.frame.filter(pl.col("method") == component.id).iter_rows(named=True):
        ours = class_of(rule, row["marker"], row["group"]) == bound
        if ours and row["unit"] in reviewed and row["mark"] is not None:
            grouped[reviewed[row["unit"]], row["marker"] or "", row["cycle"] or ""].append(row)
    for (organ, *_), rows in grouped.items():
        for row, wanted in _beyond_quota(rows, rule, quota, sizes[organ]):
            said = f"{organ}有 {sizes[organ]} 个单位，{wanted}"
            marks.log_of(row[SHEET]).note_cell(row[ROW], "mark", str(row["mark"].normalize()), said)


def _beyond_quota(rows: list[Row], rule: Marks, quota: BandQuota, units: int) -> Iterator[tuple[Row, str]]:
    """Each mark in a band that holds too many. units: how many of the organ are under review."""
    banded = {band: [row for row in rows if low <= row["mark"] <= high] for band, (low, high) in rule.bands.items()}
    part, over = divmod(units, len(rule.bands))
    most = quota.each_at_most if units <= quota.up_to else part + bool(over)
    above = sorted(band for band, held in banded.items() if len(held) > part)
    for band, held in banded.items():
        if len(held) > most:
            yield from ((row, f"“{band}”档至多 {most} 个，现有 {len(held)} 个") for row in held)
        elif units > quota.up_to and len(above) > over and band in above:
            wanted = f"应先各档均分 {part} 个，余下 {over} 个分在不同档；现在 {'、'.join(above)} 各有 {part + 1} 个"
            yield from ((row, wanted) for row in held)


# ---------------------------------------------------------------- units that change

FEW_CODES = 5
"""Codes that are told one by one; with more of them the codes were given anew, which is one cause."""

NAMED = 3
"""Examples in one message."""


def _check_changes(units: FactTable) -> None:
    """Note units merged into one that is not there, and those that go on in each other all round."""
    frame = units.frame
    known = frame["unit"].drop_nulls().to_list()
    names = dict(frame.select("unit", "name").drop_nulls().iter_rows())
    choice = Choice(tuple(dict.fromkeys(known)), names, missing=ON_ROSTER)
    strange = frame.filter(pl.col("merged_into").is_not_null() & ~pl.col("merged_into").is_in(known))
    for sheet, row, code in strange.select(SHEET, ROW, "merged_into").iter_rows():
        units.log_of(sheet).note_cell(row, "merged_into", code, choice.missing, choice.near(code))
    for circle in find_circles(frame):
        sheet, row = frame.filter(pl.col("unit") == circle[0]).select(SHEET, ROW).row(0)
        wanted = "这些单位都已撤销，而又互为前身或互相并入，转了一圈；请核对“前身”“并入”和撤销日期"
        units.log_of(sheet).note_row(row, " → ".join([*circle, circle[0]]), wanted)


@dataclass(frozen=True)
class EarlierEntry:
    """A code and name of earlier years' lists: where it stands first, and in how many rows of that sheet."""

    sheet: int
    row: int
    code: str
    name: str | None
    rows: int


def _check_earlier_names(history: FactTable, units: pl.DataFrame) -> None:
    """Compare codes and names of earlier lists with the roster.

    A code under which another unit stands, or nobody while its name stands under another code, is a fault: the entry
    would be lost, or be another unit's. A new name, and entries that are nobody's, are told once.
    """
    roster = Roster(units)
    wrong: list[tuple[EarlierEntry, str]] = []
    known = history.frame.filter(pl.col("unit").is_not_null())
    grouped = known.group_by(SHEET, "unit", "name", maintain_order=True)
    for sheet, code, name, row, rows in grouped.agg(pl.col(ROW).first(), pl.len().alias("rows")).iter_rows():
        entry = EarlierEntry(sheet, row, code, name, rows)
        other = roster.elsewhere(entry)
        if other:
            wrong.append((entry, other))
        elif name and roster.is_renamed(entry):
            told = f"第 {row} 行 {code} 写的是“{name}”，名录中 {code} 现在是“{roster.names[code]}”"
            history.log_of(sheet).list_notice(f"{told}；按改了名称的同一个单位计。不是同一个单位的，请改编号")
    _note_wrong_codes(history, roster, wrong)
    _list_unclaimed(history, roster)


class Roster:
    """Names and codes of the roster, and whose earlier entries are whose."""

    def __init__(self, units: pl.DataFrame) -> None:
        rows = units.filter(pl.col("unit").is_not_null() & pl.col("name").is_not_null())
        self.names: dict[str, str] = dict(rows.select("unit", "name").iter_rows())
        times = Counter(map(bare_name, self.names.values()))
        self.by_name = {bare_name(name): code for code, name in self.names.items() if times[bare_name(name)] == 1}
        self.heirs = successions(units)

    def heirs_of(self, code: str) -> list[str]:
        """The units that entries under a code count for."""
        return self.heirs.filter(pl.col("code") == code)["unit"].to_list()

    def elsewhere(self, entry: EarlierEntry) -> str | None:
        """The other unit of today with the name of an entry, unless the roster says that it took the code over."""
        name = bare_name(entry.name or "")
        other = self.by_name.get(name)
        if other is None or other == entry.code or bare_name(self.names.get(entry.code, "")) == name:
            return None
        heirs = self.heirs_of(entry.code)
        return None if other in heirs and entry.code not in heirs else other

    def is_renamed(self, entry: EarlierEntry) -> bool:
        """Whether the unit of this code is called otherwise now."""
        now = self.names.get(entry.code)
        return (
            now is not None
            and entry.code in self.heirs_of(entry.code)
            and bare_name(now) != bare_name(entry.name or "")
        )


def _note_wrong_codes(history: FactTable, roster: Roster, wrong: list[tuple[EarlierEntry, str]]) -> None:
    """One fault for each code; many are one, since then all codes were given anew."""
    if len({entry.code for entry, _ in wrong}) > FEW_CODES:
        entry = wrong[0][0]
        some = "、".join(f"{one.code} {one.name}（现在是 {other}）" for one, other in wrong[:NAMED])
        wanted = f"共 {len(wrong)} 个编号与名录对不上，像是编号重新编过；请在名录各单位的“前身”写它原来的编号"
        history.log_of(entry.sheet).note_cell(entry.row, "unit", f"{some} 等", wanted)
        return
    for entry, other in wrong:
        wanted = _remedy_for(roster, entry, other) + (f"（这样的有 {entry.rows} 行）" if entry.rows > 1 else "")
        history.log_of(entry.sheet).note_cell(entry.row, "unit", f"{entry.code} {entry.name}", wanted)


def _remedy_for(roster: Roster, entry: EarlierEntry, other: str) -> str:
    code, name = entry.code, entry.name
    if code not in roster.names:
        told = f"名录中没有 {code}，{name}现在的编号是 {other}；同一个单位的，请在名录 {other} 的“前身”写 {code}"
        return f"{told}；不是同一个单位的，请把这里的名称写得有区别"
    told = f"名录中 {code} 现在是{roster.names[code]}，{name}现在的编号是 {other}；请在名录 {other} 的“前身”写 {code}"
    return f"{told}，并在 {code} 的“前身”写它自己原来的编号（今年新设的，写设立日期）；编号写错的，改这里的编号"


def _list_unclaimed(history: FactTable, roster: Roster) -> None:
    """List once for each sheet the entries that count for no unit of this year."""
    codes = set(roster.heirs["code"])
    own = roster.heirs.filter(pl.col("code") == pl.col("unit"), pl.col("since") > 0)
    since = {code: year for code, _, year in own.iter_rows() if len(roster.heirs_of(code)) == 1}
    lost: dict[int, list[str]] = {}
    rows = history.frame.filter(pl.col("unit").is_not_null()).select(SHEET, "unit", "year", "listed_as", "name")
    for sheet, code, year, listed_as, name in rows.iter_rows():
        new = code in since and year is not None and year < since[code] and not listed_as
        if code not in codes or new:
            lost.setdefault(sheet, []).append(f"{code} {name}" if name else code)
    for sheet, unclaimed in lost.items():
        each = list(dict.fromkeys(unclaimed))
        some = "、".join(each[:FEW_CODES]) + ("等" if len(each) > FEW_CODES else "")
        told = f"有 {len(unclaimed)} 行的单位（{some}，共 {len(each)} 个）今年没有单位承接，往年名单的规则不计"
        history.log_of(sheet).list_notice(f"{told}；改了编号、合并、分设的，请在名录接替它的单位的“前身”写这个编号")
