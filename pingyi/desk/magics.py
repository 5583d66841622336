"""Two cells of a notebook: `%%sql NAME` asks the open campaign, `%%step NAME` tries another statement for a step."""

from typing import TYPE_CHECKING, Any

from pingyi.common.faults import PingyiError

if TYPE_CHECKING:
    from pingyi.desk.workbench import Workbench

NAMELESS = "请在 {magic} 后面写一个名字，例如 {magic} {example}"


class NoName(PingyiError):
    """A cell says no name for what it finds."""

    exit_code = 2


def offer_magics(bench: "Workbench") -> None:
    """Let cells of the notebook speak of this campaign; elsewhere than in a notebook nothing happens."""
    try:
        from IPython import get_ipython
    except ImportError:  # the package is used without notebooks
        return
    shell = get_ipython()
    if shell is None:
        return

    def sql(line: str, cell: str) -> Any:
        """Ask in SQL; the frame gets the name that stands in the first line."""
        name = _name_of(line, "%%sql", "by_level")
        frame = bench.query(cell)
        shell.user_ns[name] = frame
        return bench.show(frame, tables=bench.tables_of(cell))

    def step(line: str, cell: str) -> Any:
        """Try another statement for the step that the first line names."""
        return bench.try_step(_name_of(line, "%%step", "kept"), cell)

    for magic in (sql, step):
        shell.register_magic_function(magic, "cell", magic.__name__)


def _name_of(line: str, magic: str, example: str) -> str:
    name = line.strip()
    if not name.isidentifier():
        raise NoName(NAMELESS.format(magic=magic, example=example))
    return name
