"""One simulated campaign: all fact tables of a plan, drawn in the order in which a year brings them.

A list that others wait for is decided by the facts known on its day, before the ballot. Two things are planted on the
way: gaps, where the plan says what no data give, and a tie at a cut.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from pingyi.plan import Component, ListRule, Plan
from pingyi.plan.order import SHORTLIST, STANDING, Order
from pingyi.plan.ranking import When
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from pingyi.simulate.earlier_years import draw_grades, draw_history, draw_lots, exempt_units
from pingyi.simulate.event_facts import draw_events
from pingyi.simulate.follow_up import draw_finished, draw_problems, draw_rechecks
from pingyi.simulate.made_up_units import hand_in_units
from pingyi.simulate.rating_facts import counts_raters, draw_ballots, draw_ratings
from pingyi.simulate.sampling_frame import draw_clients, draw_contacts
from pingyi.simulate.score_facts import draw_marks, draw_measures, hand_in_marks
from pingyi.simulate.world import Row, World, draw_pseudonyms, new_world, schema_of

UNMEASURED = 0.05
"""Share of units and leaves that are not measured yet, where the plan tells these from measured ones."""

LATER = timedelta(minutes=11)
"""By how much the copied ratings of a tied unit are later than their models."""

DECISIONS = schema_of("decisions", "list unit proposed decided decided_on decided_by why document")

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
        return _join_units(self.roster, self.tables)


def simulate(plan: Plan, roster: pl.DataFrame, seed: int) -> Simulated:
    """Plausible facts for a plan and the units of its roster (columns of the fact table `units`)."""
    roster = roster.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
    systems = hand_in_units(plan, roster)
    world = new_world(plan, _join_units(roster, {"systems": systems})["units"], seed)
    earlier = draw_history(world)
    world = replace(world, exempt=exempt_units(world, earlier))
    for unit in world.exempt:
        world.note_planted(unit, "往年名单：本年免评")
    world = replace(world, gaps=plant_gaps(world))
    tables = {"systems": systems, "history": earlier, "grades": draw_grades(world), "lots": draw_lots(world)}
    for turn in _turns_of(plan):
        awaited = [name for one in turn for name in one.listed]
        tables = _append(tables, {"decisions": decide_lists(world, awaited, _join_units(roster, tables))})
        tables = _append(tables, _draw_turn(world, turn, _join_units(roster, tables)))
        if not awaited:
            tables = tables | plant_tie(world, _join_units(roster, tables))
    tables |= {
        "finished": draw_finished(world),
        "rechecks": draw_rechecks(world, tables["history"]),
        "clients": draw_clients(world),
        "contacts": draw_contacts(world, tables.get("ratings"), tables.get("counts")),
        **draw_problems(world, tables.get("events")),
    }
    tables = {name: frame for name, frame in tables.items() if frame.height}
    return Simulated(plan, seed, roster, tables, _describe_truth(world))


def _turns_of(plan: Plan) -> list[list[Component]]:
    """The components that facts are for, by turn; those that wait for lists come after what these lists need."""
    turns = Order(plan).depths
    chosen = [one for one in plan.components if not one.of or one.imported]
    late = [one for one in chosen if one.listed]
    return [[one for one in chosen if not one.listed]] + [
        [one for one in late if turns["component", one.id] == turn]
        for turn in sorted({turns["component", one.id] for one in late})
    ]


def _draw_turn(world: World, turn: list[Component], facts: Tables) -> Tables:
    """The facts of components that are drawn together, because they wait for the same lists or for none."""
    tables: Tables = {}
    names = [name for one in turn for name in one.listed]
    listed = _units_listed(world.plan, facts, names) if names else {}
    for one in turn:
        units = [place for place in world.scored_units(one) if place not in world.gaps.get(one.id, ())]
        if one.listed:
            candidates = [unit for name in one.listed for unit in listed[name]]
            units = [place for place in units if world.ids[place] in candidates]
        tables = _append(tables, {"marks": hand_in_marks(world, one)})
        tables = _append(tables, _draw_component(world, one, units))
    return tables


def _draw_component(world: World, component: Component, units: list[int]) -> Tables:
    """The facts of one component by its method."""
    if (ratings := component.ratings) and units:
        if ratings.form:
            return {"ratings": draw_ballots(world, component, ratings, ratings.form, units)}
        given, counts = draw_ratings(world, component, ratings, units)
        return {"ratings": given, "counts": counts}
    if component.events:
        return {"events": draw_events(world, component, component.events, units)} if units else {}
    if component.measures:
        return {"measures": draw_measures(world, component, component.measures, units)}
    return {"marks": draw_marks(world, component, component.marks, units)} if component.marks else {}


def _units_listed(plan: Plan, facts: Tables, names: list[str]) -> dict[str, list[str]]:
    """The units of some lists, as the facts so far make them."""
    stages = Order(plan).stages
    last = STANDING if any(stages["list", name] == STANDING for name in names) else SHORTLIST
    entries = _review_table(plan, facts, last, "list_entries")
    return {name: entries.filter(pl.col("list") == name)["unit"].to_list() for name in names}


def _review_table(plan: Plan, facts: Tables, stage: str, table: str, as_of: date | None = None) -> pl.DataFrame:
    """A table of the official result that these facts give, with the stages up to this one computed."""
    with closing(Review.begin(plan, facts, as_of=as_of)) as review:
        return ResultTables(review.through(stage)).counted(table)


def _join_units(roster: pl.DataFrame, tables: Tables) -> Tables:
    """The tables with all units in one."""
    facts = {name: frame for name, frame in tables.items() if name != "systems"}
    units = [frame for frame in (roster, tables.get("systems")) if frame is not None and frame.height]
    return facts | {"units": pl.concat(units, how="diagonal_relaxed")}


def _append(tables: Tables, more: Tables) -> Tables:
    """Both, rows of the same table one after the other."""
    both = {name: pl.concat([tables[name], more[name]]) for name in more if name in tables}
    return tables | more | both


def _describe_truth(world: World) -> pl.DataFrame:
    planted = ["；".join(world.planted.get(unit, [])) or None for unit in world.ids]
    qualities = {"quality": world.quality} | world.qualities
    columns = [pl.Series(name, values).round(4) for name, values in qualities.items()]
    return pl.DataFrame([pl.Series("unit", world.ids), *columns, pl.Series("planted", planted, dtype=pl.String)])


# Decisions


def decide_lists(world: World, names: Iterable[str], facts: Tables) -> pl.DataFrame:
    """The lists of these names that the plan says somebody decides by a day: decided on it as they were proposed."""
    chosen = list(dict.fromkeys(names))
    rules = [rule for rule in world.plan.every_list if rule.id in chosen and rule.decided and rule.decided.due]
    rows = [row for rule in rules for row in _decide_list(world.plan, rule, facts)]
    return pl.DataFrame(rows, schema=DECISIONS)


def _decide_list(plan: Plan, rule: ListRule, facts: Tables) -> Iterator[Row]:
    """The units of a list as the facts of its day propose them, in the order of their places."""
    assert rule.decided is not None
    stage = SHORTLIST if rule in plan.shortlists else STANDING
    entries = _review_table(plan, facts, stage, "list_entries", as_of=rule.decided.due)
    for unit in entries.filter(list=rule.id).sort("place", "unit")["unit"]:
        yield {
            "list": rule.id,
            "unit": unit,
            "proposed": True,
            "decided": True,
            "decided_on": rule.decided.due,
            "decided_by": rule.decided.by,
            "document": f"模拟决定：{rule.title}",
        }


# Gaps


def plant_gaps(world: World) -> dict[str, list[int]]:
    """Positions of units without facts by leaf, where the plan says what that means; each is noted as planted."""
    found: dict[str, list[int]] = {}
    for component, place in [*_unmeasured_pairs(world), *_pairs_to_spread(world)]:
        found.setdefault(component.id, []).append(place)
        world.note_planted(world.ids[place], f"{component.title}：没有数据")
    return found


def _unmeasured_pairs(world: World) -> list[tuple[Component, int]]:
    """A few units in a few of the leaves that may be unmeasured."""
    leaves = [one for one in world.plan.components if one.unmeasured and not one.of and not one.listed]
    pairs = [(one, place) for one in leaves for place in world.scored_units(one)]
    order = world.rng_for("gaps").permutation(len(pairs)).tolist()
    return [pairs[nth] for nth in sorted(order[: math.ceil(UNMEASURED * len(pairs))])]


def _pairs_to_spread(world: World) -> Iterator[tuple[Component, int]]:
    """One unit in one of the rated leaves whose weight the others take over."""
    for node in world.plan.components:
        children = [world.plan.component(id) for id in node.of] if node.missing == "spread" else []
        leaves = [one for one in children if _is_plainly_rated(one) and len(world.scored_units(one)) > 1]
        if leaves and len(children) > 1:
            rng = world.rng_for("gaps", node.id)
            leaf = leaves[int(rng.integers(0, len(leaves)))]
            yield leaf, int(rng.choice(world.scored_units(leaf)))


def _is_plainly_rated(leaf: Component) -> bool:
    """Whether a leaf is rated one by one and does not say itself what no data give."""
    rule = leaf.ratings
    silent = leaf.unmeasured is None and not leaf.listed
    return rule is not None and rule.form is None and rule.none.then == "not_scored" and silent


# A tie


def plant_tie(world: World, facts: Tables) -> Tables:
    """The tables that change so that the first list that can have one has a tie at its cut; none where a tie exists.

    facts: all that is known before anybody is listed. A unit beyond the cut gets what the last one within it got, item
    by item. Units that hand in marks tie already (`score_facts.hand_in_marks`).
    """
    plan = world.plan
    rules = [rule for rule in plan.every_list if _takes_a_number(plan, rule)]
    if not rules or any(one.imported for one in plan.components):
        return {}
    late = any(Order(plan).stages["standing", rule.by] != SHORTLIST for rule in rules)
    totals = _review_table(plan, facts, STANDING if late else SHORTLIST, "totals")
    for rule in rules:
        leaves = _leaves_below(plan, rule)
        for last, beyond in _pairs_at_cut(rule, totals, facts["units"]):
            if _are_alike(world, leaves, last, beyond):
                world.note_planted(last, f"{rule.title}：与 {beyond} 同分")
                world.note_planted(beyond, f"{rule.title}：与 {last} 同分")
                return _copy_facts(world, facts, leaves, last, beyond)
    return {}


def _takes_a_number(plan: Plan, rule: ListRule) -> bool:
    """A number of all units by marks that wait for no list."""
    waits = any(leaf.listed for leaf in _leaves_below(plan, rule))
    return rule.take is not None and rule.pool == ["units"] and rule.when == When() and not waits


def _leaves_below(plan: Plan, rule: ListRule) -> list[Component]:
    """The leaves below what a list ranks by."""
    found = [plan.component(next(one.of for one in plan.standings if one.id == rule.by))]
    for one in found:
        found += [plan.component(child) for child in one.of]
    return [one for one in found if not one.of]


def _pairs_at_cut(rule: ListRule, totals: pl.DataFrame, units: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """The last unit within the cut and each beyond it, nearest first, for each group of units with a cut of its own."""
    assert rule.take is not None
    own = totals.filter(pl.col("standing") == rule.by).join(units.select("unit", *rule.within), on="unit")
    ranked = own.sort("total", "overall", "unit", descending=[rule.side == "top", rule.side != "top", False])
    groups = ranked.partition_by(rule.within, maintain_order=True) if rule.within else [ranked]
    for group in groups:
        ids = group["unit"].to_list()
        yield from ((ids[rule.take - 1], beyond) for beyond in ids[rule.take :])


def _are_alike(world: World, leaves: list[Component], one: str, other: str) -> bool:
    """Whether all rules treat two units alike, and nothing else was put in for either."""
    traits = [leaf.units for leaf in leaves]
    traits += [channel.units for leaf in leaves if leaf.ratings for channel in leaf.ratings.channels]
    columns: list[Sequence[object]] = [
        world.roster_column("category"),
        *(world.units_fitting(wanted) for wanted in traits),
    ]
    first, second = world.ids.index(one), world.ids.index(other)
    untouched = one not in world.planted and other not in world.planted
    return untouched and all(column[first] == column[second] for column in columns)


def _copy_facts(world: World, facts: Tables, leaves: list[Component], model: str, unit: str) -> Tables:
    """The tables with facts of these leaves in which a unit has what its model has."""
    ids = [leaf.id for leaf in leaves]
    items = [item for leaf in leaves if leaf.events for item in leaf.events.items]
    wanted = {name: pl.col("method").is_in(ids) for name in ("ratings", "counts", "marks", "measures")}
    wanted["events"] = pl.col("item").is_in(items)
    changed: Tables = {}
    for name, own in wanted.items():
        if name in facts:
            frame = facts[name]
            copies = frame.filter(own & (pl.col("unit") == model)).with_columns(unit=pl.lit(unit))
            if name == "ratings":
                copies = _rate_by_others(world, copies)
            if name == "events":
                deed = pl.col("deed").str.replace(f"-{model}-", f"-{unit}-", literal=True)
                copies = copies.with_columns(deed=deed, event=pl.concat_str(pl.lit(f"{unit}-"), pl.col("event")))
            changed[name] = pl.concat([frame.filter(~(own & (pl.col("unit") == unit))), copies])
    if "ratings" in changed:
        changed["ratings"] = changed["ratings"].sort("method", "rated_on", maintain_order=True)
    return changed


def _rate_by_others(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Ratings by other people on other forms, a little later on the same day; whoever rates all units stays."""
    rng = world.rng_for("ties")
    staying = [one.id for one in world.plan.components if one.ratings and counts_raters(world.plan, one)]
    people = rows["respondent"].drop_nulls().unique(maintain_order=True)
    names = dict(zip(people.to_list(), draw_pseudonyms(rng, people.len()).tolist(), strict=True))
    another = pl.col("respondent").replace_strict(names, default=None, return_dtype=pl.String)
    return rows.with_columns(
        respondent=pl.when(pl.col("method").is_in(staying)).then(pl.col("respondent")).otherwise(another),
        rated_on=pl.col("rated_on") + LATER,
        form=pl.concat_str("form", pl.lit("b")),
    )
