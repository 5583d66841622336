"""How a list stands: proposed (拟定), or decided on a day, by somebody, with a document; and the words for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

PROPOSED, DECIDED = "拟定", "已决定"


@dataclass(frozen=True, slots=True)
class ListState:
    """The state of a list; without a day it is proposed."""

    decided_on: date | None = None
    decided_by: str = ""
    document: str = ""

    @property
    def decided(self) -> bool:
        """Whether facts record the decision."""
        return self.decided_on is not None

    @property
    def word(self) -> str:
        """The state in a word."""
        return DECIDED if self.decided else PROPOSED

    @property
    def text(self) -> str:
        """The state with day, body and document: 已决定：2020年11月5日，评议领导小组，某办〔2020〕5号."""
        if self.decided_on is None:
            return PROPOSED
        return f"{DECIDED}：{'，'.join(one for one in (self._day, self.decided_by, self.document) if one)}"

    @property
    def _day(self) -> str:
        day = self.decided_on
        return f"{day.year}年{day.month}月{day.day}日" if day else ""

    @property
    def how(self) -> str:
        """How it was decided, as a sentence says it: 2020年11月5日由评议领导小组决定（某办〔2020〕5号）."""
        if self.decided_on is None:
            return ""
        return f"{self._day}{f'由{self.decided_by}' if self.decided_by else ''}决定（{self.document}）"

    def titled(self, title: str) -> str:
        """The title of a list with its state."""
        return f"{title}（{self.text}）"

    def briefly(self, title: str) -> str:
        """The title with the state in a word, where there is little room or the rest is said elsewhere."""
        return f"{title}（{self.word}）"


UNDECIDED = ListState()


def read_list_states(rows: Iterable[Mapping[str, Any]]) -> dict[str, ListState]:
    """The states of lists by id. rows: of the table `list_states`."""
    return {
        row["list"]: ListState(row["decided_on"], row["decided_by"] or "", row["document"] or "")
        if row["state"] == "decided"
        else ListState()
        for row in rows
    }
