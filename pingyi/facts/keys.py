"""Secret keys: where they lie, how they are read, and what becomes of a text with one.

A key is 32 bytes, kept as 64 hexadecimal digits in a file that only its owner reads, outside of the folders that are
handed on. Without the key nobody can tell which pseudonym is whose; with another key everybody gets another one.
"""

import hmac
import os
import re
import secrets
from pathlib import Path

from pingyi.common import paths
from pingyi.common.faults import PingyiError
from pingyi.common.files import safe

MODE = 0o600
"""Only the owner reads and writes."""

HANDED_ON = ("data", "reports", "parameters", "notebooks")
"""Folders of the project whose files go to others."""

LETTERS = "abcdef"
DIGITS = 32
PSEUDONYM = rf"[{LETTERS}][0-9a-f]{{{DIGITS - 1}}}"
"""What a pseudonym looks like."""


class KeyRefused(PingyiError):
    """A key is missing, in a wrong place, readable by others, or none; nothing was changed."""

    exit_code = 9


def key_file(campaign: str) -> Path:
    """Where the key of a campaign lies unless somebody says otherwise."""
    return Path.home() / ".config" / "pingyi" / f"{safe(campaign)}.key"


def refuse_within_project(path: Path, what: str = "密钥", refusal: type[KeyRefused] = KeyRefused) -> None:
    """Raises: the refusal for a secret file in a folder that is handed on."""
    for name in HANDED_ON:
        if path.resolve().is_relative_to((paths.root() / name).resolve()):
            raise refusal(f"{what}不能放在 {name}/ 里（那里的文件会交给别人）：{path.as_posix()}")


def new_key(path: Path, refusal: type[KeyRefused] = KeyRefused) -> bytes:
    """Make a key that only its owner can read. Raises: the refusal, also where there is one already."""
    refuse_within_project(path, refusal=refusal)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    except FileExistsError:
        raise refusal(f"已经有密钥，不覆盖：{path.as_posix()}") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return read_key(path, refusal=refusal)


def read_key(path: Path, lost: str = "代号对不上", refusal: type[KeyRefused] = KeyRefused) -> bytes:
    """The key. lost: what cannot be done without it.

    Raises: the refusal where it is missing, in a wrong place, readable by others, or no key.
    """
    refuse_within_project(path, refusal=refusal)
    if not path.is_file():
        raise refusal(f"没有密钥 {path.as_posix()}；没有当初的密钥，{lost}，请从备份恢复")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise refusal(f"密钥不能让别人读到，请执行 chmod 600 {path.as_posix()}")
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise refusal(f"{path.as_posix()} 不是密钥，或已损坏；请从备份恢复")
    return bytes.fromhex(text)


def keyed(key: bytes, purpose: str, *texts: str) -> str:
    """HMAC-SHA-256 of the texts for a purpose, 64 hexadecimal digits."""
    return hmac.new(key, "\x1f".join((purpose, *texts)).encode(), "sha256").hexdigest()


def key_mark(key: bytes) -> str:
    """What a key is known by: two keys have two marks, and a mark tells nothing of its key."""
    return keyed(key, "mark")[: DIGITS // 2]


def pseudonym(key: bytes, purpose: str, *texts: str) -> str:
    """A keyed hash of 32 digits, the first a letter, lest a spreadsheet see a number."""
    digits = keyed(key, purpose, *texts)
    return LETTERS[int(digits[0], 16) % len(LETTERS)] + digits[1:DIGITS]
