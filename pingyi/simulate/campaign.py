"""One simulated campaign: all fact tables of a plan, drawn in the order in which a year brings them."""

from dataclasses import dataclass, replace

import polars as pl

from pingyi.plan import Component, Plan
from pingyi.plan.order import Order
from pingyi.scoring.review import Review
from pingyi.simulate import past
from pingyi.simulate.ballots import ballots
from pingyi.simulate.contacts import contacts
from pingyi.simulate.decisions import decisions
from pingyi.simulate.event_book import event_book
from pingyi.simulate.frame import clients
from pingyi.simulate.gaps import gaps
from pingyi.simulate.given import given, handed_in
from pingyi.simulate.measured import measured
from pingyi.simulate.problems import problems
from pingyi.simulate.systems import hand_in_units
from pingyi.simulate.ties import with_a_tie
from pingyi.simulate.votes import votes
from pingyi.simulate.work import finished, rechecks
from pingyi.simulate.world import World, new_world

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Simulated:
    """Facts with a known truth.

    tables: by name of the fact table, typed as intake delivers them, without empty ones; `systems` holds units that
        were made up beside the roster. truth: one row for each unit: its latent quality over all and for each leaf (0
        is the middle, 1 the spread), and what was planted.
    """

    plan: Plan
    seed: int
    roster: pl.DataFrame
    tables: Tables
    truth: pl.DataFrame

    @property
    def facts(self) -> Tables:
        """What a review begins with: the tables, all units in one."""
        return _facts(self.roster, self.tables)


def simulate(plan: Plan, roster: pl.DataFrame, seed: int) -> Simulated:
    """Plausible facts for a plan and the units of its roster (columns of the fact table `units`)."""
    roster = roster.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
    systems = hand_in_units(plan, roster)
    world = new_world(plan, _facts(roster, {"systems": systems})["units"], seed)
    earlier = past.history(world)
    world = replace(world, exempt=past.exempt(world, earlier))
    for unit in world.exempt:
        world.plant(unit, "往年名单：本年免评")
    world = replace(world, gaps=gaps(world))
    tables = {"systems": systems, "history": earlier, "grades": past.grades(world), "lots": past.lots(world)}
    for turn in _turns(plan):
        awaited = [name for one in turn for name in one.listed]
        tables = _added(tables, {"decisions": decisions(world, awaited, _facts(roster, tables))})
        tables = _added(tables, _of_turn(world, turn, _facts(roster, tables)))
        if not any(one.listed for one in turn):
            tables = tables | with_a_tie(world, _facts(roster, tables))
    tables |= _beside(world, tables)
    tables = {name: frame for name, frame in tables.items() if frame.height}
    return Simulated(plan, seed, roster, tables, _truth(world))


def _beside(world: World, tables: Tables) -> Tables:
    """What the year brings beside the facts that are scored."""
    work = {"finished": finished(world), "rechecks": rechecks(world, tables["history"]), "clients": clients(world)}
    work |= {"contacts": contacts(world, tables.get("ratings"), tables.get("counts"))}
    return work | problems(world, tables.get("events"))


def _turns(plan: Plan) -> list[list[Component]]:
    """The components that facts are for, by turn; those that wait for lists come after what these lists need."""
    turns = Order(plan).depths
    chosen = [one for one in plan.components if not one.of or one.imported]
    early = [one for one in chosen if not one.listed]
    late = [one for one in chosen if one.listed]
    return [early] + [
        [one for one in late if turns["component", one.id] == turn]
        for turn in sorted({turns["component", one.id] for one in late})
    ]


def _of_turn(world: World, turn: list[Component], facts: Tables) -> Tables:
    """The facts of components that are drawn together, because they wait for the same lists or for none."""
    tables: Tables = {}
    names = [name for one in turn for name in one.listed]
    listed = _listed(world.plan, facts, names) if names else {}
    for one in turn:
        units = [place for place in world.scored(one) if place not in world.gaps.get(one.id, ())]
        if one.listed:
            candidates = [unit for name in one.listed for unit in listed[name]]
            units = [place for place in units if world.ids[place] in candidates]
        tables = _added(tables, _of_component(world, one, units))
    return tables


def _of_component(world: World, component: Component, units: list[int]) -> Tables:
    """The facts of one component: by its method, and what units hand in for it."""
    tables = {"marks": handed_in(world, component)}
    if component.ratings and component.ratings.form and units:
        return tables | {"ratings": ballots(world, component, units)}
    if component.ratings and units:
        ratings, counts = votes(world, component, units)
        return tables | {"ratings": ratings, "counts": counts}
    if component.events:
        return tables | {"events": event_book(world, component, units)} if units else tables
    if component.measures:
        return tables | {"measures": measured(world, component, units)}
    return _added(tables, {"marks": given(world, component, units)}) if component.marks else tables


def _listed(plan: Plan, facts: Tables, names: list[str]) -> dict[str, list[str]]:
    """The units of some lists, as the facts so far make them."""
    stages = Order(plan).stages
    last = "standing" if any(stages["list", name] == "standing" for name in names) else "shortlist"
    review = Review.begin(plan, facts).through(last)
    entries = review.table("list_entries").filter(pl.col("draw") == 0)
    review.close()
    return {name: entries.filter(pl.col("list") == name)["unit"].to_list() for name in names}


def _facts(roster: pl.DataFrame, tables: Tables) -> Tables:
    facts = {name: frame for name, frame in tables.items() if name != "systems"}
    units = [frame for frame in (roster, tables.get("systems")) if frame is not None and frame.height]
    return facts | {"units": pl.concat(units, how="diagonal_relaxed")}


def _added(tables: Tables, more: Tables) -> Tables:
    """Both, rows of the same table one after the other."""
    both = {name: pl.concat([tables[name], more[name]]) for name in more if name in tables}
    return tables | more | both


def _truth(world: World) -> pl.DataFrame:
    planted = ["；".join(world.planted.get(unit, [])) or None for unit in world.ids]
    qualities = {"quality": world.quality} | world.qualities
    columns = [pl.Series(name, values).round(4) for name, values in qualities.items()]
    return pl.DataFrame([pl.Series("unit", world.ids), *columns, pl.Series("planted", planted, dtype=pl.String)])
