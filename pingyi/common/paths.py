"""Where things are: the project's folders, found from wherever a command or a notebook runs."""

import os
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pingyi.common.faults import PingyiError, UnknownCampaign

MARK = "parameters"
"""The folder, with the plans in it, that makes a folder a project."""


class NoProject(PingyiError):
    """The working folder lies in no project."""

    exit_code = 2


@cache
def root() -> Path:
    """The project's folder: the nearest one, from the working folder upward, that holds `parameters/`.

    Nothing is ever written into the folder that the package was installed in. Raises: NoProject.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / MARK).is_dir():
            return folder
    looked = f"这里不是评议项目：从 {here.as_posix()} 起逐级向上，都没有放方案的文件夹 {MARK}。"
    raise NoProject(f"{looked}\n  请先用 cd 进入项目文件夹（里面有 {MARK} 和 data），再输入命令。")


def campaigns() -> list[str]:
    """The campaigns that have a plan file, in alphabetical order."""
    return sorted(path.stem for path in (root() / MARK).glob("*.yaml"))


def no_plans() -> str:
    """Where plans were looked for, in a project that has none."""
    return f"{(root() / MARK).as_posix()} 里没有方案（.yaml 文件）。"


def plan_file(campaign: str) -> Path:
    """The plan file of a campaign. Raises: UnknownCampaign."""
    if campaign not in campaigns():
        if not campaigns():
            raise UnknownCampaign(f"没有名为“{campaign}”的活动：{no_plans()}")
        near = get_close_matches(campaign, campaigns(), n=3, cutoff=0.3)
        hint = f"；相近的有 {'、'.join(near)}" if near else ""
        raise UnknownCampaign(f"没有名为“{campaign}”的活动{hint}。用 pingyi list 查看全部活动。")
    return shown(root() / MARK / f"{campaign}.yaml")


def facts_folder(campaign: str) -> Path:
    """The folder of a campaign's facts."""
    return shown(root() / "data" / campaign)


def notebooks_folder(campaign: str) -> Path:
    """The folder of a campaign's own notebooks: copies that its analysts work on."""
    return root() / "notebooks" / campaign


def reports_folder(campaign: str) -> Path:
    """The folder of a campaign's runs."""
    return root() / "reports" / campaign


def shown(path: Path) -> Path:
    """The path as a person would write it: relative to the working folder where it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def is_simulated(campaign: str) -> bool:
    """Whether the campaign's facts are simulated: they came with the truth they were made from."""
    return (facts_folder(campaign) / "truth.csv").exists()


def cache_folder(campaign: str) -> Path:
    """Where is kept what was read and counted before: with the user, never handed on; it may be deleted at any time."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pingyi" / campaign
