"""Random facts for a random plan: few of everything, many of them at an edge."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.reference.campaign import listed

Row = dict[str, Any]
NAMES = "甲乙丙丁戊己庚"
EDGES = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 3, 31), date(2020, 4, 1), date(2020, 6, 30), date(2020, 7, 1), date(2020, 12, 31), date(2021, 1, 1)]


class Facts:
    """Facts of one plan."""

    def __init__(self, rnd: Random, plan: dict[str, Any]) -> None:
        self.rnd, self.plan = rnd, plan
        self.units = [*NAMES[: rnd.randint(3, 6)]]
        self.events = 0

    def chance(self, share: float) -> bool:
        return self.rnd.random() < share

    def all(self) -> dict[str, list[Row]]:
        """Every table."""
        found: dict[str, list[Row]] = {"units": self._units(), "ratings": [], "counts": [], "marks": [], "events": [], "measures": []}
        for one in self.plan["components"]:
            for kind in ("ratings", "marks", "events", "measures"):
                if one.get(kind) is not None:
                    for table, rows in getattr(self, f"_{kind}")(one).items():
                        found[table] += rows
            if one.get("imported"):
                found["marks"] += [{"method": one["id"], "unit": unit["unit"], "mark": self.rnd.choice(["1", "2", "4.5"])} for unit in found["units"] if unit["system"] == "卫健" and self.chance(0.8)]
        found |= {"history": self._history(), "grades": self._grades(), "lots": self._lots(), "decisions": self._decisions()}
        self.rnd.shuffle(found["ratings"])
        return found

    def day(self) -> date:
        """A day of the year, often one at an edge."""
        if self.chance(0.4):
            return self.rnd.choice(EDGES)
        return date(2020, 1, 1) + timedelta(days=self.rnd.randrange(366))

    def _units(self) -> list[Row]:
        rnd = self.rnd
        return [
            {
                "unit": unit, "name": unit, "category": rnd.choice(["机关", "站所"]), "organ": rnd.choice(["某局", "某办"]),
                "township": rnd.choice([None, "某镇"]), "management": rnd.choice(["单独", "双重"]),
                "system": rnd.choice([None, None, None, "卫健"]), "staff": rnd.choice(["1", "2", "3", "7"]), "share": rnd.choice(["1", "0.5", "0.3"]),
            }
            for unit in self.units
        ]  # fmt: skip

    def _cycles(self, one: Row) -> list[Row]:
        return self.plan["cycles"][one.get("per", "year")]

    # ------------------------------------------------------------ leaves

    def _ratings(self, one: Row) -> dict[str, list[Row]]:
        rule = one["ratings"]
        if not rule.get("form") and self.chance(0.35):
            return {"counts": self._counts(one, rule)}
        return {"ratings": self._forms(one, rule) if rule.get("form") else self._one_by_one(one, rule)}

    def _words(self, rule: Row, part: str) -> list[Any]:
        return [*rule[part]] if rule.get(part) else [None]

    def _counts(self, one: Row, rule: Row) -> list[Row]:
        rows, rnd = [], self.rnd
        many = [0, 1, 2, 3, 29, 30, 31]
        for unit in self.units:
            for cycle in self._cycles(one):
                for group in self._words(rule, "groups"):
                    for item in self._words(rule, "items"):
                        for level in rule["levels"]:
                            if self.chance(0.55):
                                row = {"method": one["id"], "unit": unit, "level": level, "votes": rnd.choice(many), "cycle": cycle["id"]}
                                rows.append(row | {"group": group, "item": item})
        return rows

    def _one_by_one(self, one: Row, rule: Row) -> list[Row]:
        rows, rnd = [], self.rnd
        for nth in range(rnd.randint(0, 16)):
            unit, when = rnd.choice(self.units), self.day()
            row = {"method": one["id"], "form": rnd.choice([f"{nth}", None]), "unit": unit, "rated_on": f"{when} {rnd.choice(['09:00:00', '10:00:00'])}"}
            row |= {"respondent": rnd.choice(["p", "q", "r", None]), "own": self.chance(0.2), "group": rnd.choice(self._words(rule, "groups"))}
            for item in self._words(rule, "items"):
                if item is None or self.chance(0.7):
                    rows.append(row | {"item": item, "level": rnd.choice([*rule["levels"]])})
        return rows

    def _forms(self, one: Row, rule: Row) -> list[Row]:
        rows, rnd = [], self.rnd
        first = next(iter(rule["form"]["exactly"]))
        others = [level for level in rule["levels"] if level != first]
        for nth in range(rnd.randint(0, 7)):
            when, who = f"{self.day()} 09:00:00", rnd.choice(["p", "q", None])
            marked = rnd.sample(self.units, k=rnd.randint(1, len(self.units)))
            group = rnd.choice(self._words(rule, "groups"))
            for place, unit in enumerate(marked):
                level = first if place == 0 or self.chance(0.15) else rnd.choice(others)
                rows.append({"method": one["id"], "form": f"{nth + 5}", "unit": unit, "level": level, "rated_on": when, "respondent": who, "own": self.chance(0.15), "group": group})
        return rows

    def _marks(self, one: Row) -> dict[str, list[Row]]:
        rule, rows, rnd = one["marks"], [], self.rnd
        classes = [*rule.get("markers", {})] or [None]
        full = int(rule["range"][1])
        some = ["0", "1", str(full), str(full // 2), "2.5", "3.33"]
        for unit in self.units:
            for cycle in self._cycles(one):
                for kind in classes:
                    for nth in range(rnd.choice([0, 1, 1, 2, 5])):
                        row = {"method": one["id"], "unit": unit, "marker": f"m{nth}", "group": kind, "mark": rnd.choice(some)}
                        dated = rnd.choice(["cycle", "cycle", "both", "date", "late"])
                        row |= {"cycle": cycle["id"]} if dated in ("cycle", "both") else {}
                        row |= {"given_on": {"both": cycle["to"], "date": cycle["from"], "late": "2021-01-01"}.get(dated)}
                        if not (one.get("imported") and unit in self._importing()):
                            rows.append(row)
        return {"marks": rows}

    def _importing(self) -> list[str]:
        return []

    def _events(self, one: Row) -> dict[str, list[Row]]:
        rule, rows, rnd = one["events"], [], self.rnd
        for _ in range(rnd.randint(0, 9)):
            self.events += 1
            item = rnd.choice([*rule["items"]])
            said, when = rule["items"][item], self.day()
            row = {"event": str(self.events + 5), "unit": rnd.choice(self.units), "item": item, "happened_on": str(when), "document": "文"}
            row |= {"status": rnd.choice(["confirmed"] * 5 + ["proposed", "upheld", "withdrawn"]), "times": rnd.choice([1, 1, 1, 2])}
            row |= {"points": rnd.choice(["-3", "-4", "-5"]) if isinstance(said.get("points"), list) else None}
            row |= {"factors": ["aggravated"] if said.get("factors") and self.chance(0.4) else []}
            row |= {"deed": rnd.choice([None, "d1", "d2"]), "signed_on": rnd.choice([None, str(when)])}
            opened = when - timedelta(days=3)
            row |= {"opened_on": str(opened), "extended": self.chance(0.3)}
            row |= {"closed_on": rnd.choice([None, str(opened + timedelta(days=5)), str(opened + timedelta(days=6))])}
            rows.append(row)
        return {"events": rows}

    def _measures(self, one: Row) -> dict[str, list[Row]]:
        rows, rnd = [], self.rnd
        for unit in self.units:
            for cycle in self._cycles(one):
                if self.chance(0.75):
                    row = {"method": one["id"], "unit": unit, "cycle": cycle["id"], "numerator": rnd.choice(["1", "2", "3", "0.5"])}
                    rows.append(row | {"denominator": rnd.choice(["3", "6", "4"]), "measured_on": rnd.choice([None, cycle["to"]])})
        return {"measures": rows}

    # ------------------------------------------------------------ beside the leaves

    def _lists(self) -> list[str]:
        return [one["id"] for part in ("shortlists", "lists") for one in self.plan[part]]

    def _history(self) -> list[Row]:
        return [
            {"year": year, "unit": unit, "list": name}
            for year in (2018, 2019) for unit in self.units for name in self._lists() if self.chance(0.15)
        ]  # fmt: skip

    def _grades(self) -> list[Row]:
        return [{"organ": organ, "grade": self.rnd.choice(["优秀", "合格"])} for organ in ("某局", "某办") if self.chance(0.8)]

    def _lots(self) -> list[Row]:
        return [
            {"standing": one["id"], "seed": "314", "drawn_on": "2020-11-20", "document": "记录"}
            for one in self.plan["standings"] if self.chance(0.5)
        ]  # fmt: skip

    def _decisions(self) -> list[Row]:
        rows = []
        for name in self._lists():
            if self.chance(0.15):
                row = {"list": name, "decided_on": "2020-11-05", "decided_by": "会", "document": "纪要", "proposed": True}
                chosen = [(unit, self.chance(0.6)) for unit in self.units if self.chance(0.8)]
                rows += [row | {"unit": unit, "decided": on} for unit, on in chosen if on or len(chosen) > 1]
        return rows


__all__ = ["Facts", "listed"]
