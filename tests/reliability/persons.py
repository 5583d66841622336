"""Numbers of persons in every spelling: one person is one number, and what is nobody's is left alone."""

import random
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from pingyi.facts.intake import read_facts
from pingyi.facts.intake.persons import find_numbers, mask_numbers, person_number
from tests.fuzz_intake import the_plan
from tests.reliability.figure import Figure

FULL, SMALL = 120_000, 3_000
WHOLE_FULL, WHOLE_SMALL = 5_000, 300

MOBILES = ("130", "135", "138", "139", "147", "150", "159", "166", "170", "177", "180", "188", "191", "199")
AREAS = (("10", 8), ("21", 8), ("571", 8), ("577", 8), ("578", 7), ("316", 7), ("837", 7))
COUNTIES = ("330326", "110101", "310101", "510726", "640104", "130702", "330822")
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
"""GB 11643: weights of the first 17 digits, and check digits by remainder."""

SEPARATORS = ("", " ", "-", "－", "—", ".", "·", "　", "\u00a0", " - ", "/", "_")
HOME = ("", "0", "86", "+86", "+86 ", "0086", "86-", "(+86)", "（86）", "+86 0", "＋86", "17951")
FIGURES = str.maketrans("0123456789", "０１２３４５６７８９")
TEXTS = ("{}", "张三 {}", "电话：{}", "{}（张三）", "手机{}，晚上打", " {} ", "微信同号{}")
"""How a cell may hold a number; other signs than those stand between it and other digits."""


# ---------------------------------------------------------------- persons, and how their numbers are written


def mobile(dice: random.Random) -> tuple[str, list[str], str]:
    """One spelling for all, groups of digits, and what may stand before."""
    digits = dice.choice(MOBILES) + f"{dice.randrange(10**8):08d}"
    sizes = dice.choice([(11,), (3, 4, 4), (3, 3, 5), (1, 3, 3, 4), (4, 4, 3), (3, 8), (1,) * 11])
    return digits, _cut(digits, sizes), dice.choice(HOME)


def landline(dice: random.Random) -> tuple[str, list[str], str]:
    area, size = dice.choice(AREAS)
    local = str(dice.randrange(2, 9)) + "".join(dice.choice("0123456789") for _ in range(size - 1))
    written = dice.choice([(local,), (local[: size - 4], local[-4:])])
    before = dice.choice(["0", "+86 ", "86", "0086", "+86 0"])
    return f"0{area}{local}", [area, *written], before


def identity(dice: random.Random) -> tuple[str, list[str], str]:
    born = date(1930, 1, 1) + timedelta(days=dice.randrange(25_000))
    county, order = dice.choice(COUNTIES), f"{dice.randrange(1000):03d}"
    first = f"{county}{born:%Y%m%d}{order}"
    check = CHECKS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]
    old = [county, f"{born:%y%m%d}", order]
    new = dice.choice(
        [[county, f"{born:%Y%m%d}", order + check], [county, f"{born:%Y}", f"{born:%m%d}", order + check]]
    )
    groups = old if born.year < 2000 and dice.random() < 0.3 else new
    return first + check, groups, ""


def _cut(digits: str, sizes: tuple[int, ...]) -> list[str]:
    ends = [sum(sizes[: nth + 1]) for nth in range(len(sizes))]
    return [digits[end - size : end] for end, size in zip(ends, sizes, strict=True)]


KINDS: tuple[Callable[[random.Random], tuple[str, list[str], str]], ...] = (mobile, mobile, landline, identity)


def spelled(dice: random.Random) -> tuple[str, str]:
    """The number of a person, and how somebody wrote it."""
    digits, groups, before = dice.choice(KINDS)(dice)
    between = dice.choice(SEPARATORS)
    if dice.random() < 0.1 and len(groups) > 1 and not before:
        groups[0] = f"({groups[0]})"
    text = before + between.join(groups)
    text = text.lower() if dice.random() < 0.3 else text
    return digits, text.translate(FIGURES) if dice.random() < 0.3 else text


def code(dice: random.Random) -> str:
    """A code of the office's own."""
    serial = dice.randrange(10**6)
    own = [
        f"p{serial}",
        f"V2020-{serial:06d}",
        f"c{serial:04d}",
        f"{serial:06d}",
        f"2020{serial:06d}",
        f"1{serial:07d}",
    ]
    more = [f"a{dice.randrange(16**31):031x}", f"客户{serial}", f"Z{serial:011d}", f"20200506-{serial % 10000:04d}"]
    return dice.choice([*own, *more])


# ---------------------------------------------------------------- figures


def figures(full: bool) -> Iterator[Figure]:
    """Spellings one by one, own codes, and whole files with a key."""
    tries, whole = (FULL, WHOLE_FULL) if full else (SMALL, WHOLE_SMALL)
    yield Figure("spellings of a number: the same number", tries, 100_000, list(_spellings(tries)))
    yield Figure("numbers in texts: told, and never repeated", tries // 4, 25_000, list(_in_texts(tries // 4)))
    yield Figure("codes of the office's own: left alone", tries // 4, 25_000, list(_codes(tries // 4)))
    yield Figure("files with a key: one person one pseudonym, no digits left", whole, 5_000, list(_files(whole)))


def _spellings(tries: int) -> Iterator[str]:
    for seed in range(tries):
        dice = random.Random(seed)
        digits, text = spelled(dice)
        cell = dice.choice(TEXTS).format(text)
        if person_number(cell) != digits:
            yield f"seed {seed}: {cell!r} is {digits}, read as {person_number(cell)!r}"


def _in_texts(tries: int) -> Iterator[str]:
    """Two numbers in a sentence; landlines are those of offices, and stay."""
    for seed in range(tries):
        dice = random.Random(-seed)
        (first, one), (other, two) = (spelled(dice) for _ in range(2))
        text = f"2020-05-06打{one}，又打{two}。都没有人接"
        wanted = [digits for digits in (first, other) if not digits.startswith("0")]
        told = [each.digits for each in find_numbers(text)]
        if told != wanted or any(one.digits in wanted for one in find_numbers(mask_numbers(text))):
            yield f"seed {seed}: {text!r} holds {wanted}, found {told}"


def _codes(tries: int) -> Iterator[str]:
    for seed in range(tries):
        text = code(random.Random(seed))
        if person_number(text):
            yield f"seed {seed}: {text!r} read as {person_number(text)}"


BALLOT = "表单编号,指标,单位,等次,评价时间,评价人类别,评价人代号"
KEY = bytes(range(32))


def _files(tries: int) -> Iterator[str]:
    """Each person three times in a file of ballots, in three spellings."""
    for start in range(0, tries, 500):
        dice = random.Random(start)
        rows, persons = [], []
        while len(rows) < min(500, tries - start):
            digits, groups, before = dice.choice(KINDS)(dice)
            for between in dice.sample(SEPARATORS, 3):
                rows.append(before + between.join(groups))
                persons.append(digits)
        told = _pseudonyms(rows)
        if len(set(told)) != len(set(persons)) or len(set(zip(persons, told, strict=True))) != len(set(persons)):
            yield f"{start}: {len(set(persons))} persons, {len(set(told))} pseudonyms"
        yield from (f"{start}: {row!r} became {one!r}" for row, one in zip(rows, told, strict=True) if len(one) != 32)


def _pseudonyms(cells: list[str]) -> list[str]:
    lines = [f'v{nth},network,0101,满意,2020-11-1{nth % 10},服务对象,"{cell}"' for nth, cell in enumerate(cells)]
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        roster = "单位编号,单位名称,类别,主管部门,所属乡镇,管理类型,所属系统\n0101,甲,机关中层科室,县发改局,,单独,\n"
        (folder / "units.csv").write_text(roster, encoding="utf-8")
        (folder / "ratings.csv").write_text("\n".join([BALLOT, *lines]) + "\n", encoding="utf-8")
        facts = read_facts(folder, the_plan(), key=KEY, complete=False)
        return facts.tables["ratings"].sort("row")["respondent"].to_list()
