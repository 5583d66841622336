"""JupyterLab as analysts of the office use it: in Chinese, without news and pop-ups, on the page to start from.

`overrides.json` beside this module holds the settings. Figures carry their drawing and a picture: nothing is fetched.
The stored notebooks can be opened and run, and never saved: what somebody works in is a copy (`working_copies`).
"""

import os
import secrets
import socket
import subprocess
import sys
import webbrowser
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, Any

from pingyi.common import paths
from pingyi.common.faults import PingyiError
from pingyi.desk.working_copies import FOLDER, START, STORED, copy_start

SETTINGS = Path(__file__).parent
HOST = "127.0.0.1"
TRIED = 50
"""Ports that are tried, from the one wished for upward."""
PATIENCE = 3.0
"""Seconds that the server gets before the browser opens."""


OPENED = f"/lab/tree/reports/{START}.ipynb"
"""Where JupyterLab opens."""


class LabFailed(PingyiError):
    """JupyterLab did not start."""

    exit_code = 1


def lab_command(*, port: int, browser: bool) -> list[str]:
    """The command that starts JupyterLab on the notebooks, for this machine alone."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={paths.root()}",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={port}",
        f"--LabApp.default_url={OPENED}",
        "--ContentsManager.pre_save_hook=pingyi.desk.lab.refuse_stored",
        f"--LabApp.app_settings_dir={SETTINGS}",
        "--LabApp.extension_manager=readonly",
        *([] if browser else ["--no-browser"]),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]


def refuse_stored(model: dict[str, Any], path: str, **_: Any) -> None:
    """Keep the notebooks that come with the program as they are (a hook of the server). Raises: HTTPError."""
    from tornado.web import HTTPError

    if path.strip("/").split("/")[0] == STORED and model.get("type") == "notebook":
        said = f"这是程序自带的笔记本，不保存改动；请从起始页打开本活动“{FOLDER}”里的副本"
        raise HTTPError(403, said, reason="read only")


def start_lab(*, port: int, browser: bool) -> int:
    """Start JupyterLab, say in Chinese where it is, and wait for its end; returns its exit code.

    Raises: LabFailed where no port is free or the server stops at once.
    """
    port, token = _find_free_port(port), secrets.token_urlsafe(24)
    address = f"http://{HOST}:{port}{OPENED}?token={token}"
    copy_start()
    given = [*lab_command(port=port, browser=False), "--ServerApp.port_retries=0", "--ServerApp.answer_yes=True"]
    with TemporaryFile() as log:
        server = subprocess.Popen(given, env=os.environ | {"JUPYTER_TOKEN": token}, stdout=log, stderr=log)
        sys.stdout.write(f"JupyterLab 正在启动，几秒后可用，只有这台机器能打开：\n  {address}\n停止请按 Ctrl+C。\n")
        sys.stdout.flush()
        if browser:
            Timer(PATIENCE, webbrowser.open, [address]).start()
        return _wait_for_end(server, log)


def _wait_for_end(server: "subprocess.Popen[bytes]", log: IO[bytes]) -> int:
    """Wait for the server; Ctrl+C ends it. log: what it says of itself, in English. Raises: LabFailed."""
    try:
        code = server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        sys.stdout.write("已停止。\n")
        return 0
    if code:
        log.seek(0)
        last = log.read().decode(errors="replace").strip().rpartition("\n")[2]
        raise LabFailed(f"JupyterLab 没有启动成功，退出码 {code}。请把下面一行交给维护人员：\n  {last}")
    return code


def _find_free_port(port: int) -> int:
    """The first port, from this one upward, that nobody listens on. Raises: LabFailed."""
    for one in range(port, min(port + TRIED, 65536)):
        with socket.socket() as tried:
            if tried.connect_ex((HOST, one)):
                return one
    raise LabFailed(f"从 {port} 起的 {TRIED} 个端口都有别的程序在用；请用 --port 另给一个。")
