"""Which campaigns there are, at a glance and without reading whole plans."""

from collections.abc import Iterator

from ruamel.yaml import YAML

from pingyi.common import paths


def overview() -> Iterator[str]:
    """A line for each campaign: id, year, title, whether it has facts and how many runs."""
    for name in paths.campaigns():
        head = _head(name)
        runs = [path for path in paths.reports_folder(name).glob("*") if (path / "manifest.json").exists()]
        kind = "模拟数据" if paths.is_simulated(name) else "有数据" if paths.facts_folder(name).is_dir() else "没有数据"
        yield f"{name}  {head.get('title', '')}（{kind}，已运行 {len(runs)} 次）"


def _head(name: str) -> dict[str, str]:
    """The `campaign` block of a plan file: from its first line to the next top-level key."""
    lines = paths.plan_file(name).read_text(encoding="utf-8-sig").splitlines()
    block: list[str] = []
    for line in lines:
        if line.startswith("campaign:"):
            block = [line]
        elif block and line and not line.startswith((" ", "#")):
            break
        elif block:
            block.append(line)
    tree = YAML(typ="safe", pure=True).load("\n".join(block)) or {}
    head = tree.get("campaign")
    return head if isinstance(head, dict) else {}
