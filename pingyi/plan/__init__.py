"""The plan language: a campaign's published plan as typed, frozen data.

A plan is written in `parameters/<campaign>.yaml`, read by `pingyi.plan.reader`, and turned into rows by
`pingyi.plan.tables`. Each module of words has its classes, the tables that they become and the checks that they must
pass; `pingyi.plan.consistency` asks the checks in their order.
"""

from collections.abc import Iterator
from typing import Annotated, TypeVar

from pydantic import Field

from pingyi.plan.components import Component, Cycle, Joining, Rule, joining_of
from pingyi.plan.outcomes import Effect, Outcome, Provision, Recheck
from pingyi.plan.ranking import Band, ListRule, Standing, VotesTie
from pingyi.plan.tables import Rows, plan_table
from pingyi.plan.units import Units
from pingyi.plan.work import Content, Reading, Sampling, Task
from pingyi.rules.base import Day, Frozen, Id, Named

__all__ = ["Component", "ListRule", "Plan", "Reading"]

Kind = TypeVar("Kind", bound=Rule)


class Campaign(Frozen):
    """Which campaign this is and which document made it.

    confidential: results do not leave the office. previous: the campaign of the year before, where there is one.
    """

    id: Id
    title: str
    place: str
    year: Annotated[int, Field(ge=1990, le=2100)]
    document: str
    issued: Day
    office: str
    confidential: bool = False
    previous: Id | None = None


class Phase(Named):
    """A stretch of the calendar. `printed`: how the document writes it, where that differs from from–to."""

    SECTION = "calendar"

    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day, Field(alias="to")]
    printed: str = ""


class Erratum(Frozen):
    """A slip of the document: what it prints, and how it is read here. Reported by every check of the plan."""

    clause: str
    printed: str
    read_as: str
    says: str = ""


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

    def leaves(self, kind: type[Kind]) -> Iterator[tuple[Component, Kind]]:
        """Every leaf that is scored by a rule of this kind, with the rule."""
        return ((one, one.rule) for one in self.components if isinstance(one.rule, kind))

    def children_of(self, node: Component) -> list[tuple[Component, Joining]]:
        """The children of a node, and how each comes into it."""
        return [(child, joining_of(self, node, child)) for child in map(self.component, node.of)]

    def tie_title(self, tie: str | VotesTie) -> str:
        """What tells equal marks apart, as people read it."""
        if isinstance(tie, VotesTie):
            return f"{tie.votes}票（{'少' if tie.better == 'fewer' else '多'}的在前）"
        return self.component(tie).title

    @property
    def every_list(self) -> list[ListRule]:
        """Shortlists first, then final lists, as written."""
        return [*self.shortlists, *self.lists]

    @property
    def component_titles(self) -> dict[str, str]:
        """Titles of components by id."""
        return {one.id: one.title for one in self.components}

    @property
    def item_names(self) -> dict[str, str]:
        """Names of the items of all catalogues by id."""
        return {id: item.name for one in self.components if one.events for id, item in one.events.items.items()}

    @property
    def standing_titles(self) -> dict[str, str]:
        """Titles of standings by id."""
        return {one.id: one.title for one in self.standings}

    @property
    def list_titles(self) -> dict[str, str]:
        """Titles of lists by id."""
        return {rule.id: rule.title for rule in self.every_list}

    @property
    def parents(self) -> dict[str, Component]:
        """The node above each component that has one."""
        return {child: one for one in self.components for child in one.of}

    @property
    def roots(self) -> list[Component]:
        """The components that no other contains."""
        inner = self.parents
        return [one for one in self.components if one.id not in inner]


@plan_table("plan_campaign", "campaign, year integer, exempt_list, exempt_years integer")
def _campaign_rows(plan: Plan) -> Rows:
    exempt = plan.units.exempt
    row = {"campaign": plan.campaign.id, "year": plan.campaign.year}
    yield row | ({"exempt_list": exempt.listed, "exempt_years": exempt.years} if exempt else {})
