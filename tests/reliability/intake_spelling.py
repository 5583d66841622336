"""Texts in every encoding in which offices send them: read as they were written, or refused; never another word."""

import csv
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from pingyi.facts.intake import FactsRefused, read_facts
from tests.fuzz_intake import the_plan
from tests.reliability.figure import Figure

FULL, SMALL = 6_000, 49

HEADS = ["单位编号", "单位名称", "类别", "主管部门", "所属乡镇", "管理类型", "所属系统"]
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be", "gbk", "utf-16-le")
"""utf-16-be gets its mark; the last two are what offices do not say: without a mark, and an older GB18030."""

ALPHABETS = (
    [chr(code) for code in range(0x4E00, 0x9FA6)],
    list("省市县区乡镇局科室办中心站所队处委会窗口大厅行政审批服务"),
    list("垟堃喆昇翀玥囍峤赟镕㛃䶮𠮷𡒄龘"),
    list("ABCxyz0123456789（）()《》“”、·—①㎡㈠Ⅲ％"),
    list(",\"'; :"),
)
"""From what names are made: common and rare characters, those beyond the first plane, signs, what quoting is for."""


def figures(full: bool) -> Iterator[Figure]:
    """Names of units, in every encoding, with every line end, quoted or not."""
    tries = FULL if full else SMALL
    wrong: list[str] = []
    refused: Counter[str] = Counter()
    for seed in range(tries):
        encoding = ENCODINGS[seed % len(ENCODINGS)]
        dice = random.Random(seed)
        names = [name(dice) for _ in range(dice.choice([1, 3, 12]))]
        come = read(encoded(dice, names, encoding))
        if isinstance(come, str):
            refused[encoding] += 1
            if encoding in ("utf-8-sig", "utf-16", "utf-16-be") or not come:
                wrong.append(f"seed {seed} {encoding}: {come}")
        elif come != names:
            wrong.append(f"seed {seed} {encoding}: {names} became {come}")
    said = "refused: " + (", ".join(f"{encoding} {many}" for encoding, many in sorted(refused.items())) or "none")
    yield Figure("names in any encoding: the same characters, or refused in words", tries, 5_000, wrong, said=said)


def name(dice: random.Random) -> str:
    """A name that no reader has cause to mend."""
    letters = "".join(dice.choice(dice.choice(ALPHABETS)) for _ in range(dice.randrange(1, 12)))
    return f"甲{letters}乙"


def encoded(dice: random.Random, names: list[str], encoding: str) -> bytes:
    """A roster with these names as bytes; what an encoding does not have makes it GB18030."""
    out = StringIO()
    quoting = dice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    rows = csv.writer(out, quoting=quoting, lineterminator=dice.choice(["\n", "\r\n", "\r"]))
    rows.writerow(HEADS)
    rows.writerows([f"{nth:04d}", one, "机关中层科室", "县发改局", "", "单独", ""] for nth, one in enumerate(names, 1))
    text = ("\ufeff" if encoding == "utf-16-be" else "") + out.getvalue()
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("gb18030")


def read(data: bytes) -> list[str] | str:
    """The names, or what was said."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        (folder / "units.csv").write_bytes(data)
        try:
            return read_facts(folder, the_plan(), complete=False).tables["units"]["name"].to_list()
        except FactsRefused as refused:
            return str(refused)
