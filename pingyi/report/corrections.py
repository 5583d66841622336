"""What was corrected, objected to and decided, as the ledger has it."""

from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.section import Section
from pingyi.report.table import head

COLUMNS = ("fact_table", "record", "place", "changed", "state", "state_now", "why", "document", "hash")
WIDE = ("record", "changed", "why", "document")


def corrections(book: Book) -> Section | None:
    """Every entry of the ledger; None where nothing was put down."""
    frame = book.frame("corrections")
    if frame.is_empty():
        return None
    waiting = int(frame["open"].sum())
    ends = f"等待决定的有 {waiting} 条。" if waiting else "都已有决定。"
    columns = [
        cells.count("number", head("corrections", "number")),
        cells.day("day", head("corrections", "day")),
        *(cells.text(name, head("corrections", name), wide=name in WIDE) for name in COLUMNS),
    ]
    return Section(
        id="corrections",
        title="更正与异议",
        question="数据改过吗？谁提出了异议，怎样处理的？",
        clauses=(),
        found=(
            f"登记簿共 {frame.height} 条，{ends}原来的数据文件没有改动；更正都是另加的登记，逐条相扣，"
            f"最后一条的校验码以 {frame['hash'][-1]} 开头。",
        ),
        tables=(cells.table("t-corrections", "登记簿", frame, columns),),
    )
