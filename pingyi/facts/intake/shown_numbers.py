"""A number by one section of a format: its digits as the section arranges them, and whether they are the same."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from pingyi.facts.intake.format_codes import LITERAL, Section, Showing, Token, plain, said

EXACT = Context(prec=1000)

SCALES = re.compile(r"[%％‰万千百亿]")
"""Signs behind a number that make another number of it."""


def arranged(section: Section, number: Decimal, minus: bool) -> Showing:
    """A number by a section with placeholders of digits, or none. minus: whether its sign is shown on its own."""
    tokens = list(said(section.tokens))
    places = [nth for nth, one in enumerate(tokens) if one.kind in ("digit", "general", "point", "power")]
    if not places:
        return Showing("".join(one.text for one in tokens if one.kind != "comma").strip(), False)
    while places[-1] + 1 < len(tokens) and tokens[places[-1] + 1].kind == "comma":
        places.append(places[-1] + 1)
    before, pattern, after = tokens[: places[0]], tokens[places[0] : places[-1] + 1], tokens[places[-1] + 1 :]
    ahead, behind = _joined(before), _joined(after)
    scaled = number * 100 ** sum(one.text == "%" and one.kind == "other" for one in tokens)
    digits, value, whole = _digits(pattern, abs(scaled))
    signed = minus or "-" in ahead or "(" in ahead or "－" in ahead
    same = whole and value == abs(number) and signed == (number < 0) and not _changes(ahead, behind)
    return Showing(f"{'-' * (minus and value != 0)}{ahead}{digits}{behind}".strip(), same)


def _joined(tokens: list[Token]) -> str:
    return "".join(one.text for one in tokens if one.kind in LITERAL)


def _changes(ahead: str, behind: str) -> bool:
    """Whether what stands beside the digits makes another number of them."""
    return bool(re.search(r"[\d.]\s*$", ahead) or re.match(r"\s*[\d.]", behind) or SCALES.match(behind.strip()))


def _digits(pattern: list[Token], number: Decimal) -> tuple[str, Decimal, bool]:
    """Digits as a pattern arranges them, the number that they are, and whether nothing stands between them."""
    if any(one.kind == "general" for one in pattern):
        return plain(str(number)), number, len(pattern) == 1
    if any(one.kind == "power" for one in pattern):
        return _with_power(pattern, number)
    point = next((nth for nth, one in enumerate(pattern) if one.kind == "point"), len(pattern))
    left, right = pattern[:point], [one.text for one in pattern[point:] if one.kind == "digit"]
    thousands = _trailing_commas(left if point == len(pattern) else pattern)
    rounded = (number / 1000**thousands).quantize(Decimal(1).scaleb(-len(right)), ROUND_HALF_UP, EXACT)
    whole, _, rest = f"{rounded:f}".partition(".")
    most = len(rest.rstrip("0"))
    least = len("".join(right).rstrip("#?"))
    grouped = any(one.kind == "comma" for one in left[: len(left) - (thousands if point == len(pattern) else 0)])
    ahead = _placed(left, whole if rounded >= 1 else "", grouped)
    decimals = rest[: max(most, least)]
    stray = any(one.kind in LITERAL for one in pattern)
    return ahead + ("." + decimals if point < len(pattern) else ""), rounded, not stray


def _trailing_commas(pattern: list[Token]) -> int:
    """Commas behind the last digit: each divides by a thousand."""
    many = 0
    for one in reversed(pattern):
        if one.kind != "comma":
            break
        many += 1
    return many


def _placed(pattern: list[Token], digits: str, grouped: bool) -> str:
    """The digits before the point, in their places from the right; the first place takes all that are left."""
    zeros = sum(one.kind == "digit" and one.text == "0" for one in pattern)
    if grouped or not any(one.kind in LITERAL for one in pattern):
        padded = digits.rjust(zeros, "0")
        return f"{int(padded or 0):0{len(padded)},}" if grouped and padded else padded
    left, shown = list(digits), ""
    places = sum(one.kind == "digit" for one in pattern)
    for one in reversed(pattern):
        if one.kind != "digit":
            shown = one.text * (one.kind in LITERAL) + shown
            continue
        places -= 1
        own = "".join(left) if places == 0 else "".join(left[-1:])
        left = [] if places == 0 else left[:-1]
        shown = (own or "0" * (one.text == "0")) + shown
    return shown


def _with_power(pattern: list[Token], number: Decimal) -> tuple[str, Decimal, bool]:
    """A number with a power of ten."""
    power = next(nth for nth, one in enumerate(pattern) if one.kind == "power")
    point = next((nth for nth, one in enumerate(pattern) if one.kind == "point"), power)
    decimals = sum(one.kind == "digit" for one in pattern[point:power])
    digits = sum(one.kind == "digit" for one in pattern[power:])
    mantissa, _, exponent = f"{number:.{decimals}E}".partition("E")
    sign = "-" if int(exponent) < 0 else pattern[power].text[1:].replace("-", "")
    shown = f"{mantissa}E{sign}{abs(int(exponent)):0{digits}d}"
    return shown, Decimal(shown), True
