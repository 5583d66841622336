"""Names and codes in the roster that are too much alike: by width or spaces, by zeros in front, by all but the code."""

import unicodedata

import polars as pl

from pingyi.facts.intake.sheet import ROW, SHEET
from pingyi.facts.intake.whole import Whole

COLUMNS = ("organ", "township")


def note_alike(units: Whole) -> None:
    """Note every spelling of an organ or township beside its commonest one."""
    for column in COLUMNS:
        counts = units.frame[column].drop_nulls().value_counts(sort=True).rows()
        commonest: dict[str, str] = {}
        for name, _ in sorted(counts, key=lambda row: (-row[1], row[0])):
            commonest.setdefault(bare(name), name)
        others = [name for name, _ in counts if commonest[bare(name)] != name]
        for sheet, row, name in units.frame.filter(pl.col(column).is_in(others)).select(SHEET, ROW, column).iter_rows():
            wanted = "与别的行只差空格或全角、半角，会被当成两个；应统一写法"
            units.notepad(sheet).cell(row, column, name, wanted, commonest[bare(name)])


def note_lost_zeros(units: Whole) -> None:
    """Note codes that are shorter than the others, which begin with 0; from there on they are what they should be."""
    codes = units.frame["unit"].drop_nulls().to_list()
    width = max(map(len, codes), default=0)
    if not all(code.isascii() and code.isdecimal() for code in codes) or not any(
        code.startswith("0") for code in codes
    ):
        return
    if sum(len(code) == width for code in codes) <= len(codes) / 2:
        return
    lost = {code: code.zfill(width) for code in codes if len(code) < width and code.zfill(width) not in codes}
    for sheet, row, code in units.frame.filter(pl.col("unit").is_in(list(lost))).select(SHEET, ROW, "unit").iter_rows():
        wanted = f"别的编号都是 {width} 位，像是前面的 0 丢了；名录和各表应写成一样"
        units.notepad(sheet).cell(row, "unit", code, wanted, lost[code])
    units.frame = units.frame.with_columns(pl.col("unit").replace(lost))


def note_namesakes(units: Whole) -> None:
    """List units that differ by their code only: one unit under two codes has its votes in two places."""
    known = [name for name in ("category", *COLUMNS) if name in units.frame.columns]
    first: dict[tuple[str, ...], tuple[int, str]] = {}
    for sheet, row, code, name, *others in units.frame.select(SHEET, ROW, "unit", "name", *known).iter_rows():
        if code is None or name is None:
            continue
        place, before = first.setdefault((bare(name), *(bare(str(one or "")) for one in others)), (row, code))
        if before != code:
            said = f"第 {row} 行 {code} 与第 {place} 行 {before} 同名（{name}），类别、主管部门、所属乡镇也相同"
            units.notepad(sheet).notice(f"{said}；是同一个单位的，只应有一个编号")


def bare(name: str) -> str:
    """A name without what nobody sees: spaces, and the width and case of letters."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
