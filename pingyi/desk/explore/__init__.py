"""For the analyst in JupyterLab: one unit, units side by side, rules to move, rows to brush.

look = explore("pingyang-2020")
look.unit("0611")
look.rule("components.client.ratings.few.below", 10, 60, 5)
"""

from pingyi.desk.explore.look import Look, explore

__all__ = ["Look", "explore"]
