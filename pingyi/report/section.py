"""The parts of the page's story: a question, the clauses, what was found, pictures and tables."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pingyi.explain.placements import describe_conditions
from pingyi.figures.pictures import Chart, chart_spec, script_safe_json
from pingyi.figures.theme import EMPTY
from pingyi.plan import ListRule, Plan
from pingyi.report.table import Table
from pingyi.rules.base import Named

FEW_UNITS = 15
"""Up to so many units are told in tables rather than drawn as bars."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule of the plan: its number, what it is about, and the rule in our words."""

    clause: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: heads as text, so that they wrap; what it shows in words; how to read it; the drawing as JSON.

    nothing: there are no rows to draw.
    """

    id: str
    title: str
    note: str
    description: str
    reads: str
    json: str
    nothing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the story. found: sentences that answer the question."""

    id: str
    title: str
    question: str
    found: tuple[str, ...]
    clauses: tuple[Clause, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def filled(self) -> "Section":
        """The section without figures and tables that have nothing to show."""
        figures = tuple(one for one in self.figures if not one.nothing)
        return replace(self, figures=figures, tables=tuple(one for one in self.tables if one.rows))


def clauses_of(things: Iterable[Named], *, in_words: bool = False) -> tuple[Clause, ...]:
    """The clauses of parts of the plan. in_words: only of those that the plan puts in words."""
    return tuple(Clause(one.clause, one.title, one.says) for one in things if one.says or not in_words)


def list_clause(plan: Plan, rule: ListRule) -> Clause:
    """The clause of a list; where the plan does not put the rule in words, its conditions."""
    told = "；".join(
        one for one in (describe_conditions(plan, rule.when), describe_conditions(plan, rule.provided)) if one
    )
    return Clause(rule.clause, rule.title, rule.says or (f"条件：{told}。" if told else ""))


def figure(id: str, chart: Chart, reads: str) -> Figure:
    """A chart with its heads taken out of the drawing."""
    made = chart_spec(chart)
    heads = made.pop("title", None) or {}
    made.pop("$schema", None)
    empty = made.pop("usermeta", None) == EMPTY
    title, note = ("".join(heads.get(key, [])) for key in ("text", "subtitle"))
    return Figure(id, title, note, made.get("description", ""), reads, script_safe_json(made), empty)
