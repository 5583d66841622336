"""Telephone and identity numbers planted in every kind of file that a run or a document is made of: all are found.

Beside them stand what looks like one and is none: hashes, decimals, ids, dates, pictures. None of those is reported.
"""

import base64
import json
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl

from pingyi.disclosure.scan import scan
from tests.reliability.figure import Figure

PREFIXES = ["130", "139", "147", "150", "159", "166", "170", "177", "186", "188", "191", "199"]
FORMS: list[Callable[[str], str]] = [
    lambda one: one,
    lambda one: f"+86 {one}",
    lambda one: f"0086{one}",
    lambda one: f"{one[:3]} {one[3:7]} {one[7:]}",
    lambda one: f"{one[:3]}-{one[3:7]}-{one[7:]}",
    lambda one: one.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    lambda one: f"{one[:3]}.{one[3:7]}.{one[7:]}",
]
AROUND = ["{}", "请拨打{}。", "电话：{}，王某", "({})", "“{}”", "联系{}转8", "tel:{}"]
PLAIN = [
    "0.13812345678", "13812345678.25", "1583020800000", "20200301093000123", "2020-03-01 09:30:00", "v1.13912345678",
    "a13812345678f", "c0ffee13812345678beef", "GB13812345678X", "工单编号：13812345678", "1381234567", "138123456789",
    "110101990001011234", "3.14159265358979", "138＊＊＊＊", "0577-6372",
]  # fmt: skip


def number(dice: random.Random) -> str:
    """A mobile number."""
    return dice.choice(PREFIXES) + "".join(dice.choices("0123456789", k=8))


def identity(dice: random.Random) -> str:
    """An identity number with a day on which somebody may have been born."""
    born = f"{dice.randint(1930, 2010)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    return f"{dice.choice(['330326', '110101', '510704'])}{born}{dice.randint(0, 999):03}{dice.choice('0123456789X')}"


def written(dice: random.Random) -> str:
    """A number as people write one, amid other words."""
    plain = dice.choice(FORMS)(number(dice)) if dice.random() < 0.8 else identity(dice)
    return dice.choice(AROUND).format(plain)


def looks_alike(dice: random.Random) -> str:
    """Something long that is no number of a person: a hash, a picture, a decimal, one of the list."""
    picture = base64.b64encode(dice.randbytes(60)).decode()
    return dice.choice([dice.randbytes(32).hex(), f"0.{dice.randint(10**10, 10**11 - 1)}", picture, *PLAIN])


def _lines(texts: list[str], path: Path) -> None:
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")


def _json(texts: list[str], path: Path) -> None:
    path.write_text(json.dumps({"cells": texts}, ensure_ascii=False, indent=1), encoding="utf-8")


def _csv(texts: list[str], path: Path) -> None:
    pl.DataFrame({"unit": "01", "text": texts, "at": 1}).write_csv(path)


def _parquet(texts: list[str], path: Path) -> None:
    pl.DataFrame({"unit": "01", "text": texts, "at": 1}).write_parquet(path)


def _duckdb(texts: list[str], path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.register("given", pl.DataFrame({"text": texts}))
        connection.execute("create table opinions as select text, 1 as draw_ from given")


def _xlsx(texts: list[str], path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, text)


def _docx(texts: list[str], path: Path) -> None:
    """Each text in several runs, as Word splits them."""
    paragraphs = "".join(
        f"<w:p>{''.join(f'<w:r><w:t>{part}</w:t></w:r>' for part in (text[:4], text[4:]))}</w:p>" for text in texts
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", f"<w:body>{paragraphs}</w:body>")


KINDS: dict[str, Callable[[list[str], Path], None]] = {
    **dict.fromkeys(["report.html", "说明.md", "plan.yaml", "ledger.jsonl", "note.txt"], _lines),
    **dict.fromkeys(["1_roster.ipynb", "manifest.json"], _json),
    "tables/opinions.csv": _csv,
    "facts/opinions.parquet": _parquet,
    "campaign.duckdb": _duckdb,
    "工作簿.xlsx": _xlsx,
    "通报.docx": _docx,
}
"""A file of each kind, and how it is written from texts."""


def found(texts: list[str]) -> dict[str, list[str]]:
    """What the scan says of each file that holds all the texts, in order of the files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, write in KINDS.items():
            (folder / file).parent.mkdir(exist_ok=True)
            write(texts, folder / file)
        told: dict[str, list[str]] = {file: [] for file in KINDS}
        for place in scan(folder):
            told[place.file].append(place.said)
        return told


def figures(full: bool) -> Iterator[Figure]:
    """Planted numbers found, file by file; lookalikes left alone."""
    many, dice = (1000 if full else 60), random.Random(7)
    texts = list(dict.fromkeys(written(dice) for _ in range(many)))
    told = found(texts).items()
    wrong = [f"{file}: {len(said)} of {len(texts)}" for file, said in told if len(said) != len(texts)]
    yield Figure("numbers planted in every kind of file", len(texts) * len(KINDS), 12_000, wrong)
    plain = [looks_alike(dice) for _ in range(10 * many)]
    wrong = [f"{file}: {one}" for file, said in found(plain).items() for one in said]
    yield Figure("what only looks like a number", len(plain) * len(KINDS), 120_000, wrong)
