"""The secret key of a campaign: with it codes become hashes, without it nobody can tell which hash is whose."""

from pathlib import Path

from pingyi.common.files import safe
from pingyi.facts import keys
from pingyi.facts.keys import MODE, KeyRefused, key_file, keyed, pseudonym

__all__ = [
    "FILE",
    "FORM",
    "MODE",
    "REGISTER",
    "RESPONDENT",
    "RESULT",
    "SEAL",
    "CodesRefused",
    "key_file",
    "keyed",
    "new_key",
    "pseudonym",
    "read_key",
    "refuse_within_project",
    "register_file",
]

REGISTER, RESPONDENT, FORM, SEAL = "register", "respondent", "form", "seal"
FILE, RESULT = "file", "result"
"""Purposes: what the same code becomes for one of them says nothing of what it becomes for another."""

LOST = "发出的验证码无法核验"
"""What comes of a lost key."""


class CodesRefused(KeyRefused):
    """Codes, their key or their register are not as they must be; nothing was changed."""


def register_file(campaign: str) -> Path:
    """Where the register of a campaign lies unless somebody says otherwise: beside its key."""
    return key_file(campaign).with_name(f"{safe(campaign)}.codes.csv")


def refuse_within_project(path: Path, what: str) -> None:
    """Raises: CodesRefused for a secret file in a folder that is handed on."""
    keys.refuse_within_project(path, what, CodesRefused)


def new_key(path: Path) -> bytes:
    """Make a key that only its owner can read. Raises: CodesRefused, also where there is one already."""
    return keys.new_key(path, CodesRefused)


def read_key(path: Path) -> bytes:
    """The key. Raises: CodesRefused where it is missing, in a wrong place, readable by others, or no key."""
    return keys.read_key(path, LOST, CodesRefused)
