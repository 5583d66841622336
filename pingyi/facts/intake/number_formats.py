"""What a spreadsheet shows of the value that a cell stores: 0.81 as 81%, 94 as 00094, 4.567 as 4.57, a number as a day.

People see what is shown and the file holds what is stored.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from pingyi.facts.intake.format_codes import MOMENT, UNTOLD, Section, Showing, Token, said, split
from pingyi.facts.intake.shown_numbers import arranged

EXCEL, LAST_DAY = datetime(1899, 12, 30), 2_958_466
"""Day 0, and the first day that can no longer be shown."""

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: "#,##0",
    42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 46: "[h]:mm:ss", 48: "##0.0E+0", 49: "@",
} | dict.fromkeys([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)], "yyyy-mm-dd")  # fmt: skip
"""Number formats that every spreadsheet knows without their being written down; days differ in their order only."""

GENERAL = ("", "general", "g/通用格式", "@")

FIXED = re.compile(r"0(?:\.(0+))?(?:_.)?")


@dataclass(frozen=True)
class Format:
    """How values are shown. fixed: decimals that are always shown, if nothing else is done to a number."""

    sections: tuple[Section, ...]
    of_text: Section | None
    fixed: int | None = None

    def number(self, stored: str) -> tuple[str, Showing | None]:
        """A plain number as it is to be kept, a day in place of the number of one; what is shown, if that is other."""
        if self.fixed is not None:
            whole, _, rest = stored.partition(".")
            if len(rest) == self.fixed:
                return stored, None
            if len(rest) < self.fixed:
                return stored, Showing(f"{whole}.{rest:0<{self.fixed}}", True)
        number = Decimal(stored)
        nth, section = self._section(number)
        if section is None or section.is_foreign:
            return stored, UNTOLD
        if section.is_moment:
            return _moment(stored)
        minus = number < 0 and (nth == 0 or section.condition is not None or len(self.sections) == 1)
        shown = arranged(section, number, minus)
        return stored, None if shown == Showing(stored, True) else shown

    def text(self, stored: str) -> Showing | None:
        """What is shown of a text, if that is other."""
        if self.of_text is None:
            return None
        shown = "".join(stored if one.kind == "at" else one.text for one in said(self.of_text.tokens))
        return None if shown.strip() == stored.strip() else Showing(shown.strip(), False)

    def _section(self, number: Decimal) -> tuple[int, Section | None]:
        """The section that shows a number, and its place."""
        if any(one.condition for one in self.sections):
            return next(((nth, one) for nth, one in enumerate(self.sections) if one.holds(number)), (0, None))
        many = len(self.sections)
        nth = 2 if many > 2 and number == 0 else 1 if many > 1 and number < 0 else 0
        return nth, self.sections[nth]


@lru_cache(maxsize=4096)
def format_of(code: str) -> Format | None:
    """The format that a code writes; none for one that shows what is stored."""
    if code.strip().lower() in GENERAL:
        return None
    sections = [Section(tuple(one)) for one in split(code)]
    texts = [nth for nth, one in enumerate(sections) if one.has("at")]
    of_text = sections[3] if len(sections) > 3 else sections[texts[-1]] if texts else None
    numbers = [one for one in sections[:3] if one is not of_text]
    if not numbers:
        numbers = [Section((*(one if one.kind != "at" else Token("general", "") for one in sections[0].tokens),))]
    simple = FIXED.fullmatch(code)
    return Format(tuple(numbers), of_text, len(simple[1] or "") if simple else None)


def _moment(stored: str) -> tuple[str, Showing]:
    """A day, or the moment to a thousandth of a second."""
    days = float(stored)
    if not 0 <= days < LAST_DAY:
        return stored, UNTOLD
    moment = EXCEL + timedelta(milliseconds=round(days * 86_400_000))
    part = f"{moment.microsecond // 1000:03d}".rstrip("0")
    return f"{moment:%Y-%m-%d %H:%M:%S}" + (f".{part}" if part else ""), MOMENT
