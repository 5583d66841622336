"""Random plans over the whole language, each with random facts that hit its edges; a seed makes the same ones again."""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from tests.reference import leaf_rules, spoiled
from tests.reference.facts import Facts
from tests.reference.leaf_rules import CYCLES, Tree
from tests.reference.results import Results
from tests.tiny import tree

DAYS = [
    date(2020, 3, 31),
    date(2020, 6, 30),
    date(2020, 7, 1),
    date(2020, 11, 4),
    date(2020, 11, 5),
    date(2020, 12, 31),
]
SPOILED = 7
"""One plan in so many says something that must be refused; the faults take turns, so that none is left out."""


@dataclass
class Case:
    """A plan, its facts, and the day on which it is looked at.

    fault: what was done to the plan so that it must be refused.
    """

    seed: int
    tree: Tree
    facts: dict[str, list[dict[str, Any]]]
    as_of: date | None
    fault: str = ""


def case(seed: int) -> Case:
    """The case of a seed."""
    rnd = Random(seed)
    turn, rest = divmod(seed, SPOILED)
    fault = [*spoiled.FAULTS][turn % len(spoiled.FAULTS)] if rest == SPOILED - 1 else ""
    plan = Maker(rnd).plan()
    while fault and not [*spoiled.FAULTS[fault](plan)]:
        plan = Maker(rnd).plan()
    rows = Facts(rnd, plan).all()
    as_of = rnd.choice([None] * 12 + DAYS)
    if fault:
        rnd.choice([*spoiled.FAULTS[fault](plan)])()
    return Case(seed, plan, rows, as_of, fault)


class Maker:
    """Makes one plan. full: the full marks of each component, one number or one for each category."""

    def __init__(self, rnd: Random) -> None:
        self.rnd = rnd
        self.components: list[Tree] = []
        self.full: dict[str, Any] = {}
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.rnd.random() < share

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def part(self, id: str) -> Tree:
        return next(one for one in self.components if one["id"] == id)

    # ------------------------------------------------------------ the whole

    def plan(self) -> Tree:
        """A tree of components, what they are ranked by, and what that leads to."""
        leaves = [self.leaf() for _ in range(self.rnd.randint(1, 3))]
        top = self.node(leaves) if len(leaves) > 1 or self.chance(0.5) else leaves[0]
        if self.chance(0.4):
            top = self.node([top, self.leaf()])
        results = Results(self.rnd, self.components)
        plan: Tree = {"standings": [results.standing("rank", top)], "shortlists": [], "lists": []}
        ballot = self.chance(0.35)
        if ballot:
            plan["shortlists"] = [results.list_("候选", "rank", ["units"])]
            leaf = self.leaf(kinds=("ratings", "marks", "events"), per="year")
            self.part(leaf)["listed"] = ["候选"]
            whole = self.node([top, leaf], plain=True)
            self.part(whole)["listed"] = ["候选"]
            plan["standings"].append(results.standing("all", whole))
        elif self.chance(0.4):
            plan["standings"].append(results.standing("all", self.rnd.choice(self.components)["id"]))
        plan["lists"] = results.lists(ballot, [one["id"] for one in plan["standings"]])
        plan |= results.consequences([*plan["shortlists"], *plan["lists"]])
        return self._with_sections(tree(*self.components, **plan), plan)

    def _with_sections(self, made: Tree, plan: Tree) -> Tree:
        made["cycles"] = dict(CYCLES)
        made["units"] |= {"columns": {"staff": "人数", "share": "系数"}, "systems": {"卫健": "卫健系统"}}
        if self.chance(0.2):
            listed = self.rnd.choice(plan["lists"])["id"]
            made["units"]["exempt"] = {"listed": listed, "years": str(self.rnd.randint(1, 2))}
        return made

    # ------------------------------------------------------------ leaves

    def leaf(self, kinds: tuple[str, ...] = leaf_rules.KINDS, per: str | None = None, outside: bool = False) -> str:
        """A leaf of one of these kinds, with full marks unless it is outside them."""
        kind, id = self.rnd.choice(kinds), self.name("x")
        per = per or self.rnd.choice(["year", "year", "half", "quarter"])
        each = self.rnd.choice([5, 10, 20, 100])
        one, full = leaf_rules.cycled(self.rnd, {"id": id, "per": per}, each)
        one[kind] = getattr(leaf_rules, kind)(self.rnd, one, each, outside)
        if kind == "measures":
            one["each_cycle"] = [leaf_rules.bounded(self.rnd, each)]
        elif kind != "events" or not outside:
            one["each_cycle"] = leaf_rules.conversions(self.rnd, each, 0.2)
            one["convert"] = leaf_rules.conversions(self.rnd, full, 0.3)
        if one[kind].get("score_per") == "year":
            full = each
            one["over_cycles"] = self.rnd.choice(["mean", "sum"])
            one.pop("cycle_full", None)
            one.pop("cycle_missing", None)
        self._sized(one, kind, full, outside)
        self.components.append(one)
        return id

    def _sized(self, one: Tree, kind: str, full: int, outside: bool) -> None:
        if outside:
            one["outside"] = "true"
        else:
            said: Any = full
            if kind == "ratings" and not one.get("cycle_full") and not one["convert"] and self.chance(0.3):
                said = self.rnd.choice(
                    [{"机关": full, "站所": 2 * full}, {"机关": full}, {"机关": full, "else": full // 5}]
                )
                one["each_cycle"] = []
                if "few" in one["ratings"]:
                    one["ratings"]["few"]["mean_of"] = "same_category"
            one["full"] = {name: str(value) for name, value in said.items()} if isinstance(said, dict) else str(said)
            self.full[one["id"]] = said
            if self.chance(0.15):
                one["unmeasured"] = self.rnd.choice(["full", "missing"])
        if self.chance(0.12):
            one["for"] = self.rnd.choice([{"category": "站所"}, {"management": ["单独"]}])
        if self.chance(0.12) and not outside:
            one["imported"] = {"system": "卫健"}

    # ------------------------------------------------------------ nodes

    def node(self, children: list[str], plain: bool = False) -> str:
        """A node over these children. plain: evaluated once a year, and scored here."""
        id, parts = self.name("n"), [self.part(child) for child in children]
        one: Tree = {"id": id, "of": [*children]}
        one["missing"] = self.rnd.choice(["spread", "zero", "mean_of_group", "not_ranked"])
        once = [part for part in parts if many_cycles(part) == 1 or self._pooled(part)]
        if not plain and self.chance(0.5) and all(self._may_view(part) for part in parts) and len(once) < len(parts):
            one |= {"per": self._coarser(parts), "over_cycles": self.rnd.choice(["sum", "mean", "best", "last"])}
            if self.chance(0.3) and one["over_cycles"] != "sum":
                one["cycle_missing"] = self.rnd.choice(["left_out", "zero", "not_scored"])
            one["each_cycle"] = leaf_rules.conversions(self.rnd, 1000, 0.15, steps=False)
        if one["missing"] == "spread" and (not all("full" in part for part in parts) or (one.get("per") and once)):
            one["missing"] = self.rnd.choice(["zero", "mean_of_group", "not_ranked"])
        self._combined(one, parts, once)
        if self.chance(0.3):
            one["of"].append(self.leaf(kinds=("events",), outside=True))
        if self.chance(0.25) and id not in self.full:
            one["convert"] = leaf_rules.conversions(self.rnd, 1000, 1, steps=False)
        if self.chance(0.15) and not plain:
            one["imported"] = {"system": "卫健"}
        self.components.append(one)
        return id

    def _combined(self, one: Tree, parts: list[Tree], once: list[Tree]) -> None:
        """Weights where that is possible; otherwise full marks, where they are the sum of the children's."""
        fulls = [part.get("full") for part in parts]
        alike, per = all(full == fulls[0] for full in fulls), one.get("per")
        free = all("weight" not in part and not part.get("for") and self._everywhere(part) for part in parts)
        if self.chance(0.4) and free and not (per and once) and (None not in fulls or alike):
            if per and one["over_cycles"] == "sum":
                one["over_cycles"] = "mean"
            if None not in fulls and (not alike or self.chance(0.7)):
                one["full"], self.full[one["id"]] = "100", 100
            for part, weight in zip(parts, self._weights(parts), strict=True):
                part["weight"] = weight
        elif not per and all(part["id"] in self.full and not part.get("for") for part in parts) and self.chance(0.6):
            self._whole(one, parts)

    def _whole(self, one: Tree, parts: list[Tree]) -> None:
        """Full marks as the sum of the children's, for each category apart; perhaps scaled to other full marks."""
        by = {name: sum(self._of(part["id"], name) for part in parts) for name in ("机关", "站所")}
        total: Any = by if by["机关"] != by["站所"] else by["机关"]
        if isinstance(total, int) and self.chance(0.3):
            one["convert"] = [{"scale": {"from": str(total), "to": "50"}}]
            total = 50
        one["full"] = {name: str(value) for name, value in total.items()} if isinstance(total, dict) else str(total)
        self.full[one["id"]] = total

    def _everywhere(self, part: Tree) -> bool:
        """Whether every category has it: weights that add up to one in each."""
        full = part.get("full")
        return not isinstance(full, dict) or {"站所", "else"} & full.keys() != set()

    def _of(self, id: str, category: str) -> int:
        full = self.full[id]
        return int(full.get(category, full.get("else", 0)) if isinstance(full, dict) else full)

    def _weights(self, parts: list[Tree]) -> list[Any]:
        if len(parts) == 2 and not any(isinstance(part.get("full"), dict) for part in parts):
            by = [{"机关": "0.6"}, {"机关": "0.4", "站所": "1"}]
            return self.rnd.choice(
                [["0.5", "0.5"], ["0.3", "0.7"], by, [{"机关": "0", "站所": "0.2"}, {"机关": "1", "站所": "0.8"}]]
            )
        return {1: ["1"], 2: ["0.5", "0.5"], 3: ["0.2", "0.3", "0.5"]}[len(parts)]

    def _pooled(self, part: Tree) -> bool:
        return (part.get("ratings") or {}).get("score_per") == "year"

    def _may_view(self, part: Tree) -> bool:
        """Whether a node of several cycles may have this child: no bonus, import or single part below it."""
        if part.get("imported"):
            return False
        if "of" not in part or many_cycles(part) == 1:
            return True
        below = [self.part(child) for child in part["of"]]
        return not any(one.get("outside") or many_cycles(one) == 1 or self._pooled(one) for one in below)

    def _coarser(self, parts: list[Tree]) -> str:
        fine = [many_cycles(part) for part in parts if many_cycles(part) > 1 and not self._pooled(part)]
        return self.rnd.choice(["half", "quarter"]) if min(fine) == 4 else "half"


def many_cycles(part: Tree) -> int:
    """How many cycles a component has."""
    return len(CYCLES[part.get("per", "year")])
