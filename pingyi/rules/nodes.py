"""Nodes: how the marks of children make those of the component above them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pingyi.common.wording import plain
from pingyi.rules.formulas import Formula, nothing, plan_number, product, quotient, total_there, unless_zero


@dataclass(frozen=True, slots=True)
class Child:
    """A child as its node counts it.

    marks: what is counted for it, by name or in the cell that holds it; nothing where it is missing and nothing stands
    in for it. full: its full marks, None where it has none. weight: its share among its siblings.
    """

    marks: Formula
    full: Decimal | None
    weight: Decimal

    @property
    def number(self) -> Formula:
        """Its marks as arithmetic takes them: of a cell the number, and zero where it is empty."""
        return replace(self.marks, cell=f"N({self.marks.cell})") if self.marks.cell else self.marks


@dataclass(frozen=True, slots=True)
class Node:
    """How a node puts its children together.

    full: its full marks. weighs: it weighs their shares of full marks; otherwise it adds their marks. missing: what a
    missing child does to it (`Component.missing` of a plan).
    """

    full: Decimal | None
    weighs: bool
    missing: str

    def join(self, children: Sequence[Child]) -> Formula:
        """The children inside its full marks, of the year or of one cycle; nothing where they come to no marks."""
        together = self._weigh(children) if self.weighs else total_there(child.marks for child in children)
        whole = sum((child.weight if self.weighs else child.full or Decimal(0) for child in children), Decimal(0))
        if self.missing == "spread" and whole:
            there = self._shares_there(children)
            earned = together if self.weighs else product(together, plan_number(whole))
            return unless_zero(Formula("分摊", (earned, there)), there)
        if self.weighs and not whole:
            return nothing()
        return self._unless_missing(quotient(together, plan_number(whole)) if self.weighs else together, children)

    def join_once(self, children: Sequence[Child]) -> Formula:
        """Children that are scored once in a node of several cycles: they are added, whatever it does in a cycle."""
        return self._unless_missing(total_there(child.marks for child in children), children)

    def _unless_missing(self, together: Formula, children: Sequence[Child]) -> Formula:
        parts = (together, *(child.marks for child in children))
        return together if self.missing == "zero" else Formula("须全", parts)

    def _weigh(self, children: Sequence[Child]) -> Formula:
        return total_there(product(self._scale(child), plan_number(child.weight)) for child in children)

    def _scale(self, child: Child) -> Formula:
        """The marks of a child as they would be of the node's full marks."""
        if self.full is None or not child.full or child.full == self.full:
            return child.number
        return product(quotient(child.number, plan_number(child.full)), plan_number(self.full))

    def _shares_there(self, children: Sequence[Child]) -> Formula:
        """The weights, or the full marks, of the children that are not missing."""
        shares = ((child.marks, child.weight if self.weighs else child.full or Decimal(0)) for child in children)
        there = total_there(Formula("计入", (marks, plan_number(share))) for marks, share in shares)
        return replace(there, said=plain(there.value))
