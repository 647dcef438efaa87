"""Sealing (封存): what a report says is encrypted before it reaches the database or the disk."""

import base64
import re
from collections.abc import Iterator
from typing import Final

from app.kernel.check_digits import CROCKFORD
from app.kernel.secrets import keyring

TEXT: Final = "wrongdoing_report.text"
FILE: Final = "report_attachment.bytes"
RECEIPT_SIGNS: Final = 16
_NOT_SIGNS: Final = re.compile(r"[^0-9A-Z]")


def sealed(text: str) -> bytes:
    """Encrypt a text of a report."""
    return keyring().encrypt(text, purpose=TEXT)


def opened(held: bytes | None) -> str:
    """Read a text of a report; nothing where there is none."""
    return keyring().decrypt(held, purpose=TEXT) if held else ""


def sealed_file(pieces: Iterator[bytes]) -> bytes:
    """Encrypt a file of a few megabytes."""
    plain = b"".join(pieces)
    return keyring().encrypt(base64.b64encode(plain).decode(), purpose=FILE)


def opened_file(held: bytes) -> bytes:
    """Read a file of a report."""
    return base64.b64decode(keyring().decrypt(held, purpose=FILE))


def key_hash(key: str) -> bytes:
    """Return by what a form that is sent twice is known again."""
    return keyring().keyed_hash(key, purpose="wrongdoing_report.key")


def receipt_of(key: str) -> str:
    """Return the code that the reporter keeps, the same for the same form: 80 bits of a keyed hash."""
    digest = int.from_bytes(keyring().keyed_hash(key, purpose="wrongdoing_report.receipt"))
    return "".join(CROCKFORD[digest >> 5 * place & 31] for place in range(RECEIPT_SIGNS))


def receipt_hash(typed: str) -> bytes:
    """Return the hash of a code as somebody types it: blanks, hyphens and case do not matter."""
    signs = _NOT_SIGNS.sub("", typed.upper()).replace("O", "0").replace("I", "1").replace("L", "1")
    return keyring().keyed_hash(signs, purpose="wrongdoing_report.receipt_hash")
