"""A small campaign whose names try to be something else: scripts, markup, formulas, templates, folders."""

from pathlib import Path

from ruamel.yaml import YAML

from tests.small import UNITS, project, write

SCRIPT = '<script>document.title="劫持"</script>'
NAMES = {
    "甲": f"甲{SCRIPT}",
    "乙": "乙\"'><img src=x onerror='document.title=1'>",
    "丙": "丙]]></w:t>&amp;{{ 7*7 }}{% raw %}${7*7}",
    "丁": '丁#panic("x") $x$ @ref *粗* `#eval` <lab> //注',
    "戊": "=cmd|'/c calc'!A1",
    "己": "@SUM(1+1)",
    "庚": "-2+3+cmd|' /C calc'!A0",
    "辛": "＝1+1",
}
"""Names by unit."""

PATHS = {"../../逃": "../../../逃", "CON.x": "NUL", "a/b:c*?": "C:\\Windows\\x", "长" * 60: "长" * 300}
"""Further units: ids and names that would lead out of a folder, or are no names of files."""

TITLE = f"评议</script>{SCRIPT}{{{{ 7*7 }}}}#panic()"
DOCUMENT = f"{SCRIPT}某文{{{{ 7*7 }}}}]]>=1+1"
OPINION = '=HYPERLINK("http://x.cn","点")<svg onload=alert(1)>'


def hostile(folder: Path) -> Path:
    """The small project with such names, one event, one problem and one opinion."""
    project(folder)
    plan = folder / "parameters" / "small.yaml"
    tree = YAML().load(plan.read_text(encoding="utf-8"))
    tree["campaign"]["title"] = TITLE
    with plan.open("wb") as file:
        YAML().dump(tree, file)
    names = NAMES | PATHS
    write(folder, "units", ["unit,name,category,organ,management", *(_line(*one) for one in names.items())])
    write(
        folder,
        "events",
        ["event,unit,item,happened_on,status,document", f"e1,辛,found,2020-03-01,确认,{_cell(DOCUMENT)}"],
    )
    problem = f"p1,甲,2020-03-01,2020-04-01,整改中,{_cell(OPINION)},{_cell(DOCUMENT)}"
    write(folder, "problems", ["problem,unit,found_on,due,state,text,document", problem])
    write(folder, "opinions", ["opinion,unit,received_on,text", f"o1,甲,2020-03-01,{_cell(OPINION)}"])
    assert set(NAMES) == set(UNITS)
    return folder


def _line(unit: str, name: str) -> str:
    return f"{_cell(unit)},{_cell(name)},机关,{_cell('某局' + SCRIPT)},单独"


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
