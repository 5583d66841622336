"""Formulas: one tree that is read, worked out, written into a cell, and asked what one more point is worth.

A formula's text, its value and its spreadsheet formula come from the same tree: the words cannot say another number
than the one they lead to, nor can the cell.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import trunc
from operator import mul, sub, truediv
from typing import Literal

from pingyi.common import wording
from pingyi.common.wording import Numeric

Sign = Literal["", "＋", "−", "×", "÷", "至少", "至多", "查表", "取整", "若", "合计", "计入", "分摊", "须全", "须有"]
"""A number, or what is done with the parts.

查表: a number looked up for the part. 取整: the part rounded. 若: one part or another, as a value is below a bound or
not.

Parts may be nothing: cells that are empty, marks that are missing. 合计: those that are there, added. 计入: the second
part, where the first is there. 分摊: divided by such a sum, zero where that is. 须全: the first part; nothing unless
every part is there. 须有: the first part; nothing where the other is zero.
"""

RANK = {"＋": 1, "−": 1, "×": 2, "÷": 2, "计入": 2, "分摊": 2}
"""How tightly a sign binds."""

IN_CELLS = {"＋": "+", "−": "-", "×": "*", "÷": "/", "分摊": "/"}
"""What a spreadsheet writes for a sign."""

GUARDS = ("须全", "须有")
"""Signs of what may be nothing as a whole."""

WORKED_OUT: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "＋": lambda values: sum(values, Fraction(0)),
    "合计": lambda values: sum(values, Fraction(0)),
    "−": lambda values: reduce(sub, values),
    "×": lambda values: reduce(mul, values),
    "÷": lambda values: reduce(truediv, values),
    "分摊": lambda values: values[0] / values[1] if values[1] else Fraction(0),
    "至少": max,
    "至多": min,
    "计入": lambda values: values[1],
    "须全": lambda values: values[0],
    "须有": lambda values: values[0],
}
"""What the values of the parts come to."""

COMPARED = 10
"""Decimal places to which a cell is rounded before it is compared: those of published marks."""


class NotInOneRow(Exception):
    """No formula of one row says it: it hangs on the marks of other units."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A number, or an operation on formulas.

    number: the value of a number, or what was looked up; None where a cell is empty, marks are missing or a table has
    nothing for the part. said: words that stand for the whole, where they are better than signs. places: how many
    decimals of the number the words show; None: all. Percentages and votes are plain numbers here; only their words
    differ.
    cell: what stands for it in a spreadsheet: for a number the cell that holds it, for what was looked up a function.
    bounds: of a table, lower bounds and marks; of 若, the one bound. digits: of 取整, the decimals, and whether what is
    beyond them is cut off.
    """

    sign: Sign
    parts: tuple["Formula", ...] = ()
    number: Fraction | None = Fraction(0)
    said: str = ""
    places: int | None = None
    cell: str = ""
    bounds: tuple[tuple[Decimal | None, Decimal], ...] = ()
    digits: tuple[int, bool] = (0, False)

    @property
    def value(self) -> Fraction:
        """What it comes to, exactly, worked out from its parts. Raises: ValueError where it is nothing."""
        if self.is_nothing:
            raise ValueError("there is nothing for this value")
        return self._work_out([part.value for part in self.parts if not part.is_nothing], self.number or Fraction(0))

    @property
    def is_nothing(self) -> bool:
        """Whether it comes to no number: something is missing, or the table has nothing for the value."""
        match self.sign:
            case "" | "查表" | "若":
                return self.number is None
            case "合计":
                return False
            case "须有":
                return not self.parts[1].value
        return any(part.is_nothing for part in self.parts)

    @property
    def may_be_nothing(self) -> bool:
        """Whether a table has nothing for some values."""
        return self.sign == "查表" and bool(self.bounds) and all(bound is not None for bound, _ in self.bounds)

    @property
    def as_read(self) -> Fraction:
        """What somebody gets who works with the rounded numbers that the words show."""
        number = self.number or Fraction(0)
        shown = number if self.places is None else Fraction(wording.rounded(number, self.places))
        return self._work_out([part.as_read for part in self.parts], shown)

    def _work_out(self, values: list[Fraction], number: Fraction) -> Fraction:
        if self.sign == "取整":
            return self._round(comparison_key(values[0]))
        return WORKED_OUT[self.sign](values) if self.sign in WORKED_OUT else number

    def _round(self, value: Fraction) -> Fraction:
        places, down = self.digits
        return Fraction(trunc(value * 10**places), 10**places) if down else Fraction(wording.rounded(value, places))

    @property
    def settled(self) -> "Formula":
        """What is left to read: of a bound that does not bind the part alone, of 若 the side that holds.

        And of what allows for parts that are nothing, what those come to that are there.
        """
        match self.sign:
            case "至少" | "至多" if self.value == self.parts[0].value:
                return self.parts[0].settled
            case "若":
                return self.parts[-1].settled
            case "须全" | "须有":
                return self.parts[0].settled
            case "合计" if self.said:
                return number(self.value, self.said)
            case "合计":
                return total(part.settled for part in self.parts if not part.is_nothing)
            case "分摊":
                return self._settle_division()
        return replace(self, parts=tuple(part.settled for part in self.parts))

    def _settle_division(self) -> "Formula":
        """Multiplied by as much as it is divided by, or divided by one: nothing to read."""
        above, below = self.parts
        if above.sign == "×" and above.parts[-1].value == below.value:
            return above.parts[0].settled
        return quotient(above.settled, below.settled)

    def within(self, change: Callable[["Formula"], "Formula"]) -> "Formula":
        """What a change makes of it; where it may be nothing as a whole, that still holds afterwards."""
        if self.sign in GUARDS:
            return replace(self, parts=(self.parts[0].within(change), *self.parts[1:]))
        return change(self)

    @property
    def text(self) -> str:
        """The formula as it is read, without its result."""
        if self.said:
            return self.said
        texts = [self._bracket_part(place, part) for place, part in enumerate(self.parts)]
        return self.sign.join(texts).replace("＋−", "−")

    def _bracket_part(self, place: int, part: "Formula") -> str:
        inner = 9 if part.said else RANK.get(part.sign, 9)
        loose = self._is_loose(place, inner)
        loose = loose or (place > 0 and self.sign != "＋" and part.text.startswith("−"))
        return f"（{part.text}）" if loose else part.text

    def _is_loose(self, place: int, inner: int) -> bool:
        rank = RANK.get(self.sign, 0)
        return inner < rank or (self.sign in ("÷", "−", "分摊") and place > 0 and inner == rank)

    @property
    def is_number(self) -> bool:
        """Whether there is nothing to work out."""
        return self.sign == ""

    # ------------------------------------------------------------ in a spreadsheet

    @property
    def cell_text(self) -> str:
        """The formula as a spreadsheet writes it. Raises: NotInOneRow."""
        if self.is_number:
            return self.cell or write_number(self.number or 0)
        if self.sign in IN_CELLS:
            return IN_CELLS[self.sign].join(self._cell_of_part(place, part) for place, part in enumerate(self.parts))
        if self.sign == "合计":
            return self._cell_of_sum()
        if self.sign == "若":
            return self._cell_of_choice()
        first, *others = (part.cell_text for part in self.parts)
        match self.sign:
            case "至少" | "至多":
                return f"{'MAX' if self.sign == '至少' else 'MIN'}({first},{others[0]})"
            case "取整":
                places, down = self.digits
                return f"TRUNC(ROUND({first},{COMPARED}),{places})" if down else f"ROUND({first},{places})"
            case "计入":
                return f"{others[0]}*ISNUMBER({first})"
            case "须全":
                return f'IF(COUNT({",".join(others)})<{len(others)},"",{first})'
            case "须有":
                return f'IF({others[0]}=0,"",{first})'
        return self._cell_of_table(first)

    def _cell_of_part(self, place: int, part: "Formula") -> str:
        negative = part.is_number and not part.cell and part.value < 0
        below = place > 0 and self.sign in ("÷", "分摊") and part.sign == "合计"  # a function, read as a sum
        loose = below or negative or self._is_loose(place, part._rank_in_cells)
        return f"({part.cell_text})" if loose else part.cell_text

    @property
    def _rank_in_cells(self) -> int:
        if self.sign != "合计" or all(part.is_number for part in self.parts):
            return RANK.get(self.sign, 9)
        return 1 if len(self.parts) > 1 else self.parts[0]._rank_in_cells

    def _cell_of_sum(self) -> str:
        """Cells by a function for which empty ones count nothing, added to all that is worked out first."""
        texts = [part.cell_text for part in self.parts if not part.is_number]
        cells = ",".join(part.cell_text for part in self.parts if part.is_number)
        return "+".join([*texts, *([f"SUM({cells})"] if cells else [])])

    def _cell_of_choice(self) -> str:
        if not self.bounds:
            raise NotInOneRow(self.text)
        (_, bound), (test, below, above, *_) = self.bounds[0], self.parts
        return f"IF(ROUND({test.cell_text},{COMPARED})<{write_number(bound)},{below.cell_text},{above.cell_text})"

    def _cell_of_table(self, value: str) -> str:
        if self.cell:
            return self.cell.format(value)
        if not self.bounds:
            raise NotInOneRow(self.text)
        below = [marks for bound, marks in self.bounds if bound is None]
        text = write_number(below[0]) if below else '""'
        for bound, marks in sorted((bound, marks) for bound, marks in self.bounds if bound is not None):
            text = f"IF(ROUND({value},{COMPARED})>={write_number(bound)},{write_number(marks)},{text})"
        return text

    # ------------------------------------------------------------ what one more point is worth

    @property
    def slope(self) -> Fraction | None:
        """What one more of the number in a cell gives; None where no fixed number says so."""
        if self.is_number:
            return Fraction(1 if self.cell else 0)  # what stands in a cell is what varies
        if self.sign in GUARDS:
            return None if self.is_nothing else self.parts[0].slope
        slopes = [part.slope for part in self.parts if not part.is_nothing]
        if None in slopes or self.sign not in (*IN_CELLS, "合计", "计入"):
            return None
        known = [Fraction(slope or 0) for slope in slopes]
        match self.sign:
            case "＋" | "合计":
                return sum(known, Fraction(0))
            case "−":
                return reduce(sub, known)
            case "计入":
                return known[1]
            case "÷" | "分摊":
                return None if any(known[1:]) else known[0] / reduce(mul, [part.value for part in self.parts[1:]])
        varying = [nth for nth, slope in enumerate(known) if slope]
        if len(varying) > 1:
            return None
        return sum((known[nth] * self._without(nth) for nth in varying), Fraction(0))

    def _without(self, nth: int) -> Fraction:
        return reduce(mul, (part.value for at, part in enumerate(self.parts) if at != nth), Fraction(1))


def number(value: Numeric, said: str, *, places: int | None = None) -> Formula:
    """A number and how it is written, with all its decimals or so many."""
    return Formula("", (), Fraction(value), said, places)


def in_cell(at: str, value: Numeric | None) -> Formula:
    """A number that stands in a cell; nothing where the cell is empty."""
    return nothing(at) if value is None else Formula("", (), Fraction(value), wording.plain(value), cell=at)


def nothing(cell: str = "") -> Formula:
    """What is missing. cell: where it would stand."""
    return Formula("", (), None, cell=cell)


def marks(value: Numeric, name: str = "") -> Formula:
    """Marks by name, with two places: 半年度 22.87."""
    return number(value, f"{name} {wording.shown(value)}" if name else wording.shown(value), places=2)


def plan_number(value: Numeric, name: str = "") -> Formula:
    """A number of the plan as the plan writes it."""
    return number(value, f"{name} {wording.plain(value)}" if name else wording.plain(value))


def share(value: Numeric) -> Formula:
    """A share of the plan or a rate, as per cent."""
    whole = Fraction(value) * 100
    return number(value, wording.percent(value, 0 if whole.denominator == 1 else 2), places=4)


def total(parts: Iterable[Formula], said: str = "") -> Formula:
    """The sum; of one part, the part itself."""
    parts = tuple(parts)
    return parts[0] if len(parts) == 1 and not said else Formula("＋", parts, said=said)


def total_there(parts: Iterable[Formula], said: str = "") -> Formula:
    """The sum of the parts that are there."""
    each = ((part.parts if part.sign == "合计" and not part.said else (part,)) for part in parts)
    return Formula("合计", tuple(part for some in each for part in some), said=said)


def product(*parts: Formula) -> Formula:
    """The product."""
    return Formula("×", parts)


def quotient(above: Formula, below: Formula) -> Formula:
    """above ÷ below, or just above where below is one."""
    return above if below.value == 1 and below.is_number else Formula("÷", (above, below))


def weighed_mean(parts: Iterable[tuple[Formula, Decimal]], whole: Decimal) -> Formula:
    """Each part × its weight, added, ÷ the whole of the weights."""
    return quotient(total(product(part, plan_number(weight)) for part, weight in parts), plan_number(whole))


def unless_zero(one: Formula, amount: Formula) -> Formula:
    """The formula, or nothing where an amount is zero."""
    return Formula("须有", (one, amount))


def at_least(part: Formula, bound: Decimal, because: str) -> Formula:
    """The part, or the bound where it is below. because: with what the bound gives."""
    said = f"{part.text} 低于 {wording.plain(bound)}，{because}"
    return Formula("至少", (part, plan_number(bound)), said=said)


def at_most(part: Formula, bound: Decimal, because: str) -> Formula:
    """The part, or the bound where it is above."""
    said = f"{part.text} 超过 {wording.plain(bound)}，{because}"
    return Formula("至多", (part, plan_number(bound)), said=said)


def less(whole: Formula, part: Formula) -> Formula:
    """whole − part."""
    return Formula("−", (whole, part))


def looked_up(part: Formula, value: Numeric, said: str, cell: str = "") -> Formula:
    """A number that follows from the part by the plan, but by no arithmetic.

    cell: how a spreadsheet works it out, such as `SQRT({})`; without it no cell does.
    """
    return Formula("查表", (part,), Fraction(value), said, cell=cell)


def stepped(
    part: Formula, bounds: Sequence[tuple[Decimal | None, Decimal]], *, show: Callable[[Decimal], str]
) -> Formula:
    """The marks of the highest lower bound that the part reaches (bounds included); a bound of None is below all.

    show: how a bound is written.
    """
    reached = comparison_key(part.value)
    found = [(bound, marks) for bound, marks in bounds if bound is not None and bound <= reached]
    lowest = next((Fraction(marks) for bound, marks in bounds if bound is None), None)
    if found:
        bound, value = max(found)
        said = f"{part.text} 达到 {show(bound)} 一档"
        return Formula("查表", (part,), Fraction(value), said, bounds=tuple(bounds))
    return Formula("查表", (part,), lowest, f"{part.text} 低于各档", bounds=tuple(bounds))


def rounded_to(part: Formula, places: int, *, down: bool = False, said: str = "") -> Formula:
    """The part as comparisons see it, rounded half away from zero or cut off."""
    return Formula("取整", (part,), said=said, digits=(places, down))


def either(test: Formula, bound: Decimal, below: Formula, above: Formula, *, said: Formula | None = None) -> Formula:
    """`below` where the tested value is below the bound, else `above`. said: what to read where it is not below."""
    taken = below if test.value < bound else said or above
    return Formula("若", (test, below, above, taken), taken.value, bounds=((None, bound),))


def chosen(one: Formula, among: Sequence[Formula]) -> Formula:
    """One of several, which is not fixed; of one, the one itself."""
    return one if len(among) == 1 else Formula("若", (*among, one), one.value)


def comparison_key(value: Fraction) -> Fraction:
    """What every comparison sees: the value rounded once to 18 decimals."""
    return Fraction(wording.rounded(value, 18))


def write_number(value: Numeric) -> str:
    """A number of the plan as a spreadsheet formula writes it."""
    text = format(wording.rounded(value, COMPARED), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def from_atoms(atoms: int | None) -> Fraction | None:
    """A number of the database in atoms (10^-24) as a fraction."""
    return None if atoms is None else Fraction(atoms, 10**24)
