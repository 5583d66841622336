"""Bytes of a text file → text, in one encoding for the whole file, or a fault; never a guess for a cell."""

import codecs
import re

from pingyi.facts.intake.sheet import Unreadable

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
PRIVATE = re.compile("[\ue000-\uf8ff]")
"""Characters of private use: they come from another encoding (Big5), or from the fonts of a single machine."""

BYTES_OF_2022 = {
    "a6d9": "\ufe10", "a6da": "\ufe12", "a6db": "\ufe11", "a6dc": "\ufe13", "a6dd": "\ufe14", "a6de": "\ufe15",
    "a6df": "\ufe16", "a6ec": "\ufe17", "a6ed": "\ufe18", "a6f3": "\ufe19", "fe59": "\u9fb4", "fe61": "\u9fb5",
    "fe66": "\u9fb6", "fe67": "\u9fb7", "fe6d": "\u9fb8", "fe7e": "\u9fb9", "fe90": "\u9fba", "fea0": "\u9fbb",
}  # fmt: skip
"""Bytes that GB18030-2022 gives to characters of their own, and GB18030-2005 to characters of private use."""

NEWER = str.maketrans({bytes.fromhex(code).decode("gb18030"): one for code, one in BYTES_OF_2022.items()})
END_OF_FILE = "\x1a"
"""What old programs write behind the last line."""

RESAVE = "请另存为 UTF-8 编码的 CSV"


def decoded(data: bytes) -> str:
    """The text of UTF-8 (with or without BOM), UTF-16 (with BOM) or GB18030 bytes, without a mark of its end.

    Raises: Unreadable, also for UTF-8 that was damaged or cut, and where two encodings are as likely.
    """
    text = _utf16(data) if data.startswith(UTF16) else _utf8(data)
    if text is None:
        text = _gb18030(data)
    if "\0" in text:
        raise Unreadable(f"不是文本文件，{RESAVE}")
    return text.rstrip(END_OF_FILE)


def _utf16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        raise Unreadable("UTF-16 编码不完整，文件可能被截断") from None


def _utf8(data: bytes) -> str | None:
    """The text; None where it is another encoding. Raises: Unreadable."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _mostly_utf8(data):
            line = data.count(b"\n", 0, error.start) + 1
            raise Unreadable(f"第 {line} 行附近的 UTF-8 编码不完整，文件可能损坏或被截断") from None
        return None
    if not data.startswith(codecs.BOM_UTF8) and _may_be_gb18030(text, data):
        raise Unreadable(f"分不清是 UTF-8 还是 GB18030，{RESAVE}（带 BOM）")
    return text


def _mostly_utf8(data: bytes) -> bool:
    """Whether more characters beyond ASCII are whole in UTF-8 than broken: damaged UTF-8, no other encoding."""
    text = data.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd")
    return len(re.findall(r"[^\x00-\x7f]", text)) > 2 * broken


def _may_be_gb18030(text: str, data: bytes) -> bool:
    """Whether UTF-8 gives no Chinese, only letters of two bytes, where GB18030 would give Chinese."""
    if text.isascii() or re.search("[\u0800-\U0010ffff]", text):
        return False
    return re.search("[\u4e00-\u9fff]", _try_gb18030(data)) is not None


def _gb18030(data: bytes) -> str:
    text = _try_gb18030(data)
    if not text:
        raise Unreadable(f"既不是 UTF-8 也不是 GB18030 编码，{RESAVE}")
    if strange := PRIVATE.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise Unreadable(f"第 {line} 行有自造字或别的编码的字（会变成乱码），{RESAVE}")
    return text


def _try_gb18030(data: bytes) -> str:
    """The text, or nothing."""
    try:
        return data.decode("gb18030").translate(NEWER)
    except UnicodeDecodeError:
        return ""
