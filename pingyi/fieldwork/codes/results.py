"""What the register knows of earlier checks: which result stands, what files it read, whether codes were revoked since.

A check remembers keyed hashes of the files that it read and one name for its result; it does not remember whose code
was used. With a list of used codes a check, the key and two results, the ballot that came in between would be the
ballot of the code that came in between. So a code that is revoked after a check may concern its result, and nobody can
tell: the ballots are checked again, and where nothing moved the result bears the same name as before.

For the same reason a new code is a new respondent: a pseudonym that stayed the same over reissues would have to come
from what the register holds, and then key and register together would lead from a serial number to a ballot. That one
voter is not counted twice is seen by the result's name (`in_force`), not by the respondent's.
"""

from collections.abc import Iterable, Sequence

import polars as pl

from pingyi.fieldwork.codes.key import FILE, RESULT, CodesRefused, keyed
from pingyi.fieldwork.codes.register import BallotFile, Check, Entry, Register

MARKED = "核验"
LETTERS = "abcdefghjkmnpqrs"
"""Of a result's name: no digits, lest something take it for a number."""
LONG = 12
"""Letters of a result's name, and digits of a file's mark."""


def file_mark(key: bytes, sha256: str) -> str:
    """By what a file is known again; without the key it says nothing of what the file held."""
    return keyed(key, FILE, sha256)[:LONG]


def result_name(key: bytes, component: str, channel: str | None, ratings: pl.DataFrame) -> str:
    """The name of a result: the same for the same ratings, whichever files they came in. ratings: sorted."""
    cells = ("" if cell is None else str(cell) for row in ratings.iter_rows() for cell in row)
    digits = keyed(key, RESULT, component, channel or "", *cells)[:LONG]
    return MARKED + "".join(LETTERS[int(digit, 16)] for digit in digits)


def standing(book: Register) -> list[Check]:
    """The last check of each component and channel: its result is the one that counts."""
    return list({(one.component, one.channel): one for one in book.checks}.values())


def last_check(book: Register, component: str, channel: str | None) -> Check | None:
    """The last check of a component and channel, if there was one."""
    return next((one for one in standing(book) if (one.component, one.channel) == (component, channel or "")), None)


def revoked_since(book: Register, check: Check) -> list[int]:
    """Serial numbers of codes that could be used when the ballots were checked and were revoked after that."""
    place = book.rows.index(check)
    before = {row.hash for row in book.rows[:place] if isinstance(row, Entry)}
    after = [row for row in book.rows[place:] if isinstance(row, Entry)]
    return [one.serial for one in after if one.state == "revoked" and one.hash in before]


def left_out(previous: Check | None, given: Iterable[BallotFile], without: Sequence[str]) -> tuple[BallotFile, ...]:
    """Files of earlier checks that are left out on purpose, this time or before.

    given: the files of this check. without: names or marks of files that the user wants left out.
    Raises: CodesRefused where an earlier file is missing that nobody said to leave out, or one is named for nothing.
    """
    marks = {one.mark for one in given}
    missing = [one for one in previous.files if one.mark not in marks] if previous else []
    stray = [word for word in without if not any(word in one for one in missing)]
    if stray:
        there = "、".join(map(shown, missing)) or "前一次核验读过的文件这次都给了，没有要排除的"
        raise CodesRefused(f"--without 写的 {'、'.join(stray)} 不是漏给的选票文件；漏给的有：{there}")
    unsaid = [one for one in missing if not set(one) & set(without)]
    if previous and unsaid:
        raise CodesRefused(_forgotten(previous, unsaid))
    before = [one for one in previous.without if one.mark not in marks] if previous else []
    return (*before, *missing)


def _forgotten(previous: Check, files: Sequence[BallotFile]) -> str:
    lines = [
        f"{previous}读过的 {len(files)} 个选票文件这次没有给，没有核验任何一张选票：",
        *(f"  {shown(one)}" for one in files),
        "  一次核验要给出到现在为止的全部选票文件，分几个都行：重复的行只计一次，后来导出的已经包含它，也一起给出；",
        "  要原来导出的那一份，打开存过盘的，校验码会变。",
        "  确实不再计入的，写明 --without 文件名或校验码，会写进核验汇总。",
    ]
    return "\n".join(lines)


def shown(file: BallotFile) -> str:
    """A file as messages and the summary name it."""
    return f"{file.name}（校验码 {file.mark}）"
