"""The files of a run, and the files that it was made from, against the hashes in its manifest."""

from collections.abc import Mapping
from pathlib import Path

from pingyi.facts.intake.corrected import NAME
from pingyi.facts.ledger import FILE, Ledger, LedgerBroken
from pingyi.pipeline.verify.verdict import Verdict
from pingyi.runs.manifest import MANIFEST, Manifest, files_of, sha256


def compare_files(made: Manifest, run: Path, verdict: Verdict) -> set[str]:
    """Every file of a run against its manifest; returns the names of those that are as they were."""
    listed: Mapping[str, str] = made["files"]
    found = {name: path for name, path in files_of(run).items() if name != MANIFEST}
    for name in sorted(set(listed) - set(found)):
        verdict.differs(f"缺少文件：{name}")
    for name in sorted(set(found) - set(listed)):
        verdict.differs(f"多出文件：{name}（清单里没有）")
    links = {name for name in set(listed) & set(found) if found[name].is_symlink()}
    for name in sorted(links):
        verdict.differs(f"不是文件而是链接：{name}")
    same = {name for name in set(listed) & set(found) - links if _sha256(found[name]) == listed[name]}
    for name in sorted(set(listed) & set(found) - links - same):
        verdict.differs(f"文件被改动过：{name}（与清单里的校验码不符）")
    verdict.say(f"文件：{len(same)} 个与清单里的校验码一致")
    return same


def _sha256(path: Path) -> str:
    """The hash of a file; of one that cannot be read, nothing that it could be."""
    try:
        return sha256(path)
    except OSError:
        return ""


def compare_ledger(made: Manifest, run: Path, verdict: Verdict) -> None:
    """The chain of the run's ledger, and its head against the manifest's."""
    if not (run / FILE).is_file():
        return
    try:
        ledger = Ledger.read(run / FILE)
    except LedgerBroken as broken:
        verdict.differs(f"登记簿：{broken}")
        return
    head = made["run"].get("ledger", {}).get("head", "")
    if head != ledger.head:
        verdict.differs(f"登记簿：最后一条的校验码是 {ledger.head}，清单里是 {head}")
    else:
        many = len(ledger.entries)
        verdict.say(f"登记簿：{many} 条，首尾相接，最后一条的校验码是 {ledger.head}" if many else "登记簿：没有内容")


def compare_inputs(made: Manifest, folder: Path, verdict: Verdict) -> None:
    """The files that the run read, where somebody still has them."""
    listed = {str(one["file"]): str(one["sha256"]) for one in made["inputs"]}
    same = 0
    for name, wanted in sorted(listed.items()):
        if name == NAME:  # the ledger grows; its chain is checked by itself
            continue
        path = folder / name
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            verdict.differs(f"缺少原始文件：{path}")
        elif _sha256(path) != wanted:
            verdict.differs(f"原始文件与运行时读到的不同：{path}")
        else:
            same += 1
    verdict.say(f"原始文件：{same} 个与运行时读到的一致")
