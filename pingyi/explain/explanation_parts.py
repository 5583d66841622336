"""What an explanation is made of: steps, the facts behind them, places and lists of one unit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pingyi.common import wording
from pingyi.results.list_states import UNDECIDED, ListState
from pingyi.results.resampled_counts import NOT_REDRAWN
from pingyi.rules.formulas import Formula


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a calculation.

    label: what is worked out. formula: None where there is nothing to work out, and `note` says why.
    unit: of the result. percent: a rate on its way to marks.
    swallowed: what a floor, a cap, a veto or “only the gravest of a deed” did to the marks: more than 0 where it
        spared the unit a loss, less where it kept back a gain.
    """

    label: str
    formula: Formula | None
    note: str = ""
    percent: bool = False
    unit: str = " 分"
    swallowed: Fraction = Fraction(0)

    @property
    def value(self) -> Fraction | None:
        """What the step comes to."""
        return self.formula.value if self.formula else None

    @property
    def text(self) -> str:
        """The line as it is read: 半年度：（满意 40×1＋…）÷47×25＝22.87 分."""
        start = f"{self.label}：" if self.label else ""
        note = f"（{self.note}）" if self.note and self.formula else self.note
        return f"{start}{self._calculation()}{note}"

    def _calculation(self) -> str:
        if self.formula is None:
            return ""
        result = wording.percent(self.value, 2) if self.percent else f"{wording.shown(self.value)}{self.unit}"
        if self.formula.is_number:
            return f"{self.formula.text}{'' if self.percent else self.unit}"
        return f"{self.formula.text}{self._equals_sign()}{result}"

    def _equals_sign(self) -> str:
        """＝, or ≈ where the numbers as shown would lead to another last place than all their decimals do."""
        assert self.formula is not None
        if self.formula.sign in ("至少", "至多", "查表", "取整"):
            return "，计 "
        places = 4 if self.percent else 2
        same = wording.rounded(self.formula.as_read, places) == wording.rounded(self.formula.value, places)
        return "＝" if same else "≈"


def join_label(*parts: str) -> str:
    """What a line is about: 半年度·服务态度."""
    return "·".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle's way to its marks; the last step is where it stands.

    quiet: nothing happened, no line needed. due: it has begun. held: a veto keeps conversions from lifting it above 0.
    """

    cycle: str
    steps: tuple[Step, ...]
    quiet: bool = False
    due: bool = True
    held: bool = False

    @property
    def value(self) -> Fraction | None:
        """Marks so far."""
        return self.steps[-1].value if self.steps else None


UNKNOWN = "未写明"
"""What stands where files do not say it."""


@dataclass(frozen=True, slots=True)
class FactTable:
    """Facts behind a component: what they are, heads, and rows of text."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def drop_empty(*tables: FactTable) -> tuple[FactTable, ...]:
    """The tables that have rows."""
    return tuple(table for table in tables if table.rows)


def file_and_row(fact: Mapping[str, Any]) -> tuple[str, str]:
    """Where a fact stands, as the last two cells of its row."""
    return fact["source"] or UNKNOWN, "" if fact["row"] is None else str(fact["row"])


@dataclass(frozen=True, slots=True)
class Part:
    """A component of one unit's score tree.

    marks: as published; None where the unit has none. full: full marks there. outside: beside the full marks above it.
    flag: what was done about missing facts, in words. steps: how the marks come about, the last one leads to them.
    """

    component: str
    name: str
    depth: int
    marks: Decimal | None
    full: Decimal | None
    outside: bool
    flag: str
    clause: str
    says: str
    steps: tuple[Step, ...]
    facts: tuple[FactTable, ...] = ()

    @property
    def formula(self) -> str:
        """All steps in one line of text."""
        return "；".join(step.text for step in self.steps)

    @property
    def swallowed(self) -> tuple[Step, ...]:
        """The steps at which marks were swallowed, in their order."""
        return tuple(step for step in self.steps if step.swallowed)

    @property
    def replayed(self) -> Decimal | None:
        """The marks worked out again from the steps, rounded once to ten places as the database does."""
        value = self.steps[-1].value if self.steps else None
        return None if value is None else wording.rounded(value, 10)

    @property
    def rows(self) -> Iterator[dict[str, str]]:
        """The facts behind, one mapping of head to text each."""
        for table in self.facts:
            for row in table.rows:
                yield dict(zip(table.heads, row, strict=True))


@dataclass(frozen=True, slots=True)
class Placing:
    """The unit's place in one standing; place None: not ranked, and `why` says so. of: how many are ranked with it.

    full: the full marks of the total. low, high: the places of the middle nine tenths of the resampled counts.
    held: there are such counts, and the unit has no votes to be drawn anew.
    """

    standing: str
    name: str
    place: int | None
    of: int
    total: Decimal | None
    why: str
    low: int | None = None
    high: int | None = None
    held: bool = False
    full: Decimal | None = None

    @property
    def marks(self) -> str:
        """The total, and of how many marks: totals of two standings stand beside each other."""
        return wording.of_full(self.total, self.full)

    @property
    def span(self) -> str:
        """The places of the middle nine tenths of the resampled counts; empty where there are none."""
        if self.low is None:
            return NOT_REDRAWN if self.held else ""
        return str(self.low) if self.low == self.high else f"{self.low}—{self.high}"

    @property
    def text(self) -> str:
        """The place in one sentence."""
        if self.place is None:
            return f"{self.name}：没有名次（{self.why}）"
        sure = "" if self.low is None else f"；重抽时居中九成的名次是第 {self.span} 名"
        sure = f"；{NOT_REDRAWN}（没有可以重抽的票）" if self.held else sure
        why = f"；{self.why}" if self.why else ""
        return f"{self.name}：第 {self.place} 名（共 {self.of} 个），{self.marks} 分{why}{sure}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the unit stands towards one list.

    margin (分): ahead of the first left out if listed, behind the last taken (zero or less) if not; None: nobody there.
    share: of the resampled counts, how many list it; None: there are none, or it has no votes to be drawn anew.
    state: proposed, or decided when, by whom, with which document.
    inside: of a decided list, what was proposed and what later facts would give; for the office's own papers alone.
    """

    list: str
    name: str
    clause: str
    listed: bool
    place: int | None
    margin: Decimal | None
    why: str
    share: Decimal | None = None
    state: ListState = UNDECIDED
    inside: str = ""

    @property
    def titled(self) -> str:
        """The list with its state in a word; `why` says more of a decision."""
        return self.state.briefly(self.name)

    @property
    def text(self) -> str:
        """The verdict in one sentence."""
        start = f"{self.titled}：列入，第 {self.place} 位" if self.listed else f"{self.titled}：未列入"
        return "；".join(one for one in (start, self.why, self.inside) if one)


@dataclass(frozen=True, slots=True)
class Consequence:
    """One consequence of a list that the unit is on.

    about: kind of subject, subject, effect. together: what all amounts of that subject and effect come to.
    why: the list, and the conditions that hold. text: the consequence in one line.
    """

    outcome: str
    list: str
    about: tuple[str, str, str]
    amount: Decimal | None
    clause: str
    text: str
    why: str
    together: Decimal | None = None

    @property
    def subject(self) -> str:
        """Whom it meets."""
        return self.about[1]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of one unit's score: the tree from the roots down, places, lists and consequences.

    absent: why it takes no part, in words; empty where it does.
    """

    unit: str
    name: str
    about: dict[str, str]
    absent: str
    parts: tuple[Part, ...]
    placings: tuple[Placing, ...]
    verdicts: tuple[Verdict, ...]
    consequences: tuple[Consequence, ...] = ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The consequences, a line each."""
        return tuple(one.text for one in self.consequences)

    def part(self, component: str) -> Part:
        """The part of a component. Raises: KeyError."""
        return {part.component: part for part in self.parts}[component]

    @property
    def text(self) -> str:
        """The whole explanation as plain text, one line for each component, place, list and consequence."""
        lines = [f"{self.unit} {self.name}"]
        lines += [f"  {head}：{value}" for head, value in self.about.items() if value]
        for part in self.parts:
            full = f"（满分 {wording.plain(part.full)}）" if part.full is not None else ""
            flag = f"［{part.flag}］" if part.flag else ""
            indent = "  " * part.depth
            lines.append(f"{indent}{part.name} {wording.shown(part.marks)} 分{full}{flag} {part.clause}".rstrip())
            lines += [f"{indent}    {step.text}" for step in part.steps]
        lines += [one.text for one in self.placings] + [one.text for one in self.verdicts]
        return "\n".join([*lines, *self.outcomes])
