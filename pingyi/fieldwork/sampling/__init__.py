"""Who is asked: draws that anyone can check, from a public seed, the plan's rule and the frame.

    draw_into(plan, facts.tables, "callback", "6 2 5 1 3", Path("抽签/五月"))

tickets          a seed and an id → the number that decides
frame, draw      the facts `clients` and a rule → who was drawn, stratum by stratum
written, note    … as a list of contacts, a public list of tickets and a note on how to check it
files            folders that appear whole, CSV and Excel without formulas
"""

from pingyi.fieldwork.sampling.command import draw_into
from pingyi.fieldwork.sampling.draw import Draw, draw
from pingyi.fieldwork.sampling.frame import DrawRefused, FrameFaults
from pingyi.fieldwork.sampling.written import write_draw

__all__ = ["Draw", "DrawRefused", "FrameFaults", "draw", "draw_into", "write_draw"]
