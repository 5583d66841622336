"""Where a unit stands: its place in each standing, and its verdict for each list."""

from decimal import Decimal

from pingyi.common import wording
from pingyi.explain import met
from pingyi.explain.parts import Placing, Verdict
from pingyi.explain.tables import Row, Tables
from pingyi.plan import ListRule
from pingyi.plan.ranking import Standing, VotesTie, When
from pingyi.results.list_states import UNDECIDED, ListState


def placings(tables: Tables, unit: str) -> list[Placing]:
    """The unit's place in each standing that looks at it."""
    found = [_placing(tables, one, unit) for one in tables.plan.standings]
    return [one for one in found if one is not None]


def _placing(tables: Tables, one: Standing, unit: str) -> Placing | None:
    row, reason = tables.totals.get((one.id, unit)), tables.unranked.get((one.id, unit))
    if row is None:
        return Placing(one.id, one.title, None, 0, None, wording.flags(reason)) if reason else None
    sure = tables.ranges.get((one.id, unit), {})
    apart = sum(standing == one.id for standing, _ in tables.ranked) > 1
    return Placing(
        one.id,
        f"{one.title}（{_group(tables, row['grp'])}）" if apart and row["grp"] else one.title,
        row["place"],
        tables.ranked[one.id, row["grp"]],
        row["total"],
        decided(tables, one, row),
        sure.get("low"),
        sure.get("high"),
        held=bool(sure) and sure["low"] is None,
        full=tables.scope.get((one.of, unit), {}).get("full_marks"),
    )


def _group(tables: Tables, group: str) -> str:
    """What people call a group that is ranked, or has places, of its own."""
    return tables.plan.units.systems.get(group, group)


def decided(tables: Tables, standing: Standing, row: Row) -> str:
    """What separates the unit of a row from others of the same total. row: of `totals`, or of a list's pool."""
    keys, by = [tables.plan.tie_title(tie) for tie in standing.keys], row["decided_by"]
    if by != "tie_keys" or not keys:
        return wording.named(by, wording.DECIDED)
    settled = [tables.plan.tie_title(tie) for tie in settling(tables, standing, row)]
    which = f"，由{'、'.join(settled)}分出" if settled and settled != keys else ""
    return f"总分相同，依次比较{'、'.join(keys)}定先后{which}"


def settling(tables: Tables, standing: Standing, row: Row) -> list[str | VotesTie]:
    """Which of the standing's keys tell the unit from the others of its total and group: for each the first."""
    alike = [
        other
        for other in tables.totals.values()
        if (other["standing"], other["total"]) == (standing.id, row["total"]) and other["unit"] != row["unit"]
    ]
    mine = tables.totals[standing.id, row["unit"]]
    found = [
        next(
            (tie for tie in standing.keys if _key(tables, standing, tie, other) != _key(tables, standing, tie, mine)),
            None,
        )
        for other in alike
        if other["grp"] == mine["grp"]
    ]
    return [tie for tie in standing.keys if tie in found]


def _key(tables: Tables, standing: Standing, tie: str | VotesTie, row: Row) -> Decimal | int | None:
    """What a tie-breaker compares; None where the unit has no value."""
    if isinstance(tie, VotesTie):
        votes = {
            level: n
            for (one, unit, level), n in tables.level_votes.items()
            if (one, unit) == (standing.id, row["unit"])
        }
        return votes.get(tie.votes, 0) if votes else None
    marks = tables.marks.get((tie, row["unit"]))
    return marks["marks"] if marks else None


def verdicts(tables: Tables, unit: str) -> list[Verdict]:
    """Where the unit stands towards every list, shortlists first."""
    return [_verdict(tables, rule, unit) for rule in tables.plan.every_list]


def _verdict(tables: Tables, rule: ListRule, unit: str) -> Verdict:
    key = (rule.id, unit)
    entry, pool = tables.entries.get(key), tables.pools.get(key)
    margin = tables.margins[key]["margin"] if key in tables.margins else None
    state = tables.list_states.get(rule.id, UNDECIDED)
    if state.decided:
        return _settled(tables, rule, unit, state)
    if entry is not None:
        why = _listed(tables, rule, entry, margin)
    elif pool is not None and key in tables.spared and _in_range(pool):
        why = f"{wording.SPARED}：{_failed(tables, rule, rule.provided, unit)}"
    elif pool is not None:
        why = _left_out(tables, rule, pool, margin)
    else:
        why = _not_there(tables, rule, unit)
    redrawn = tables.ranges.get((rule.by, unit), {}).get("low") is not None
    never = Decimal(0) if pool and redrawn else None
    share = tables.chances[key]["share"] if key in tables.chances else never
    return Verdict(rule.id, rule.title, rule.clause, bool(entry), entry["place"] if entry else None, margin, why, share)


def _settled(tables: Tables, rule: ListRule, unit: str, state: ListState) -> Verdict:
    """Where the unit stands towards a decided list: as decided, whatever came to be known later."""
    key = (rule.id, unit)
    entry, row = tables.entries.get(key), tables.decisions.get(key)
    proposed = bool(row and row["proposed"])
    said = f"提出时{'有' if proposed else '没有'}" + (f"，{row['why']}" if row and proposed != row["decided"] else "")
    now, listed = key in tables.proposals, entry is not None
    would = f"按后来的数据{'会' if now else '不会'}提出，决定不变" if now != proposed else "后来的数据没有改变这一点"
    place = entry["place"] if entry else None
    return Verdict(
        *(rule.id, rule.title, rule.clause, listed, place, None, state.how),
        state=state,
        inside=f"{said}；{would}",
    )


def _standing(tables: Tables, rule: ListRule) -> Standing:
    return next(one for one in tables.plan.standings if one.id == rule.by)


def _in_range(pool: Row) -> bool:
    """Whether its place alone would put the unit on the list."""
    return pool["direct"] or (pool["overall"] is not None and (pool["seats"] is None or pool["nth"] <= pool["seats"]))


def _listed(tables: Tables, rule: ListRule, entry: Row, margin: Decimal | None) -> str:
    if entry["direct"] and rule.also:
        ago = "上年度" if rule.also.years_ago == 1 else f"{rule.also.years_ago} 年前"
        return f"{ago}列入{_title(tables, rule.also.listed)}，直接进入"
    held = [one for when in (rule.when, rule.provided) for one in _looked_at(tables, rule, when, entry["unit"])]
    said = [_ahead(tables, rule, entry, margin), f"符合条件：{met.told(held)}" if held else ""]
    return "；".join(filter(None, said)) or "能参加的单位都列入"


def _ahead(tables: Tables, rule: ListRule, entry: Row, margin: Decimal | None) -> str:
    if margin is None:
        return ""
    if margin == 0:
        return f"与未列入的第一个单位总分相同，{_tie(tables, rule, entry)}"
    better = "低" if rule.side == "bottom" else "高"
    return f"比未列入的第一个单位{better} {wording.shown(abs(margin))} 分"


def _looked_at(tables: Tables, rule: ListRule, when: When, unit: str) -> list[met.Condition]:
    """A condition of a list asks for the place on the list as it was drawn."""
    drawn = tables.drawn.get((rule.id, unit))
    return met.looked_at(tables, when, unit, drawn["place"] if drawn else None, rule.id)


def _failed(tables: Tables, rule: ListRule, when: When, unit: str) -> str:
    """The conditions that the unit does not meet, with what it has."""
    return met.told([one for one in _looked_at(tables, rule, when, unit) if not one.holds])


def _tie(tables: Tables, rule: ListRule, row: Row) -> str:
    return decided(tables, _standing(tables, rule), row).removeprefix("总分相同，") or "名次在前"


def _left_out(tables: Tables, rule: ListRule, pool: Row, margin: Decimal | None) -> str:
    side = "从低到高" if rule.side == "bottom" else "从高到低"
    group = f"{_group(tables, pool['grp'])}中" if pool["grp"] else ""
    if pool["overall"] is None:
        return wording.flags(tables.unranked.get((rule.by, str(pool["unit"])))) or "没有名次"
    seats = "" if pool["seats"] is None else f"，名额 {pool['seats']} 个"
    start = f"{group}{side}排第 {pool['nth']}{seats}"
    if margin is None:
        return start
    if margin == 0:
        return f"{start}，与列入的最后一个单位总分相同，{_tie(tables, rule, pool)}"
    gap = "高" if rule.side == "bottom" else "低"
    return f"{start}，比列入的最后一个单位{gap} {wording.shown(abs(margin))} 分"


def _not_there(tables: Tables, rule: ListRule, unit: str) -> str:
    """Why the unit could not enter at all."""
    if absent := wording.absence(tables.roster[unit]):
        return absent
    if rule.good and unit in tables.vetoed:
        return "一票否决，不进入本名单"
    for other in rule.leave_out_direct_of:
        if tables.entries.get((other, unit), {}).get("direct"):
            return f"已直接进入{_title(tables, other)}，不进本名单"
    sources = [name for name in rule.pool if name != "units"]
    if sources and len(sources) == len(rule.pool) and not any((name, unit) in tables.entries for name in sources):
        return f"不在{'、'.join(_title(tables, name) for name in sources)}之列"
    if (rule.id, unit) in tables.unmet:
        return f"不符合本名单的条件：{_failed(tables, rule, rule.when, unit)}"
    return wording.flags(tables.unranked.get((rule.by, unit))) or "没有名次"


def _title(tables: Tables, name: str) -> str:
    return next((rule.title for rule in tables.plan.every_list if rule.id == name), name)
