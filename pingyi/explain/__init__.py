"""Explanations: every mark with its formula, its clause and the facts it came from.

`explain(review, unit)` explains one unit; `Explainer(review)` fetches every table once and explains them all.
"""

from pingyi.explain.explainer import Explainer, explain
from pingyi.explain.explanation_parts import Consequence, Explanation, FactTable, Part, Placing, Step, Verdict

__all__ = ["Consequence", "Explainer", "Explanation", "FactTable", "Part", "Placing", "Step", "Verdict", "explain"]
