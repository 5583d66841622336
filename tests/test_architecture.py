"""The house rules: imports point one way, code knows no campaign, cells hold no logic, the environment is one."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import duckdb
import nbformat
import pytest
from ruamel.yaml import YAML

from pingyi.cli import app
from pingyi.common import paths
from pingyi.plan.tables import TABLES, create_statements, plan_rows
from pingyi.scoring import script
from pingyi.scoring.published import published_names
from pingyi.scoring.stages import STAGES, statements_of
from tests.mutation.__main__ import EXPLAINED
from tests.mutation.changes import every_change
from tests.support import ROOT, plan_with

PACKAGE = ROOT / "pingyi"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

LAYERS = [
    ["common"],
    ["rules"],
    ["plan"],
    ["facts"],
    ["scoring", "results", "figures", "disclosure", "fieldwork"],
    ["explain", "simulate", "runs"],
    ["report", "scenarios"],
    ["office", "amendments", "integrity", "desk", "pipeline"],
    ["cli"],
]
"""Who may import whom: only what stands in a layer above its own in this list, or in its own folder."""

LAYER = {name: place for place, layer in enumerate(LAYERS) for name in layer}


def part(path: Path) -> str:
    """The module or folder of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The parts of the package that a file imports, but for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    names = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and node.lineno not in typing_only
            and (node.module or "").startswith("pingyi")
        ):
            module = (node.module or "").split(".")
            names |= {module[1]} if len(module) > 1 else {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    own = part(path)
    if own != "__init__":
        late = {name for name in imported(path) if name != own and LAYER[name] > LAYER[own]}
        same = {name for name in imported(path) if name != own and LAYER[name] == LAYER[own]}
        assert not late, f"{own} imports {late}"
        assert own not in {other for name in same for other in _imports_of(name)}, f"{own} and {same} import each other"


def _imports_of(name: str) -> set[str]:
    return {one for path in MODULES if part(path) == name for one in imported(path)}


def names_of_plans() -> set[str]:
    """What only one campaign is called, and the lists, leaves and event items that only a plan can name."""
    found: set[str] = set()
    for campaign in paths.campaigns():
        plan = plan_with(campaign, {})
        found |= {campaign, plan.campaign.place, plan.campaign.title}
        found |= {id for one in plan.components if one.events for id in one.events.items if "_" in id}
    return found


def words_of_plans() -> set[str]:
    """Further words of plans, which are plain Chinese too: sentences may use them, but nothing may hang on them."""
    found: set[str] = set()
    for campaign in paths.campaigns():
        plan = plan_with(campaign, {})
        found |= {*plan.units.categories, *plan.units.systems, *plan.units.management, *plan.units.grades}
        found |= {one.id for one in plan.every_list} | {one.name for one in plan.components}
        found |= {word for one in plan.components if one.ratings for word in (*one.ratings.levels, *one.ratings.groups)}
        found |= {channel.id for one in plan.components if one.ratings for channel in one.ratings.channels}
        found |= {one.id for one in plan.components if "." in one.id or "_" in one.id}
    return found - HEADS


HEADS = {"日常评议", "总分", "全年", "电话", "短信", "加分", "扣分", "乡镇"}
"""Words of plans that are also heads of tables."""
CODE = [*MODULES, *sorted(PACKAGE.rglob("*.sql")), *sorted(PACKAGE.rglob("*.j2")), *sorted(PACKAGE.rglob("*.typ"))]


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_code_knows_no_campaign(path):
    text = without_prose(path)
    assert sorted(word for word in names_of_plans() if word in text) == []
    assert sorted(words_of_plans() & literals(path, text)) == []


def literals(path: Path, text: str) -> set[str]:
    """The texts that code compares and looks up with: whole strings of Python, quoted words of SQL and templates."""
    if path.suffix == ".py":
        nodes = ast.walk(ast.parse(text))
        return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return set(re.findall(r"'([^']*)'", text)) | set(re.findall(r'"([^"]*)"', text))


def without_prose(path: Path) -> str:
    """Python without docstrings and help texts, SQL without comments: what decides something."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return re.sub(r"--.*", "", text)
    if path.suffix != ".py" or part(path) == "cli":
        return "" if part(path) == "cli" else text
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            node.value = ast.Constant("")
    return ast.unparse(tree)


STAGE_NOTEBOOKS = [path for path in NOTEBOOKS if path.stem.split("_", 1)[-1] in STAGES]
BANNED = (ast.FunctionDef, ast.If, ast.For, ast.While, ast.BinOp, ast.Lambda, ast.ListComp, ast.Import, ast.ImportFrom)
"""What no cell of Python holds (but the one that opens the campaign, which imports): whatever decides or computes."""
SCORES = r"\b(rank|dense_rank|row_number|ntile|over|quotient|share_of|part_of|times|atoms|rounded|to_places)\s*\("
"""What SQL in a cell does not call: places, and the arithmetic of marks; `to_marks` alone turns atoms into 分."""


def code_of(path: Path) -> list[str]:
    """The code cells of a notebook."""
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def tables_made(stage: str) -> set[str]:
    """The tables that a stage fills."""
    folders = {"transformations": "conversions", "aggregations": "cycles_together"}
    made = {folders.get(folder, name) for folder, name in (one.rsplit("/", 1) for one in statements_of(stage))}
    return made | ({"notices"} if stage == STAGES[-1] else set())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_stored_run_from_top_to_bottom(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert notebook.cells[0].source.startswith("# ")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert any(cell.outputs for cell in code)
    assert not [one for cell in code for one in cell.outputs if one.output_type == "error"]


@pytest.mark.parametrize("path", STAGE_NOTEBOOKS, ids=lambda path: path.stem)
def test_a_stage_is_told_in_short_cells(path):
    notebook, cells = nbformat.read(path, as_version=4), code_of(path)
    assert 12 <= len(cells) <= 25
    assert [cell.source for cell in notebook.cells if len(cell.source.splitlines()) > 12] == []
    assert cells[1].splitlines()[-1] == "review = pingyi.open(campaign, run)"
    assert cells[2] == f'review.stage("{path.stem.split("_", 1)[1]}")'
    for call in ("review.step(", "review.clause(", "review.say(", "review.checks()", "review.next_stage()"):
        assert any(cell.startswith(call) for cell in cells), call


@pytest.mark.parametrize("path", STAGE_NOTEBOOKS, ids=lambda path: path.stem)
def test_a_stage_names_its_own_tables(path):
    """Steps are those of the stage; SQL reads at least one table of it, else tables of stages before and the plan's."""
    stage = path.stem.split("_", 1)[1]
    own, steps = tables_made(stage), {one.rsplit("/", 1)[-1] for one in statements_of(stage)}
    earlier = {table for one in STAGES[: STAGES.index(stage)] for table in tables_made(one)}
    named = [step for cell in code_of(path) for step in re.findall(r'review\.step\("(\w+)"\)', cell)]
    assert named
    assert set(named) <= steps
    for cell in (cell for cell in code_of(path) if cell.startswith("%%sql ")):
        read = set(re.findall(r"\b(?:from|join)\s+([a-z_]+)", cell))
        assert read & own, cell
        assert read - own - earlier - set(TABLES) == set(), cell


@pytest.mark.parametrize("path", STAGE_NOTEBOOKS, ids=lambda path: path.stem)
def test_no_cell_scores(path):
    for cell in code_of(path):
        if cell.startswith("%%"):
            head, _, text = cell.partition("\n")
            assert re.fullmatch(r"%%sql \w+", head), "a stored notebook tries nothing"
            assert 3 <= len(text.splitlines()) <= 10
            (statement,) = duckdb.extract_statements(text)
            assert statement.type == duckdb.StatementType.SELECT
            assert not re.search(SCORES, text)
        elif "pingyi.open" not in cell:
            assert not [node for node in ast.walk(ast.parse(cell)) if isinstance(node, BANNED)], cell


def test_every_sql_file_has_a_head_and_a_check_its_chinese_sentence():
    for path in PACKAGE.rglob("*.sql"):
        assert path.read_text(encoding="utf-8").startswith("-- "), path
    for folder in sorted((PACKAGE / "scoring" / "sql" / "checks").iterdir()):
        for name in script.names(f"checks/{folder.name}"):
            assert re.search("[一-鿿]", script.sentence(f"checks/{folder.name}/{name}")), name


def test_plan_tables_are_those_of_the_schema():
    """Created with the columns that their rows have, in every campaign."""
    with duckdb.connect() as connection:
        connection.execute(create_statements())
        columns = {name: connection.table(name).columns for (name,) in connection.sql("show tables").fetchall()}
    assert columns == {name: list(table.columns) for name, table in TABLES.items()}
    for campaign in paths.campaigns():
        for name, rows in plan_rows(plan_with(campaign, {})).items():
            assert [row for row in rows if list(row) != columns[name]] == [], name


def test_what_is_published_in_a_way_of_its_own_stands_in_the_codebook():
    """Every other table of the codebook is a table of the result as it is."""
    assert {*script.names("published")} < {*published_names()}


def test_environment_and_lock_agree_with_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        re.split(r"[\s\[<>=]", one)[0] for one in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    ]
    locked = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    names = {re.sub("[-_.]+", "-", name).lower() for name in locked}
    assert [name for name in wanted if re.sub("[-_.]+", "-", name).lower() not in names] == []
    environment = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert {"pip": ["-r requirements.lock", "-e ."]} in environment["dependencies"]
    assert f"python{project['requires-python']}" in environment["dependencies"]


def test_every_dependency_says_why():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    start, end = lines.index("dependencies = ["), lines.index("[project.scripts]")
    assert [line for line in lines[start:end] if line.startswith('    "') and "#" not in line] == []


def test_both_readmes_show_the_same_commands():
    blocks = [
        re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
        for name in ("README.md", "README.zh-CN.md")
    ]
    assert blocks[0] == blocks[1]
    assert blocks[0][1].strip().split("&& ")[-1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_what_is_written_about_the_command_line_is_so():
    """Both readmes name every verb, and neither they nor the guide name one that there is not."""
    verbs = {one.name or one.callback.__name__ for one in app.registered_commands}
    verbs |= {one.name or one.typer_instance.info.name for one in app.registered_groups}
    pages = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md"))]
    named = {
        page.name: set(re.findall(r"(?<![/-])\bpingyi ([a-z]+)\b", page.read_text(encoding="utf-8"))) for page in pages
    }
    assert {name: found - verbs for name, found in named.items() if found - verbs} == {}
    assert {name: verbs - found for name, found in named.items() if name.startswith("README") and verbs - found} == {}


def test_the_command_line_imports_nothing_heavy():
    heavy = "{'polars', 'duckdb', 'altair', 'pydantic'}"
    code = f"import sys, pingyi.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_changes_that_are_explained_are_still_there():
    """An explanation of a statement that was edited since explains nothing."""
    lines = EXPLAINED.read_text(encoding="utf-8").splitlines()
    assert {line.split("\t")[0] for line in lines} - {change.key for change in every_change()} == set()
    assert all(line.partition("\t")[2] for line in lines)
