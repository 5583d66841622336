"""Plan files that were damaged, cut, edited by a clumsy hand, or made to do harm: read whole, or refused by line."""

import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pingyi.common import paths
from pingyi.common.faults import PlanFaults
from pingyi.plan.reader import PLAIN, read_file, read_plan
from tests.fuzz_intake import bitten, bombs, edited
from tests.reliability.figure import Figure

FULL, SMALL = 2_400, 24
SLOW = 10.0
"""Seconds that any file may take."""

LINE = re.compile(r"^第 \d+ 行")
CHINESE = re.compile("[\u4e00-\u9fff]")


def figures(full: bool) -> Iterator[Figure]:
    """All plans of the project in turns, each changed in every way in turns."""
    tries = FULL if full else SMALL
    wrong: list[str] = []
    ends: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as base:
        path = Path(base) / "plan.yaml"
        for seed in range(tries):
            kind = list(CHANGES)[seed % len(CHANGES)]
            dice = random.Random(f"{kind} {seed}")
            path.write_bytes(CHANGES[kind](dice, dice.choice(plans())))
            start = time.perf_counter()
            end, said = ending(path)
            slowest = max(slowest, time.perf_counter() - start)
            ends[f"{kind} {end}"] += 1
            said = said or ("read, and part of it is missing" if (kind, end) == ("cut within a line", "read") else "")
            wrong += [f"seed {seed} {kind}: {said}"] if said else []
            wrong += [f"seed {seed} {kind}: {slowest:.1f} s"] if time.perf_counter() - start > SLOW else []
    said = ", ".join(f"{end} {many}" for end, many in sorted(ends.items()))
    yield Figure(
        "changed plans: read as a whole, or refused by line",
        tries,
        2_000,
        wrong,
        said=f"{said}; slowest {slowest:.1f} s",
    )


@cache
def plans() -> list[bytes]:
    """The bytes of all plans."""
    return [paths.plan_file(name).read_bytes() for name in paths.campaigns()]


def ending(path: Path) -> tuple[str, str]:
    """Read or refused, and what is wrong with that."""
    try:
        read_plan(path)
    except PlanFaults as refused:
        lost = [str(one) for one in refused.faults if not LINE.match(one.where) or not CHINESE.search(one.wanted)]
        return "refused", "" if refused.faults and not lost else f"said without a line or in English: {lost[:2]}"
    except BaseException as error:
        return "failed", f"{type(error).__name__} {str(error)[:100]}"
    try:
        whole = YAML(typ="base", pure=True).load(path.read_bytes().decode("utf-8-sig"))
    except YAMLError as error:
        return "read", f"another reader refuses it: {str(error).splitlines()[-1]}"
    return "read", "" if same(read_file(path).tree, whole) else "read other than it is written"


def same(one: Any, other: Any) -> bool:
    """Whether the tree that was read is what another reader finds, who takes every scalar for text."""
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return bool(one == other or (not isinstance(one, str) and one == PLAIN.get(other or "", "")))


def damaged(dice: random.Random, data: bytes) -> bytes:
    """Bytes flipped, cut out, put in or doubled."""
    return bitten(dice, data)


def flipped(dice: random.Random, data: bytes) -> bytes:
    """One bit changed."""
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


def cut_within(dice: random.Random, data: bytes) -> bytes:
    """Only the first bytes, up to somewhere within a line."""
    inside = [at for at in range(1, len(data)) if data[at - 1 : at] != b"\n"]
    return data[: dice.choice(inside)]


def typed_over(dice: random.Random, data: bytes) -> bytes:
    """Lines moved, doubled, indented or with something put in."""
    return edited(dice, data.decode()).encode(errors="replace")


def repeated_key(dice: random.Random, data: bytes) -> bytes:
    """A line that comes twice."""
    lines = data.splitlines(keepends=True)
    at = dice.choice([nth for nth, line in enumerate(lines) if re.match(rb" *[a-z_]+: \S", line)])
    return b"".join([*lines[: at + 1], *lines[at:]])


def recoded(dice: random.Random, data: bytes) -> bytes:
    """Another encoding, or a byte that no text has."""
    at = dice.randrange(len(data))
    others = [data.decode().encode(name) for name in ("gb18030", "utf-16", "utf-32")]
    return dice.choice([*others, data[:at] + b"\0" + data[at:], data[:at] + b"\xff" + data[at:]])


def armed(dice: random.Random, data: bytes) -> bytes:
    """Aliases, nesting, size: small to send and large to read."""
    bomb = bombs(dice).encode(errors="replace")
    return dice.choice([bomb, bomb + b"\n", data + bomb + b"\n"])


CHANGES: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "damaged": damaged,
    "bit flipped": flipped,
    "cut within a line": cut_within,
    "typed over": typed_over,
    "typed over more": lambda dice, data: typed_over(dice, typed_over(dice, data)),
    "line twice": repeated_key,
    "recoded": recoded,
    "armed": armed,
}
