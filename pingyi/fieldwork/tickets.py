"""Ticket numbers: whoever knows the seed and an id can compute the number that decides whether the id is drawn.

After Rivest's consistent sampler (PyPI `consistent-sampler` 1.0.10, MIT): an id's number is a fraction between 0 and 1
taken from SHA-256 of the seed and the id; the smallest numbers are drawn. It depends on no other id, so the order of a
frame never matters, and who is drawn of a part is found from the whole.
"""

import heapq
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import count
from typing import NamedTuple

DIGITS = 18
"""Digits of a ticket number that are shown, after its leading nines."""

NINES = re.compile(r"0\.9*")


class Ticket(NamedTuple):
    """A number, whose it is, and the how-manieth of this id it is (1 unless ids are put back)."""

    number: str
    id: str
    generation: int = 1


def first_number(seed: str, id: str) -> str:
    """The ticket number of an id, `0.` and 64 to 78 digits."""
    return first_numbers(seed, [id])[0]


def first_numbers(seed: str, ids: Iterable[str]) -> list[str]:
    """The ticket number of each id."""
    hashed = _sha256_of(seed)
    return ["0." + _reversed_digits(hashed + id) for id in ids]


def next_number(number: str) -> str:
    """The number that an id gets once it was drawn and put back: larger, and as evenly spread above as the first."""
    nines = _leading_nines(number)
    drawn = (nines + _reversed_digits(f"{number}:{nth}") for nth in count(1))
    return next(larger for larger in drawn if larger > number + "0")


def draw_tickets(seed: str, ids: Iterable[str], *, replace: bool = False) -> Iterator[Ticket]:
    """Tickets in the order in which they are drawn, each id once; without end where ids are put back."""
    unique = sorted(set(ids))
    heap = [Ticket(number, id) for number, id in zip(first_numbers(seed, unique), unique, strict=True)]
    heapq.heapify(heap)
    while heap:
        number, id, generation = heap[0]
        yield heap[0]
        if replace:
            heapq.heapreplace(heap, Ticket(next_number(number), id, generation + 1))
        else:
            heapq.heappop(heap)


def cut_number(number: str, digits: int = DIGITS) -> str:
    """A ticket number cut (never rounded) after so many digits, its leading nines not counted."""
    return number[: len(_leading_nines(number)) + digits]


def _leading_nines(number: str) -> str:
    found = NINES.match(number)
    return found[0] if found else ""


def _sha256_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _reversed_digits(text: str) -> str:
    """SHA-256 as a whole number, last digit first: the leading digits of a 256-bit number are not evenly spread."""
    return f"{int(_sha256_of(text), 16):064d}"[::-1]
