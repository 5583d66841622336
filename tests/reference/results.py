"""Random standings, lists, bands and consequences over the components of a plan."""

from math import ceil, floor, isfinite
from random import Random
from typing import Any

from tests.reference.leaf_rules import CYCLES, Tree
from tests.reference.possible import Possible

SHARES: tuple[Any, ...] = (
    "50%",
    {"part": "0.34", "of": "pool", "round": "up"},
    {"part": "1/2", "of": "eligible", "round": "half_up"},
    {"part": "20%", "of": "pool", "round": "down"},
    {"part": "0.25", "of": "eligible", "round": "up"},
)
QUOTAS: tuple[Tree, ...] = (
    {"by": "category", "take": {"机关": "1"}, "rest": "1"},
    {"by": "category", "take": {"站所": "2"}},
    {"by": "system", "take": {"卫健": "1"}, "rest": "3", "rest_by": "category"},
    {"by": "management", "take": {"双重": "1"}, "rest": "2", "rest_by": "category"},
)
SUBJECTS = ("unit", "unit_head", "unit_deputies", "unit_staff", "organ", "organ_head", "organ_leader", "organ_leaders")
SUBJECTS += ("township", "township_head", "township_leader")


class Results:
    """What a plan makes of its components."""

    def __init__(self, rnd: Random, components: list[Tree]) -> None:
        self.rnd, self.components = rnd, components
        self.take: dict[str, Any] = {}

    def chance(self, share: float) -> bool:
        return self.rnd.random() < share

    def part(self, id: str) -> Tree:
        return next(one for one in self.components if one["id"] == id)

    def _below(self, id: str) -> list[str]:
        return [id, *(other for child in self.part(id).get("of", []) for other in self._below(child))]

    def _unlimited(self) -> list[str]:
        return [one["id"] for one in self.components if not one.get("listed")]

    def standing(self, id: str, of: str) -> Tree:
        """A ranking by one component, with keys that may have no value."""
        known = [one["id"] for one in self.components] if self.part(of).get("listed") else self._unlimited()
        ties: list[Any] = self.rnd.sample(known, k=min(len(known), self.rnd.randint(0, 2)))
        parts = [self.part(one) for one in self._below(of)]
        levels = [level for one in parts if "ratings" in one for level in one["ratings"]["levels"]]
        if levels and self.chance(0.4):
            ties.append({"votes": self.rnd.choice(levels), "better": self.rnd.choice(["fewer", "more"])})
        one: Tree = {"id": id, "of": of, "ties": [*ties, self.rnd.choice(["share", "draw"])]}
        if self.chance(0.3):
            one["within"] = self.rnd.choice([["category"], ["management", "category"]])
        if levels and self.chance(0.25):
            one["min_votes"] = str(self.rnd.choice([1, 3, 5]))
        return one

    # ------------------------------------------------------------ lists

    def list_(self, id: str, by: str, pool: list[str], **more: Any) -> Tree:
        """A list drawn by a standing, from units or from other lists."""
        side = self.rnd.choice(["top", "bottom"])
        one: Tree = {
            "id": id,
            "from": pool,
            "by": by,
            "side": side,
            "good": "true" if side == "top" else "false",
        } | more
        size = self.rnd.choice(
            ["take", "take", "share", "quota", "when"] if pool == ["units"] else ["take", "share", "when"]
        )
        if size == "take":
            one["take"] = str(self.rnd.randint(1, 3) if pool == ["units"] else 1)
        elif size == "share":
            one["share"] = self.rnd.choice(SHARES)
        elif size == "quota":
            one["quota"] = self.rnd.choice(QUOTAS)
        if size != "quota" and self.chance(0.35):
            one["within"] = self.rnd.choice([["category"], ["management"], ["township", "category"]])
        if size == "when" or self.chance(0.3):
            one["when"] = self.condition()
        if self.chance(0.25):
            one["provided"] = self.rnd.choice(
                [
                    {"place": {"up_to": "2"}},
                    {"units": {"category": "机关"}},
                    {"place": {"from": "1" if one.get("take") == "1" else "2"}},
                    {"place": {"above": "0", "below": "3"}},
                    {"running": {"list": id, "years": "2"}},
                    self.condition(),
                ]
            )
        if self.chance(0.35):
            one["also"] = {
                "listed": id,
                "years_ago": self.rnd.choice(["1", "1", "2"]),
                "place": self.rnd.choice(["on_top", "inside"]),
            }
        return one

    def condition(self) -> Tree:
        """Conditions that some unit can meet."""
        id = self.rnd.choice(self._unlimited())
        units = self.rnd.choice(
            [{"management": "单独"}, {"township": ["", "某镇"]}, {"category": "机关", "system": ""}]
        )
        return self.rnd.choice(
            [{"units": units}, {"marks": {id: self.bounds(id)}}, {"marks": {id: self.bounds(id)}}, {"grade": "优秀"}]
        )

    def ends(self, id: str) -> tuple[int, int]:
        """Between which whole numbers the marks of a component lie."""
        low, high = Possible(
            {"components": self.components, "cycles": CYCLES, "units": {"categories": ["机关", "站所"]}}
        ).scored(id)
        return (ceil(low) if isfinite(low) else -20), (floor(high) if isfinite(high) else 20)

    def bounds(self, id: str) -> Tree:
        """Bounds within the possible values of a component, often at their ends."""
        low, high = self.ends(id)
        at = str(self.rnd.choice([low, high, (low + high) // 2, min(high, max(low, 5))]))
        if low >= high:
            return {"from": str(high)}
        kinds = [{"from": at}, {"up_to": at}]
        kinds += [{"below": at}] if int(at) > low else []
        kinds += [{"above": at, "up_to": str(high)}] if int(at) < high else []
        return self.rnd.choice(kinds)

    def lists(self, ballot: bool, standings: list[str]) -> list[Tree]:
        """Lists of units and lists of lists."""
        pool, by = (["候选"], "all") if ballot else (["units"], "rank")
        first = self.list_("名单甲", self.rnd.choice([by, standings[0]]), pool)
        found = [first, self.list_("名单乙", self.rnd.choice(standings), ["units"])]
        if self.chance(0.4):
            found[0]["leave_out_direct_of"] = ["名单乙"]
        if self.chance(0.4):
            found.append(
                self.list_("名单丙", by, self.rnd.choice([["名单甲", "名单乙"], ["名单乙"], ["名单乙", "units"]]))
            )
        if self.chance(0.35):
            running = {
                "running": {
                    "list": self.rnd.choice(["名单甲", "名单乙", "名单丁"]),
                    "years": self.rnd.choice(["2", "2", "3"]),
                }
            }
            size = self.rnd.choice([{}, {"take": "2"}])
            found.append(
                {"id": "名单丁", "from": "units", "by": "rank", "side": "bottom", "good": "false", "when": running}
                | size
            )
        return found

    # ------------------------------------------------------------ consequences

    def consequences(self, rules: list[Tree]) -> Tree:
        """Bands, effects and outcomes."""
        lists, self.take = [one["id"] for one in rules], {one["id"]: one.get("take") for one in rules}
        combine = self.rnd.choice(["sum", "strongest"])
        found: Tree = {"effects": {"分": {"name": "考核分", "unit": "分", "combine": combine}, "谈": {"name": "约谈"}}}
        found["outcomes"] = [self._outcome(f"o{nth}", lists) for nth in range(self.rnd.randint(0, 5))]
        if self.chance(0.3):
            of = self.rnd.choice(self._unlimited())
            low, high = self.ends(of)
            bounds = sorted({high, (low + high) // 2, low}, reverse=True)
            names = {name: str(bound) for name, bound in zip("优良中", bounds, strict=False)}
            found["bands"] = [{"id": "等级", "of": of, "names": names}]
        return found

    def _outcome(self, id: str, lists: list[str]) -> Tree:
        rnd = self.rnd
        one: Tree = {
            "id": id,
            "list": rnd.choice(lists),
            "effect": "分",
            "to": rnd.choice(SUBJECTS),
            "amount": rnd.choice(["5", "2.5", "-5", "-10"]),
        }
        if self.chance(0.2):
            one |= {"effect": "谈"}
            one.pop("amount")
        if self.chance(0.45):
            running = {"list": rnd.choice(lists), "years": "2"}
            one["when"] = rnd.choice(
                [
                    {"units": {"management": "双重"}},
                    {"place": {"up_to": "1"}},
                    {"place": rnd.choice([{"below": "2"}, {"above": "0"}, {"from": "1"}])},
                    {"running": running},
                    {"grade": "优秀"},
                    self.condition(),
                ]
            )
        if self.chance(0.25):
            single = self.take.get(one["list"]) == "1"
            later = {"place": {"from": "1" if single else "2"}, "units": {"category": "机关"}}
            running = {"running": {"list": rnd.choice(lists), "years": "2"}}
            bounds = [{"above": "0"}] if single else [{"above": "1"}, {"below": "2"}, {"up_to": "1"}]
            beyond = {"place": rnd.choice(bounds)}
            one["unless"] = rnd.choice([{"grade": ["合格"]}, later, running, beyond, self.condition()])
        if self.chance(0.25):
            one["leave_out"] = [rnd.choice(lists)]
        return one
