"""What may leave the office: small numbers withheld, and no number of a person in any file.

door    asked by every document: what it may show of votes, decided once for the whole run
leaf    one leaf's votes: of every unit, and of all together
unit    one unit's votes: what is withheld, and the steps until nothing can be worked out
audit   what can be worked out from what is known
votes   votes as what they could be known by
scan    the files of a folder, searched for telephone and identity numbers
"""

from pingyi.disclosure.door import APART, Disclosure
from pingyi.disclosure.unit import LEAST

__all__ = ["APART", "LEAST", "Disclosure"]
