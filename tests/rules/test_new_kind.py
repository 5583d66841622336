"""New kinds of rules: two files each in a copy of the tree, and everything shows them; a kind that lacks a part."""

import inspect
import os
import shutil
import subprocess
import sys

import pytest

from pingyi.rules.aggregation import Aggregation
from pingyi.rules.aggregations import AGGREGATIONS
from pingyi.rules.transformation import Transformation
from pingyi.rules.transformations import KINDS
from pingyi.scoring import script
from tests.support import ROOT

WORDS = '''"""square_root: a number × the square root of the value."""

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from pingyi.rules.base import Number
from pingyi.rules.formulas import Formula, looked_up, plan_number, product
from pingyi.rules.spans import Span
from pingyi.rules.transformation import Surroundings, Transformation


@dataclass(frozen=True)
class SquareRoot(Transformation):
    """A number × the square root of the value."""

    written = Number
    parameters = {"factor": "decimal"}

    factor: Decimal

    def span_after(self, span: Span) -> Span:
        return span.of_unknown_size()

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        root = looked_up(value, Decimal(str(sqrt(value.value))), f"{value.text} 开平方", cell="SQRT({})")
        return product(root, plan_number(self.factor))


KIND = SquareRoot
'''

STATEMENT = """-- square_root: a number × the square root of the value, to ten places.
select
    unnest(conversion),
    times(atoms(sqrt(before::double / 1e24)::decimal(28, 10)), square_root_factor) as after,
from conversion_inputs
where kind = 'square_root'
"""

MEAN = '''"""geometric_mean: the root of the product of the cycles."""

from collections.abc import Sequence
from decimal import Decimal
from math import prod

from pingyi.rules.aggregation import Aggregation
from pingyi.rules.formulas import Formula, looked_up


class GeometricMean(Aggregation):
    """One bad cycle weighs heavily."""

    title = "各周期几何平均"
    why_no_full = "取几何平均"

    def formula(self, cycles: Sequence[tuple[Formula, Decimal]]) -> Formula:
        values = [float(marks.value) for marks, _ in cycles]
        said = "、".join(marks.text for marks, _ in cycles) + " 的几何平均"
        return looked_up(cycles[0][0], Decimal(f"{prod(values) ** (1 / len(values)):.10f}"), said)


KIND = GeometricMean
'''

MEAN_STATEMENT = """-- geometric_mean: the root of the product of the cycles, to ten places.
select
    draw,
    component,
    unit,
    part,
    atoms(exp(avg(ln(used::double / 1e24)))::decimal(28, 10)) as exact,
from cycles_to_combine
where over_cycles = 'geometric_mean'
group by draw, component, unit, part
"""

TRIED = """
from pingyi.explain import Explainer
from pingyi.office.letters.content import compose_letters
from pingyi.explain.node_scores import UnitNode
from pingyi.office.workbook_formulas import node_cell
from pingyi.results.result_tables import ResultTables
from tests.tiny import plan, review, units

leaf = {"id": "score", "full": "100", "marks": {"range": ["0", "100"]}}
halves = leaf | {"id": "half", "per": "half", "over_cycles": "geometric_mean"}
total = {"id": "total", "of": ["score"], "full": "100", "convert": [{"square_root": "10"}]}
given = [{"method": "score", "unit": unit, "mark": mark} for unit, mark in (("甲", "81"), ("乙", "64"))]
of_halves = (("4", "上半年"), ("9", "下半年"))
given += [{"method": "half", "unit": "甲", "mark": mark, "cycle": cycle} for mark, cycle in of_halves]
found = review(plan(total, leaf, halves), {"units": units("甲 乙"), "marks": given})
for row in found.table("component_marks").sort("marks").to_dicts():
    print(row["component"], row["unit"], row["marks"])
explained = Explainer(ResultTables(found))
print(explained.unit("甲").text)
print(node_cell(UnitNode(explained.tables, found.plan.component("total"), "甲"), lambda id: "B2").formula)
book = ResultTables(found, {"run": {"id": "1", "date": "2020-12-31"}})
print(next(iter(compose_letters(book, simulated=True, confidential=False))))
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What a copy of the package with the new kind says of a small campaign."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "pingyi", copy / "pingyi", ignore=shutil.ignore_patterns("__pycache__"))
    kinds = copy / "pingyi" / "rules" / "transformations"
    (kinds / "square_root.py").write_text(WORDS, encoding="utf-8")
    (kinds / "square_root.sql").write_text(STATEMENT, encoding="utf-8")
    aggregations = copy / "pingyi" / "rules" / "aggregations"
    (aggregations / "geometric_mean.py").write_text(MEAN, encoding="utf-8")
    (aggregations / "geometric_mean.sql").write_text(MEAN_STATEMENT, encoding="utf-8")
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(copy), str(ROOT)]), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", TRIED], cwd=copy, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_new_kinds_are_scored(shown):
    assert "total 乙 80.0000000000\n" in shown
    assert "total 甲 90.0000000000\n" in shown
    assert "half 甲 6.0000000000\n" in shown


def test_new_kinds_are_explained_and_told_in_letters(shown):
    explained, _, letter = shown.partition("SQRT")
    assert "各周期几何平均：上半年 4.00、下半年 9.00 的几何平均，计 6.00 分" in explained
    assert "折算：81.00 开平方×10＝90.00 分" in explained
    assert "80.00" in letter  # of 乙, whose letter is the first


def test_a_new_transformation_is_a_live_formula(shown):
    assert "SQRT(" in shown
    assert ")*10" in shown


@pytest.mark.parametrize("name", KINDS)
class TestParts:
    """What every kind has; one that lacks a part fails by its name."""

    def test_it_has_a_statement_that_is_its_own(self, name):
        text = script.text(f"transformations/{name}")
        assert text.startswith(f"-- {name}: ")
        assert f"kind = '{name}'" in text
        assert [one for one in KINDS[name].parameters if f"{name}_{one}" not in text] == []

    def test_it_says_what_it_makes_of_values_and_how(self, name):
        kind = KINDS[name]
        assert kind.span_after is not Transformation.span_after, "what can come out of it"
        assert kind.formula is not Transformation.formula, "its formula"
        assert inspect.getdoc(kind), "what it is"

    def test_its_numbers_are_those_of_the_plan(self, name):
        kind = KINDS[name]
        assert kind.written is not None
        assert set(kind.parameters) <= set(kind.__annotations__), "numbers of the statement"


@pytest.mark.parametrize("name", AGGREGATIONS)
class TestPartsOfAggregations:
    """The same of every way of putting cycles together."""

    def test_it_has_a_statement_that_is_its_own(self, name):
        text = script.text(f"aggregations/{name}")
        assert text.startswith(f"-- {name}: ")
        assert f"over_cycles = '{name}'" in text

    def test_it_says_how_cycles_make_a_year(self, name):
        kind = AGGREGATIONS[name]
        assert kind.title
        assert type(kind).formula is not Aggregation.formula, "its formula"
        assert kind.adds_up or kind.weighs or kind.why_no_full, "whether its cycles have numbers in a plan"
