"""pingyi: an analytical workbench for public-review campaigns (民主评议)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pingyi.desk.workbench import Workbench


def open(campaign: str, run: str = "") -> "Workbench":
    """A campaign on the desk (`pingyi.desk.workbench`). run: the folder of a run; without it all in memory."""
    from pingyi.desk.workbench import open_workbench

    return open_workbench(campaign, run)
