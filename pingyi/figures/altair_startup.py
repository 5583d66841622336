"""Imported before altair: spares a second of its import.

altair pulls jsonschema's format checkers, and one of them compiles grammars when it is imported. jsonschema does
without it when it is absent.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
