"""The cells of a column: their spelling mended, numbers of persons replaced, and then read as values of their kind.

Mended is only what is certain, and every mended cell is listed; what cannot be read is noted at its cell. Numbers of
persons never get past here. Only distinct texts are looked at one by one: a column of a million cells costs what its
different values cost.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from pingyi.common.characters import INVISIBLE, normal_seed
from pingyi.common.codebook import Column, Table
from pingyi.facts.intake import persons
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.number_formats import DIGITS, EXCEL_EPOCH
from pingyi.facts.intake.persons import different_texts
from pingyi.facts.intake.setting import Choice, Setting, tidy_text
from pingyi.facts.intake.sheet_grid import ROW
from pingyi.facts.keys import pseudonym
from pingyi.rules.base import PLACES

SPOILED = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]"
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
DOUBTFUL_KEY = r"^[ #='’‘]|[^ -~]| $"
"""A key worth a second look: anything but printable ASCII, spaces at its ends, what programs put before a number."""

DOUBTFUL_TEXT = rf"^#|^[\s{INVISIBLE}]|[\s{INVISIBLE}]$|{SPOILED}"
TURNED = {
    r"^\d(?:\.\d+)?[Ee]\+\d{1,3}$": "编号被存成了科学计数，后面的位数已经丢失；应从原系统重新导出，这一列设为文本",
    r"^\d{4}-\d{2}-\d{2} 00:00:00$|^\d{1,2}月\d{1,2}日$": "编号被 Excel 改成了日期；应把这一列设为文本，重新填写",
}
"""What a spreadsheet makes of an id that looks like a number or a day."""

LONGEST = 20
"""Digits of an id that somebody may have typed."""

CUT = 6
"""Zeros beyond those digits, over all ids of a column, that are no chance any more."""

UNKNOWN = "像是电话号码或身份证号；这里只能填代号，号码不得导入。给出密钥，就会换成代号（用 pingyi key 生成）"
VEILED = "号码或姓名遮去了，认不出是谁；应填代号，同一个人用同一个代号"
NAME = "像是姓名；这里只能填代号，姓名不得导入"
PSEUDONYMS = "代号（用密钥算出，号码没有存下）"
HELD = "含有电话号码或身份证号，个人号码不得导入；请删去，或只留前三位，其余写成＊"
ZEROS = "第 15 位以后全是 0，像是被 Excel 存成了数，后面的位数已经丢失；应从原系统重新导出，这一列设为文本"
LOST = "名录中没有，补上前面的 0 才有；应照名录写全"


@dataclass(frozen=True)
class Cells:
    """One column of one sheet on its way from text to its kind. key: makes pseudonyms of telephone numbers."""

    column: Column
    choice: Choice | None
    log: IssueLog
    rows: pl.Series
    key: bytes | None = None

    def note_texts(
        self,
        texts: pl.Series,
        wrong: Mapping[str, str],
        near: Callable[[str], str] = lambda _: "",
        shown: Callable[[str], str] = lambda text: text,
    ) -> None:
        """Note every cell that holds one of the wrong texts. wrong: text → what was wanted. shown: what is repeated."""
        if wrong:
            held = pl.DataFrame([self.rows.alias(ROW), texts.alias("text")])
            for row, text in held.filter(pl.col("text").is_in(list(wrong))).iter_rows():
                self.log.note_cell(row, self.column.name, shown(text), wrong[text], near(text))

    def mend_texts(self, texts: pl.Series, changes: Mapping[str, str]) -> pl.Series:
        """The texts with some of them put right, which is listed; what nothing is left of becomes null."""
        if not changes:
            return texts
        after = texts.replace(changes)
        held = pl.DataFrame([self.rows.alias(ROW), texts.alias("before"), after.alias("after")])
        self.log.list_mended(held.filter(pl.col("before").ne_missing(pl.col("after"))), self.column.name)
        return after.replace("", None)


def type_columns(raw: pl.DataFrame, table: Table, setting: Setting, log: IssueLog) -> pl.DataFrame:
    """All columns of the table in order, then `row`. A choice that is not among its values stays as what was found."""
    rows = raw[ROW]
    series = []
    for column in table.columns:
        cells = Cells(column, setting.choice(table.name, column.name), log, rows, setting.key)
        if column.name in raw.columns:
            series.append(_read_column(raw[column.name], cells).alias(column.name))
        else:
            series.append(_empty_column(cells))
    return pl.DataFrame([*series, rows])


def dtype_of(column: Column, choice: Choice | None) -> Any:
    """How a column is delivered."""
    if column.kind == "choice":
        return pl.Enum(choice.valid) if choice else pl.String
    return DTYPES[column.kind]


def _empty_column(cells: Cells) -> pl.Series:
    wanted = dtype_of(cells.column, cells.choice)
    return pl.Series(cells.column.name, [], dtype=wanted).extend_constant(None, len(cells.rows))


def _read_column(raw: pl.Series, cells: Cells) -> pl.Series:
    zoned = getattr(raw.dtype, "time_zone", None)
    nested = isinstance(raw.dtype, pl.List) and raw.dtype.inner != pl.String
    if zoned or nested or raw.dtype in UNREADABLE:
        cells.log.note_head(raw.name, "应为不带时区的当地时间" if zoned else "这一列的类型读不懂，应为文字、数或日期")
        return _empty_column(cells)
    if raw.dtype.is_float() and cells.column.kind in ("id", "choice"):
        _note_floating_ids(raw, cells)
    whole = _as_it_is(raw, cells)
    if whole is None:
        texts = _mend_column(_as_text(raw), cells)
        missing = texts.is_null()
        whole = _parse_texts(_without_persons(texts, cells), cells)
    else:
        missing = whole.is_null()
    if cells.column.required and missing.any():
        cells.log.note_cells(cells.rows.filter(missing), cells.column.name, "", "不能为空")
    return whole


# ---------------------------------------------------------------- spelling


def _mend_column(texts: pl.Series, cells: Cells) -> pl.Series:
    """Cells without what is certainly no part of them; cells left empty become null, spoiled ones are noted."""
    key = cells.column.kind != "text"
    typed = persons.without_hashes(texts) if cells.column.kind == "id" else texts
    if cells.column.name == "seed":  # seeds have a normal form of their own
        suspects = texts.drop_nulls().unique(maintain_order=True).to_list()
        changes = {text: after for text in suspects if (after := normal_seed(tidy_text(text, key))) != text}
    else:
        suspects = different_texts(typed, DOUBTFUL_KEY if key else DOUBTFUL_TEXT)
        changes = {text: after for text in suspects if (after := tidy_text(text, key)) != text}
    texts = cells.mend_texts(texts, changes)
    if cells.column.name == "unit" and cells.choice is not None:
        texts = _with_zeros(texts, cells, cells.choice)
    if cells.column.kind in ("id", "text"):
        after_all = (changes.get(one, one) for one in suspects)
        cells.note_texts(texts, {text: said for text in after_all if (said := _what_spoiled(text))})
    if cells.column.kind == "id":
        turned = {text: said for pattern, said in TURNED.items() for text in different_texts(typed, pattern)}
        cells.note_texts(texts, turned | _cut_digits(typed))
    return texts


def _what_spoiled(text: str) -> str:
    """What an earlier program did to a text so that it is none; empty where it did nothing."""
    if text in ERRORS:
        return "单元格里是出错的公式"
    return "含有乱码或不可见的控制字符" if re.search(SPOILED, text) else ""


def _cut_digits(texts: pl.Series) -> dict[str, str]:
    """Ids that all end in zeros where a number keeps no digits any more."""
    long = different_texts(texts, rf"^[1-9]\d{{{DIGITS},{LONGEST - 1}}}$")
    if sum(len(text) - DIGITS for text in long) < CUT or any(text[DIGITS:].strip("0") for text in long):
        return {}
    return dict.fromkeys(long, ZEROS)


def _with_zeros(texts: pl.Series, cells: Cells, roster: Choice) -> pl.Series:
    """Units whose leading zeros a spreadsheet cut off, with them again.

    It cuts them from a whole column: where one id begins with 0, a short one is another mistake. So may be a lone short
    id, where it could have lost another digit, or be of a unit that is gone (in columns that need not name one of the
    roster). Neither is mended.
    """
    widths = {len(unit) for unit in roster.valid}
    if not roster.is_roster or len(widths) != 1 or not all(map(str.isdecimal, roster.valid)):
        return texts
    (width,) = widths
    written = texts.drop_nulls().unique(maintain_order=True).to_list()
    short = [text for text in written if text.isdecimal() and text.isascii() and len(text) < width]
    changes = {text: text.zfill(width) for text in short if text.zfill(width) in roster.spelled}
    whole = not any(text.startswith("0") for text in written) and len(changes) == len(short)
    may_be_gone = cells.column.kind == "id"
    if whole and (len(short) > 1 or not (may_be_gone or _could_be_another(short, roster))):
        return cells.mend_texts(texts, changes)
    if may_be_gone:
        cells.note_texts(texts, dict.fromkeys(changes, LOST), near=lambda text: changes[text])
    return texts


def _could_be_another(short: list[str], roster: Choice) -> bool:
    """Whether a lone short id is what is left of several units, if any digits were lost."""
    left = [re.compile(".*".join(text)) for text in short]
    return any(sum(one.search(unit) is not None for unit in roster.valid) > 1 for one in left)


# ---------------------------------------------------------------- persons


def _without_persons(texts: pl.Series, cells: Cells) -> pl.Series:
    """The texts without numbers of persons: replaced where a key is given, noted and left out where none is."""
    if cells.column.private:
        return _pseudonyms(texts, cells)
    if cells.column.kind == "text":
        cells.note_texts(
            texts, {text: HELD for text in different_texts(texts, persons.SUSPECT) if persons.find_numbers(text)}
        )
    return texts


def _pseudonyms(texts: pl.Series, cells: Cells) -> pl.Series:
    """A column of pseudonyms: whatever could be a number of a person becomes one, or is refused without a key."""
    typed = persons.without_hashes(texts)
    suspects = persons.private_suspects(typed)
    numbers = {text: number for text in suspects if (number := persons.person_number(text))}
    names = [text for text in suspects if text not in numbers and persons.is_name(text)]
    cells.note_texts(texts, dict.fromkeys(different_texts(typed, persons.VEILED), VEILED))
    cells.note_texts(texts, dict.fromkeys(names, NAME), shown=lambda text: text[0] + "＊")
    if cells.key is None:
        cells.note_texts(texts, dict.fromkeys(numbers, UNKNOWN))
        return texts.replace(dict.fromkeys([*numbers, *names], None)) if numbers or names else texts
    others = (text for text in suspects if text not in numbers and text not in names and not persons.is_nobody(text))
    numbers |= {text: digits for text in others if (digits := persons.digits_of(text))}
    if not numbers:
        return texts
    name = cells.column.name
    after = texts.replace({text: pseudonym(cells.key, f"intake.{name}", number) for text, number in numbers.items()})
    many = int((texts != after).sum())
    cells.log.list_replaced(name, f"{many} 个电话号码或身份证号", PSEUDONYMS)
    return after


# ---------------------------------------------------------------- values

DAY = r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?"
MOMENT = re.compile(rf"{DAY}(?:(?: +|T|(?<=日)){CLOCK})?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIAL = re.compile(r"(\d{5})(\.\d+)?")
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
"""Days that facts may name: those of `Campaign.year`."""

WHOLE = 12
"""Digits before the point that DECIMAL(18, 6) has room for."""

YES, NO = ("是", "true", "yes", "y", "1", "√"), ("否", "false", "no", "n", "0", "×")


def as_date(text: str) -> date:
    """2020-05-06, 2020/5/6, 2020.5.6, 2020年5月6日, 20200506, or an Excel serial; midnight may follow."""
    moment = as_moment(text)
    if moment.time() != time():
        raise ValueError("应为日期，不带时刻")
    return moment.date()


def as_moment(text: str) -> datetime:
    """A date as above, with or without the time of day; local, no zone."""
    if match := MOMENT.fullmatch(text):
        year, *rest = match.groups()
        month, day = (part for part in rest[:-4] if part is not None)
        return _day_of(year, month, day) + _time_of_day(*rest[-4:])
    if match := COMPACT.fullmatch(text):
        return _day_of(*match.groups())
    if match := SERIAL.fullmatch(text):
        days = Decimal(text)
        return _within_years(EXCEL_EPOCH + timedelta(days=int(days), seconds=round((days % 1) * 86400)))
    raise ValueError("应为日期，如 2020-05-06")


def _day_of(year: str, month: str, day: str) -> datetime:
    try:
        found = datetime(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("日历上没有这一天") from None
    return _within_years(found)


def _within_years(found: datetime) -> datetime:
    if not FIRST <= found.date() <= LAST:
        raise ValueError(f"年份应在 {FIRST.year} 到 {LAST.year} 之间")
    return found


def _time_of_day(hour: str | None, minute: str | None, second: str | None, part: str | None) -> timedelta:
    if hour is None or minute is None:
        return timedelta()
    micro = int((part or "").ljust(6, "0")[:6])
    try:
        clock = time(int(hour), int(minute), int(second or 0), micro)
    except ValueError:
        raise ValueError("一天里没有这个时刻") from None
    return datetime.combine(date.min, clock) - datetime.min


def as_integer(text: str) -> int:
    """A whole number."""
    if not re.fullmatch(rf"[+-]?\d{{1,{WHOLE}}}(\.0+)?", text):
        raise ValueError("应为整数")
    return int(text.partition(".")[0])


def as_decimal(text: str) -> Decimal:
    """An exact number of at most six decimals, never by way of a float."""
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text):
        raise ValueError("应为一个数，不带单位和千分号")
    number = Decimal(text)
    if number * 10**PLACES % 1:
        raise ValueError(f"应为至多 {PLACES} 位小数的数")
    if abs(number) >= 10**WHOLE:
        raise ValueError("数太大")
    return number


def as_yes_no(text: str) -> bool:
    """是 or 否."""
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise ValueError("应为 是、否 之一")


def list_parser(choice: Choice) -> Callable[[str], str]:
    """Several of the values, joined by 、 ; , / or +  → the values in order, joined by +."""

    def parse(text: str) -> str:
        words = [word.strip() for word in re.split(r"[、;,/+]", text) if word.strip()]
        if unknown := [word for word in words if word not in choice.spelled]:
            raise ValueError(choice.wanted if choice.valid else f"{choice.missing}“{unknown[0]}”")
        values = sorted({choice.spelled[word] for word in words}, key=choice.valid.index)
        if len(values) < len(words):
            raise ValueError("同一个取值只写一次")
        return "+".join(values)

    return parse


PARSERS: dict[str, Callable[[str], Any]] = {
    "date": as_date,
    "moment": as_moment,
    "integer": as_integer,
    "decimal": as_decimal,
    "yes_no": as_yes_no,
}

DTYPES: dict[str, Any] = {
    "id": pl.String,
    "text": pl.String,
    "list": pl.String,
    "date": pl.Date,
    "moment": pl.Datetime("us"),
    "integer": pl.Int64,
    "decimal": pl.Decimal(18, PLACES),
    "yes_no": pl.Boolean,
}
"""How each kind is kept; lists are joined by + until they are delivered. Choices are an Enum of their values."""

SUPPRESSIBLE = "votes"
SUPPRESSED = r"^(?:[*＊]{1,3}|[<＜≤]\s*\d{1,3}|小于\s*\d{1,3}|少于\s*\d{1,3}|隐去|保密|不公开|[cCsS])$"
"""The column whose numbers may be hidden so that nobody is told by them, and how it is written."""

UNREADABLE = (pl.Struct, pl.Binary, pl.Object, pl.Array, pl.Time, pl.Duration)


def _note_floating_ids(raw: pl.Series, cells: Cells) -> None:
    """An id kept as a number with a point has lost what stood after its fifteenth digit."""
    long = (raw.abs() >= 10**DIGITS).fill_null(False)
    for row, number in zip(cells.rows.filter(long), raw.filter(long), strict=True):
        cells.log.note_cell(row, cells.column.name, str(number), f"编号应存为文字；存为数只保留 {DIGITS} 位")


def _as_it_is(raw: pl.Series, cells: Cells) -> pl.Series | None:
    """The column in its kind if it came so typed, or if every cell already is one of the choices; else nothing."""
    kind, found = cells.column.kind, raw.dtype
    wanted = dtype_of(cells.column, cells.choice)
    fits = {
        "choice": cells.choice is not None and found in (pl.String, pl.Categorical, pl.Enum),
        "date": found == pl.Date,
        "moment": found in (pl.Date, pl.Datetime),
        "integer": found.is_integer(),
        "decimal": found.is_integer() or (found.is_decimal() and getattr(found, "scale", 0) <= PLACES),
        "yes_no": found == pl.Boolean,
    }
    if not fits.get(kind, False):
        return None
    cast = raw.cast(wanted, strict=False)
    if kind in ("date", "moment") and not cast.cast(pl.Date).is_between(FIRST, LAST).all():
        return None
    return cast if cast.null_count() == raw.null_count() else None


def _as_text(raw: pl.Series) -> pl.Series:
    """Any column as text; whole numbers without a point, lists joined."""
    if raw.dtype == pl.String:
        return raw
    if isinstance(raw.dtype, pl.List):
        return raw.list.join("、")
    if raw.dtype.is_float():
        whole = (raw == raw.floor()) & (raw.abs() < 10**DIGITS)
        integers = pl.when(whole).then(raw).otherwise(None).cast(pl.Int64).cast(pl.String)
        return pl.select(pl.coalesce(integers, raw.cast(pl.String))).to_series().alias(raw.name)
    return raw.cast(pl.String)


def _parse_texts(texts: pl.Series, cells: Cells) -> pl.Series:
    kind = cells.column.kind
    if kind == "choice" and cells.choice is not None:
        return _spelled_choices(texts, cells.choice)
    if kind in ("id", "text", "choice"):
        return texts
    if cells.column.name == SUPPRESSIBLE:
        texts = _without_suppressed(texts, cells)
    parse = list_parser(cells.choice or Choice(())) if kind == "list" else PARSERS[kind]
    quick = _quick_moments(texts) if kind == "moment" else None
    slow = texts if quick is None else texts.filter(quick.is_null())
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for text in slow.drop_nulls().unique():
        try:
            values[text] = parse(text)
        except ValueError as error:
            wrong[text] = str(error)
    cells.note_texts(texts, wrong)
    wanted = DTYPES[kind]
    typed_values = pl.Series(list(values.values()), dtype=wanted)
    found = texts.replace_strict(list(values), typed_values, default=None, return_dtype=wanted)
    return found if quick is None else quick.fill_null(found)


def _without_suppressed(texts: pl.Series, cells: Cells) -> pl.Series:
    """Votes that were told to be hidden become null, which is said: they are neither none nor missing."""
    hidden = texts.str.contains(SUPPRESSED).fill_null(False)
    if not hidden.any():
        return texts
    rows = cells.rows.filter(hidden).to_list()
    cells.log.list_notice(
        f"{len(rows)} 行的{cells.column.head}被隐去（第 {rows[0]} 行写作“{texts.filter(hidden)[0]}”）：不当作 0，"
        "也不当作漏报；有关单位这一项得分不明，不参加排名"
    )
    return pl.select(pl.when(~hidden).then(texts)).to_series().alias(texts.name)


def _quick_moments(texts: pl.Series) -> pl.Series:
    """The moments in the two commonest spellings, within the years that facts may name; null for all others."""
    text = pl.col("text")
    day = text.str.contains(r"^\d{4}-\d{2}-\d{2}$")
    moment = text.str.contains(r"^\d{4}-\d{2}-\d{2} [0-2]\d:[0-5]\d:[0-5]\d$")
    whole = pl.when(day).then(text + " 00:00:00").when(moment).then(text)
    read = whole.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    found = pl.DataFrame([texts.alias("text")]).select(read.alias("read"))
    return found.select(pl.when(pl.col("read").dt.date().is_between(FIRST, LAST)).then(pl.col("read"))).to_series()


def _spelled_choices(texts: pl.Series, choice: Choice) -> pl.Series:
    """The values that the texts spell; texts that spell none stay, behind the valid values of the Enum."""
    found = texts.drop_nulls().unique().to_list()
    spelled = {text: choice.spelled.get(text, text) for text in found}
    strangers = sorted(set(spelled.values()) - set(choice.valid))
    values = pl.Enum([*choice.valid, *strangers])
    return texts.replace_strict(list(spelled), list(spelled.values()), default=None, return_dtype=values)
