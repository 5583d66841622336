"""The manifest of a run: whether it is as it was written, and what it says of versions and seals."""

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pingyi.pipeline.verify.verdict import Verdict
from pingyi.runs.manifest import MANIFEST, OWN, Manifest, code_sha256, json_text, own_sha256, seal

REPORT = "report.html"


def read(run: Path, verdict: Verdict) -> Manifest | None:
    """The manifest, where it can be read and has all its parts; every byte of it is checked."""
    text = (run / MANIFEST).read_bytes()
    try:
        made: Manifest = json.loads(text)
        whole = own_sha256(made) == made[OWN] and json_text(made).encode() == text
        made_seal = seal(made)
        complete = isinstance(made["inputs"], list) and isinstance(made["packages"], dict)
        complete = complete and all(isinstance(one, str) for one in made["files"].values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        complete = False
    if not complete:
        verdict.differs(
            f"清单 {MANIFEST} 读不出来，或缺少内容：损坏、被改动过，或由没有封签的旧版程序写成；其余无从核对"
        )
        return None
    verdict.say(f"清单 {MANIFEST}：完好") if whole else verdict.differs(
        f"清单 {MANIFEST} 被改动过，与它自己的校验码不符"
    )
    if made.get("seal") != made_seal:
        verdict.differs(f"封签：清单里写的是 {made.get('seal')}，由清单各项算出的是 {made_seal}")
    return made


def compare_seals(made: Manifest, run: Path, published: str | None, verdict: Verdict) -> None:
    """The seal in the manifest against the one that the report prints, and against one that was published."""
    printed = (run / REPORT).read_bytes() if (run / REPORT).is_file() else b""
    if str(made.get("seal")).encode() in printed:
        verdict.say(f"封签：{made['seal']}，与报告里印的相同")
    else:
        verdict.differs(f"封签：清单里是 {made.get('seal')}，报告里没有印这一个")
    if published is not None and published.strip().lower() not in (made.get("seal"), made[OWN]):
        verdict.differs(f"封签：公布的是 {published}，这次运行的是 {made.get('seal')}；这不是公布的那个结果")
    elif published is not None:
        verdict.say("封签：与公布的相同")


SHOWN = 12
"""Digits of the hash of the program that a line shows."""


def compare_versions(made: Manifest, verdict: Verdict) -> list[str]:
    """Say whether the program is the one that made the run, before anything is computed with it.

    Returns what differs, the package first; nothing where all is the same.
    """
    was, now = str(made["code"]["sha256"]), code_sha256()
    before, here = made["code"].get("version"), _version("pingyi")
    differs = [f"pingyi {before}（{was[:SHOWN]}）换成 {here}（{now[:SHOWN]}）"] if was != now else []
    packages = {name: (version, _version(name)) for name, version in made["packages"].items()}
    differs += [f"{name} {one} 换成 {other}" for name, (one, other) in packages.items() if one != other]
    if differs:
        verdict.say(f"程序：与运行时的不同：{'；'.join(differs)}")
    else:
        verdict.say(f"程序：与运行时的相同（pingyi {before}，{was[:SHOWN]}；{len(packages)} 个程序包的版本也相同）")
    return differs


def is_same_code(made: Manifest) -> bool:
    """Whether the package itself is the one that made the run."""
    return bool(made["code"]["sha256"] == code_sha256())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "（没有安装）"
