"""The door for plans: what is no plan is refused by line and in Chinese, soon, and never read by half."""

import os
import time
from pathlib import Path

import pytest

from pingyi.common.faults import PlanFaults
from pingyi.plan.reader import DEEPEST, LARGEST, read_plan
from tests.test_intake import PLAN

pytestmark = pytest.mark.slow

TEXT = PLAN.read_text(encoding="utf-8")
END = len(TEXT.splitlines())
FULL, CYCLES = (TEXT[: TEXT.index(words)].count("\n") + 1 for words in ("full: 50", "cycles:\n"))
"""Lines of the plan: its last, one with a number, one with a group of keys."""


def refused(path: Path, data: bytes | str) -> list[str]:
    """What is said of a plan with these bytes, sorted by line; it must not take long."""
    path = path / "plan.yaml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    start = time.perf_counter()
    with pytest.raises(PlanFaults) as raised:
        read_plan(path)
    assert time.perf_counter() - start < 10
    assert "方案未采用" in str(raised.value)
    return [str(fault) for fault in sorted(raised.value.faults, key=lambda fault: fault.order)]


SPOILED = [
    (TEXT.replace("full: 50", "full: 5\x000", 1), f"第 {FULL} 行", "U+0000"),
    (TEXT.replace("full: 50", "full: 5\x1b0", 1), f"第 {FULL} 行", "U+001B"),
    (TEXT.encode("gb18030"), "第 ", "应为 UTF-8 编码的文本"),
    (TEXT.encode("utf-16"), "第 1 行", "应为 UTF-8 编码的文本"),
    (TEXT.encode()[: TEXT.encode().index("元".encode()) + 1] if "元" in TEXT else b"\xe5", "第 ", "应为 UTF-8"),
    (TEXT.rstrip("\n"), f"第 {END} 行", "文件可能被截断"),
    (TEXT[: TEXT.index("full: 50") + 7], f"第 {FULL} 行", "文件可能被截断"),
    (TEXT + "x: 'a\n", f"第 {END + 2} 行", "引号没有配对"),
    (TEXT + "x: [a, b\n", f"第 {END + 2} 行", "括号"),
    (TEXT + "x: a: b\n", f"第 {END + 1} 行", "这里不能再有冒号"),
    (TEXT + "x\ny: 1\n", f"第 {END + 2} 行", "缺少冒号"),
    (TEXT + "\tx: 1\n", f"第 {END + 1} 行", "不用制表符"),
    (TEXT + "x: 100%\n  y: 1\n", f"第 {END + 2} 行", "冒号"),
    (TEXT + "---\nx: 1\n", f"第 {END + 1} 行", "一个文件只写一个方案"),
    (TEXT + "cycles: {}\n", f"第 {END + 1} 行", f"同一个键只能写一次，第 {CYCLES} 行已有"),
    (TEXT + "? [a, b]\n: 1\n", f"第 {END + 1} 行", "键应为文字"),
    (TEXT + "x[1]: 2\n", f"第 {END + 1} 行 x[1]", "没有这个键"),
    (TEXT + "x: &a 1\n", f"第 {END + 1} 行 x", "不用锚点和别名"),
    (TEXT + "x: *a\n", f"第 {END + 1} 行", "不用锚点和别名"),
    (TEXT + "x: " + "[" * (DEEPEST + 5) + "]" * (DEEPEST + 5) + "\n", f"第 {END + 1} 行", f"不超过 {DEEPEST} 层"),
    (TEXT + "x: " + "[" * 20_000 + "]" * 20_000 + "\n", f"第 {END + 1} 行", f"不超过 {DEEPEST} 层"),
    (TEXT + "x: " + "{a: " * 20_000 + "1" + "}" * 20_000 + "\n", f"第 {END + 1} 行", f"不超过 {DEEPEST} 层"),
    (TEXT + "x: " + "y" * LARGEST, "第 1 行", "文件太大"),
    (b"\0" * 100, "第 1 行", "U+0000"),
    (b"", "第 1 行", "从 campaign 写起"),
    (b"- a\n- b\n", "第 1 行", "从 campaign 写起"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "where", "piece"), SPOILED)
def test_what_is_no_plan_is_refused_by_line(tmp_path: Path, data: bytes | str, where: str, piece: str) -> None:
    said = refused(tmp_path, data)
    assert any(one.startswith(where) and piece in one for one in said), said


def test_an_alias_bomb_costs_what_its_text_costs(tmp_path: Path) -> None:
    """306 bytes that are 10^9 words for whoever follows the aliases."""
    bomb = "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    said = refused(tmp_path, TEXT + bomb)
    assert sum("不用锚点和别名" in one for one in said) == 30


def test_a_fault_repeats_no_endless_value(tmp_path: Path) -> None:
    said = refused(tmp_path, TEXT.replace("full: 50", "full: " + "9" * 5_000 + "x", 1))
    assert max(map(len, said)) < 400


def test_a_plan_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlanFaults, match="读不出来"):
        read_plan(tmp_path)
    with pytest.raises(PlanFaults, match="读不出来"):
        read_plan(tmp_path / "none.yaml")
    os.symlink(tmp_path / "plan.yaml", tmp_path / "plan.yaml")
    with pytest.raises(PlanFaults, match="读不出来"):
        read_plan(tmp_path / "plan.yaml")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\n\n# 完\n"])
def test_the_plan_itself_is_read_with_any_line_end(tmp_path: Path, ending: str) -> None:
    text = TEXT.replace("\n", "\r\n") if "\r" in ending else TEXT
    (tmp_path / "plan.yaml").write_bytes((text.rstrip() + ending).encode())
    assert read_plan(tmp_path / "plan.yaml") == read_plan(PLAN)
