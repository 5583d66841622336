"""Random small campaigns whose votes are few: every kind of breakdown, empty and small cells, one unit or many."""

import random
from typing import Any

from pingyi.results.result_tables import ResultTables
from tests.tiny import plan, review, units

CYCLES = {"year": ["全年"], "half": ["上半年", "下半年"]}
NAMES = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "子", "丑", "寅", "卯", "辰", "巳", "午", "未"]
LEVELS = (["满意", "不满意"], ["满意", "基本满意", "不满意"], ["优", "良", "中", "差"])
WORDS = {"groups": ["代表", "群众", "企业"], "channels": ["电话", "短信"], "items": ["态度", "效率"]}
DIMENSIONS = {"groups": "group", "channels": "channel", "items": "item"}


def leaf(id: str, dice: random.Random) -> dict[str, Any]:
    """A leaf with random levels, breakdowns, weights, cycles and rule for few votes."""
    levels = dice.choice(LEVELS)
    values = sorted(dice.sample([0, 20, 30, 50, 60, 75, 80, 90, 100], len(levels)), reverse=True)
    rule: dict[str, Any] = {"levels": dict(zip(levels, map(str, values), strict=True)), "out_of": "100"}
    if dice.random() < 0.3:
        rule["levels"]["不了解"] = None
    for name, words in WORDS.items():
        own = words[: dice.choice([0, 0, 2, 3])]
        weighed = name != "channels" and own and dice.random() < 0.4
        said: Any = [{"id": word} for word in own] if name == "channels" else own
        rule |= {name: {word: f"{dice.randint(1, 9) / 10}" for word in own} if weighed else said} if own else {}
    if dice.random() < 0.4:
        rule["few"] = {"below": "8", "own_share": "0.3"}
    per = dice.choice(["year", "half"])
    more = {"score_per": "year"} if per == "half" and dice.random() < 0.3 else {}
    full = {"cycle_full": {"上半年": "25", "下半年": "25"}} if per == "half" and not more else {}
    return {"id": id, "name": f"评价{id}", "full": "50", "per": per, "ratings": rule | more} | full


def votes(one: dict[str, Any], names: list[str], dice: random.Random) -> list[dict[str, Any]]:
    """Ready counts of a leaf: most are small."""
    most, rows = dice.choice([2, 4, 9, 30]), []
    rule = one["ratings"]
    for unit in names:
        liked = dice.random()
        for cycle in CYCLES[one["per"]]:
            for words in _lines(rule):
                if dice.random() < 0.15:
                    continue
                for nth, level in enumerate(rule["levels"]):
                    number = dice.randint(0, most) if dice.random() < (liked if nth else 0.8) else 0
                    rows.append(
                        {"method": one["id"], "unit": unit, "level": level, "votes": number, "cycle": cycle} | words
                    )
    return [row for row in rows if row["votes"]]


def _lines(rule: dict[str, Any]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [{}]
    for name, dimension in DIMENSIONS.items():
        own = [word["id"] if isinstance(word, dict) else word for word in rule.get(name, [])] or [None]
        lines = [line | {dimension: word} for line in lines for word in own]
    return lines


def random_book(seed: int) -> ResultTables:
    """The documents of a random campaign."""
    dice = random.Random(seed)
    names = NAMES[: dice.choice([1, 2, 3, 5, 8, len(NAMES)])]
    leaves = [leaf(id, dice) for id in ("a", "b")[: dice.randint(1, 2)]]
    top = {"id": "top", "name": "总分", "full": f"{50 * len(leaves)}", "of": [one["id"] for one in leaves]}
    kinds = {"category": {name: dice.choice(["机关", "站所"]) for name in names}}
    rows = [row for one in leaves for row in votes(one, names, dice)]
    made = plan(top, *leaves)
    return ResultTables(review(made, {"units": units(" ".join(names), **kinds), "counts": rows}), {})
