"""What may leave the office: small numbers withheld, and no number of a person in any file.

suppression  asked by every document: what it may show of votes, decided once for the whole run
audit        what can be worked out of a unit's votes from what is known of them
scan         the files of a folder, searched for telephone and identity numbers
"""

from pingyi.disclosure.suppression import (
    APART,
    BY,
    LEAST,
    Disclosure,
    LeafDisclosure,
    disclosure_of,
    is_small,
    open_sums,
)

__all__ = ["APART", "BY", "LEAST", "Disclosure", "LeafDisclosure", "disclosure_of", "is_small", "open_sums"]
