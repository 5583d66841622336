"""JupyterLab as analysts of the office use it: in Chinese, without news and pop-ups, on the notebooks.

`overrides.json` beside this module holds the settings. Figures carry their drawing and a picture: nothing is fetched.
"""

import subprocess
import sys
from pathlib import Path

from pingyi import places

SETTINGS = Path(__file__).parent


def command(*, port: int, browser: bool) -> list[str]:
    """The command that starts JupyterLab on the notebooks, for this machine alone."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={places.root()}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--LabApp.default_url=/lab/tree/notebooks",
        f"--LabApp.app_settings_dir={SETTINGS}",
        "--LabApp.extension_manager=readonly",
        *([] if browser else ["--no-browser"]),
        *(["--allow-root"] if _is_root() else []),
    ]


def start(*, port: int, browser: bool) -> int:
    """Start JupyterLab and wait for its end; returns its exit code."""
    return subprocess.run(command(port=port, browser=browser), check=False).returncode


def _is_root() -> bool:
    import os

    return hasattr(os, "geteuid") and os.geteuid() == 0
