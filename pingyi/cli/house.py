"""The verbs of the house: JupyterLab, the stored notebooks, the schema of plans."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pingyi.cli.base import app
from pingyi.common import paths


@app.command(help="打开中文 JupyterLab，停在笔记本目录；图表不需联网。\n\n例：pingyi lab")
def lab(
    port: Annotated[int, typer.Option(help="端口。")] = 8888,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="是否自动打开浏览器。")] = True,
) -> None:
    """Start JupyterLab on the notebooks."""
    from pingyi.desk.lab import start

    sys.exit(start(port=port, browser=browser))


@app.command(help="重新运行并保存 notebooks/ 里的笔记本（示例活动）。\n\n例：pingyi refresh")
def refresh() -> None:
    """Store every notebook run from top to bottom."""
    from pingyi.pipeline.stored import refresh as refresh_notebooks

    for path in refresh_notebooks():
        typer.echo(f"已更新 {paths.shown(Path(path))}")


@app.command(help="更新方案语言的 JSON Schema（供编辑器提示和检查）和《方案语言》一页里的键表。\n\n例：pingyi schema")
def schema() -> None:
    """Write the JSON Schema beside the plan files, and the tables of keys into the reference page."""
    from pingyi.plan.language_reference import PAGE, write_page, write_schema

    written = [write_schema(paths.root() / "parameters")]
    if (paths.root() / PAGE).exists():
        written.append(write_page(paths.root()))
    for path in written:
        typer.echo(f"已写出 {paths.shown(path)}")
