"""Titles in balanced lines that do not tear a word where that can be seen."""

from pingyi.office.widths import signs

MOST = 20.0
"""Signs of 22 pt in a line of 156 mm."""
AFTER, BEFORE = "的和与及、》省市区县镇乡度", "的和与及、》"
"""A line may end after these signs, and does not begin with those."""


def lines(title: str) -> list[str]:
    """One line where the title fits, else two of like length; where no good place is found, Word and paper decide."""
    if signs(title) <= MOST:
        return [title]
    places = [at for at in range(1, len(title)) if title[at - 1] in AFTER and title[at] not in BEFORE]
    good = [at for at in places if max(signs(title[:at]), signs(title[at:])) <= MOST]
    best = min(good, key=lambda at: abs(signs(title[:at]) - signs(title[at:])), default=None)
    return [title] if best is None else [title[:best], title[best:]]
