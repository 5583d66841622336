"""Where things are: the project's folders, found from wherever a command or a notebook runs."""

from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pingyi.faults import UnknownCampaign

INSTALLED = Path(__file__).resolve().parent.parent
"""The folder that the package lies in: a project, where it is used from a copy of its repository."""


@cache
def root() -> Path:
    """The project's folder: the nearest one above the working folder that holds `parameters/` and `data/`.

    Falls back to the folder that the package was installed from.
    """
    return _project() or INSTALLED


def _project() -> Path | None:
    """The project in which the working folder lies."""
    here = Path.cwd()
    folders = (here, *here.parents)
    return next((one for one in folders if (one / "parameters").is_dir() and (one / "data").is_dir()), None)


def looked() -> str:
    """Where campaigns were looked for, as a sentence; nothing within a project that has some."""
    if _project() is not None:
        return "" if campaigns() else f"{root() / 'parameters'} 里没有方案（.yaml 文件）。"
    said = f"{Path.cwd()} 和它上面各级文件夹里，没有同时有 parameters 和 data 两个文件夹的项目"
    if campaigns():
        return f"{said}；下面是 {root()} 里的活动。"
    return f"{said}，程序所在的 {root()} 里也没有方案。请到项目文件夹里运行。"


def campaigns() -> list[str]:
    """The campaigns that have a plan file, in alphabetical order."""
    return sorted(path.stem for path in (root() / "parameters").glob("*.yaml"))


def plan_file(campaign: str) -> Path:
    """The plan file of a campaign. Raises: UnknownCampaign."""
    if campaign not in campaigns():
        if not campaigns():
            raise UnknownCampaign(f"没有名为“{campaign}”的活动：{looked()}")
        near = get_close_matches(campaign, campaigns(), n=3, cutoff=0.3)
        hint = f"；相近的有 {'、'.join(near)}" if near else ""
        raise UnknownCampaign(f"没有名为“{campaign}”的活动{hint}。用 pingyi list 查看全部活动。")
    return shown(root() / "parameters" / f"{campaign}.yaml")


def facts_folder(campaign: str) -> Path:
    """The folder of a campaign's facts."""
    return shown(root() / "data" / campaign)


def reports_folder(campaign: str) -> Path:
    """The folder of a campaign's runs."""
    return root() / "reports" / campaign


def shown(path: Path) -> Path:
    """The path as a person would write it: relative to the working folder where it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def is_simulated(campaign: str) -> bool:
    """Whether the campaign's facts are simulated: they came with the truth they were made from."""
    return (facts_folder(campaign) / "truth.csv").exists()
