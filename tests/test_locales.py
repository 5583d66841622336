"""The chapters on intake once more where the machine writes another encoding: nothing may lean on the locale."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PLAIN = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
"""Python does not take UTF-8 by itself where the locale is another."""


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("locale", ["C", "GBK"])
def test_intake_where_the_machine_writes_another_encoding(locale: str, tmp_path: Path) -> None:
    """Under GBK names of files, too, are bytes of GBK. Under C, Python itself falls back to UTF-8 for them."""
    environment = {"LC_ALL": "C"} if locale == "C" else _gbk(tmp_path)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "-m", "not full"]
    files = sorted(map(str, HERE.glob("test_intake*.py")))
    done = subprocess.run([*command, *files], env=os.environ | environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:].decode("gbk" if locale == "GBK" else "utf-8", "replace")


def _gbk(folder: Path) -> dict[str, str]:
    """A Chinese locale of GBK, made for this test."""
    subprocess.run(["localedef", "-i", "zh_CN", "-f", "GBK", str(folder / "zh_CN.GBK")], check=True)
    return PLAIN | {"LOCPATH": str(folder), "LC_ALL": "zh_CN.GBK"}
