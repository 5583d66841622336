"""What a notice of results may tell everybody: by which document, who took part, and how marks came about."""

import polars as pl

from pingyi.common import wording
from pingyi.office.issue import chinese, stretch
from pingyi.plan import Component, ListRule
from pingyi.plan.base import ELSE, Named
from pingyi.plan.results import Standing
from pingyi.report.book import Book
from pingyi.report.rating_sections import describe_counted, judged_forms
from pingyi.results.list_states import PROPOSED


def opening(book: Book, office: str) -> str:
    """The first paragraph: what was done by which document, and when."""
    campaign = book.plan.campaign
    when = f"，评议时间为{stretch(*book.period)}" if book.period else ""
    upto = f"截至{chinese(book.day)}的情况" if book.early else "有关情况" if campaign.confidential else "结果"
    upto = f"{PROPOSED}{upto}" if upto == "结果" and book.undecided else upto
    return (
        f"根据{campaign.document}（{chinese(campaign.issued)}印发），{office}组织开展了{campaign.title}{when}。"
        f"现将{upto}通报如下。"
    )


def organised(book: Book) -> list[str]:
    """Who took part, in which phases, and how much was said."""
    rated = [one for one in (book.rated, book.ballots) if one]
    counted = ["".join(describe_counted(book, one) for one in rated).replace(" ", "")] if rated else []
    return [_who(book), *_phases(book), *counted, *_forms(book)]


def _who(book: Book) -> str:
    roster = book.frame("roster")
    absent, organs = roster["absent"].drop_nulls().to_list(), roster["organ"].n_unique()
    whose = f"，属{organs}个{book.organ_head}" if book.organs_tell else ""
    kinds = _kinds(book, roster)
    told = f"；按类别分，{'、'.join(f'{kind}{number}个' for kind, number in kinds)}" if len(kinds) > 1 else ""
    why = "，".join(f"{said}{absent.count(name)}个" for name, said in wording.ABSENT.items() if name in absent)
    taking = f"其中{why}，参加评议{roster.height - len(absent)}个。" if absent else "全部参加评议。"
    return f"列入名录的单位{roster.height}个{whose}{told}。{taking}"


def _kinds(book: Book, roster: pl.DataFrame) -> list[tuple[str, int]]:
    """Units by category, or by the system that reviews them itself; in the order of the plan."""
    system = pl.col("system").replace_strict(book.plan.units.systems, default=None, return_dtype=pl.String)
    kind = pl.coalesce(pl.col("category"), system, pl.lit("其他")).alias("kind")
    counts = dict(roster.group_by(kind).len().sort("kind").rows())
    order = dict.fromkeys([*book.plan.units.categories, *book.plan.units.systems.values(), *counts])
    return [(kind, counts[kind]) for kind in order if kind in counts]


def _phases(book: Book) -> list[str]:
    phases = book.plan.calendar
    told = "；".join(f"{one.title}，{stretch(one.start, one.end)}" for one in phases)
    return [f"评议分{len(phases)}个阶段：{told}。"] if len(phases) > 1 else []


def _forms(book: Book) -> list[str]:
    """Forms that are judged as a whole: how many were valid."""
    found = judged_forms(book)
    return [_judged(book, id, rows) for (id,), rows in found.group_by("component", maintain_order=True)]


def _judged(book: Book, component: object, rows: pl.DataFrame) -> str:
    every = int(rows["forms"].sum())
    void = int(rows.filter(pl.col("reason").is_not_null())["forms"].sum())
    title = book.components[str(component)]
    numbers = (wording.counted(number) for number in (every, every - void, void))
    return "{}收到选票{}张，有效{}张，无效{}张。".format(title, *numbers)


def method(book: Book) -> list[str]:
    """How marks are put together, how ties are settled, and who is listed: each with its clause."""
    roots = {one.of for one in book.plan.standings}
    parts = [one for one in book.plan.components if one.of or one.id in roots]
    rules: list[str] = [_component(book, one) for one in parts]
    rules += [_standing(book, one) for one in book.plan.standings]
    rules += [_list(one) for one in book.plan.every_list]
    return [f"{place}．{rule}" for place, rule in enumerate(rules, 1)]


def _component(book: Book, one: Component) -> str:
    full = full_marks(one)
    head = one.title + _brackets(one.clause, f"满分{full}分" if full else "")
    inside = "、".join(_child(book.plan.component(child)) for child in one.of)
    return f"{head}。{one.says}{f'包括{inside}。' if inside else ''}"


def _child(one: Component) -> str:
    full = full_marks(one)
    weight = f"占{wording.percent(one.weight)}" if one.weight is not None and not isinstance(one.weight, dict) else ""
    apart = "另计" if one.outside else ""
    return one.title + _brackets(f"{full}分" if full else "", weight, apart)


def full_marks(one: Component) -> str:
    """Full marks as the plan has them, by category where they differ; empty where there are none."""
    every = one.full or {}
    return "、".join(
        wording.plain(full) if name == ELSE else f"{name}{wording.plain(full)}" for name, full in every.items()
    )


def _brackets(*told: str) -> str:
    inside = "，".join(one for one in told if one)
    return f"（{inside}）" if inside else ""


def _standing(book: Book, one: Standing) -> str:
    keys = [book.plan.tie_title(tie) for tie in one.keys]
    end = "公开抽签" if one.by_lot else "名次并列"
    rule = f"总分相同的，依次比较{'、'.join(keys)}，仍相同的{end}。" if keys else f"总分相同的{end}。"
    return f"{_title(one)}。{one.says or rule}"


def _list(one: ListRule) -> str:
    return f"{_title(one)}。{one.says}"


def _title(one: Named) -> str:
    return one.title + _brackets(one.clause)


def effects(book: Book) -> list[str]:
    """What follows for whoever is on a list, as the plan has it and without naming anybody."""
    keys = dict.fromkeys((one.effect, one.clause) for one in book.plan.outcomes)
    return [f"{place}．{_effect(book, *key)}" for place, key in enumerate(keys, 1)]


def _effect(book: Book, effect: str, clause: str) -> str:
    same = [one for one in book.plan.outcomes if (one.effect, one.clause) == (effect, clause)]
    lists = "、".join(dict.fromkeys(book.lists[one.list_] for one in same))
    kinds = "、".join(dict.fromkeys(wording.SUBJECTS[one.to] for one in same))
    until = "、".join(dict.fromkeys(one.until for one in same if one.until))
    end = f"时限：{until}。" if until else ""
    return f"{book.plan.effects[effect].name or effect}{_brackets(clause)}：适用于列入{lists}的，对象为{kinds}。{end}"
