"""Keys of the installation: encryption of personal data, keyed hashes, signed short texts."""

import base64
import hashlib
import hmac
import json
import os
import secrets as random
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


@dataclass(frozen=True, repr=False)
class Keyring:
    """The installation's keys; each use has its own.

    Args:
        web: signs cookies and form tokens.
        data: 32 bytes, encrypts personal data at rest (AES-256-GCM).
        index: keys the hashes by which encrypted data is found again.
    """

    web: bytes
    data: bytes
    index: bytes

    @classmethod
    def from_file(cls, path: Path) -> "Keyring":
        """Read the three keys, base64 each, from a JSON file."""
        raw = json.loads(path.read_text("utf-8"))
        return cls(*(base64.b64decode(raw[name]) for name in ("web", "data", "index")))

    @classmethod
    def make(cls) -> "Keyring":
        """Return fresh random keys."""
        return cls(*(random.token_bytes(32) for _ in range(3)))

    def to_json(self) -> str:
        """Write the keys for `from_file`."""
        pairs = (("web", self.web), ("data", self.data), ("index", self.index))
        return json.dumps({name: base64.b64encode(key).decode() for name, key in pairs})

    def encrypt(self, plain: str, *, purpose: str) -> bytes:
        """Encrypt a text; `purpose` (table.column) must be the same when it is read."""
        nonce = os.urandom(12)
        return nonce + AESGCM(self.data).encrypt(nonce, plain.encode(), purpose.encode())

    def decrypt(self, sealed: bytes, *, purpose: str) -> str:
        """Read a text written by `encrypt`.

        Raises:
            ValueError: altered, or written for another purpose or key.
        """
        try:
            return AESGCM(self.data).decrypt(sealed[:12], sealed[12:], purpose.encode()).decode()
        except InvalidTag:
            raise ValueError("sealed text was altered or belongs elsewhere") from None

    def keyed_hash(self, text: str, *, purpose: str) -> bytes:
        """Return 32 bytes by which `text` can be found without being stored."""
        return hmac.digest(self.index, f"{purpose}\0{text}".encode(), hashlib.sha256)

    def signature(self, text: str, *, purpose: str, length: int = 10) -> str:
        """Return a short base32 signature of a text that people or cameras carry."""
        digest = hmac.digest(self.web, f"{purpose}\0{text}".encode(), hashlib.sha256)
        return base64.b32encode(digest).decode()[:length]


class _Keys:
    """The keyring of this process."""

    def __init__(self) -> None:
        self.ring: Keyring | None = None


_keys = _Keys()


def use_keyring(ring: Keyring | None) -> None:
    """Set the keyring of this process."""
    _keys.ring = ring


def keyring() -> Keyring:
    """Return the keyring of this process.

    Raises:
        RuntimeError: none was set.
    """
    if _keys.ring is None:
        raise RuntimeError("the keys of the installation are not loaded")
    return _keys.ring


def same(left: str | bytes, right: str | bytes) -> bool:
    """Compare in constant time."""
    as_bytes = [value.encode() if isinstance(value, str) else value for value in (left, right)]
    return hmac.compare_digest(as_bytes[0], as_bytes[1])
