"""One letter for each unit, in Word and as PDF: all of them or none."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pingyi.common.files import safe
from pingyi.office.beside import WHY, NotWritten
from pingyi.office.letters.content import letters
from pingyi.office.letters.paper import paper
from pingyi.office.letters.parts import Letter
from pingyi.office.letters.word import word
from pingyi.report.book import Book
from pingyi.scoring.review import Review

if TYPE_CHECKING:
    from pingyi.scenarios.years import Years

KINDS: dict[str, Callable[[Letter], bytes]] = {".docx": word, ".pdf": paper}
"""What each letter is written as."""

FRESH, STALE = ".pingyi-new", ".pingyi-old"
"""Endings of the folder while it is not whole yet, and of the one that it takes the place of."""

LEFT_BY_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""What Windows and macOS leave in folders."""


def write_letters(
    review: Review | Book,
    folder: Path,
    *,
    simulated: bool,
    confidential: bool | None = None,
    years: "Years | None" = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[Path]:
    """Write the letters of all units of the roster into a folder of their own; earlier ones stay until all are whole.

    review: all stages done. simulated: the facts are simulated, and every page says so. confidential: every page says
    that it is for the unit alone; without it, as the plan says. years: this year beside the one before, where known.
    progress: told after each unit how many are written, and of how many.
    Raises: NotWritten.
    """
    book = review if isinstance(review, Book) else Book(review, {})
    own_only = book.plan.campaign.confidential if confidential is None else confidential
    written = letters(book, simulated=simulated, confidential=own_only, years=years)
    names: list[str] = []
    fresh = folder.with_name(folder.name + FRESH)
    try:
        _free(folder)
        _emptied(fresh)
        for name in _write(written, fresh):
            names.append(name)
            progress(len(names), len(book.explanations))
        _in_place(fresh, folder)
    except OSError as error:
        why = WHY.get(error.errno or 0, f"系统提示 {error.strerror or error}")
        raise NotWritten(f"写不了单位反馈：{folder}，{why}。原有的文件没有改动。") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return [folder / f"{name}{ending}" for name in names for ending in KINDS]


def _write(written: Iterator[Letter], folder: Path) -> Iterator[str]:
    """Write each letter in all its kinds; the names of its files, without endings."""
    taken: set[str] = set()
    for letter in written:
        name = _free_name(file_name(letter.unit, letter.name), taken)
        for ending, made in KINDS.items():
            (folder / f"{name}{ending}").write_bytes(made(letter))
        yield name


def file_name(unit: str, name: str) -> str:
    """`<unit>-<name>`, with what is no name of a file replaced."""
    return safe(f"{unit}-{name}")


def _free_name(name: str, taken: set[str]) -> str:
    """The name, or one with a number where another unit's files already bear it; capitals count as small letters."""
    found, number = name, 2
    while found.casefold() in taken:
        found, number = f"{name}-{number}", number + 1
    taken.add(found.casefold())
    return found


def _free(folder: Path) -> None:
    """Only letters are ever replaced; those that a run cut short has set aside are back first.

    Raises: NotWritten where the folder holds something else, or an open letter.
    """
    stale = folder.with_name(folder.name + STALE)
    if stale.exists() and not folder.exists():
        os.rename(stale, folder)
    found = sorted(folder.iterdir()) if folder.exists() else []
    for path in found:
        if path.name in LEFT_BY_SYSTEMS:
            continue
        if path.name.startswith(("~$", ".~lock")):
            raise NotWritten(f"写不了单位反馈：{folder} 里有文件正在打开（{path.name}），请关闭后再试。")
        if path.is_dir() or path.suffix not in KINDS or "-" not in path.stem:
            raise NotWritten(f"写不了单位反馈：{folder} 里有别的文件（{path.name}），会被一起换掉。请换一个空文件夹。")


def _emptied(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _in_place(fresh: Path, folder: Path) -> None:
    """Put the new folder where the old one is; if that fails, the old one is back."""
    stale = folder.with_name(folder.name + STALE)
    if stale.exists():
        shutil.rmtree(stale)
    if folder.exists():
        os.rename(folder, stale)
    try:
        os.rename(fresh, folder)
    except OSError:
        if stale.exists():
            os.rename(stale, folder)
        raise
    shutil.rmtree(stale, ignore_errors=True)
