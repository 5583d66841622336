"""Simulated facts as files: what an office would hand in, beside the truth and a note that says what is made up."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import polars as pl

from pingyi.common.codebook import Column, Table, codebook
from pingyi.common.faults import PingyiError
from pingyi.plan import Plan
from pingyi.simulate.campaign_year import Simulated, simulate
from pingyi.simulate.made_up_units import SYSTEMS, roster_entries, roster_files, roster_of
from pingyi.simulate.many_ratings import write_ratings
from pingyi.simulate.world import new_world

TRUTH, ROSTER, RATINGS = "truth.csv", "roster.csv", "ratings"
NOTE = "说明.md"
HEAD = "## 模拟数据"
"""Where the simulated part of a note begins; what stands before it is kept."""


class NotSimulated(PingyiError):
    """The folder holds facts that nobody simulated; they are not overwritten."""


def simulate_into(
    plan: Plan,
    folder: Path,
    seed: int,
    *,
    ratings: int = 0,
    faults: bool = False,
    told: Callable[[Path, int], None] = lambda _path, _rows: None,
) -> list[Path]:
    """Simulate facts for the units of a folder, or for made-up units where it has none, and write them there.

    ratings: so many instead of as many as a small campaign has; those given one by one are then in a folder of their
    own (`many_ratings`), of which `told` is told file by file. faults: whether they hold some that must be refused.
    Raises: NotSimulated, NoRatings, FactsRefused where the folder's roster has faults.
    """
    _refuse_real_facts(folder)
    simulated = simulate(plan, roster_of(plan, folder), seed)
    if not ratings:
        return write(simulated, folder)
    ballots = [one.id for one in plan.components if one.ratings and one.ratings.form]
    few = {name: simulated.tables[name] for name in ("ratings",) if name in simulated.tables}
    kept = {name: frame.filter(pl.col("method").is_in(ballots)) for name, frame in few.items()}
    tables = {name: frame for name, frame in (simulated.tables | kept).items() if name != "counts" and frame.height}
    written = write(replace(simulated, tables=tables), folder)
    world = new_world(plan, simulated.facts["units"], seed)
    return [*written, *write_ratings(world, ratings, folder / RATINGS, told, faults=faults)]


def write(simulated: Simulated, folder: Path) -> list[Path]:
    """Write the facts as CSV files, `truth.csv` and a note into a folder of facts; the files that were written.

    The roster is written only where the folder has none, in `units/`. Raises: NotSimulated where the folder holds facts
    that did not come from here.
    """
    _refuse_real_facts(folder)
    own = simulated.plan.units.columns
    files = {_file_name(name): _with_heads(_table_of(name), frame, own) for name, frame in simulated.tables.items()}
    entries = roster_entries(folder)
    if "systems" in simulated.tables and any(not entry.is_dir() for entry in entries):
        raise NotSimulated(f"要另写 {_file_name('systems')}，请先把名录文件放进 {(folder / 'units').as_posix()} 文件夹")
    if not roster_files(entries):
        files[f"units/{ROSTER}"] = _with_heads(_table_of("units"), simulated.roster, own)
    _remove_former(folder)
    for name, frame in (files | {TRUTH: _truth_with_heads(simulated)}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        _write_csv(frame, folder / name)
    _write_note(simulated, folder / NOTE, list(files))
    return [folder / name for name in (*files, TRUTH, NOTE)]


def _refuse_real_facts(folder: Path) -> None:
    """Only CSV files, and the folder of many ratings, that lie beside a truth are taken for simulated ones."""
    tables = [table for table in codebook().facts.values() if table.name != "units"]
    stems = [stem for table in tables for stem in (table.name, table.title)]
    ours = (folder / TRUTH).exists()
    made = [path for path in folder.glob("*") if path.suffix == ".csv" or path == folder / RATINGS] if ours else []
    real = [path for path in folder.glob("*") if path.stem in stems and path not in made]
    if real:
        found = "、".join(sorted(path.name for path in real))
        raise NotSimulated(f"{folder.as_posix()} 里有不是模拟生成的数据（{found}），未写入任何文件；请换一个文件夹")


def _remove_former(folder: Path) -> None:
    """Remove votes that were simulated before: they would be counted beside the new ones."""
    if (folder / TRUTH).exists():
        votes = [folder / f"{name}.csv" for name in ("ratings", "counts")]
        for path in (*votes, *(folder / RATINGS).glob("*.parquet")):
            path.unlink(missing_ok=True)
        with suppress(OSError):
            (folder / RATINGS).rmdir()


def _file_name(name: str) -> str:
    return f"units/{SYSTEMS}" if name == "systems" else f"{name}.csv"


def _table_of(name: str) -> Table:
    return codebook().facts["units" if name == "systems" else name]


def _with_heads(table: Table, frame: pl.DataFrame, own: dict[str, str]) -> pl.DataFrame:
    """The columns that hold anything, in the order of the codebook, with its Chinese heads and words.

    own: further columns that the plan wants, with their heads.
    """
    written = [_cells_in_words(column).alias(column.head) for column in table.columns if column.name in frame.columns]
    written += [pl.col(name).alias(head) for name, head in own.items() if name in frame.columns]
    heads = frame.select(written)
    return heads.select(name for name in heads.columns if heads[name].null_count() < heads.height)


def _cells_in_words(column: Column) -> pl.Expr:
    """The cells of a column as people write them."""
    words = {code: word for word, code in column.values.items()}
    cells = pl.col(column.name)
    match column.kind:
        case "list":
            return cells.list.eval(pl.element().replace(words)).list.join("、").replace("", None)
        case "yes_no":
            return cells.replace_strict({True: "是", False: "否"}, default=None, return_dtype=pl.String)
        case "choice" if words:
            return cells.replace(words)
    return cells


def _truth_with_heads(simulated: Simulated) -> pl.DataFrame:
    titles = {one.id: f"{one.title}（{one.id}）" for one in simulated.plan.components}
    heads = {"unit": "单位编号", "quality": "总体水平", "planted": "特意安排"} | titles
    return simulated.truth.rename(heads, strict=False)


def _write_csv(frame: pl.DataFrame, path: Path) -> None:
    """UTF-8 with a byte-order mark, so that Excel opens it as it is."""
    with path.open("wb") as file:
        frame.write_csv(file, include_bom=True, date_format="%Y-%m-%d", datetime_format="%Y-%m-%d %H:%M:%S")


def _write_note(simulated: Simulated, path: Path, files: list[str]) -> None:
    before = path.read_text(encoding="utf-8").split(HEAD)[0] if path.exists() else ""
    path.write_text(before + _compose_note(simulated, files), encoding="utf-8", newline="\n")


def _compose_note(simulated: Simulated, files: list[str]) -> str:
    titles = [f"- `{name}`：{_describe_file(name)}" for name in files]
    return "\n".join(
        [
            HEAD,
            "",
            f"下列文件由程序按《{simulated.plan.campaign.title}》方案和参评单位名录模拟生成，种子是 {simulated.seed}。",
            "内容全部虚构，只用来演示和检验，不反映任何单位的实际情况，不得用于实际评议。",
            "",
            *titles,
            "",
            f"`{TRUTH}` 是真值：模拟时给每个单位设定的总体水平和各指标水平（0 为中等，1 为一个标准差，越大越好），",
            "以及特意安排的情形。它不是评议数据，导入时会略过。",
            "",
            "方案、名录和种子都相同，生成的文件逐字节相同。",
            "",
        ]
    )


def _describe_file(file: str) -> str:
    stem = Path(file).stem
    if stem == "roster":
        return "参评单位名录（原来没有名录，单位是编出来的）"
    return "系统报送的单位（虚构）" if stem == "systems" else codebook().facts[stem].title
