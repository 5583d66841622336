"""What tests share: plans from patches, and plain rows as the frames that intake would deliver."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pingyi.plan import Plan
from pingyi.plan.reader import read_file
from pingyi.plan.tree import Tree, patched

ROOT = Path(__file__).parent.parent
PARAMETERS = ROOT / "parameters"


@cache
def tree(campaign: str) -> Tree:
    """The plan file of a campaign as a plain tree."""
    return read_file(PARAMETERS / f"{campaign}.yaml").tree


def plan_with(campaign: str, patch: Mapping[str, Any]) -> Plan:
    """The plan of a campaign with some paths set otherwise."""
    return Plan.model_validate(patched(tree(campaign), dict(patch)))
