"""What the statements read of each other: who asks for some tables alone need not run the rest.

Read off their words: a statement reads every table and view whose name it says. A name that is also a column only makes
more be run than must be.
"""

import re
from collections import defaultdict
from collections.abc import Collection
from functools import cache

from pingyi.scoring import script

DEFINITIONS = ("schema/scores", "conditions")
"""Files of views and macros, which read tables where they are read."""

DEFINED = re.compile(r"create or replace (?:view|macro) (\w+)(.*?)(?=\ncreate |\Z)", re.DOTALL)


@cache
def needed_tables(wanted: frozenset[str]) -> frozenset[str]:
    """These tables, with every table and view that they hang on."""
    words, needed, waiting = _words_by_table(), set[str](), list(wanted)
    while waiting:
        table = waiting.pop()
        if table not in needed:
            needed.add(table)
            waiting += words[table] & words.keys()
    return frozenset(needed)


def is_answered(check: str, tables: Collection[str]) -> bool:
    """Whether a check reads nothing of the results but these tables."""
    return script.words(check) & _words_by_table().keys() <= set(tables)


@cache
def _words_by_table() -> dict[str, frozenset[str]]:
    """The words of all statements that fill a table, and of each definition, by its name."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for statement in script.filling():
        found[script.table_of(statement)] |= script.words(statement)
    for file in DEFINITIONS:
        for name, text in DEFINED.findall(script.plain(file)):
            found[name] |= script.words_in(text)
    return found
