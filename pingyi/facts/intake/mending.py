"""The text of a column before it is understood: what is mended and listed, what is replaced, what is spoiled.

Mended is only what is certain; every mended cell is listed. Numbers of persons never get past here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from pingyi.common.characters import normal_seed
from pingyi.common.codebook import Column
from pingyi.facts.intake import persons
from pingyi.facts.intake.choices import ON_ROSTER, Choice
from pingyi.facts.intake.nobody import is_nobody
from pingyi.facts.intake.notepad import Notepad
from pingyi.facts.intake.sheet import ROW
from pingyi.facts.intake.spelling import broken, doubtful, tidy, turned

KEPT = 15
"""Digits of a whole number that a float, and Excel, keep for certain."""

LONGEST = 20
"""Digits of an id that somebody may have typed."""

CUT = 6
"""Zeros beyond those digits, over all ids of a column, that are no chance any more."""

SEED = "seed"
"""The column of seeds: they have a normal form of their own."""

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
    notepad: Notepad
    rows: pl.Series
    key: bytes | None = None

    def tell(self, texts: pl.Series, wrong: Mapping[str, str], near: Callable[[str], str] = lambda _: "") -> None:
        """Note every cell that holds one of the wrong texts. wrong: text → what was wanted."""
        if wrong:
            held = pl.DataFrame([self.rows.alias(ROW), texts.alias("text")])
            for row, text in held.filter(pl.col("text").is_in(list(wrong))).iter_rows():
                self.notepad.cell(row, self.column.name, text, wrong[text], near(text))

    def change(self, texts: pl.Series, changes: Mapping[str, str]) -> pl.Series:
        """The texts with some of them put right, which is listed; what nothing is left of becomes null."""
        if not changes:
            return texts
        after = texts.replace(changes)
        held = pl.DataFrame([self.rows.alias(ROW), texts.alias("before"), after.alias("after")])
        self.notepad.mend(held.filter(pl.col("before").ne_missing(pl.col("after"))), self.column.name)
        return after.replace("", None)


def mended(texts: pl.Series, cells: Cells) -> pl.Series:
    """Cells without what is certainly no part of them; cells left empty become null, spoiled ones are noted."""
    key = cells.column.kind != "text"
    if cells.column.name == SEED:
        suspects = texts.drop_nulls().unique(maintain_order=True).to_list()
        changes = {text: after for text in suspects if (after := normal_seed(tidy(text, key))) != text}
    else:
        suspects = doubtful(texts, key)
        changes = {text: after for text in suspects if (after := tidy(text, key)) != text}
    texts = cells.change(texts, changes)
    if cells.column.name == "unit" and cells.choice is not None:
        texts = _with_zeros(texts, cells, cells.choice)
    if cells.column.kind in ("id", "text"):
        wrong = {text: words for one in suspects if (words := broken(text := changes.get(one, one)))}
        cells.tell(texts, wrong)
    if cells.column.kind == "id":
        cells.tell(texts, turned(texts) | _cut_digits(texts))
    return texts


def _cut_digits(texts: pl.Series) -> dict[str, str]:
    """Ids that all end in zeros where a number keeps no digits any more."""
    long = texts.filter(texts.str.contains(rf"^[1-9]\d{{{KEPT},{LONGEST - 1}}}$")).unique().to_list()
    if sum(len(text) - KEPT for text in long) < CUT or any(text[KEPT:].strip("0") for text in long):
        return {}
    return dict.fromkeys(long, ZEROS)


def _with_zeros(texts: pl.Series, cells: Cells, roster: Choice) -> pl.Series:
    """Units whose leading zeros a spreadsheet cut off, with them again.

    It cuts them from a whole column: where one id begins with 0, a short one is another mistake. So may be a lone short
    id, where it could have lost another digit, or be of a unit that is gone (in columns that need not name one of the
    roster). Neither is mended.
    """
    widths = {len(unit) for unit in roster.valid}
    if roster.missing != ON_ROSTER or len(widths) != 1 or not all(map(str.isdecimal, roster.valid)):
        return texts
    (width,) = widths
    written = texts.drop_nulls().unique(maintain_order=True).to_list()
    short = [text for text in written if text.isdecimal() and text.isascii() and len(text) < width]
    changes = {text: text.zfill(width) for text in short if text.zfill(width) in roster.spelled}
    whole = not any(text.startswith("0") for text in written) and len(changes) == len(short)
    may_be_gone = cells.column.kind == "id"
    if whole and (len(short) > 1 or not (may_be_gone or _could_be_another(short, roster))):
        return cells.change(texts, changes)
    if may_be_gone:
        cells.tell(texts, dict.fromkeys(changes, LOST), near=lambda text: changes[text])
    return texts


def _could_be_another(short: list[str], roster: Choice) -> bool:
    """Whether a lone short id is what is left of several units, if any digits were lost."""
    return any(sum(_is_left_of(text, unit) for unit in roster.valid) > 1 for text in short)


def _is_left_of(text: str, unit: str) -> bool:
    rest = iter(unit)
    return all(digit in rest for digit in text)


def without_persons(texts: pl.Series, cells: Cells) -> pl.Series:
    """The texts without numbers of persons: replaced where a key is given, noted and left out where none is."""
    if cells.column.private:
        return _pseudonyms(texts, cells)
    if cells.column.kind == "text":
        cells.tell(texts, {text: HELD for text in persons.suspects(texts) if persons.found(text)})
    return texts


def _pseudonyms(texts: pl.Series, cells: Cells) -> pl.Series:
    """A column of pseudonyms: whatever could be a number of a person becomes one, or is refused without a key."""
    suspects = persons.private_suspects(texts)
    numbers = {text: number for text in suspects if (number := persons.number(text))}
    names = [text for text in suspects if text not in numbers and persons.is_name(text)]
    cells.tell(texts, dict.fromkeys(persons.veiled(texts), VEILED))
    held = pl.DataFrame([cells.rows.alias(ROW), texts.alias("text")]).filter(pl.col("text").is_in(names))
    for row, text in held.iter_rows():
        cells.notepad.cell(row, cells.column.name, text[0] + "＊", NAME)
    if cells.key is None:
        cells.tell(texts, dict.fromkeys(numbers, UNKNOWN))
        return texts.replace(dict.fromkeys([*numbers, *names], None)) if numbers or names else texts
    others = (text for text in suspects if text not in numbers and text not in names and not is_nobody(text))
    numbers |= {text: digits for text in others if (digits := persons.digits(text))}
    if not numbers:
        return texts
    name = cells.column.name
    after = texts.replace({text: persons.replacement(cells.key, name, number) for text, number in numbers.items()})
    many = int((texts != after).sum())
    cells.notepad.mend_many(name, f"{many} 个电话号码或身份证号", PSEUDONYMS)
    return after
