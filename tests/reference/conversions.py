"""Conversions, one value at a time; nothing is rounded but where a plan orders it (M1, M9, E8)."""

from fractions import Fraction
from typing import Any

from tests.reference.campaign import Tree
from tests.reference.numbers import key, number, rounded, toward_zero


def step(kind: str, rule: Any, value: Fraction, have: list[Fraction], row: Tree) -> Fraction | None:
    """One conversion of one value. have: all values beside it."""
    match kind:
        case "scale":
            return value * number(rule["to"]) / number(rule["from"])
        case "cap":
            return min(value, number(rule))
        case "floor":
            return max(value, number(rule))
        case "times":
            return value * number(rule)
        case "times_column":
            return value * number(row[rule])
        case "per":
            return value / number(row[rule])
        case "steps":
            reached = [
                (number(bound), number(marks))
                for bound, marks in rule
                if bound is not None and number(bound) <= key(value)
            ]
            below = [number(marks) for bound, marks in rule if bound is None]
            return max(reached)[1] if reached else below[0] if below else None
        case "per_point":
            gap, each = value - number(rule["target"]), number(rule.get("of", "0.01"))
            return number(rule["full"]) + gap / each * number(rule.get("over", 0) if gap >= 0 else rule["points"])
        case "share_of_best":
            return value / max(have) * number(rule)
        case "points_by_rank":
            low = str(rule.get("lowest_first")).lower() == "true"
            better = [one for one in have if (key(one) < key(value) if low else key(one) > key(value))]
            places = {int(place): number(marks) for place, marks in rule["places"].items()}
            return places.get(len(better) + 1, number(rule["after"]))
        case "round":
            cut = toward_zero if rule.get("mode") == "down" else rounded
            return cut(key(value), int(rule["places"]))
    raise AssertionError(kind)
