"""The form of a notice: what Word and PDF are both made from."""

from dataclasses import dataclass

from pingyi.report.table import Table


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph or a heading of the text. level: 1 or 2 of a heading, 0 of a paragraph; tables: stand below it."""

    level: int
    text: str
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: its title, what to know before reading, and tables; a table's title stands where there are several."""

    title: str
    note: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of results. marks: warnings on the first page; running: at the top of every page."""

    title: str
    office: str
    number: str
    to: str
    day: str
    marks: tuple[str, ...]
    running: str
    parts: tuple[Part, ...]
    annexes: tuple[Annex, ...]

    @property
    def annex_lines(self) -> list[str]:
        """The list of annexes that stands below the text."""
        if len(self.annexes) == 1:
            return [f"附件：{self.annexes[0].title}"]
        told = [f"{place}．{one.title}" for place, one in enumerate(self.annexes, 1)]
        return [f"附件：{told[0]}", *told[1:]] if told else []
