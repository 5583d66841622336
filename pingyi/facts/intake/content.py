"""What a file really is, told by its bytes: a suffix is only what somebody called it."""

import re

from pingyi.facts.intake.sheet import Unreadable

TEXT, XLSX, XLS, PARQUET = "文本（CSV）", "XLSX", "旧式 Excel（.xls）", "Parquet"
EXPECTED = {".csv": TEXT, ".xlsx": XLSX, ".xls": XLS, ".parquet": PARQUET}
NAMED = {TEXT: "请改回 .csv", XLSX: "请改回 .xlsx", XLS: "请改回 .xls", PARQUET: "请改回 .parquet"}

LOCKED, PAGE, SHEETML, OTHER = "加了密码的 Excel", "网页（HTML）", "XML 表格", "不认识的"
RESAVE = "请在 Excel 或 WPS 中打开，另存为 .xlsx"
FOREIGN = {
    LOCKED: "请去掉密码再送",
    PAGE: RESAVE,
    SHEETML: RESAVE,
    "PDF": "请送原来的表格",
    "Word": "请把表格另存为 .xlsx",
    "压缩": "请先解压",
}
STARTS = {b"%PDF": "PDF", b"\x1f\x8b": "压缩", b"Rar!": "压缩", b"7z\xbc\xaf": "压缩", b"PAR1": PARQUET}

OLE = b"\xd0\xcf\x11\xe0"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
HEAD, FAR = 4096, 1 << 16
"""Bytes in which a text says that it is none, and in which a page or an XML table says what it is."""

SKIPPED = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
WEB = re.compile(
    r"<(?:!doctype html|html|head|meta|table|thead|tbody|body|tr|td|div|span|p|br|style|script|title|link|center|font"
    r"|h\d|pre|form|section|main|article)\b|mime-version:"
)
TABLE = re.compile(r"<(?:html|table|tr|td)\b")
"""How pages begin, also those that are sent as letters, and what shows that a text with other tags is one."""


def refuse_other(data: bytes, suffix: str) -> None:
    """Raises: Unreadable where the bytes are nothing, or not what the suffix says."""
    if not data:
        raise Unreadable("文件是空的")
    if not data.strip(b"\0"):
        raise Unreadable("文件里全是零字节，没有传完或已损坏，请重新传送")
    kind, wanted = kind_of(data), EXPECTED[suffix]
    if kind in (wanted, OTHER):
        return
    if kind in FOREIGN:
        raise Unreadable(f"后缀是 {suffix}，内容却是{kind}文件，{FOREIGN[kind]}")
    raise Unreadable(f"这是改了后缀的 {kind} 文件，内容不是 {suffix}，{NAMED[kind]}")


def kind_of(data: bytes) -> str:
    """One of the kinds above. What begins like a package is one of Excel unless it says otherwise."""
    if data.startswith(ZIP):
        return _package(data)
    if data.startswith(OLE):
        return LOCKED if "EncryptedPackage".encode("utf-16-le") in data else XLS
    for start, kind in STARTS.items():
        if data.startswith(start):
            return kind
    return _text(data)


def _package(data: bytes) -> str:
    if b"xl/" in data:
        return XLSX
    return "Word" if b"word/" in data else "压缩" if b"[Content_Types].xml" not in data else XLSX


def _text(data: bytes) -> str:
    """A page, an XML table or plain text; what holds control characters is none of them."""
    head = _plain(data[:FAR])
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return SHEETML
    if WEB.match(head) or (head.startswith("<") and TABLE.search(head)):
        return PAGE
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or not re.search(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]", data[:HEAD]):
        return TEXT
    return OTHER


def _plain(data: bytes) -> str:
    """The beginning of a text in small letters, without what says nothing: marks, spaces, comments."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    text = data.decode(encoding, errors="replace").removeprefix("\xef\xbb\xbf").lower()
    return SKIPPED.sub("", text, count=1)
