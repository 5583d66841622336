"""Published numbers replayed from what their explanation names: rows, children, places, conditions."""

from collections.abc import Iterator

from pingyi import places
from tests.reliability.figure import Figure
from tests.replay import engine, leaf, nodes, results
from tests.replay.campaign import Campaign, known, simulated
from tests.replay.drops import drops

QUICK = ("lucheng-2018", "yuanba-2018")
"""Campaigns of the fast size; the suite replays all of them in `tests/test_replay.py`."""


def figures(full: bool) -> Iterator[Figure]:
    """What was published of the stored campaigns, replayed; at full size by the scoring's own SQL as well."""
    names = places.campaigns() if full else QUICK
    stored = [known(name) for name in names]
    others = [simulated(name, seed) for name in names for seed in SEEDS] if full else []
    for campaigns, which in ((stored, "stored"), (others, f"simulated from {len(SEEDS)} more seeds")):
        if campaigns:
            yield _leaves(campaigns, which)
            yield _nodes(campaigns, which)
            yield _results(campaigns, which)
            yield _formulas(campaigns, which)
    yield _dropped(stored, DROPS if full else 40)
    yield _by_the_engine(stored if full else stored[-1:])


SEEDS = (11, 12, 13)
DROPS = 1000
"""Rows thrown away in each campaign at full size."""


def _leaves(campaigns: list[Campaign], which: str) -> Figure:
    wrong, tried, rows = [], 0, 0
    for campaign in campaigns:
        plan = campaign.review.plan
        for component, unit in campaign.leaves:
            named = campaign.rows.behind(component, unit)
            rows, tried = rows + named.height, tried + 1
            found = leaf.marks(plan, plan.component(component), unit, campaign.store.only(named))
            if found != campaign.published.marks[component, unit]:
                wrong.append(f"{plan.campaign.id} {component} {unit}: {found}")
    what = f"leaf marks from their named rows, in plain fractions ({which})"
    return Figure(what, tried, tried, wrong, said=f"{rows} rows named")


def _nodes(campaigns: list[Campaign], which: str) -> Figure:
    wrong, tried = [], 0
    for campaign in campaigns:
        published = campaign.published
        for one in (one for one in published.plan.components if one.of):
            for key, marks in nodes.marks(published.plan, one, published.roster, published.marks).items():
                tried += 1
                wrong += [f"{published.plan.campaign.id} {key}: {marks}"] if marks != published.marks[key] else []
    return Figure(f"marks of inner nodes from those of their children ({which})", tried, tried, wrong)


def _results(campaigns: list[Campaign], which: str) -> Figure:
    wrong, tried = [], 0
    for campaign in campaigns:
        known_, id = campaign.published, campaign.review.plan.campaign.id
        ranked = {(row["standing"], row["unit"]): row["place"] for row in known_.totals}
        for one in known_.plan.standings:
            found = {(row["standing"], row["unit"]): row["place"] for row in results.totals(known_, one)}
            told = {key: place for key, place in ranked.items() if key[0] == one.id}
            tried, wrong = tried + len(told), wrong + ([f"{id} {one.id}"] if found != told else [])
        for rule in known_.plan.every_list:
            found_units, told_units = results.entries(known_, rule), known_.on(rule.id)
            places_differ = {unit: row["place"] for unit, row in found_units.items()} != {
                unit: row["place"] for unit, row in told_units.items()
            }
            tried, wrong = tried + len(told_units), wrong + ([f"{id} {rule.id}"] if places_differ else [])
        consequences = [row for one in known_.plan.outcomes for row in results.outcomes(known_, one)]
        tried += len(known_.outcomes)
        wrong += [f"{id} consequences"] if len(consequences) != len(known_.outcomes) else []
    return Figure(f"places, list entries and consequences from marks and conditions ({which})", tried, tried, wrong)


def _formulas(campaigns: list[Campaign], which: str) -> Figure:
    wrong, tried = [], 0
    for campaign in campaigns:
        for told in campaign.explainer.units():
            tried += len(told.parts)
            wrong += [f"{told.unit} {part.component}" for part in told.parts if part.replayed != part.marks]
    return Figure(f"formulas that lead to the published marks ({which})", tried, tried, wrong)


def _dropped(campaigns: list[Campaign], each: int) -> Figure:
    """A counted row thrown away changes the marks or the counts that are shown."""
    wrong, tried, moved = [], 0, 0
    for campaign in campaigns:
        for component, unit, before, after in drops(campaign, each):
            tried, moved = tried + 1, moved + (before[0] != after[0])
            wrong += [f"{component} {unit}"] if before == after else []
    return Figure(
        "counted rows thrown away on trial and missed", tried, tried, wrong, said=f"{moved} of them move the marks"
    )


def _by_the_engine(campaigns: list[Campaign]) -> Figure:
    """A database that holds only what is named for one unit gives that unit's leaves."""
    wrong, tried = [], 0
    for campaign in campaigns:
        for unit in sorted({unit for _, unit in campaign.leaves}):
            found = engine.leaf_marks(campaign, unit)
            told = {component: campaign.published.marks[component, unit] for component in found}
            tried += len(found)
            wrong += [f"{unit} {id}: {found[id]} not {told[id]}" for id in found if found[id] != told[id]]
            wrong += [f"{unit}: leaves left out"] if len(found) != _own(campaign, unit) else []
    return Figure("leaf marks by the scoring itself, on the named rows alone", tried, tried, wrong)


def _own(campaign: Campaign, unit: str) -> int:
    return sum(other == unit for _, other in campaign.leaves)
