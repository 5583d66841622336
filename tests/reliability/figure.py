"""One line of the figures: what was tried how often, and how often it went wrong."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """What was tried, how many times, and what went wrong.

    goal: how many tries full size asks for. allowed: share of tries that may go wrong. wrong: a line for each try that
    did, enough to do it again. said: more to know, such as what was seen and how often.
    """

    what: str
    tried: int
    goal: int
    wrong: list[str] = field(default_factory=list)
    allowed: float = 0.0
    said: str = ""

    @property
    def holds(self) -> bool:
        """Whether anything was tried, and no more went wrong than may."""
        return self.tried > 0 and len(self.wrong) <= self.allowed * self.tried

    def __str__(self) -> str:
        mark = "ok  " if self.holds else "FAIL"
        reached = f"{self.tried} tried (goal {self.goal}), {len(self.wrong)} wrong"
        return f"{mark} {self.what}: {reached}" + (f"; {self.said}" if self.said else "")
