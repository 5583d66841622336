"""Which values a column may take, how files may write them, and which are near to a wrong one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pingyi.common.faults import nearest
from pingyi.facts.intake.spelling import tidy

FEW = 8
"""So many values a message lists; of more it names the nearest."""

LOOKED_UP = 200
"""Wrong values for which near ones are sought; a message never prints more."""


@dataclass
class Choice:
    """The values of a column, in the order of the plan or the roster.

    names: value → name, by which files may write it too where the name is nobody else's. also: other words for values.
    missing: how a message says that a value is not there. moved: values of before → what they are called now.
    """

    valid: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    missing: str = "方案中没有"
    moved: Mapping[str, str] = field(default_factory=dict)
    _near: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, valid: Iterable[str], missing: str = "方案中没有") -> "Choice":
        """Values without names, each kept once."""
        return cls(tuple(dict.fromkeys(valid)), missing=missing)

    @cached_property
    def spelled(self) -> dict[str, str]:
        """Every accepted spelling → value."""
        by_name = {} if self.missing == ON_ROSTER else {tidy(name, True): value for value, name in self._own_names()}
        return by_name | dict(self.also) | {tidy(value, True): value for value in self.valid}

    def _own_names(self) -> list[tuple[str, str]]:
        names = list(self.names.values())
        return [(value, name) for value, name in self.names.items() if names.count(name) == 1]

    @property
    def listed(self) -> bool:
        """Whether a message names all values instead of the nearest."""
        return len(self.valid) <= FEW and self.missing != ON_ROSTER

    @property
    def wanted(self) -> str:
        """What a message says of a value that is not among these."""
        if not self.listed:
            return self.missing
        names = {value: f"（{name}）" for value, name in self.names.items()}
        return f"应为 {'、'.join(word + names.get(word, '') for word in self.words)} 之一"

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The values as people write them."""
        shown = {value: word for word, value in self.also.items()}
        return tuple(shown.get(value, value) for value in self.valid)

    def near(self, found: str) -> str:
        """The nearest values with their names; nothing where a message names all, or once many have been sought."""
        if self.listed:
            return ""
        if found not in self._near and len(self._near) < LOOKED_UP:
            self._near[found] = (
                self.moved.get(found)
                or self._without_zeros(found)
                or nearest(found, self.words, dict(self.names))
                or self._near_names(found)
            )
        return self._near.get(found, "")

    def _without_zeros(self, found: str) -> str:
        """The code of the roster that is the same but for zeros in front: the roster lost them."""
        bare = found.lstrip("0")
        lost = self.missing == ON_ROSTER and found.isdecimal() and bare != found and bare in self.valid
        return f"{bare} {self.names.get(bare, '')}（名录里的编号像是丢了前面的 0，应先改名录）" if lost else ""

    def _near_names(self, found: str) -> str:
        by_name = {name: value for value, name in self.names.items()}
        return nearest(found, by_name, by_name)


ON_ROSTER = "名录中没有"
"""Units and organs: names need not be unique there, so only ids are accepted."""
