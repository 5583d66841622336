"""A new campaign from one that there is: its plan under another id, and forms for its facts."""

import re
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from pingyi.common import paths
from pingyi.common.faults import PingyiError, UnknownCampaign, nearest
from pingyi.common.files import replace_whole
from pingyi.office.fact_forms import write_forms
from pingyi.plan.reader import read_plan

FORMS = "模板"
"""The folder of the forms, in the campaign's folder of reports: what lies among the facts is read as facts."""

NAME = r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*"
LONGEST = 60
NOTE = "说明.md"


class NameRefused(PingyiError):
    """The name of a new campaign is none, or is taken."""

    exit_code = 2


def new_campaign(name: str, source: str, root: Path | None = None) -> list[Path]:
    """Copy the plan of a campaign for a new one, make its folder of facts and write its forms; what was written.

    root: the project's folder; the one that commands work in unless told otherwise.
    Raises: NameRefused, UnknownCampaign, PlanFaults where the plan copied has faults.
    """
    home = paths.shown(root or paths.root())
    plans, facts, forms = home / "parameters", home / "data" / name, home / "reports" / name / FORMS
    _refuse_name(name, plans, facts, forms)
    origin = _plan_to_copy(source, plans)
    plan = read_plan(origin)
    text = rename_plan(origin.read_bytes().decode("utf-8-sig"), name, source)
    written = write_forms(plan, None, forms)
    facts.mkdir(parents=True, exist_ok=True)
    note = (
        f"填好的数据表放在这个文件夹里，运行 pingyi check 检查。模板在 {forms.as_posix()}，填好后另存到这里。\n\n"
        f"方案由 {source}（{plan.campaign.title}）复制，改好方案以后再填表。\n"
    )
    replace_whole(facts / NOTE, note.encode("utf-8"))
    target = plans / f"{name}.yaml"
    replace_whole(target, text.encode("utf-8"))
    return [target, facts / NOTE, *written]


def _refuse_name(name: str, plans: Path, facts: Path, forms: Path) -> None:
    """Raises: NameRefused."""
    if not re.fullmatch(NAME, name) or len(name) > LONGEST:
        wanted = f"只用字母、数字和连字符，至多 {LONGEST} 个字符，如 pingyi-2021"
        raise NameRefused(f"活动编号“{name}”不能用：{wanted}")
    taken = {path.stem.casefold() for path in plans.glob("*.yaml")}
    if name.casefold() in taken:
        raise NameRefused(f"已有名为“{name}”的活动，不覆盖；请换一个编号")
    for folder in (facts, forms):
        if folder.exists() and any(folder.iterdir()):
            raise NameRefused(f"{folder.as_posix()} 里已有文件，不覆盖；请换一个编号，或先移走这些文件")


def _plan_to_copy(source: str, plans: Path) -> Path:
    """The plan file to copy. Raises: UnknownCampaign."""
    known = sorted(path.stem for path in plans.glob("*.yaml"))
    if source not in known:
        near = nearest(source, known)
        hint = f"；相近的有 {near}" if near else ""
        raise UnknownCampaign(f"没有名为“{source}”的活动可以照抄{hint}。用 pingyi list 查看全部活动。")
    return plans / f"{source}.yaml"


def rename_plan(text: str, name: str, source: str) -> str:
    """The text of a plan file under another id, with what to change said at its top; not a letter else is touched."""
    node = YAML(typ="rt", pure=True).compose(text)
    for key in ("campaign", "id"):  # the file is a plan, so that both are there
        node = next(value for name, value in node.value if name.value == key)
    text = text[: node.start_mark.index] + name + text[node.end_mark.index :]
    line = "\r\n" if "\r\n" in text else "\n"
    first, rest = text.split(line, 1)
    sections = set(re.findall(r"(?m)^(\w+):", text))
    todo = line.join(f"# {one}" for one in _things_to_change(name, source, sections))
    if first.startswith("# yaml-language-server"):
        return line.join((first, todo, rest))
    return line.join((todo, text))


def _things_to_change(name: str, source: str, sections: set[str]) -> Iterator[str]:
    """What to change in the copy, as far as it has such parts."""
    yield f"由 {source} 复制。先改好下面各处，再运行 pingyi check {name}；改完删去这几行。"
    yield f"  campaign：活动名称、地方、年度、方案文件和印发日期、组织单位；接续上一年的，previous 写 {source}"
    for section, told in SECTIONS.items():
        if section in sections:
            yield f"  {section}：{told}"
    yield "  其余各条：逐条对照新方案，条款号、分值、名额、等次不同的都要改；方案没有写明的，写进 readings"


SECTIONS = {
    "errata": "上一份方案原文的笔误，新方案没有的删去",
    "calendar": "日程的起止日期",
    "cycles": "计分周期的起止日期",
    "units": "单位类别、免评条件；published 是方案公布的单位数",
    "outcomes": "结果运用中写明的日期和年度（until）",
    "sampling": "抽样的数目和比例",
    "tasks": "工作任务的起止日期",
    "rechecks": "复评的期限",
}
"""Parts of a plan that are another every year."""
