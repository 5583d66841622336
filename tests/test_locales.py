"""The chapters on intake once more where the machine writes another encoding: nothing may lean on the locale."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LOCALES = {
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""},
    "GBK": {"PYTHONIOENCODING": "gbk"},
}
"""Python's own encoding of files and names is ASCII under C; what a command prints is GBK under GBK."""


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("locale", LOCALES)
def test_intake_where_the_machine_writes_another_encoding(locale: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
    files = sorted(map(str, HERE.glob("test_intake*.py")))
    done = subprocess.run([*command, *files], env=os.environ | LOCALES[locale], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:].decode("utf-8", "replace")
