"""Random facts for a random plan: few of everything, many of them at an edge."""

from datetime import date, timedelta
from random import Random
from typing import Any

Row = dict[str, Any]
NAMES = "甲乙丙丁戊己庚"
OLD = ("旧一", "旧二")
"""Codes of units that are on the roster no more."""

EDGES = [
    *(date(2019, 12, 31), date(2020, 1, 1), date(2020, 3, 31), date(2020, 4, 1)),
    *(date(2020, 6, 30), date(2020, 7, 1), date(2020, 12, 31), date(2021, 1, 1)),
]


class Facts:
    """Facts of one plan."""

    def __init__(self, rnd: Random, plan: Row) -> None:
        self.rnd, self.plan = rnd, plan
        self.names = [*NAMES[: rnd.randint(3, 6)]]
        self.units = {row["unit"]: row for row in self._units()}
        self.events = 0
        self.other = Random(repr(self.units))
        self._change_units()

    def chance(self, share: float) -> bool:
        return self.rnd.random() < share

    def all(self) -> dict[str, list[Row]]:
        """Every table."""
        found: dict[str, list[Row]] = {"units": [*self.units.values()]}
        found |= {"ratings": [], "counts": [], "marks": [], "events": [], "measures": []}
        for one in self.plan["components"]:
            for kind in ("ratings", "marks", "events", "measures"):
                if one.get(kind) is not None:
                    for table, rows in getattr(self, f"_{kind}")(one).items():
                        found[table] += rows
            found["marks"] += self._imports(one)
        found |= {
            "history": self._history(),
            "grades": self._grades(),
            "lots": self._lots(),
            "decisions": self._decisions(),
        }
        self.rnd.shuffle(found["ratings"])
        return found

    def day(self) -> date:
        """A day of the year, often one at an edge."""
        if self.chance(0.4):
            return self.rnd.choice(EDGES)
        return date(2020, 1, 1) + timedelta(days=self.rnd.randrange(366))

    def _units(self) -> list[Row]:
        """The roster; a unit of a system that reports by itself may have no category."""
        rnd = self.rnd
        found = [
            {
                "unit": unit, "name": unit, "category": rnd.choice(["机关", "站所"]),
                "organ": rnd.choice(["某局", "某办"]), "township": rnd.choice([None, "某镇"]),
                "management": rnd.choice(["单独", "双重"]),
                "system": rnd.choice([None, None, None, "卫健"]),
                "staff": rnd.choice(["1", "2", "3", "7"]), "share": rnd.choice(["1", "0.5", "0.3"]),
            }
            for unit in self.names
        ]  # fmt: skip
        for row in found:
            if row["system"] and self.chance(0.4):
                row |= {"category": None, "management": None}
        return found

    def _change_units(self) -> None:
        """In some cases a unit names predecessors, is founded, abolished, merged or moved within the year.

        By chances of its own, so that the other facts of a seed stay as they are.
        """
        rnd = self.other
        if rnd.random() > 0.3:
            return
        for unit, row in self.units.items():
            if rnd.random() < 0.4:
                row["predecessor"] = "、".join(rnd.sample([*OLD, *self.names], k=rnd.randint(1, 2)))
            if rnd.random() < 0.15:
                row["founded_on"] = str(rnd.choice(EDGES[1:-1]))
            if rnd.random() < 0.2:
                row["abolished_on"] = str(rnd.choice([day for day in EDGES[1:-1] if _after(row, day)]))
                row["merged_into"] = rnd.choice([None, *(other for other in self.names if other != unit)])
            if rnd.random() < 0.3:
                row["changed_on"] = str(rnd.choice(EDGES[1:-1]))
                former = {"former_category": rnd.choice(["机关", "站所"]), "former_organ": rnd.choice(["某局", "某办"])}
                row |= dict([rnd.choice(list(former.items()))])

    def _cycles(self, one: Row) -> list[Row]:
        return self.plan["cycles"][one.get("per", "year")]  # type: ignore[no-any-return]

    def _brings(self, one: Row, unit: str) -> bool:
        return bool(one.get("imported")) and self.units[unit]["system"] == "卫健"

    def _imports(self, one: Row) -> list[Row]:
        """At most one number of each unit that brings its marks."""
        cycle = {"cycle": self._cycles(one)[0]["id"]} if one.get("marks") else {}
        return [
            {"method": one["id"], "unit": unit, "mark": self.rnd.choice(["1", "2", "4.5"])} | cycle
            for unit in self.names if self._brings(one, unit) and self.chance(0.8)
        ]  # fmt: skip

    # ------------------------------------------------------------ leaves

    def _ratings(self, one: Row) -> dict[str, list[Row]]:
        rule = one["ratings"]
        if not rule.get("form") and self.chance(0.4):
            return {"counts": self._counts(one, rule)}
        return {"ratings": self._forms(one, rule) if rule.get("form") else self._one_by_one(one, rule)}

    def _words(self, rule: Row, part: str) -> list[Any]:
        return [*rule[part]] if rule.get(part) else [None]

    def _channel(self, rule: Row) -> Row:
        return {"channel": self.rnd.choice(rule["channels"])["id"]} if rule.get("channels") else {}

    def _counts(self, one: Row, rule: Row) -> list[Row]:
        """Ready counts; in some leaves just as many as few votes are, in some equal shares of unlike numbers."""
        rows, rnd = [], self.rnd
        many = rnd.choice([[0, 1, 2, 3, 29, 30, 31], [10, 0, 19, 20], [1, 2, 3, 6, 9]])
        for unit in self.names:
            for cycle in self._cycles(one):
                for group in self._words(rule, "groups"):
                    for item in self._words(rule, "items"):
                        for level in rule["levels"]:
                            if self.chance(0.55):
                                row = {"method": one["id"], "unit": unit, "level": level, "votes": rnd.choice(many)}
                                row |= {"group": group, "item": item} | self._channel(rule)
                                rows.append(row | self._when(cycle, "counted_on"))
        return rows

    def _when(self, cycle: Row, column: str) -> Row:
        """The cycle a fact names, or its day, or both; a day beyond the window names no cycle."""
        said = self.rnd.choice(["cycle", "cycle", "cycle", "both", "first", "last", "late"])
        row = {"cycle": cycle["id"]} if said in ("cycle", "both") else {}
        day = {"both": cycle["to"], "first": cycle["from"], "last": cycle["to"], "late": "2021-01-01"}.get(said)
        return row | {column: day}

    def _one_by_one(self, one: Row, rule: Row) -> list[Row]:
        rows, rnd = [], self.rnd
        days, marked = [self.day() for _ in range(3)], self.rnd.random() < 0.7
        levels = rnd.choice(
            [
                [*rule["levels"]],
                [*rule["levels"]],
                [level for level, value in rule["levels"].items() if value is None] or [*rule["levels"]],
            ]
        )
        for nth in range(rnd.randint(0, 16)):
            row = {"method": one["id"], "form": rnd.choice([f"{nth}", f"0{nth}", None] if marked else [f"{nth}"])}
            row |= {
                "unit": rnd.choice(self.names),
                "rated_on": f"{rnd.choice(days)} {rnd.choice(['09:00:00', '10:00:00', '23:59:59'])}",
            }
            row |= {
                "respondent": rnd.choice(["p", "q", "r", None]),
                "own": self.chance(0.2),
                "group": rnd.choice(self._words(rule, "groups")),
            }
            for item in self._words(rule, "items"):
                if item is None or self.chance(0.7):
                    rows.append(row | {"item": item, "level": rnd.choice(levels)} | self._channel(rule))
        return rows

    def _forms(self, one: Row, rule: Row) -> list[Row]:
        rows, rnd = [], self.rnd
        first = next(iter(rule["form"].get("exactly") or rule["levels"]))
        others = [level for level in rule["levels"] if level != first]
        days, people = [self.day() for _ in range(2)], rnd.choice([["p", "q", None], ["p", "q"]])
        for nth in range(rnd.randint(0, 8)):
            row = {"method": one["id"], "form": f"{nth + 5}", "respondent": rnd.choice(people)} | self._channel(rule)
            row |= {
                "rated_on": f"{rnd.choice(days)} {rnd.choice(['09:00:00', '00:00:00'])}",
                "group": rnd.choice(self._words(rule, "groups")),
            }
            marked = rnd.sample(self.names, k=rnd.randint(1, len(self.names)))
            for place, unit in enumerate(marked):
                level = first if place == 0 or self.chance(0.15) else rnd.choice(others)
                rows.append(row | {"unit": unit, "level": level, "own": self.chance(0.15)})
        return rows

    def _marks(self, one: Row) -> dict[str, list[Row]]:
        rule, rows, rnd = one["marks"], [], self.rnd
        classes = [*rule.get("markers", {})] or [None]
        full = int(rule["range"][1])
        some = ["0", "1", str(full), str(full // 2), "2.5", "3.33"]
        for unit in self.names:
            for cycle in [] if self._brings(one, unit) else self._cycles(one):
                for kind in classes:
                    for nth in range(rnd.choice([0, 1, 1, 2, 5])):
                        row = {"method": one["id"], "unit": unit, "mark": rnd.choice(some)}
                        unnamed = kind is not None and self.chance(0.3)
                        row |= {
                            "marker": kind if unnamed else f"m{nth}",
                            "group": None if unnamed or len(classes) == 1 else kind,
                        }
                        rows.append(row | self._when(cycle, "given_on"))
        return {"marks": rows}

    def _events(self, one: Row) -> dict[str, list[Row]]:
        rule, rows, rnd = one["events"], [], self.rnd
        days = [self.day() for _ in range(4)]
        for _ in range(rnd.randint(0, 10)):
            self.events += 1
            item = rnd.choice([*rule["items"]])
            said, when = rule["items"][item], rnd.choice(days)
            row = {
                "event": str(self.events + 5),
                "unit": rnd.choice(self.names),
                "item": item,
                "happened_on": str(when),
                "document": "文",
            }
            row |= {"status": rnd.choice(["confirmed"] * 5 + ["proposed", "upheld", "withdrawn", "objected"])}
            row |= {
                "times": rnd.choice([1, 1, None, 2, 3]),
                "points": rnd.choice(["-3", "-4", "-5"]) if isinstance(said.get("points"), list) else None,
            }
            row |= {"factors": [name for name in said.get("factors", {}) if self.chance(0.4)]}
            row |= {
                "deed": rnd.choice([None, "d1", "d2"]),
                "signed_on": rnd.choice([None, str(when)]),
            } | self._answered(when)
            rows.append(row)
        return {"events": rows}

    def _answered(self, when: date) -> Row:
        """Opened before it happened; answered on the last day, a day later, or not."""
        opened = when - timedelta(days=3)
        after = self.rnd.choice([None, None, 3, 5, 6, 31, 40, 41])
        if opened.year != 2020:
            opened = date(2020, 1, 2)
        return {
            "opened_on": str(opened),
            "extended": self.chance(0.3),
            "closed_on": after and str(opened + timedelta(days=after)),
        }

    def _measures(self, one: Row) -> dict[str, list[Row]]:
        rows, rnd = [], self.rnd
        for unit in self.names:
            for cycle in self._cycles(one):
                for _ in range(rnd.choice([0, 1, 1, 1, 2])):
                    row = {
                        "method": one["id"],
                        "unit": unit,
                        "numerator": rnd.choice(["1", "2", "3", "0.5", "0", "-1"]),
                    }
                    rows.append(row | {"denominator": rnd.choice(["3", "6", "4"])} | self._when(cycle, "measured_on"))
        return {"measures": rows}

    # ------------------------------------------------------------ beside the leaves

    def _lists(self) -> list[str]:
        return [one["id"] for part in ("shortlists", "lists") for one in self.plan[part]]

    def _history(self) -> list[Row]:
        share = self.rnd.choice([0.1, 0.1, 0.5])
        rows: list[Row] = [
            {"year": year, "unit": unit, "list": name}
            for year in (2018, 2019) for unit in self.names for name in self._lists() if self.chance(share)
        ]  # fmt: skip
        if any(row.get("predecessor") for row in self.units.values()):
            rows += [
                {"year": year, "unit": unit, "list": name}
                for year in (2018, 2019) for unit in OLD for name in self._lists() if self.other.random() < 0.6
            ]  # fmt: skip
            rows = [row | ({"listed_as": "旧"} if self.other.random() < 0.1 else {}) for row in rows]
        return rows

    def _grades(self) -> list[Row]:
        return [
            {"organ": organ, "grade": self.rnd.choice(["优秀", "合格"])}
            for organ in ("某局", "某办")
            if self.chance(0.8)
        ]

    def _lots(self) -> list[Row]:
        return [
            {"standing": one["id"], "seed": "314", "drawn_on": "2020-11-20", "document": "记录"}
            for one in self.plan["standings"] if self.chance(0.5)
        ]  # fmt: skip

    def _decisions(self) -> list[Row]:
        rows = []
        for name in self._lists():
            if self.chance(0.15):
                row = {
                    "list": name,
                    "decided_on": "2020-11-05",
                    "decided_by": "会",
                    "document": "纪要",
                    "proposed": True,
                }
                chosen = [(unit, self.chance(0.6)) for unit in self.names if self.chance(0.8)]
                rows += [row | {"unit": unit, "decided": on} for unit, on in chosen if on or len(chosen) > 1]
        return rows


def _after(row: Row, day: date) -> bool:
    """Whether a unit may be abolished on a day."""
    return not row.get("founded_on") or str(day) >= row["founded_on"]
