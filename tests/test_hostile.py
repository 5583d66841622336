"""Names that try to be scripts, formulas, templates or folders stand as text in everything that a campaign makes."""

import csv
import json
import re
import shutil
import subprocess
import sys
import zipfile
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import docx
import polars as pl
import pytest

from pingyi.common.files import LONGEST, safe
from pingyi.common.spreadsheet_safe import add_sheet, bare, calculates, guard, guarded, workbook, write_csv
from tests.hostile import DOCUMENT, NAMES, OPINION, PATHS, TITLE, hostile

pytestmark = pytest.mark.slow

PAYLOADS = [
    "=1+1", "=cmd|'/c calc'!A1", "+1+1", "+cmd|' /C calc'!A0", "-1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)", "\t=1+1",
    "\r=1+1", "\n=1+1", " =1+1", "　=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1+1)", "=HYPERLINK(\"http://x.cn\",\"点\")",
    "=IMPORTXML(\"http://x.cn\",\"//a\")", "=1+1\";=2+2", "=\"0101\"", "{=1+1}",
]  # fmt: skip
NUMBERS = ["-5", "+12", "-0.25", "+3.5%"]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The hostile campaign, run, with all its documents."""
    folder = hostile(tmp_path_factory.mktemp("outside") / "project")
    for verb in ("run", "report"):
        done = subprocess.run(
            [sys.executable, "-m", "pingyi.cli", verb, "small"], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    return folder


def one(folder: Path, name: str) -> Path:
    """The only file of that name among the outputs."""
    (path,) = (folder / "reports").rglob(name)
    return path


# ---------------------------------------------------------------- pages


class Page(HTMLParser):
    """What a browser would run: scripts of the page, and attributes that hold code or lead somewhere."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.live: list[str] = []
        self.scripts: list[str] = []
        self.text, self.inside = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.live += [
            f"{tag} {name}" for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")
        ]
        if tag == "script" and ("type", "application/json") not in attrs:
            self.scripts.append("")
        elif tag == "script":
            self.inside = "json"

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts[-1] += data
        elif self.inside == "json":
            assert json.loads(data)
        else:
            self.text += data


def test_no_script_of_a_name_runs_in_the_report(made):
    page = Page(one(made, "report.html").read_text(encoding="utf-8"))
    assert page.live == []
    assert not [script for script in page.scripts if "劫持" in script]
    for text in (*NAMES.values(), OPINION, DOCUMENT, TITLE):
        assert text in page.text, text


def test_no_script_of_a_name_runs_in_notebooks(made):
    books = sorted((made / "reports").rglob("*.ipynb"))
    shown = [
        "".join(output["data"].get("text/html", ""))
        for book in books
        for cell in json.loads(book.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    assert any(NAMES["丁"] in Page(html).text for html in shown)
    for html in shown:
        page = Page(html)
        assert page.live == []
        assert not [script for script in page.scripts if "劫持" in script]


@pytest.mark.browser
def test_a_browser_keeps_the_title_of_the_report(made):
    browser = shutil.which("chromium")
    assert browser
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=4000", "--dump-dom"]
    url = one(made, "report.html").as_uri()
    done = subprocess.run([browser, *flags, url], capture_output=True, text=True, check=True, timeout=100)
    assert unescape(re.search("<title>(.*?)</title>", done.stdout, re.DOTALL)[1]).startswith(TITLE)


# ---------------------------------------------------------------- documents


def words_of(path: Path) -> str:
    document = docx.Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_letters_and_notice_hold_names_as_text(made):
    letters = sorted((made / "reports").rglob("一单位一报告/*.docx"))
    assert len(letters) == len(NAMES) + len(PATHS)
    told = "\n".join(map(words_of, letters))
    for text in (*NAMES.values(), DOCUMENT, OPINION, TITLE):
        assert text in told, text
    assert TITLE in words_of(one(made, "通报.docx"))


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext")
def test_paper_holds_names_as_text(made):
    def text(path: Path) -> str:
        done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True)
        return re.sub(r"\s", "", done.stdout)

    (letter,) = [path for path in (made / "reports").rglob("*.pdf") if path.name.startswith("丁-")]
    assert re.sub(r"\s", "", NAMES["丁"]) in text(letter)
    assert re.sub(r"\s", "", TITLE) in text(one(made, "通报.pdf"))
    assert "{{7*7}}" in text(one(made, "年度报告.pdf"))


def test_no_formula_of_the_workbook_holds_a_name(made):
    with zipfile.ZipFile(one(made, "工作簿.xlsx")) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}
    formulas = [unescape(found) for xml in parts.values() for found in re.findall("<f[^>]*>(.*?)</f>", xml)]
    assert formulas
    assert not [found for found in formulas if "cmd" in found or "SUM(1+1)" in found or "HYPERLINK" in found]
    strings = unescape("".join(parts.values()))
    for text in NAMES.values():
        assert text in strings or text.replace("&", "&amp;") in strings, text


# ---------------------------------------------------------------- tables


def test_no_cell_of_a_published_table_is_a_formula(made):
    tables = sorted((made / "reports").rglob("tables/*.csv"))
    assert len(tables) > 20
    for path in tables:
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True)):
            live = [cell for cell in row if calculates(cell) and not re.fullmatch(r"[+-]?[\d.]+(?:e-?\d+)?%?", cell)]
            assert live == [], path.name
    roster = {row["unit"]: bare(row["name"]) for row in pl.read_csv(one(made, "roster.csv")).to_dicts()}
    assert {unit: roster[unit] for unit in NAMES} == NAMES


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_a_spreadsheet_opens_our_tables_without_a_formula(tmp_path):
    frame = pl.DataFrame({"文字": PAYLOADS, "=1+2": [guard(text) for text in PAYLOADS], "数": range(len(PAYLOADS))})
    write_csv(frame, tmp_path / "one.csv")
    with workbook(tmp_path / "two.xlsx") as book:
        add_sheet(book, "=1+1", frame)
    call = ["soffice", f"-env:UserInstallation=file://{tmp_path}/home", "--headless", "--convert-to", "fods"]
    for name in ("one.csv", "two.xlsx"):
        subprocess.run([*call, "--outdir", str(tmp_path), str(tmp_path / name)], check=True, capture_output=True)
        opened = (tmp_path / name).with_suffix(".fods").read_text(encoding="utf-8")
        assert "table:formula" not in opened
        assert "cmd|" in opened
        assert opened.count('office:value-type="float"') == len(PAYLOADS)


@pytest.mark.parametrize("text", PAYLOADS)
def test_what_would_calculate_is_guarded_and_comes_back(text, tmp_path):
    cell = guard(text)
    assert not calculates(cell)
    assert bare(cell) == text
    write_csv(pl.DataFrame({"a": [text], "b": ["好"]}), tmp_path / "a.csv")
    ((_, _), (read, _)) = csv.reader((tmp_path / "a.csv").open(encoding="utf-8-sig", newline=""))
    assert read == cell


def test_plain_numbers_and_numeric_columns_stay_numbers():
    frame = guarded(pl.DataFrame({"text": NUMBERS, "number": [-1, 2, -3, 4]}))
    assert frame["text"].to_list() == NUMBERS
    assert frame["number"].to_list() == [-1, 2, -3, 4]
    assert [guard(text) for text in NUMBERS] == NUMBERS


# ---------------------------------------------------------------- paths


def test_nothing_is_written_outside_the_project(made):
    assert [path.name for path in made.parent.iterdir()] == ["project"]
    assert {path.name for path in made.iterdir()} == {"data", "notebooks", "parameters", "reports"}
    assert not [path for path in made.rglob("*") if path.name.startswith("逃")]
    names = [path.stem for path in (made / "reports").rglob("一单位一报告/*.pdf")]
    assert all(safe(name) == name for name in names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../逃", "___.._逃"),
        ("/etc/passwd", "_etc_passwd"),
        ("a\x00b", "a_b"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("lpt1", "_lpt1"),
        ("CONTRACT", "CONTRACT"),
        ("..", "_"),
        ("", "_"),
        (" 。 ", "。"),
        ("C:\\x", "C__x"),
        ("长" * 300, "长" * LONGEST),
    ],
)
def test_a_name_is_only_ever_a_name(text, name):
    assert safe(text) == name
    assert Path("x", safe(text)).resolve().parent == Path("x").resolve()
