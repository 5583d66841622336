"""A letter as PDF."""

from typing import Any

from pingyi.office.letters.parts import Bar, Block, Cell, Deep, Grid, Heading, Letter
from pingyi.office.paper import printed

TEMPLATE = "letter.typ"


def paper(letter: Letter) -> bytes:
    """The letter as PDF; the same letter gives the same bytes."""
    data = {name: getattr(letter, name) for name in letter.__slots__}
    return printed(TEMPLATE, data | {"blocks": [_block(block) for block in letter.blocks]})


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"type": "heading", "text": block.text}
    if isinstance(block, Grid):
        columns = [{"head": one.head, "width": one.width, "align": one.align} for one in block.columns]
        return {"type": "grid", "columns": columns, "rows": [[_cell(cell) for cell in row] for row in block.rows]}
    return {"type": "line", "text": block.text, "kind": block.kind}


def _cell(cell: Cell) -> Any:
    if isinstance(cell, Bar):
        return {"own": cell.own, "mean": cell.mean}
    return {"text": cell.text, "depth": cell.depth} if isinstance(cell, Deep) else cell
