"""Where facts are left out on purpose: units without data in a leaf, where the plan says what that means."""

import math
from collections.abc import Iterator

from pingyi.plan import Component
from pingyi.simulate.world import World

UNMEASURED = 0.05
"""Share of units and leaves that are not measured yet, where the plan tells these from measured ones."""

Gap = tuple[Component, int]


def gaps(world: World) -> dict[str, list[int]]:
    """Positions of units without facts by leaf; each is noted as planted."""
    found: dict[str, list[int]] = {}
    for component, place in [*_unmeasured(world), *_spread(world)]:
        found.setdefault(component.id, []).append(place)
        world.plant(world.ids[place], f"{component.title}：没有数据")
    return found


def _unmeasured(world: World) -> list[Gap]:
    """A few units in a few of the leaves that may be unmeasured."""
    leaves = [one for one in world.plan.components if one.unmeasured and not one.of and not one.listed]
    pairs = [(one, place) for one in leaves for place in world.scored(one)]
    order = world.apart("gaps").permutation(len(pairs)).tolist()
    return [pairs[nth] for nth in sorted(order[: math.ceil(UNMEASURED * len(pairs))])]


def _spread(world: World) -> Iterator[Gap]:
    """One unit in one of the rated leaves whose weight the others take over."""
    for node in world.plan.components:
        children = [world.plan.component(id) for id in node.of] if node.missing == "spread" else []
        leaves = [one for one in children if _plainly_rated(one) and len(world.scored(one)) > 1]
        if leaves and len(children) > 1:
            rng = world.apart("gaps", node.id)
            leaf = leaves[int(rng.integers(0, len(leaves)))]
            yield leaf, int(rng.choice(world.scored(leaf)))


def _plainly_rated(leaf: Component) -> bool:
    """Whether a leaf is rated one by one and does not say itself what no data give."""
    rule = leaf.ratings
    silent = leaf.unmeasured is None and not leaf.listed
    return rule is not None and rule.form is None and rule.none.then == "not_scored" and silent
