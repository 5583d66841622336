"""Names of files made from names in facts and plans: in the folder where they are meant to be, on every system."""

import re

LONGEST = 80
"""Signs of a name before its ending; Windows and archives take about three times as many bytes."""

FORBIDDEN = r'[\x00-\x1f\x7f<>:"/\\|?*]'
RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
"""Devices of Windows, whatever ending they are given."""


def safe(text: str) -> str:
    """The text as the name of a file: no folder, no hidden file, nothing that Windows refuses; never empty."""
    plain = re.sub(FORBIDDEN, "_", text).strip(" ")[:LONGEST].rstrip(". ")
    plain = re.sub(r"^\.+", lambda dots: "_" * len(dots[0]), plain)
    return RESERVED.sub(r"_\1", plain) or "_"
