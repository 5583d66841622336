"""What somebody wants to record → a decision, or everything that is wrong with it at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pingyi.common.faults import Fault, Faults, nearest
from pingyi.facts.as_of_date import first_day, last_day
from pingyi.facts.intake.persons import find_numbers, mask_numbers
from pingyi.facts.intake.row_rules import decision_days
from pingyi.plan import ListRule, Plan

WHERE = "名单决定"
EMPTY = (
    "按 {day} 为止的数据，提出的名单没有单位，也没有调入的，没有可登记的；"
    "不写日期的汇总数据要到周期结束才算已知，可补上日期，或把 --on、--as-of 写到那一天以后"
)
CHANGE = "应写作 单位=理由，如 0101=经核查投诉属实"


class DecisionFaults(Faults):
    """A decision cannot be recorded; nothing was written."""

    exit_code = 13
    ending = "没有登记"


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision as the command line names it. add, remove: `单位=理由`. as_of: the day of the proposal."""

    list: str
    on: date
    by: str
    document: str
    as_of: date | None = None
    add: Sequence[str] = ()
    remove: Sequence[str] = ()

    @property
    def known_on(self) -> date:
        """The day up to which facts make the proposal."""
        return self.as_of or self.on


@dataclass(frozen=True, slots=True)
class Decision:
    """A list as it is decided. proposed: its units in their order; added, removed: unit → why."""

    asked: Asked
    rule: ListRule
    proposed: tuple[str, ...]
    added: Mapping[str, str]
    removed: Mapping[str, str]

    @property
    def decided(self) -> tuple[str, ...]:
        """The units of the decided list: those of the proposal that stay, then those added."""
        return (*(unit for unit in self.proposed if unit not in self.removed), *self.added)


def named_list(plan: Plan, asked: Asked) -> ListRule:
    """The list meant, with everything else that can be told from the plan alone. Raises: DecisionFaults."""
    rules = {name: rule for rule in plan.every_list for name in (rule.title, rule.id)}
    faults = [*_list(rules, asked), *_days(plan, asked), *_texts(asked)]
    if faults:
        raise DecisionFaults(faults)
    return rules[asked.list]


def _list(rules: Mapping[str, ListRule], asked: Asked) -> Iterator[Fault]:
    if asked.list not in rules:
        near = nearest(asked.list, rules)
        known = "" if near else f"，有的是 {'、'.join(dict.fromkeys(rule.title for rule in rules.values()))}"
        yield Fault(WHERE, "名单", asked.list, f"方案中没有这份名单{known}", near)


def _days(plan: Plan, asked: Asked) -> Iterator[Fault]:
    for option, day in (("--on", asked.on), ("--as-of", asked.as_of)):
        if day is not None and not first_day(plan) <= day <= last_day(plan):
            yield Fault(WHERE, option, str(day), decision_days(plan))
    if asked.known_on > asked.on:
        yield Fault(WHERE, "--as-of", str(asked.as_of), f"应不晚于决定日期 {asked.on}")


def _texts(asked: Asked) -> Iterator[Fault]:
    for option, text in (("--by", asked.by), ("--document", asked.document)):
        if not text.strip():
            yield Fault(WHERE, option, "", "不能为空")
    texts = [("--by", asked.by), ("--document", asked.document)]
    texts += [("--add", one) for one in asked.add] + [("--remove", one) for one in asked.remove]
    for option, text in texts:
        if find_numbers(text):
            yield Fault(WHERE, option, mask_numbers(text), "不得写电话号码、身份证号")
        if len(text.splitlines()) > 1:
            yield Fault(WHERE, option, text.splitlines()[0], "应只有一行")


def decision(asked: Asked, rule: ListRule, proposed: Sequence[str], names: Mapping[str, str]) -> Decision:
    """The decision on a proposal. names: of every unit of the roster. Raises: DecisionFaults."""
    changes = _Changes(names, proposed)
    added = changes.read("--add", asked.add, lambda unit: unit not in proposed, "提出的名单上已有，不用调入")
    removed = changes.read("--remove", asked.remove, lambda unit: unit in proposed, "提出的名单上没有，无从调出")
    if not (changes.faults or proposed or added):
        changes.faults.append(Fault(WHERE, "名单", rule.title, EMPTY.format(day=asked.known_on)))
    if changes.faults:
        raise DecisionFaults(changes.faults)
    return Decision(asked, rule, tuple(proposed), added, removed)


class _Changes:
    """Reads `单位=理由` and notes what is wrong."""

    def __init__(self, names: Mapping[str, str], proposed: Sequence[str]) -> None:
        self.names, self.proposed, self.faults = names, proposed, list[Fault]()

    def read(self, option: str, texts: Sequence[str], fits: Callable[[str], bool], unfit: str) -> dict[str, str]:
        """Unit → why, of those without a fault."""
        read: dict[str, str] = {}
        for text in texts:
            word, _, why = (part.strip() for part in text.partition("="))
            unit = self._unit(word)
            wanted = self._wrong(unit, why, read, fits, unfit)
            if wanted or unit is None:
                near = nearest(word, [*self.names, *self.names.values()]) if unit is None else ""
                self.faults.append(Fault(WHERE, option, text, wanted, near))
            else:
                read[unit] = why
        return read

    def _unit(self, word: str) -> str | None:
        """The unit of this id, or of a name that only one unit has."""
        same = [unit for unit, name in self.names.items() if name == word]
        return word if word in self.names else same[0] if len(same) == 1 else None

    def _wrong(
        self, unit: str | None, why: str, read: Mapping[str, str], fits: Callable[[str], bool], unfit: str
    ) -> str:
        """What should be otherwise; nothing where all is well."""
        if not why:
            return f"缺少理由，{CHANGE}"
        if unit is None:
            return "名录中没有（或有几个单位叫这个名称，请写编号）"
        if unit in read:
            return "同一个单位写了两次"
        return "" if fits(unit) else unfit
