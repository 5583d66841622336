"""Where things are: the project's folders, found from wherever a command or a notebook runs."""

from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pingyi.faults import UnknownCampaign


@cache
def root() -> Path:
    """The project's folder: the nearest one above the working folder that holds `parameters/` and `data/`.

    Falls back to the folder that the package was installed from.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "parameters").is_dir() and (folder / "data").is_dir():
            return folder
    return Path(__file__).resolve().parent.parent


def campaigns() -> list[str]:
    """The campaigns that have a plan file, in alphabetical order."""
    return sorted(path.stem for path in (root() / "parameters").glob("*.yaml"))


def plan_file(campaign: str) -> Path:
    """The plan file of a campaign. Raises: UnknownCampaign."""
    if campaign not in campaigns():
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
