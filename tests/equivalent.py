"""The same workbook written in other ways: other XML, other names of parts, the table further right and down, `.xls`.

XML says the same with other quotes, prefixes, spaces, line breaks, character references, positions that are left to be
counted, and texts inside the sheet or apart from it. `python -m tests.equivalent 2000` tries so many, and prints how
many answers changed.
"""

import posixpath
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import xlsxwriter
import xlwt
from lxml import etree

from pingyi.facts.intake.sheet_grid import column_letters, column_place

BOOK = "xl/workbook.xml"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
Parts = dict[str, bytes]


# ---------------------------------------------------------------- a sheet, and how it is written


@dataclass(frozen=True)
class Cell:
    """A value with the code of its number format. formula: without its equals sign, its result is the value."""

    value: Any
    code: str = ""
    formula: str = ""
    struck: bool = False


@dataclass
class Sheet:
    """Rows of cells, the head among them. merged: first row, last row and column, from 0. hidden: rows and columns."""

    rows: list[list[Cell]]
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


def as_xlsx(sheet: Sheet) -> bytes:
    """The sheet as one program writes it."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("表")
    looks: dict[tuple[str, bool], Any] = {}
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            wanted = {"num_format": cell.code} if cell.code else {}
            look = looks.setdefault((cell.code, cell.struck), book.add_format(wanted | {"font_strikeout": cell.struck}))
            _write(page, number, column, cell, look)
    for first, last, column in sheet.merged:
        cell = sheet.rows[first][column]
        page.merge_range(first, column, last, column, "")
        _write(page, first, column, cell, looks[cell.code, cell.struck])
    for number in sheet.hidden_rows:
        page.set_row(number, None, None, {"hidden": True})
    for column in sheet.hidden_columns:
        page.set_column(column, column, None, None, {"hidden": True})
    book.close()
    return out.getvalue()


def _write(page: Any, number: int, column: int, cell: Cell, look: Any) -> None:
    if cell.formula:
        page.write_formula(number, column, f"={cell.formula}", look, cell.value)
    elif isinstance(cell.value, bool):
        page.write_boolean(number, column, cell.value, look)
    elif isinstance(cell.value, date):
        page.write_datetime(number, column, cell.value, look)
    elif isinstance(cell.value, int | float):
        page.write_number(number, column, cell.value, look)
    elif cell.value:
        page.write_string(number, column, cell.value, look)


def as_xls(sheet: Sheet, down: int = 0, right: int = 0) -> bytes:
    """The sheet in an old workbook; formulas are left out. down, right: where it begins."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("表")
    looks: dict[tuple[str, bool], Any] = {}
    merged = {(first, column): last for first, last, column in sheet.merged}
    covered = {(row, column) for first, last, column in sheet.merged for row in range(first + 1, last + 1)}
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if (cell.value in ("", None) and cell.value is not False) or (number, column) in covered:
                continue
            look = looks.setdefault((cell.code, cell.struck), _old_look(cell))
            at = (number + down, column + right)
            if (number, column) in merged:
                page.write_merge(at[0], merged[number, column] + down, at[1], at[1], cell.value, look)
            else:
                page.write(*at, cell.value, look)
    for number in sheet.hidden_rows:
        page.row(number + down).hidden = True
    for column in sheet.hidden_columns:
        page.col(column + right).hidden = True
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _old_look(cell: Cell) -> Any:
    look = xlwt.XFStyle()
    look.num_format_str = cell.code or "General"
    look.font.struck_out = cell.struck
    return look


# ---------------------------------------------------------------- the same in other XML


def parts_of(data: bytes) -> Parts:
    with ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def rewritten(dice: random.Random, data: bytes, down: int = 0, right: int = 0) -> bytes:
    """The workbook in other XML, its tables further down and right."""
    parts = parts_of(data)
    texts = _texts(parts)
    for name in [one for one in parts if re.match(r"xl/worksheets/[^/]*\.xml$", one)]:
        root = etree.fromstring(parts[name])
        _move(root, down, right)
        _resize(dice, root)
        _respell(dice, root, texts)
        if dice.random() < 0.5:
            _leave_positions(root)
        parts[name] = _serialised(dice, root)
    for name in parts:
        if name.endswith((".xml", ".rels")) and "worksheets/sheet" not in name:
            parts[name] = _serialised(dice, etree.fromstring(parts[name]))
    return _packed(dice, _renamed(dice, parts))


def _texts(parts: Parts) -> list[str]:
    if "xl/sharedStrings.xml" not in parts:
        return []
    return ["".join(one.itertext()) for one in etree.fromstring(parts["xl/sharedStrings.xml"])]


def _move(root: etree._Element, down: int, right: int) -> None:
    """Everything that says where it is says another place."""
    for row in root.iter(f"{MAIN}row"):
        row.set("r", str(int(row.get("r")) + down))
        row.attrib.pop("spans", None)
    for cell in root.iter(f"{MAIN}c"):
        cell.set("r", moved(cell.get("r"), down, right))
    for one in root.iter(f"{MAIN}mergeCell"):
        one.set("ref", moved(one.get("ref"), down, right))
    for one in root.iter(f"{MAIN}col"):
        for end in ("min", "max"):
            one.set(end, str(int(one.get(end)) + right))


def moved(reference: str, down: int, right: int) -> str:
    """Cells further down and right."""
    return CELL.sub(lambda one: f"{column_letters(column_place(one[1]) + right)}{int(one[2]) + down}", reference)


def _resize(dice: random.Random, root: etree._Element) -> None:
    """A dimension that is not so, or none."""
    for one in list(root.iter(f"{MAIN}dimension")):
        one.set("ref", dice.choice(["A1", "A0:D11", "XFD1048576", "B2:C3", ""]))
        if dice.random() < 0.3:
            root.remove(one)


def _respell(dice: random.Random, root: etree._Element, texts: list[str]) -> None:
    """Texts inside the cell, kinds and truths spelled out, numbers with an exponent."""
    inline = dice.random()
    for cell in root.iter(f"{MAIN}c"):
        value = cell.find(f"{MAIN}v")
        if cell.get("t") == "s" and dice.random() < inline:
            text = texts[int(value.text)]
            cell.remove(value)
            cell.set("t", "inlineStr")
            etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = text
        elif cell.get("t") is None and value is not None and value.text and dice.random() < 0.3:
            cell.set("t", "n")
            value.text = dice.choice([value.text, f"{float(value.text)!r}", f"{float(value.text):.16E}"])
    for one in root.iter(f"{MAIN}row", f"{MAIN}col"):
        if one.get("hidden"):
            one.set("hidden", dice.choice(["1", "true"]))


def _leave_positions(root: etree._Element) -> None:
    """Rows and cells without a place: what lies between them is there, and empty."""
    last = 0
    for row in list(root.iter(f"{MAIN}row")):
        number = int(row.attrib.pop("r"))
        for _ in range(last + 1, number):
            row.addprevious(etree.Element(f"{MAIN}row"))
        last = number
        at = -1
        for cell in list(row):
            found = CELL.fullmatch(cell.attrib.pop("r"))
            column = column_place(found[1]) if found else 0
            for _ in range(at + 1, column):
                cell.addprevious(etree.Element(f"{MAIN}c"))
            at = column


def _serialised(dice: random.Random, root: etree._Element) -> bytes:
    """The element as text that another program could have written."""
    writer = _Writer(
        dice, dice.choice([None, "x", "ns0", "表"]), dice.choice("\"'"), dice.choice(["", " ", "\n", "\r\n  "])
    )
    body = "".join(writer.element(root, top=True))
    encoding = dice.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"])
    quote = dice.choice("\"'")
    said = encoding.removesuffix("-sig").upper()
    head = f"<?xml version={quote}1.0{quote} encoding={quote}{said}{quote}?>" + dice.choice(["", "\n", "<!-- x -->"])
    return (head + body).encode(encoding)


@dataclass
class _Writer:
    """prefix: of the names of the root's own space, if they have one. space: what stands between elements."""

    dice: random.Random
    prefix: str | None
    quote: str
    space: str

    def element(self, one: etree._Element, *, top: bool = False) -> Iterator[str]:
        name, spaces = self._name(one), self._spaces(one) if top else {}
        attributes = [*one.items()]
        self.dice.shuffle(attributes)
        pairs = [(self._attribute(one, key), value) for key, value in attributes] + list(spaces.items())
        gap = self.dice.choice([" ", " ", "\n", "\t "])
        around = self.dice.choice(["=", "=", " = "])
        said = "".join(f"{gap}{key}{around}{self.quote}{self._escaped(value)}{self.quote}" for key, value in pairs)
        text = one.text or ""
        if not len(one) and not text:
            yield f"<{name}{said}/>" if self.dice.random() < 0.5 else f"<{name}{said} ></{name}>"
            return
        yield f"<{name}{said}>"
        yield self.space if len(one) else self._text(text)
        for child in one:
            yield from self.element(child)
            yield self.space
        yield f"</{name}{self.dice.choice(['', ' '])}>"

    def _name(self, one: etree._Element) -> str:
        space, _, name = str(one.tag).lstrip("{").rpartition("}")
        return f"{self.prefix}:{name}" if self.prefix and space else name

    def _spaces(self, root: etree._Element) -> dict[str, str]:
        own = str(root.tag).lstrip("{").rpartition("}")[0]
        others = {f"xmlns:{key}": value for key, value in root.nsmap.items() if key and value != own}
        return others | {f"xmlns:{self.prefix}" if self.prefix else "xmlns": own}

    def _attribute(self, one: etree._Element, key: str) -> str:
        space, _, name = key.lstrip("{").rpartition("}")
        known = {value: prefix for prefix, value in one.nsmap.items()} | {"http://www.w3.org/XML/1998/namespace": "xml"}
        return f"{known[space]}:{name}" if space else name

    def _escaped(self, text: str) -> str:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "&#10;")
        return text.replace(self.quote, "&quot;" if self.quote == '"' else "&apos;")

    def _text(self, text: str) -> str:
        kind = self.dice.random()
        if kind < 0.1 and "]]>" not in text:
            return f"<![CDATA[{text}]]>"
        if kind < 0.2:
            return "".join(f"&#{ord(one)};" if self.dice.random() < 0.5 else f"&#x{ord(one):X};" for one in text)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")
        return escaped.replace(">", "&gt;") if kind < 0.6 else escaped.replace("]]>", "]]&gt;")


def _renamed(dice: random.Random, parts: Parts) -> Parts:
    """Other names for the workbook and its parts, in other folders, named from their own folder or from the top."""
    folder = dice.choice(["xl", "表格", "a b/c", "XL"])
    names = {BOOK: f"{folder}/{dice.choice(['workbook2', 'book', '簿'])}.xml"}
    for name in parts:
        if name.startswith("xl/") and name != BOOK and not name.endswith(".rels"):
            names[name] = f"{folder}/{dice.choice(['', 'parts/'])}{len(names)}{dice.choice(['.xml', '.data'])}"
    changed = {names.get(name, name): part for name, part in parts.items() if not name.endswith(".rels")}
    changed["_rels/.rels"] = _retargeted(dice, parts["_rels/.rels"], "", "", names)
    beside = posixpath.join(posixpath.dirname(names[BOOK]), "_rels", f"{posixpath.basename(names[BOOK])}.rels")
    changed[beside] = _retargeted(
        dice, parts["xl/_rels/workbook.xml.rels"], "xl", posixpath.dirname(names[BOOK]), names
    )
    return changed


def _retargeted(dice: random.Random, part: bytes, before: str, now: str, names: dict[str, str]) -> bytes:
    """The relationships of a part that lay in one folder and lies in another."""
    root = etree.fromstring(part)
    for one in root:
        target = posixpath.normpath(posixpath.join(before, one.get("Target")))
        found = names.get(target, target)
        beside = posixpath.relpath(found, now or ".").replace(" ", dice.choice([" ", "%20"]))
        one.set("Target", dice.choice([f"/{found}", beside, beside if now else found, beside.replace("/", "\\")]))
    return _serialised(dice, root)


def _packed(dice: random.Random, parts: Parts) -> bytes:
    """The parts in any order, with slashes or backslashes."""
    names = list(parts)
    dice.shuffle(names)
    slash = dice.choice(["/", "/", "\\"])
    out = BytesIO()
    with ZipFile(out, "w", dice.choice([ZIP_DEFLATED, ZIP_STORED])) as package:
        for name in names:
            package.writestr(name.replace("/", slash), parts[name])
    return out.getvalue()


# ---------------------------------------------------------------- sheets of all kinds


def sheet_of(dice: random.Random) -> tuple[str, Sheet]:
    """The name of a table and a sheet of it, with something in it that workbooks have."""
    kind = dice.choice(list(TABLES))
    rows = [[Cell(one) for one in row] for row in TABLES[kind]()]
    sheet = Sheet(rows)
    for _ in range(dice.choice([0, 1, 1, 2])):
        dice.choice(HAPPENINGS)(dice, sheet)
    return kind, sheet


def _ratings() -> list[list[Any]]:
    heads = ["表单编号", "指标", "单位", "等次", "评价时间", "评价人代号", "评价人类别"]
    units = ["0101", "0102", "0103", "0601"]
    return [heads, *([f"v{n}", "network", units[n % 4], "满意", "2020-11-12", f"p{n}", "服务对象"] for n in range(6))]


def _marks() -> list[list[Any]]:
    heads = ["指标", "单位", "评分人", "评分", "档次"]
    return [heads, *(["supervisor", unit, "主管部门", 4.5 - n / 10, ""] for n, unit in enumerate(("0101", "0102")))]


def _events() -> list[list[Any]]:
    heads = ["记录编号", "单位", "事项", "发生日期", "件数", "分值", "状态", "依据文件"]
    return [
        heads,
        *([f"e{n}", "0101", "county", datetime(2020, 5, n + 1), 1 + n, "", "确认", "某文"] for n in range(4)),
    ]


def _counts() -> list[list[Any]]:
    heads = ["指标", "单位", "等次", "票数", "周期", "渠道"]
    return [
        heads,
        *(["client", unit, "满意", 7 + n, "年终", "短信"] for n, unit in enumerate(("0101", "0102", "0601"))),
    ]


TABLES: dict[str, Callable[[], list[list[Any]]]] = {
    "ratings": _ratings,
    "marks": _marks,
    "events": _events,
    "counts": _counts,
}

CODES = [
    *("0%", "0.0%", "00000", "0.00", "0", "#,##0.00", "yyyy-mm-dd", "h:mm", "[h]:mm", '0"分"', "@", ";;;", "0.0,"),
    *("0E+0", "# ?/?", "0.00_);[Red]\\(0.00\\)", '[>=1]"多";"少"', 'yyyy"年"m"月"d"日"', '"第"@"号"'),
]
VALUES: list[Any] = [
    *(0.81, 81, 94, 4.567, 44147, 44147.5, 0, -3, 1e-7, 123456789012345678),
    *(True, False, datetime(2020, 5, 6)),
]
TEXTS = ["", "0101", " 0101 ", "满意\n", "第1号", "<&'\">]]>", "_x0041_", "x" * 300, "#N/A", "９４"]


def _somewhere(dice: random.Random, sheet: Sheet) -> tuple[int, int]:
    return dice.randrange(1, len(sheet.rows)), dice.randrange(len(sheet.rows[0]))


def _shown_otherwise(dice: random.Random, sheet: Sheet) -> None:
    row, column = _somewhere(dice, sheet)
    sheet.rows[row][column] = Cell(dice.choice(VALUES), dice.choice(CODES))


def _other_text(dice: random.Random, sheet: Sheet) -> None:
    row, column = _somewhere(dice, sheet)
    sheet.rows[row][column] = Cell(dice.choice(TEXTS), dice.choice(["", "@", '"第"@"号"', ";;;"]))


def _calculated(dice: random.Random, sheet: Sheet) -> None:
    row, column = _somewhere(dice, sheet)
    formula = dice.choice(["1+4", 'IF(A1="","",A1)', "1/0"])
    sheet.rows[row][column] = Cell(dice.choice(["", 5, "满意", "#DIV/0!", True]), formula=formula)


def _struck(dice: random.Random, sheet: Sheet) -> None:
    row = dice.randrange(1, len(sheet.rows))
    sheet.rows[row] = [Cell(one.value, one.code, one.formula, struck=True) for one in sheet.rows[row]]


def _hidden(dice: random.Random, sheet: Sheet) -> None:
    row, column = _somewhere(dice, sheet)
    sheet.hidden_rows.append(row)
    sheet.hidden_columns.append(column)


def _merged(dice: random.Random, sheet: Sheet) -> None:
    row, column = _somewhere(dice, sheet)
    if not sheet.merged and row < len(sheet.rows) - 1 and sheet.rows[row][column].value != "":
        sheet.merged.append((row, row + 1, column))
        sheet.rows[row + 1][column] = Cell("")


def _titled(dice: random.Random, sheet: Sheet) -> None:
    if not sheet.merged and not sheet.hidden_rows:
        sheet.rows.insert(0, [Cell("2020年度"), *[Cell("")] * (len(sheet.rows[0]) - 1)])


HAPPENINGS = [_shown_otherwise, _shown_otherwise, _other_text, _calculated, _struck, _hidden, _merged, _titled]


def main() -> int:
    """Try as many as the command line says."""
    from tests.reliability.intake_equivalent import same_answers

    figures = list(same_answers(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
    print(*figures, *(one for figure in figures for one in figure.wrong[:9]), sep="\n")
    return int(not all(figure.holds for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
