"""A list decided: what the facts of a day propose, what is decided otherwise and why, and the fact that records it.

request    what the command line asks for → a decision, or everything that is wrong with it
proposal   the list as the facts known on a day give it
effect     what places, lists and consequences come to with the decision
record     the rows of the fact table, and the file that they are added to
command    what the command line says and does
"""

from pingyi.amendments.deciding.command import tell_decided
from pingyi.amendments.deciding.proposal import proposed_cells
from pingyi.amendments.deciding.request import Asked, DecisionFaults

__all__ = ["Asked", "DecisionFaults", "proposed_cells", "tell_decided"]
