"""The plan language: a campaign's published plan as typed, frozen data.

A plan is written in `parameters/<campaign>.yaml`, read by `pingyi.plan.reader`, and turned into rows by
`pingyi.plan.rows`.
"""

from pydantic import Field

from pingyi.plan.base import Frozen, Id
from pingyi.plan.components import Component
from pingyi.plan.results import Band, Effect, ListRule, Outcome, Standing, VotesTie
from pingyi.plan.time import Campaign, Cycle, Erratum, Phase
from pingyi.plan.units import Units
from pingyi.plan.work import Content, Provision, Reading, Recheck, Sampling, Task

__all__ = ["Component", "ListRule", "Plan", "Reading"]


class Plan(Frozen):
    """All that a published plan says."""

    campaign: Campaign
    calendar: list[Phase]
    cycles: dict[Id, list[Cycle]]
    units: Units
    contents: list[Content] = []
    components: list[Component]
    standings: list[Standing]
    bands: list[Band] = []
    shortlists: list[ListRule] = []
    lists: list[ListRule] = []
    effects: dict[Id, Effect] = {}
    outcomes: list[Outcome] = []
    provisions: list[Provision] = []
    sampling: list[Sampling] = []
    tasks: list[Task] = []
    rechecks: list[Recheck] = []
    readings: list[Reading] = []
    errata: list[Erratum] = []
    terms: dict[str, str] = Field(default={}, description="this plan's own words for table and report heads")

    def component(self, id: str) -> Component:
        """The component of this id. Raises: KeyError."""
        return {component.id: component for component in self.components}[id]

    def tie_title(self, tie: str | VotesTie) -> str:
        """What tells equal marks apart, as people read it."""
        if isinstance(tie, VotesTie):
            return f"{tie.votes}票（{'少' if tie.better == 'fewer' else '多'}的在前）"
        return self.component(tie).title

    @property
    def every_list(self) -> list[ListRule]:
        """Shortlists first, then final lists, as written."""
        return [*self.shortlists, *self.lists]
