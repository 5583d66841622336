"""Plans that must not be accepted, as far as the plan alone says so: names, numbers, cycles and circles."""

from typing import Any

from tests.reference.campaign import Tree, listed
from tests.reference.sound import Faults, Numbers

ROSTER = ("category", "organ", "township", "management", "system")


def refusals(tree: Tree) -> list[str]:
    """Why a plan must be refused; nothing where it may be scored. Numbers are looked at where all names are known."""
    plan = Names(tree)
    return [*plan.faults()] or [*Numbers(tree).faults()]


def unknown(where: str, said: Any, known: Any) -> Faults:
    """Names that nothing bears (M3)."""
    for name in said if isinstance(said, dict) else listed(said):
        if name not in known:
            yield f"{where}: {name}"


class Names:
    """The world of names is closed (M3): every name that points at something, wherever it stands."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.components = [one["id"] for one in tree["components"]]
        self.rules = [*tree.get("shortlists", []), *tree.get("lists", [])]
        self.lists = [one["id"] for one in self.rules]
        self.standings = [one["id"] for one in tree["standings"]]
        self.columns = [*ROSTER, *tree["units"].get("columns", {})]
        self.levels = {level for one in tree["components"] for level in (one.get("ratings") or {}).get("levels", {})}
        self.values = {
            "category": tree["units"]["categories"],
            "management": tree["units"].get("management", []),
            "system": tree["units"].get("systems", {}),
        }

    def faults(self) -> Faults:
        """Every unknown or repeated name."""
        yield from self._once()
        for one in self.tree["components"]:
            yield from self._component(one["id"], one)
        for one in self.tree["standings"]:
            yield from self._standing(one["id"], one)
        for one in self.rules:
            yield from self._list(one["id"], one)
        yield from self._results()

    def _once(self) -> Faults:
        outcomes = [one["id"] for one in self.tree.get("outcomes", [])]
        items = [item for one in self.tree["components"] for item in (one.get("events") or {}).get("items", {})]
        children = [child for one in self.tree["components"] for child in listed(one.get("of"))]
        for names in (self.components, self.lists, self.standings, outcomes, items, children):
            yield from (f"twice: {name}" for name in sorted({name for name in names if names.count(name) > 1}))

    def _traits(self, where: str, traits: Tree | None) -> Faults:
        for column, values in (traits or {}).items():
            yield from unknown(where, column, self.columns)
            if column in self.values:
                yield from unknown(f"{where}.{column}", values, [*self.values[column], ""])

    def _per_category(self, where: str, value: Any) -> Faults:
        if isinstance(value, dict):
            yield from unknown(where, value, [*self.values["category"], "else"])

    def _component(self, id: str, one: Tree) -> Faults:
        yield from unknown(f"{id}.of", one.get("of"), self.components)
        yield from unknown(f"{id}.listed", one.get("listed"), self.lists)
        yield from unknown(f"{id}.per", one.get("per", "year"), self.tree["cycles"])
        yield from self._traits(f"{id}.for", one.get("for"))
        yield from self._traits(f"{id}.imported", one.get("imported"))
        for part in ("full", "weight"):
            yield from self._per_category(f"{id}.{part}", one.get(part))
        for step in [*one.get("each_cycle", []), *one.get("convert", [])]:
            yield from unknown(
                f"{id}.convert", [step[kind] for kind in ("per", "times_column") if kind in step], self.columns
            )
        for marker in (one.get("marks") or {}).get("markers", {}).values():
            yield from self._traits(f"{id}.markers", marker.get("for") if isinstance(marker, dict) else None)
        quota, markers = (one.get("marks") or {}).get("quota") or {}, (one.get("marks") or {}).get("markers", {})
        yield from unknown(f"{id}.marks.quota", quota.get("marker") or None, markers)
        yield from self._ratings(id, one.get("ratings") or {})

    def _ratings(self, id: str, rule: Tree) -> Faults:
        form = rule.get("form") or {}
        yield from unknown(f"{id}.form", [*form.get("exactly", {}), *form.get("at_most", {})], rule.get("levels", {}))
        yield from unknown(f"{id}.form", form.get("unmarked"), [*rule.get("levels", {}), "not_counted"])
        groups = rule.get("groups")
        for weight in groups.values() if isinstance(groups, dict) else []:
            yield from self._per_category(f"{id}.groups", weight)
        for channel in rule.get("channels", []):
            yield from self._traits(f"{id}.channels", channel.get("for"))

    def _standing(self, id: str, one: Tree) -> Faults:
        yield from unknown(f"{id}.of", one["of"], self.components)
        yield from unknown(f"{id}.within", one.get("within"), self.columns)
        for tie in one["ties"]:
            known = self.levels if isinstance(tie, dict) else [*self.components, "draw", "share"]
            yield from unknown(f"{id}.ties", tie["votes"] if isinstance(tie, dict) else tie, known)

    def _list(self, id: str, one: Tree) -> Faults:
        yield from unknown(f"{id}.by", one["by"], self.standings)
        yield from unknown(f"{id}.from", one["from"], ["units", *self.lists])
        yield from unknown(f"{id}.leave_out_direct_of", one.get("leave_out_direct_of"), self.lists)
        yield from unknown(f"{id}.within", one.get("within"), self.columns)
        yield from unknown(f"{id}.also", (one.get("also") or {}).get("listed"), self.lists)
        quota = one.get("quota") or {}
        yield from unknown(f"{id}.quota", [quota[part] for part in ("by", "rest_by") if quota.get(part)], self.columns)
        if quota.get("by") in self.values:
            yield from unknown(f"{id}.quota.take", quota["take"], [*self.values[quota["by"]], ""])
        for part in ("when", "provided"):
            yield from self._condition(f"{id}.{part}", one.get(part))

    def _condition(self, where: str, when: Tree | None) -> Faults:
        when = when or {}
        yield from self._traits(f"{where}.units", when.get("units"))
        yield from unknown(f"{where}.marks", when.get("marks"), self.components)
        yield from unknown(f"{where}.grade", when.get("grade"), self.tree["units"].get("grades", []))
        yield from unknown(f"{where}.running", (when.get("running") or {}).get("list"), self.lists)

    def _results(self) -> Faults:
        yield from unknown("units.exempt", (self.tree["units"].get("exempt") or {}).get("listed"), self.lists)
        for one in self.tree.get("bands", []):
            yield from unknown(f"{one['id']}.of", one["of"], self.components)
        for one in self.tree.get("outcomes", []):
            yield from unknown(f"{one['id']}.list", one["list"], self.lists)
            yield from unknown(f"{one['id']}.effect", one["effect"], self.tree.get("effects", {}))
            yield from unknown(f"{one['id']}.leave_out", one.get("leave_out"), self.lists)
            yield from self._condition(f"{one['id']}.when", one.get("when"))
            yield from self._condition(f"{one['id']}.unless", one.get("unless"))
