"""Random plans over the whole language, each with random facts that hit its edges; a seed makes the same ones again."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from tests.reference.facts import Facts
from tests.tiny import tree

Tree = dict[str, Any]

QUARTERS = [
    {"id": f"{n}季度", "from": f"2020-{3 * n - 2:02d}-01", "to": f"2020-{3 * n:02d}-{31 if n in (1, 4) else 30}"} for n in (1, 2, 3, 4)
]
CYCLES = {"year": 1, "half": 2, "quarter": 4}
LEVELS = (
    ({"满意": "1", "基本满意": "0.6", "不满意": "0", "不了解": None}, "1"),
    ({"好": "90", "中": "70", "差": "50"}, "100"),
    ({"好": "90", "中": "70", "差": "50", "弃": None}, "90"),
    ({"甲等": "1", "乙等": "0.5", "丙等": "-0.2"}, "1"),
)


@dataclass
class Case:
    """A plan, its facts, and the day on which it is looked at. used: which words of the language occur in it."""

    seed: int
    tree: Tree
    facts: dict[str, list[dict[str, Any]]]
    as_of: date | None
    used: Counter[str] = field(default_factory=Counter)


def case(seed: int) -> Case:
    """The case of a seed."""
    made = Maker(Random(seed))
    plan = made.plan()
    facts = Facts(made.rnd, plan)
    rows = facts.all()
    as_of = made.rnd.choice([None] * 7 + [date(2020, 3, 31), date(2020, 6, 30), date(2020, 7, 1), date(2020, 11, 5)])
    return Case(seed, plan, rows, as_of, words(plan))


def words(node: Any, path: str = "") -> Counter[str]:
    """How often each key, and each choice among words, stands in a plan."""
    found: Counter[str] = Counter()
    if isinstance(node, dict):
        for name, value in node.items():
            known = name if name.isascii() and name.replace("_", "").isalpha() else "*"
            found[f"{path}{known}"] += 1
            found += words(value, f"{path}{known}.")
            if isinstance(value, str) and value.replace("_", "").isalpha() and value.isascii() and len(value) > 2:
                found[f"{path}{known}={value}"] += 1
    elif isinstance(node, list):
        for one in node:
            found += words(one, path)
    return found


class Maker:
    """Makes one plan. leaves, nodes: what has been made; full: highest marks of each component."""

    def __init__(self, rnd: Random) -> None:
        self.rnd = rnd
        self.components: list[Tree] = []
        self.full: dict[str, int] = {}
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.rnd.random() < share

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    # ------------------------------------------------------------ the whole

    def plan(self) -> Tree:
        leaves = [self.leaf() for _ in range(self.rnd.randint(1, 3))]
        top = self.node(leaves) if len(leaves) > 1 or self.chance(0.5) else leaves[0]
        if self.chance(0.4):
            top = self.node([top, self.leaf()])
        plan: Tree = {"standings": [self.standing("rank", top)], "shortlists": [], "lists": []}
        ballot = self.chance(0.35)
        if ballot:
            plan["shortlists"] = [self.list_("候选", "rank", ["units"])]
            leaf = self.leaf(kinds=("ratings", "marks"), per="year")
            self.part(leaf)["listed"] = ["候选"]
            whole = self.node([top, leaf], plain=True)
            self.part(whole)["listed"] = ["候选"]
            plan["standings"].append(self.standing("all", whole))
        plan["lists"] = self.lists(ballot)
        plan |= self.results([one["id"] for one in [*plan["shortlists"], *plan["lists"]]])
        made = tree(*self.components, **plan)
        made["cycles"] = {name: cycles for name, cycles in made["cycles"].items() if name != "month"} | {"quarter": QUARTERS}
        made["units"] |= {"columns": {"staff": "人数", "share": "系数"}, "systems": {"卫健": "卫健系统"}}
        if self.chance(0.2):
            made["units"]["exempt"] = {"listed": plan["lists"][0]["id"], "years": str(self.rnd.randint(1, 2))}
        return made

    def part(self, id: str) -> Tree:
        return next(one for one in self.components if one["id"] == id)

    # ------------------------------------------------------------ leaves

    def leaf(self, kinds: tuple[str, ...] = ("ratings", "marks", "events", "measures"), per: str | None = None, outside: bool = False) -> str:
        kind, id = self.rnd.choice(kinds), self.name("x")
        per = per or self.rnd.choice(["year", "year", "half", "quarter"])
        over = self.rnd.choice(["sum", "mean", "best", "last", "weights"]) if CYCLES[per] > 1 else "sum"
        each = self.rnd.choice([5, 10, 20, 100])
        one: Tree = {"id": id, "per": per, "over_cycles": over}
        cycles = [cycle["id"] for cycle in {"year": [{"id": "全年"}], "half": [{"id": "上半年"}, {"id": "下半年"}], "quarter": QUARTERS}[per]]
        full = each
        if over == "sum" and len(cycles) > 1:
            one["cycle_full"], full = dict.fromkeys(cycles, str(each)), each * len(cycles)
        if over == "weights":
            one["cycle_full"] = {2: {"上半年": "0.4", "下半年": "0.6"}, 4: dict.fromkeys(cycles, "0.25")}[len(cycles)]
        if over in ("mean", "best", "last") and self.chance(0.6):
            one["cycle_missing"] = self.rnd.choice(["left_out", "zero", "not_scored"])
        one[kind] = getattr(self, f"_{kind}")(one, each, outside)
        if kind == "measures":
            one["each_cycle"] = [self.bounded(each)]
        elif kind != "events" or not outside:
            one["each_cycle"] = self.conversions(each, 0.15)
            one["convert"] = self.conversions(full, 0.25)
        if one[kind].get("score_per") == "year":
            one.pop("cycle_full", None)
            one |= {"over_cycles": "mean"}
            one.pop("cycle_missing", None)
            full = each
        if not outside:
            one["full"] = str(full)
            if self.chance(0.15):
                one["unmeasured"] = self.rnd.choice(["full", "missing"])
        else:
            one["outside"] = "true"
        if self.chance(0.12):
            one["for"] = self.rnd.choice([{"category": "站所"}, {"management": ["单独"]}])
        self.components.append(one)
        self.full[id] = full
        return id

    def _ratings(self, one: Tree, full: int, outside: bool) -> Tree:
        levels, out_of = self.rnd.choice(LEVELS)
        rule: Tree = {"levels": levels, "out_of": out_of}
        form = self.chance(0.3)
        if self.chance(0.4):
            rule["groups"] = self.rnd.choice([["a", "b"], {"a": "0.5", "b": "0.5"}, {"a": "1", "b": "0"}, {"a": {"机关": "0.3", "else": "1"}, "b": "2"}, {"a": {"站所": "1"}, "b": "1"}])
            if self.chance(0.5):
                rule["group_missing"] = "zero"
        if form:
            first, *_, last = [level for level, value in levels.items() if value is not None]
            rule["form"] = {
                "exactly": {first: "1"},
                **({"at_most": {last: "1"}} if self.chance(0.4) else {}),
                "unmarked": self.rnd.choice([first, last, "not_counted"]),
                "else": self.rnd.choice(["whole_form_void", "drop_level"]),
            }
        elif self.chance(0.35):
            rule["items"] = self.rnd.choice([["p", "q"], {"p": "0.4", "q": "0.6"}, {"p": "1", "q": "0"}])
        if self.chance(0.5):
            rule["each"] = {"by": "respondent", "keep": self.rnd.choice(["first", "last"])}
            if form and self.chance(0.4):
                rule["each"]["void_counts"] = "true"
        if not form and self.chance(0.2):
            rule["mean_first"] = "respondent"
        if self.chance(0.3):
            rule["own_unit"] = "false"
        if self.chance(0.5):
            below = str(self.rnd.choice([2, 4, 30]))
            rule["few"] = self.rnd.choice([{"own_share": "0.3"}, {"then": "not_scored"}, {"then": "flag"}]) | {"below": below}
            rule["few"] |= {"mean_of": self.rnd.choice(["rated_units", "same_category", "enough_votes"])}
            rule["few"] |= {"counted_per": self.rnd.choice(["cycle", "year"])}
        choices = ["zero", "not_scored"] + (["mean"] if "few" in rule else [])
        rule["none"] = {"then": self.rnd.choice(choices)}
        if self.chance(0.12):
            rule["score_per"] = "year"
        return rule

    def _marks(self, one: Tree, full: int, outside: bool) -> Tree:
        rule: Tree = {"range": ["0", str(full)], "decimals": "2"}
        if self.chance(0.5):
            rule["markers"] = self.rnd.choice(
                [{"部门": "2", "乡镇": "1"}, {"专家": "1"}, {"部门": {"weight": "2"}, "乡镇": {"weight": "1", "for": {"management": "双重"}}}]
            )
            rule["marker_missing"] = self.rnd.choice(["spread", "zero", "not_scored"])
        if self.chance(0.35):
            rule["trim"] = self.rnd.choice([{"top": "20%", "bottom": "20%"}, {"top": "1/2"}, {"bottom": "0.34"}])
        if self.chance(0.2):
            rule["means_nothing"] = ["0"]
        return rule

    def _events(self, one: Tree, full: int, outside: bool) -> Tree:
        id = one["id"]
        items: Tree = {f"{id}.bad": {"name": "查实", "points": self.rnd.choice(["-1", "-0.5", "-3"])}}
        if self.chance(0.4):
            items[f"{id}.range"] = {"name": "视情节", "points": ["-5", "-3"], "factors": {"aggravated": "2"}}
        if self.chance(0.35):
            items[f"{id}.ladder"] = {"name": "累计", "ladder": ["-1", "-3", "-10"], "factors": {"aggravated": "1.5"}}
        if self.chance(0.3):
            items[f"{id}.case"] = {"name": "立案", "points": self.rnd.choice(["0", "-2"]), "veto": self.rnd.choice(["not_ranked", "zero"])}
            if items[f"{id}.case"]["veto"] == "zero" and self.chance(0.5):
                items[f"{id}.case"]["veto_per"] = self.rnd.choice(["cycle", "year"])
        if self.chance(0.25):
            items[f"{id}.slow"] = {"name": "超期", "points": "-1", "within": {"days": "5"}, "extended": {"months": "1"}}
        earns = outside or self.chance(0.25)
        if earns:
            items[f"{id}.good"] = {"name": "表彰", "points": self.rnd.choice(["1", "2.5", "5"])}
        rule: Tree = {"base": "0" if outside else str(full), "items": items}
        if earns:
            rule["cap"] = str(5 if outside else full)
        if self.chance(0.6):
            rule["floor"] = self.rnd.choice(["-5", "-2"] if outside else ["0", "0", "2", "-5"])
        if self.chance(0.4):
            rule["same_deed"] = {"keep": "gravest"}
        if self.chance(0.2):
            rule["needs"] = "signed"
        return rule

    def _measures(self, one: Tree, full: int, outside: bool) -> Tree:
        return {"of": self.rnd.choice(["rate", "count"]), "numerator": "分子", "denominator": "分母"}

    def bounded(self, full: int) -> Tree:
        """A conversion that makes marks of a raw number."""
        return self.rnd.choice(
            [
                {"steps": [[None, "0"], ["0.5", str(full // 2)], ["0.9", str(full)]]},
                {"share_of_best": str(full)},
                {"points_by_rank": {"places": {"1": str(full), "2": "3"}, "after": "1", "lowest_first": self.rnd.choice(["true", "false"])}},
                {"cap": str(full)},
            ]
        )

    def conversions(self, full: int, share: float) -> list[Tree]:
        """Conversions of marks that stay within the full marks."""
        some: list[Tree] = [
            {"cap": str(full - 1)}, {"floor": self.rnd.choice(["0", "1", "2"])}, {"times": "0.5"}, {"times_column": "share"}, {"per": "staff"},
            {"scale": {"from": "3", "to": "1"}}, {"round": {"places": self.rnd.choice(["0", "1"]), "mode": self.rnd.choice(["half_up", "down"])}},
            {"steps": [[None, "0"], [str(full // 2), str(full // 2)], [str(full), str(full)]]}, {"share_of_best": str(full)},
            {"points_by_rank": {"places": {"1": str(full), "2": "3"}, "after": "1"}},
            {"per_point": {"full": str(full), "target": str(full), "points": "0.5", "of": "1"}},
        ]  # fmt: skip
        return [self.rnd.choice(some) for _ in range(self.rnd.choice([1, 1, 2]))] if self.chance(share) else []

    # ------------------------------------------------------------ nodes

    def node(self, children: list[str], plain: bool = False) -> str:
        id = self.name("n")
        one: Tree = {"id": id, "of": [*children], "missing": self.rnd.choice(["spread", "zero", "mean_of_group", "not_ranked"])}
        fitting = all(self._may_view(child) for child in children)
        weighing = self.chance(0.35) and all("weight" not in self.part(child) for child in children)
        per = "year"
        if fitting and self.chance(0.4) and not plain:
            per = self._coarser(children)
        if per != "year":
            one |= {"per": per, "over_cycles": self.rnd.choice(["sum", "mean", "best", "last"])}
            if any(CYCLES[self.part(child).get("per", "year")] == 1 or self._pooled(child) for child in children):
                weighing = False
                one["missing"] = self.rnd.choice(["zero", "mean_of_group", "not_ranked"])
            one["each_cycle"] = [{"cap": "1000"}] if self.chance(0.2) else []
        if one["missing"] == "spread" and not all("full" in self.part(child) for child in children):
            one["missing"] = "zero"
        sized = ["full" in self.part(child) for child in children]
        weighing = weighing and len(set(sized)) == 1
        if weighing:
            if per != "year" and one["over_cycles"] == "sum":
                one["over_cycles"] = "mean"
            if all(sized):
                one["full"], self.full[id] = "100", 100
            for child, weight in zip(children, self._weights(len(children)), strict=True):
                self.part(child)["weight"] = weight
        elif per == "year" and all("full" in self.part(child) and "for" not in self.part(child) for child in children) and self.chance(0.6):
            self.full[id] = sum(self.full[child] for child in children)
            one["full"] = str(self.full[id])
        if self.chance(0.3):
            one["of"].append(self.leaf(kinds=("events",), outside=True))
        if self.chance(0.2) and id not in self.full:
            one["convert"] = [self.rnd.choice([{"times": "0.5"}, {"cap": "1000"}, {"round": {"places": "1"}}, {"floor": "1"}])]
        if self.chance(0.15) and per == "year" and not plain:
            one["imported"] = {"system": "卫健"}
        self.components.append(one)
        return id

    def _pooled(self, id: str) -> bool:
        return (self.part(id).get("ratings") or {}).get("score_per") == "year"

    def _weights(self, many: int) -> list[Any]:
        if many == 2:
            return self.rnd.choice([["0.5", "0.5"], ["0.3", "0.7"], [{"机关": "0.6"}, {"机关": "0.4", "站所": "1"}]])
        return {1: ["1"], 3: ["0.2", "0.3", "0.5"], 4: ["0.25"] * 4}[many]

    def _may_view(self, id: str) -> bool:
        """Whether a node of several cycles may have this child: no bonus, import or single part below it."""
        one = self.part(id)
        if "of" not in one:
            return "imported" not in one
        several = CYCLES[one.get("per", "year")] > 1
        inside = [self.part(child) for child in one["of"]]
        return not several or not any(
            child.get("outside") or CYCLES[child.get("per", "year")] == 1 or self._pooled(child["id"]) for child in inside
        )

    def _coarser(self, children: list[str]) -> str:
        most = max(CYCLES[self.part(child).get("per", "year")] for child in children)
        several = [CYCLES[self.part(child).get("per", "year")] for child in children]
        fine = [many for many in several if many > 1]
        if not fine:
            return "year"
        return self.rnd.choice(["half", "quarter"] if min(fine) == 4 and most == 4 else ["half"])

    # ------------------------------------------------------------ results

    def standing(self, id: str, of: str) -> Tree:
        ids = [one["id"] for one in self.components]
        ties: list[Any] = self.rnd.sample(ids, k=min(len(ids), self.rnd.randint(0, 2)))
        levels = [level for one in self.components if one["id"] in self._below(of) and "ratings" in one for level in one["ratings"]["levels"]]
        if levels and self.chance(0.4):
            ties.append({"votes": self.rnd.choice(levels), "better": self.rnd.choice(["fewer", "more"])})
        one: Tree = {"id": id, "of": of, "ties": [*ties, self.rnd.choice(["share", "draw"])]}
        limited = {part["id"] for part in self.components if part.get("listed")}
        if not self.part(of).get("listed"):
            one["ties"] = [tie for tie in one["ties"] if not (isinstance(tie, str) and tie in limited)]
        if self.chance(0.3):
            one["within"] = self.rnd.choice([["category"], ["management", "category"]])
        if levels and self.chance(0.25):
            one["min_votes"] = str(self.rnd.choice([1, 3, 5]))
        return one

    def _below(self, id: str) -> list[str]:
        return [id, *(other for child in self.part(id).get("of", []) for other in self._below(child))]

    def list_(self, id: str, by: str, pool: list[str], **more: Any) -> Tree:
        side = self.rnd.choice(["top", "bottom"])
        one: Tree = {"id": id, "from": pool, "by": by, "side": side, "good": "true" if side == "top" else "false"} | more
        size = self.rnd.choice(["take", "take", "share", "quota", "when"] if pool == ["units"] else ["take", "share", "when"])
        if size == "take":
            one["take"] = str(self.rnd.randint(1, 3) if pool == ["units"] else 1)
        elif size == "share":
            one["share"] = self.rnd.choice(["50%", {"part": "0.34", "of": "pool", "round": "up"}, {"part": "1/2", "of": "eligible", "round": "half_up"}, {"part": "20%", "of": "pool"}])
        elif size == "quota":
            one["quota"] = self.rnd.choice(
                [
                    {"by": "category", "take": {"机关": "1"}, "rest": "1"},
                    {"by": "category", "take": {"站所": "2"}},
                    {"by": "system", "take": {"卫健": "1"}, "rest": "3", "rest_by": "category"},
                ]
            )
        if size in ("take", "share") and self.chance(0.3):
            one["within"] = [self.rnd.choice(["category", "management"])]
        if size == "when" or self.chance(0.3):
            one["when"] = self.condition(by)
        if self.chance(0.2):
            one["provided"] = self.rnd.choice([{"place": {"up_to": "2"}}, {"units": {"category": "机关"}}, {"place": {"from": "2"}}])
        if self.chance(0.3):
            one["also"] = {"listed": id, "years_ago": "1", "place": self.rnd.choice(["on_top", "inside"])}
        return one

    def condition(self, by: str) -> Tree:
        unlimited = [one["id"] for one in self.components if not one.get("listed")]
        return self.rnd.choice(
            [
                {"units": {"management": "单独"}},
                {"marks": {self.rnd.choice(unlimited): self.rnd.choice([{"from": "5"}, {"below": "5"}, {"above": "0", "up_to": "10"}])}},
                {"grade": ["优秀"]},
            ]
        )

    def lists(self, ballot: bool) -> list[Tree]:
        pool, by = (["候选"], "all") if ballot else (["units"], "rank")
        found = [self.list_("名单甲", by, pool), self.list_("名单乙", self.rnd.choice(["rank", by]), ["units"])]
        if self.chance(0.4):
            found[0]["leave_out_direct_of"] = ["名单乙"]
        if self.chance(0.4):
            found.append(self.list_("名单丙", by, ["名单甲", "名单乙"] if self.chance(0.5) else ["名单乙"]))
        if self.chance(0.3):
            running = {"running": {"list": self.rnd.choice(["名单甲", "名单乙"]), "years": "2"}}
            found.append({"id": "名单丁", "from": "units", "by": "rank", "side": "bottom", "good": "false", "when": running})
        return found

    def results(self, lists: list[str]) -> Tree:
        rnd = self.rnd
        found: Tree = {"effects": {"分": {"name": "考核分", "unit": "分", "combine": rnd.choice(["sum", "strongest"])}, "谈": {"name": "约谈"}}}
        kinds = ["unit", "unit_head", "organ", "township", "township_leader"]
        found["outcomes"] = []
        for nth in range(rnd.randint(0, 4)):
            one: Tree = {"id": f"o{nth}", "list": rnd.choice(lists), "effect": "分", "to": rnd.choice(kinds), "amount": rnd.choice(["5", "2.5", "-5", "-10"])}
            if self.chance(0.25):
                one |= {"effect": "谈"}
                one.pop("amount")
            if self.chance(0.4):
                one["when"] = rnd.choice([{"units": {"management": "双重"}}, {"place": {"up_to": "1"}}, {"running": {"list": rnd.choice(lists), "years": "2"}}, {"grade": "优秀"}])
            if self.chance(0.25):
                one["unless"] = rnd.choice([{"grade": ["合格"]}, {"place": {"from": "2"}, "units": {"category": "机关"}}])
            if self.chance(0.2):
                one["leave_out"] = [rnd.choice(lists)]
            found["outcomes"].append(one)
        if self.chance(0.3):
            of = rnd.choice([one["id"] for one in self.components if not one.get("listed")])
            found["bands"] = [{"id": "等级", "of": of, "names": {"优": "4", "良": "2.5", "中": "1"}}]
        return found
