"""What can be worked out from what is known: linear algebra on the votes of one unit.

Known are sums, rates and marks as vectors (`votes`). A number can be worked out if it is the same in all tables that
agree with what is known. The audit looks for another one: every cell with votes may move both ways a little, and of the
empty cells one may grow. Where no such move changes a number, it counts as worked out. So what passes is open for
anybody who solves equations and inequalities; whole numbers and what else people know are not looked at.
"""

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pingyi.disclosure.votes import Flags, Vector

Matrix = npt.NDArray[np.float64]

NOUGHT = 1e-7
"""Below this a move is none: known vectors are scaled to length 1, and sixteen figures are carried."""


class Moves:
    """The moves of a unit's votes that leave everything known as it is."""

    def __init__(self, known: Matrix, present: Flags, closed: Flags) -> None:
        """known: a vector over all cells in each row. present, closed: cells with votes, and empty for all to know."""
        self.present, self.closed, self.known = present, closed, known
        left, sizes, right = np.linalg.svd(self.known[:, self.present])
        rank = int((sizes > NOUGHT).sum())
        self.free: Matrix = right[rank:].T
        self._rest = left[:, rank:]
        self._inverse = (right[:rank].T / sizes[:rank]) @ left[:, :rank].T

    @cached_property
    def _growing(self) -> tuple[npt.NDArray[np.int64], Matrix]:
        """Empty cells that may grow, and how the cells with votes move when one of them does."""
        empty = np.nonzero(~self.present & ~self.closed)[0]
        columns = self.known[:, empty]
        able = np.linalg.norm(self._rest.T @ columns, axis=0) < NOUGHT
        return empty[able], -self._inverse @ columns[:, able]

    @property
    def still(self) -> Flags:
        """The empty cells that cannot grow: anybody can tell that they are empty."""
        flags = ~self.present
        flags[self._growing[0]] = False
        return flags

    def fixed(self, targets: Matrix) -> Flags:
        """Which numbers no move changes. targets: a vector over all cells in each row."""
        moved = np.abs(targets[:, self.present] @ self.free).max(axis=1, initial=0.0)
        grown, answer = self._growing
        by_growth = np.abs(targets[:, self.present] @ answer + targets[:, grown]).max(axis=1, initial=0.0)
        fixed: Flags = np.maximum(moved, by_growth) < NOUGHT
        return fixed


def scaled(vectors: Iterable[Vector], size: int) -> Matrix:
    """Vectors as rows of length 1, without those that are nought."""
    rows = [vector / length for vector in vectors if (length := float(np.linalg.norm(vector))) > NOUGHT]
    return np.array(rows, np.float64).reshape(-1, size)


class Together:
    """What sums over units leave to each: the others must be able to make up for what one of them moves.

    images: of each unit, how its moves change the sums (a row for each sum, a column for each move).
    """

    def __init__(self, images: list[Matrix]) -> None:
        """Look at all units."""
        self.bases = [_base(image) for image in images]
        self._whole, self._common = _split(np.hstack(self.bases))

    def held(self, nth: int) -> Matrix:
        """The combinations of sums that the nth unit must leave as they are (rows): the others cannot mend them."""
        others = [base for at, base in enumerate(self.bases) if at != nth]
        if not self.bases[nth].size or not others or not self._needed(nth):
            return self._common if others else np.eye(len(self._common.T))
        return _split(np.hstack(others))[1]

    def _needed(self, nth: int) -> bool:
        """Whether some sums may not move without the nth unit: its share in their moves is whole."""
        share = self.bases[nth].T @ self._whole
        return bool(np.linalg.norm(share, 2) > 1 - NOUGHT)


def _base(image: Matrix) -> Matrix:
    """An orthonormal base of what the columns span."""
    left, sizes, _ = np.linalg.svd(image, full_matrices=False)
    base: Matrix = left[:, sizes > NOUGHT]
    return base


def _split(columns: Matrix) -> tuple[Matrix, Matrix]:
    """What columns span, each direction as long as it is short in them; and the directions outside, as rows."""
    left, sizes, _ = np.linalg.svd(_upper(columns.T).T)
    rank = int((sizes > NOUGHT).sum())
    return left[:, :rank] / sizes[:rank], left[:, rank:].T


def _upper(rows: Matrix) -> Matrix:
    """A short matrix that spans what many rows span, each direction as strongly."""
    upper: Matrix = np.asarray(np.linalg.qr(rows, mode="r"))
    return upper
