"""Corrections, objections and decisions on the way into the ledger: read, checked, shown with what they move, put down.

form      the sheet that the office fills in, a decision a line
record    which row of the facts a line means
drafts    lines → entries of the ledger, or every fault of the form
effect    what places and lists would be with them, one after the other
listed    the ledger as people read it
command   what the command line says and does
"""

from pingyi.amendments.corrections.command import tell_corrected, tell_ledger
from pingyi.amendments.corrections.drafts import CorrectionFaults
from pingyi.facts.ledger import corrections_frame

__all__ = ["CorrectionFaults", "corrections_frame", "tell_corrected", "tell_ledger"]
