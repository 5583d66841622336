"""Explanations: every mark with its formula, its clause and the facts it came from.

`explain(review, unit)` explains one unit; `explain_units(tables)` all of them, once for whoever asks.
"""

from pingyi.explain.explainer import Explainer, explain, explain_units
from pingyi.explain.explanation_parts import Consequence, Explanation, FactTable, Part, Placing, Step, Verdict

__all__ = [
    "Consequence",
    "Explainer",
    "Explanation",
    "FactTable",
    "Part",
    "Placing",
    "Step",
    "Verdict",
    "explain",
    "explain_units",
]
