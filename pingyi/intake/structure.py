"""What the XML of a sheet says beside values: merged cells, hidden rows, formulas without a result, percentages."""

import re
from collections.abc import Iterator

from pingyi.intake.sheet import Box, Spot, Structure, place

WITHIN = rb"[^<>]{0,400}"
"""Attributes of a tag; bounded, so that no file can make the search slow."""

TAG = rb"<(?:\w{1,20}:)?"
ENDS = rb"</(?:\w{1,20}:)?"
REF = rb'\br="([A-Z]{1,3})(\d{1,7})"'

MERGED = re.compile(TAG + rb"mergeCell " + WITHIN + rb'?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
UNCOUNTED = re.compile(
    TAG + rb"c (?!" + WITHIN + rb't="str")' + WITHIN + rb"?" + REF + WITHIN + rb">"
    + TAG + rb"f(?:" + WITHIN + rb"/>|" + WITHIN + rb">[^<]*" + ENDS + rb"f>)"
    + rb"(?:" + TAG + rb"v ?/>|" + TAG + rb"v>" + ENDS + rb"v>)?" + ENDS + rb"c>"
)  # fmt: skip
FORMULA = re.compile(TAG + rb"f[ />]")
HIDDEN_ROW = re.compile(
    TAG + rb"row (?=" + WITHIN + rb'(?:hidden="(?:1|true)"|\bht="0"))' + WITHIN + rb'?\br="(\d{1,7})"'
)
HIDDEN_COLUMN = re.compile(TAG + rb"col (?=" + WITHIN + rb'hidden="(?:1|true)")(' + WITHIN + rb")>")
STYLED = re.compile(
    TAG + rb"c (?!" + WITHIN + rb't="(?:s|str|inlineStr|b|e)")((?=' + WITHIN + rb'?\bs="(\d+)")' + WITHIN + rb")(?<!/)>"
)
FROM, TO, AT = re.compile(rb'min="(\d{1,5})"'), re.compile(rb'max="(\d{1,5})"'), re.compile(REF)

WIDEST = 16_384


def structure(xml: bytes, concealed: bool, percent: frozenset[str]) -> Structure:
    """The structure of a sheet. percent: styles that show percentages."""
    return Structure(
        merged=tuple(sorted(_box(*one.groups()) for one in MERGED.finditer(xml))),
        hidden_rows=frozenset(int(one[1]) for one in HIDDEN_ROW.finditer(xml)),
        hidden_columns=frozenset(_columns(xml)),
        concealed=concealed,
        uncounted=tuple(_uncounted(xml)) if FORMULA.search(xml) else (),
        percents=tuple(_percents(xml, percent)) if percent else (),
    )


def _spot(letters: bytes, row: bytes) -> Spot:
    return Spot(int(row), place(letters.decode()))


def _box(left: bytes, top: bytes, right: bytes, bottom: bytes) -> Box:
    return Box(int(top), int(bottom), place(left.decode()), place(right.decode()))


def _uncounted(xml: bytes) -> Iterator[Spot]:
    return (_spot(*one.groups()) for one in UNCOUNTED.finditer(xml))


def _columns(xml: bytes) -> Iterator[int]:
    for column in HIDDEN_COLUMN.finditer(xml):
        first, last = FROM.search(column[1]), TO.search(column[1])
        if first and last:
            yield from range(int(first[1]) - 1, min(int(last[1]), WIDEST))


def _percents(xml: bytes, percent: frozenset[str]) -> Iterator[Spot]:
    for cell in STYLED.finditer(xml):
        at = AT.search(cell[1])
        if at and cell[2].decode() in percent:
            yield _spot(*at.groups())
