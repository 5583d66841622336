"""The XML of a part of a workbook as a stream of elements, and the texts that stand in them."""

import re
from collections.abc import Iterator

from lxml import etree

from pingyi.facts.intake.package import BROKEN, MB, TRUE, refuse_declarations
from pingyi.facts.intake.sheet import Unreadable

CHUNK = 64 << 10
"""Bytes that the parser is given at a time."""

LONGEST = 32 * MB
"""Bytes of XML in which no row ends: no sheet has such a row."""

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def events(part: bytes, *names: str) -> Iterator[etree._Element]:
    """The elements of these names, each when it is whole; forgotten when the next one is asked for."""
    refuse_declarations(part)
    parser = etree.XMLPullParser(
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    since = 0
    for at in range(0, len(part), CHUNK):
        parser.feed(part[at : at + CHUNK])
        since += CHUNK
        for _, element in parser.read_events():
            since = 0
            yield element
            _forget(element)
        if since > LONGEST:
            raise Unreadable(BROKEN)
    parser.close()
    for _, element in parser.read_events():
        yield element


def _forget(element: etree._Element) -> None:
    """Free an element and what stands before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def text_of(element: etree._Element) -> str:
    """The text of an item without what says how it is pronounced; written-out characters are read."""
    parts = [
        one.text or ""
        for one in element.iter("{*}t")
        if (parent := one.getparent()) is not None and not parent.tag.endswith("}rPh")
    ]
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """The text with written-out characters (_x0041_) read."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def is_struck(element: etree._Element) -> bool:
    """Whether all of a text in several looks is struck through."""
    runs = list(element.iterfind("{*}r"))
    return bool(runs) and all(any(map(is_on, run.iterfind("{*}rPr/{*}strike"))) for run in runs)


def is_on(element: etree._Element) -> bool:
    """Whether a look of a text, such as strike, is there and not turned off."""
    return element.get("val", "1") in TRUE
