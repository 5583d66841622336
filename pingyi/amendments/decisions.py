"""A list decided: what the facts of a day propose, what is decided otherwise and why, and the fact that records it."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from pingyi.common import paths, wording
from pingyi.common.codebook import codebook
from pingyi.common.faults import CheckFailed, Fault, Faults, nearest
from pingyi.common.files import held, replace_whole
from pingyi.common.spreadsheet_safe import guard
from pingyi.facts.as_of_date import first_day, last_day
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.facts.intake.file_formats import decode_text
from pingyi.facts.intake.folder import look
from pingyi.facts.intake.layout import known_heads, plain_head
from pingyi.facts.intake.persons import find_numbers, mask_numbers
from pingyi.facts.intake.row_rules import decision_days
from pingyi.plan import ListRule, Plan
from pingyi.plan.reader import read_plan
from pingyi.results.list_states import ListState
from pingyi.results.result_tables import ResultTables
from pingyi.scenarios.difference import compare_results, score_facts
from pingyi.scenarios.difference_report import describe_difference
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES

TABLE = "decisions"
WHERE = "名单决定"
NAMED = 40
"""Units that a sentence names; more are counted."""

BOM = "\ufeff"
"""By which Excel knows UTF-8."""

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

    @property
    def state(self) -> ListState:
        """The list as it will stand."""
        return ListState(self.on, self.by.strip(), self.document.strip())


@dataclass(frozen=True, slots=True)
class Proposal:
    """A list as proposed. rows: unit, place on the list and total (分; none of a unit without), in the list's order.

    open: further lists that it is drawn from and that nobody has decided. waiting: what must still be decided of it.
    barred: unit → why no good list may hold it.
    """

    rows: Sequence[tuple[str, int, Decimal | None]]
    open: Sequence[str]
    waiting: Sequence[str]
    barred: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """A list as it is decided. proposed: its units in their order; added, removed: unit → why."""

    asked: Asked
    rule: ListRule
    proposed: Sequence[str]
    added: Mapping[str, str]
    removed: Mapping[str, str]

    @property
    def decided(self) -> tuple[str, ...]:
        """The units of the decided list: those of the proposal that stay, then those added."""
        return (*(unit for unit in self.proposed if unit not in self.removed), *self.added)


def tell_decided(campaign: str, asked: Asked, *, confirmed: bool) -> Iterator[str]:
    """Lines on a list as proposed, what is decided otherwise, and what that moves; recorded only where confirmed.

    Raises: DecisionFaults with everything that is wrong, FactsRefused, CheckFailed.
    """
    plan = read_plan(paths.plan_file(campaign))
    rule = _rule_asked_for(plan, asked)
    facts = campaign_facts(campaign, plan).tables
    _refuse_decided(facts[TABLE], rule)
    names = wording.units_apart(facts["units"].select("unit", "name", "organ").cast(pl.String).iter_rows())
    proposal = _propose_list(campaign, plan, rule, asked.known_on)
    decision = _decide_otherwise(asked, rule, [unit for unit, _, _ in proposal.rows], names)
    yield from _describe_proposal(decision, proposal, names)
    yield from _describe_decision(decision, names)
    yield from (f"提示：{one}。" for one in _hints_on(decision, proposal, names))
    moved = compare_results(score_facts(plan, facts), score_facts(plan, _with_decision(facts, decision)))
    yield "登记这个决定后，与现在相比："
    yield from (f"  {one}" for one in describe_difference(moved))
    if not confirmed:
        yield "没有登记。核对无误后，加 --yes 再执行一次。"
        return
    path = _record_decision(paths.facts_folder(campaign), decision)
    yield f"已登记到 {paths.shown(path).as_posix()}，{len({*decision.proposed, *decision.decided})} 行。"
    yield "从下一次 pingyi run 起，这份名单按决定计算，以后的数据不再改变它。"


# What somebody wants to record, or everything that is wrong with it at once.


def _rule_asked_for(plan: Plan, asked: Asked) -> ListRule:
    """The list meant, with everything else that can be told from the plan alone. Raises: DecisionFaults."""
    rules = {name: rule for rule in plan.every_list for name in (rule.title, rule.id)}
    faults = [*_faults_of_list(rules, asked), *_faults_of_days(plan, asked), *_faults_of_texts(asked)]
    if faults:
        raise DecisionFaults(faults)
    return rules[asked.list]


def _faults_of_list(rules: Mapping[str, ListRule], asked: Asked) -> Iterator[Fault]:
    if asked.list not in rules:
        near = nearest(asked.list, rules)
        known = "" if near else f"，有的是 {'、'.join(dict.fromkeys(rule.title for rule in rules.values()))}"
        yield Fault(WHERE, "名单", asked.list, f"方案中没有这份名单{known}", near)


def _faults_of_days(plan: Plan, asked: Asked) -> Iterator[Fault]:
    for option, day in (("--on", asked.on), ("--as-of", asked.as_of)):
        if day is not None and not first_day(plan) <= day <= last_day(plan):
            yield Fault(WHERE, option, str(day), decision_days(plan))
    if asked.known_on > asked.on:
        yield Fault(WHERE, "--as-of", str(asked.as_of), f"应不晚于决定日期 {asked.on}")


def _faults_of_texts(asked: Asked) -> Iterator[Fault]:
    texts = [("--by", asked.by), ("--document", asked.document)]
    yield from (Fault(WHERE, option, "", "不能为空") for option, text in texts if not text.strip())
    texts += [("--add", one) for one in asked.add] + [("--remove", one) for one in asked.remove]
    for option, text in texts:
        if find_numbers(text):
            yield Fault(WHERE, option, mask_numbers(text), "不得写电话号码、身份证号")
        if len(text.splitlines()) > 1:
            yield Fault(WHERE, option, text.splitlines()[0], "应只有一行")


def _refuse_decided(decisions: pl.DataFrame, rule: ListRule) -> None:
    """Raises: DecisionFaults where the list is decided already."""
    for row in decisions.filter(pl.col("list").cast(pl.String) == rule.id).iter_rows(named=True):
        state = ListState(row["decided_on"], row["decided_by"] or "", row["document"] or "")
        where = f"{row['source']} 第 {row['row']} 行"
        wanted = f"{state.text}（{where}）；一份名单只决定一次，记错了的用 pingyi correct 更正"
        raise DecisionFaults([Fault(WHERE, "名单", rule.title, wanted)])


def _decide_otherwise(asked: Asked, rule: ListRule, proposed: Sequence[str], names: Mapping[str, str]) -> Decision:
    """The decision on a proposal. names: of every unit of the roster. Raises: DecisionFaults."""
    faults: list[Fault] = []
    new = [unit for unit in names if unit not in proposed]
    added = _read_changes("--add", asked.add, names, new, "提出的名单上已有，不用调入", faults)
    removed = _read_changes("--remove", asked.remove, names, proposed, "提出的名单上没有，无从调出", faults)
    if not (faults or proposed or added):
        faults.append(Fault(WHERE, "名单", rule.title, EMPTY.format(day=asked.known_on)))
    if faults:
        raise DecisionFaults(faults)
    return Decision(asked, rule, proposed, added, removed)


def _read_changes(
    option: str,
    texts: Sequence[str],
    names: Mapping[str, str],
    fitting: Collection[str],
    unfit: str,
    faults: list[Fault],
) -> dict[str, str]:
    """Unit → why, of those without a fault. fitting: units that may be changed so; unfit: what to say of others."""
    read: dict[str, str] = {}
    for text in texts:
        word, _, why = (part.strip() for part in text.partition("="))
        same = [word] if word in names else [unit for unit, name in names.items() if name == word]
        unit = same[0] if len(same) == 1 else None
        if unit is None:
            wanted = "名录中没有（或有几个单位叫这个名称，请写编号）"
        elif unit in read:
            wanted = "同一个单位写了两次"
        else:
            wanted = "" if unit in fitting else unfit
        wanted = wanted if why else f"缺少理由，{CHANGE}"
        if wanted or unit is None:
            near = nearest(word, [*names, *names.values()]) if unit is None else ""
            faults.append(Fault(WHERE, option, text, wanted, near))
        else:
            read[unit] = why
    return read


# The list as the facts known on a day give it: what is laid before those who decide.


def _propose_list(campaign: str, plan: Plan, rule: ListRule, day: date) -> Proposal:
    """The list by what had happened and was corrected by a day: what lay before those who decided.

    Raises: FactsRefused, CheckFailed.
    """
    facts = campaign_facts(campaign, plan, as_of=day, known_on=day).tables
    with closing(Review.begin(plan, facts, as_of=day)) as review:
        results = ResultTables(review.through(STAGES[-1]))
        entries = results.published("list_entries").filter(pl.col("list") == rule.id).sort("place", "unit")
        pool = [other for name in rule.pool for other in plan.every_list if other.id == name]
        return Proposal(
            entries.select("unit", "place", "total").rows(),
            [other.title for other in results.undecided_of(pool)],
            _open_ties(results, rule),
            dict(_barred_units(results)),
        )


def _open_ties(results: ResultTables, rule: ListRule) -> list[str]:
    """Ties at the standing of the list, or on it, that no lot has settled."""
    notices = results.published("faults").filter(severity="decision", kind="tie_open")
    here = notices.filter(pl.col("where").is_in([rule.by, rule.id]))
    return list(dict.fromkeys(str(one) for one in here["found"].drop_nulls()))


def _barred_units(results: ResultTables) -> Iterator[tuple[str, str]]:
    yield from ((unit, wording.absence(row)) for unit, row in results.roster.items() if row["absent"])
    yield from ((str(row["unit"]), "被一票否决") for row in results.rows("vetoed"))


def proposed_cells(plan: Plan, facts: Mapping[str, pl.DataFrame]) -> list[dict[str, str]]:
    """The rows of the form of decisions, for each list that nobody has decided: what the facts so far propose.

    None where the facts cannot be scored yet.
    """
    with closing(Review.begin(plan, facts)) as review:
        try:
            results = ResultTables(review.through(STAGES[-1]))
        except CheckFailed:
            return []
        undecided = results.undecided_of(plan.every_list)
        entries = results.published("list_entries").sort("place", "unit")
    return [
        {"list": rule.title, "unit": unit, "proposed": "是", "decided_by": rule.decided.by if rule.decided else ""}
        for rule in undecided
        for unit in entries.filter(pl.col("list") == rule.id)["unit"]
    ]


# In words.


def _describe_proposal(decision: Decision, proposal: Proposal, names: Mapping[str, str]) -> Iterator[str]:
    """The list as proposed, a unit a line."""
    start = f"{decision.rule.title}：按 {decision.asked.known_on} 为止的数据，提出"
    yield f"{start} {len(proposal.rows)} 个单位：" if proposal.rows else f"{start}的名单没有单位。"
    for unit, place, total in proposal.rows:
        marks = f"{wording.shown(total)} 分" if total is not None else "没有得分"
        yield f"  第 {place}　{unit} {names[unit]}　{marks}"


def _describe_decision(decision: Decision, names: Mapping[str, str]) -> Iterator[str]:
    """What is decided otherwise and why, then the decided list."""
    changes = [("调入", unit, why) for unit, why in decision.added.items()]
    changes += [("调出", unit, why) for unit, why in decision.removed.items()]
    yield f"决定与提出不同的 {len(changes)} 处：" if changes else "决定与提出相同。"
    yield from (f"  {what}　{unit} {names[unit]}：{why}" for what, unit, why in changes)
    units = wording.joined((names[unit] for unit in decision.decided), NAMED)
    who = decision.asked.state.text.removeprefix("已")
    yield f"{who}。决定的名单共 {len(decision.decided)} 个单位{f'：{units}' if units else ''}。"


def _hints_on(decision: Decision, proposal: Proposal, names: Mapping[str, str]) -> Iterator[str]:
    """What those who decide should know; nothing of it forbids."""
    rule, asked = decision.rule, decision.asked
    if proposal.open:
        yield f"{rule.title}从{'、'.join(proposal.open)}中产生，那份名单还是拟定"
    if proposal.waiting:
        yield f"还有同分有待公开抽签：{'；'.join(proposal.waiting)}"
    for unit in decision.decided if rule.good else ():
        if unit in proposal.barred:
            yield f"{names[unit]}{proposal.barred[unit]}，按方案不进这份名单"
    if rule.decided and rule.decided.by != asked.by.strip():
        yield f"方案写明由{rule.decided.by}决定，这里写的是{asked.by.strip()}"
    if rule.decided and rule.decided.due and rule.decided.due < asked.on:
        yield f"方案写明应在 {rule.decided.due} 前决定"


# The rows of the fact table, and the file of facts that they are added to: whole or not at all.


def _decision_cells(decision: Decision) -> list[dict[str, str]]:
    """A row for each unit proposed or decided, as a file writes it."""
    state, decided, whys = decision.asked.state, set(decision.decided), {**decision.added, **decision.removed}
    said = {"decided_on": str(state.decided_on), "decided_by": state.decided_by, "document": state.document}
    return [
        {"list": decision.rule.id, "unit": unit, "proposed": _yes_no(unit in decision.proposed)}
        | {"decided": _yes_no(unit in decided), "why": whys.get(unit, "")}
        | said
        for unit in (*decision.proposed, *decision.added)
    ]


def _yes_no(holds: bool) -> str:
    return "是" if holds else "否"


def _with_decision(facts: Mapping[str, pl.DataFrame], decision: Decision) -> dict[str, pl.DataFrame]:
    """The facts as they will be once the decision is recorded."""
    earlier = facts[TABLE]
    typed = [
        row
        | {"decided_on": decision.asked.on, "why": row["why"] or None}
        | {name: row[name] == _yes_no(True) for name in ("proposed", "decided")}
        for row in _decision_cells(decision)
    ]
    schema = {name: earlier.schema[name] for name in typed[0]}
    return {**facts, TABLE: pl.concat([earlier, pl.DataFrame(typed).cast(schema)], how="diagonal")}  # type: ignore[arg-type]


def _record_decision(folder: Path, decision: Decision) -> Path:
    """Add a decision to the campaign's file of decisions; the file. Raises: DecisionFaults."""
    path = _file_to_add_to(folder)

    def refuse(holder: str) -> DecisionFaults:
        return DecisionFaults([Fault(WHERE, "登记", "", f"另一个程序（编号 {holder}）正在登记，请稍后再试")])

    with held(path.with_name(f".{path.name}.lock"), refuse):
        replace_whole(path, _text_with_rows(path, decision).encode())
    return path


def _file_to_add_to(folder: Path) -> Path:
    """The file to add to: the one there is, else a new one. Raises: DecisionFaults where it is no CSV."""
    files = look(folder, codebook().facts.values()).files.get(TABLE, [])
    own = [one for one in files if one.stem == TABLE] or files
    home = own[0].parent if own else folder
    if not own or home != folder:
        return next((one for one in own if one.suffix.lower() == ".csv"), home / f"{TABLE}.csv")
    if own[0].suffix.lower() != ".csv":
        title = codebook().facts[TABLE].title
        wanted = f"{title}是这个文件，不是 CSV，不能往里添加；请先建文件夹 {TABLE}，把它移进去，再登记"
        raise DecisionFaults([Fault(WHERE, "数据文件", own[0].as_posix(), wanted)])
    return own[0]


def _text_with_rows(path: Path, decision: Decision) -> str:
    """The text of the file with the decision's rows below it. Raises: DecisionFaults."""
    table, added = codebook().facts[TABLE], _decision_cells(decision)
    before = decode_text(path.read_bytes()) if path.exists() else ",".join(one.head for one in table.columns) + "\n"
    rows = [row for row in csv.reader(io.StringIO(before)) if any(row)]
    known = known_heads(table)
    heads = [known[plain_head(one)].name if plain_head(one) in known else "" for one in (rows[0] if rows else [])]
    _refuse_file(path, heads, rows, decision)
    end = "\r\n" if "\r\n" in before else "\n"
    below = io.StringIO()
    csv.writer(below, lineterminator=end).writerows([[guard(row.get(name, "")) for name in heads] for row in added])
    return BOM + before.rstrip("\r\n") + end + below.getvalue()


def _refuse_file(path: Path, heads: list[str], rows: list[list[str]], decision: Decision) -> None:
    """Raises: DecisionFaults where rows cannot be added under these heads, or the list was decided meanwhile."""
    missing = [one.head for one in codebook().facts[TABLE].columns if one.name not in heads]
    if missing:
        wanted = f"第一行应是表头，缺少 {'、'.join(missing)}；请补上再登记"
        raise DecisionFaults([Fault(WHERE, "数据文件", path.as_posix(), wanted)])
    at = heads.index("list")
    if any(at < len(row) and row[at].strip() in (decision.rule.id, decision.rule.title) for row in rows[1:]):
        raise DecisionFaults(
            [Fault(WHERE, "名单", decision.rule.title, "已有决定，刚由别人登记；请先用 pingyi check 核对")]
        )
