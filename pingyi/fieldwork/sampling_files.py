"""A draw as the office asks for it, by the name of a rule, into a new folder: the list to work through, what may be
published, and how anyone can check it.

    draw_into(plan, facts.tables, "callback", "6 2 5 1 3", Path("抽签/五月"))
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pingyi.common import wording
from pingyi.common.characters import describe_seed, normal_seed
from pingyi.common.codebook import codebook
from pingyi.common.faults import nearest
from pingyi.common.files import new_folder
from pingyi.common.spreadsheet_safe import add_sheet, sheet_name, workbook, write_csv
from pingyi.fieldwork.sampling import (
    BETWEEN,
    DIGITS,
    STRATUM,
    WHY,
    DrawRefused,
    Sample,
    column_head,
    cut_number,
    draw_sample,
    group_title,
    split_by_shares,
    ticket_numbers,
)
from pingyi.plan import Plan
from pingyi.plan.work import Sampling

CALLS, PUBLIC, NOTE = "联系名单.xlsx", "抽签公示.csv", "抽签说明.txt"
RESULT, REMARK, TICKET, STRATA = "联系结果", "备注", "抽签号", "分层情况"
ROWS_WHY = {"drawn": "抽中", "not_drawn": "未抽中", "again": "同一人已在本层"}
STRATA_WHY = {
    "drawn": "抽足",
    "too_few": "不足，全部抽取",
    "all": "不在抽取的规模内，全部列入",
    "none": "不在抽取的规模内，不列入",
}
COUNTS = {"size": "行数", "people": "人数", "wanted": "应抽", "drawn": "抽中", "shortfall": "缺额"}

EXAMPLE = "示例-001"
"""An id that belongs to nobody, for the worked example."""

BOUNDS = {"start": "不少于", "below": "少于", "above": "多于", "up_to": "不超过"}
OUTSIDE = {"unit": "不属规则范围内的单位", "left_out": "规则规定不问", "no_share": "人员类别没有填或没有份额"}
NAMED = 5
"""Strata that a message names; the workbook has all."""


def draw_into(
    plan: Plan,
    facts_tables: Mapping[str, pl.DataFrame],
    rule_id: str | None,
    seed: str,
    folder: Path,
    *,
    sheet_per_channel: bool = False,
) -> list[str]:
    """Draw by one rule, or by every rule of the plan that has a number, and write it; what there is to say.

    rule_id: id or name; several rules get a folder each within the new one.
    Raises: DrawRefused (unknown rule, no seed, nobody to draw from), FrameFaults, PlaceTaken.
    """
    written, seed = seed, normal_seed(seed)
    if not seed:
        raise DrawRefused("缺少种子：请当众产生一串字（如掷骰子的结果），公布后用它抽取")
    rules = _chosen_rules(plan, rule_id)
    units, clients = facts_tables["units"], facts_tables.get("clients", pl.DataFrame())
    samples = [draw_sample(rule, clients, units, seed) for rule in rules]
    said = [line for sample in samples for line in _describe_sample(sample)]
    if all(sample.asked.is_empty() for sample in samples):
        raise DrawRefused("\n".join(["规则范围内没有一行，无人可抽", *said]))
    names = wording.units_apart(units.select("unit", "name", "organ").cast(pl.String).iter_rows())
    if len(samples) == 1:
        write_sample(samples[0], folder, names=names, sheet_per_channel=sheet_per_channel)
    else:
        with new_folder(folder) as part:
            for sample in samples:
                own = sheet_name(sample.rule.id.replace(".", "_"), [path.name for path in part.iterdir()])
                write_sample(sample, part / own, names=names, sheet_per_channel=sheet_per_channel)
    form = f"写的是“{written}”，按统一写法（半角、不计多余空格）抽取" if written != seed else ""
    return [f"种子：{describe_seed(seed)}", *filter(None, [form]), *said, f"已写入 {folder.as_posix()}"]


def _chosen_rules(plan: Plan, rule_id: str | None) -> list[Sampling]:
    """The rule of this id or name, or all that have a number to draw. Raises: DrawRefused."""
    if rule_id is None:
        drawable = [rule for rule in plan.sampling if rule.take is not None]
        if not drawable:
            raise DrawRefused("方案没有要抽取的规则（sampling 中没有一条写了 take）")
        return drawable
    found = [rule for rule in plan.sampling if rule_id in (rule.id, rule.name)]
    if not found:
        names = {rule.id: rule.title for rule in plan.sampling}
        near = nearest(rule_id, [*names, *names.values()], names)
        raise DrawRefused(f"方案没有名为“{rule_id}”的抽取规则；{f'相近的有 {near}' if near else _list_rules(plan)}")
    return found[:1]


def _list_rules(plan: Plan) -> str:
    titles = [f"{rule.id} {rule.name}".strip() for rule in plan.sampling]
    return f"方案的规则有 {'、'.join(titles)}" if titles else "方案一条抽取规则也没有"


def write_sample(
    sample: Sample, folder: Path, *, names: Mapping[str, str] | None = None, sheet_per_channel: bool = False
) -> list[Path]:
    """Write the list of contacts, the public tickets and the note into a new folder; the files in it.

    names: of units by id. sheet_per_channel: one sheet for each channel instead of one for all.
    Raises: PlaceTaken.
    """
    with new_folder(folder) as part:
        _write_calls(sample, part / CALLS, names or {}, sheet_per_channel)
        write_csv(_public_frame(sample), part / PUBLIC)
        (part / NOTE).write_text(_check_note(sample), encoding="utf-8-sig", newline="\r\n")
    return [folder / name for name in (CALLS, PUBLIC, NOTE)]


def _write_calls(sample: Sample, path: Path, names: Mapping[str, str], sheet_per_channel: bool) -> None:
    calls = _calls_frame(sample, names)
    sheets = {"联系名单": calls}
    if sheet_per_channel and calls.height:
        channels = sample.drawn["channel"].cast(pl.String).fill_null("未填渠道")
        sheets = {one: calls.filter(channels == one) for one in channels.unique().sort()}
    dispositions = list(codebook().facts["contacts"].column("disposition").values)
    with workbook(path) as book:
        for name, frame in sheets.items():
            sheet = add_sheet(book, name, frame, wide=(RESULT, REMARK))
            place = frame.columns.index(RESULT)
            choices = {"validate": "list", "source": dispositions, "error_message": "请从下拉列表中选择"}
            sheet.data_validation(1, place, max(frame.height, 1), place, choices)
        add_sheet(book, STRATA, _strata_frame(sample))


def _calls_frame(sample: Sample, names: Mapping[str, str]) -> pl.DataFrame:
    """The rows drawn under Chinese heads, in the order of strata and tickets, with room for what came of each."""
    rows = sample.drawn
    dates = [name for name, kind in rows.schema.items() if kind.is_temporal()]
    rows = rows.with_columns(
        pl.col(dates).cast(pl.String),
        pl.col("unit").cast(pl.String).replace_strict(dict(names), default=None, return_dtype=pl.String).alias("name"),
    )
    known = ("case", "client", "unit", "name", "served_on", "channel", "group", "post")
    shown = [name for name in dict.fromkeys((*known, *sample.by)) if name in rows.columns]
    empty = pl.lit("", pl.String)
    return rows.select(
        pl.int_range(1, pl.len() + 1).alias("序号"),
        pl.col("ticket").alias(TICKET),
        *(pl.col(name).alias("单位名称" if name == "name" else column_head(name)) for name in shown),
        empty.alias(RESULT),
        empty.alias(REMARK),
    )


def _strata_frame(sample: Sample) -> pl.DataFrame:
    return sample.strata.select(
        *_stratum_columns(sample),
        *(pl.col(name).alias(word) for name, word in COUNTS.items()),
        pl.col(WHY).replace_strict(STRATA_WHY, return_dtype=pl.String).alias("情况"),
    )


def _public_frame(sample: Sample) -> pl.DataFrame:
    """Strata, ticket numbers and who was drawn, without a pseudonym or a case id."""
    why = pl.col(WHY).replace_strict(ROWS_WHY, return_dtype=pl.String)
    return sample.asked.select(*_stratum_columns(sample), pl.col("ticket").alias(TICKET), why.alias("结果"))


def _stratum_columns(sample: Sample) -> list[pl.Expr]:
    return [pl.col(name).alias(column_head(name)) for name in sample.by] or [pl.col(STRATUM).alias("层")]


def _describe_sample(sample: Sample) -> list[str]:
    """What the draw did, in sentences; whatever fell short is said."""
    clause = f"（{sample.rule.clause}）" if sample.rule.clause else ""
    strata, drawn = sample.strata.height, sample.drawn.height
    sentences = [
        f"“{sample.rule.title}”{clause}：名册 {sample.rows.height} 行，参加抽签 {sample.asked.height} 行，"
        f"分 {strata} 层，抽中 {drawn} 行。"
    ]
    outside = dict(sample.rows.group_by(WHY).len().iter_rows())
    sentences += [f"{words}，不参加抽签：{outside[why]} 行。" for why, words in OUTSIDE.items() if why in outside]
    if again := outside.get("again"):
        sentences.append(f"同一人在同一层出现不止一次，只抽一次：多出的 {again} 行不再抽。")
    return [*sentences, *_describe_strata(sample)]


def _describe_strata(sample: Sample) -> list[str]:
    sentences = []
    if sample.short.height:
        named = pl.concat_str(*(sample.by or [STRATUM]), separator=" ").alias(STRATUM)
        rows = sample.short.select(named, "wanted", "drawn").rows()
        names = [f"{stratum} 应抽 {wanted}、只有 {drawn}" for stratum, wanted, drawn in rows]
        few = "；".join(names[:NAMED]) + (f"；等 {len(names)} 个，详见“分层情况”" if len(names) > NAMED else "")
        missing = sample.short["shortfall"].sum()
        sentences.append(f"有 {len(rows)} 层人数不足，已全部抽取，合计缺 {missing} 人：{few}。")
    size = "" if sample.rule.take == "all" else "不在抽取的规模内，"
    for why, words in (("all", "全部列入"), ("none", "不列入")):
        if number := sample.strata.filter(pl.col(WHY) == why).height:
            sentences.append(f"有 {number} 层{size}按规则{words}。")
    if sample.absent:
        sentences.append(f"有 {len(sample.absent)} 个单位在名册中没有可抽的人：{'；'.join(sample.absent)}。")
    return sentences


def _check_note(sample: Sample) -> str:
    """What was drawn from what, and how anyone can compute it again."""
    seed, (number,) = sample.seed, ticket_numbers(sample.seed, [EXAMPLE])
    lines = [
        "抽签说明",
        "",
        *_describe_sample(sample),
        "",
        f"种子：{describe_seed(seed)}",
        f"分层：{'、'.join(column_head(name) for name in sample.by) or '不分层'}",
        f"规则：{_describe_rule(sample.rule)}",
        "",
        "怎样核对",
        f"1. 每行的编号是办件编号；没有办件编号的，是“服务对象代号{BETWEEN}单位编号”。",
        "2. 对种子（UTF-8）求 SHA-256，写成 64 位小写十六进制；后面接上编号，再求一次 SHA-256。",
        "3. 把结果看作一个整数，写成十进制，不足 64 位的前面补 0；各位数字倒过来写，前面加“0.”，就是抽签号。",
        f"   公示的抽签号截取小数点后 {DIGITS} 位（开头连续的 9 不计），不四舍五入。",
        "4. 每一层里按抽签号从小到大抽取；同一人在一层里只抽一次，按他最小的号；全部列入的层每一行都列入。",
        "5. 抽签号只由种子和编号决定，与名册的排列先后无关；名册增减，其他人的号也不变。",
        "",
        f"示例（编号为虚构）：编号“{EXAMPLE}”的抽签号是 {cut_number(number)}，可用 Python 验算：",
        "",
        "from hashlib import sha256",
        f"seed, number = {seed!r}, {EXAMPLE!r}",
        "text = sha256(seed.encode()).hexdigest() + number",
        'print("0." + f"{int(sha256(text.encode()).hexdigest(), 16):064d}"[::-1])',
        "",
        f"结果：{number}",
        "",
    ]
    return "\n".join(lines)


def _describe_rule(rule: Sampling) -> str:
    """The numbers that decided, as the plan has them."""
    if rule.take == "all":
        return "每层全部列入，不抽签。"
    parts = split_by_shares(rule.number, rule.quota)
    shares = "，其中 " + "、".join(f"{group_title(name)} {part} 人" for name, part in parts.items()) if parts else ""
    bounds = rule.cases.model_dump(exclude_none=True) if rule.cases else {}
    sizes = "、".join(f"{BOUNDS[name]} {limit.normalize():f}" for name, limit in bounds.items())
    others = "全部列入" if rule.otherwise == "all" else "不列入"
    return f"每层抽 {rule.number} 人{shares}。" + (f"只在行数{sizes} 的层抽取，其他层{others}。" if sizes else "")
