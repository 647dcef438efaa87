"""Passwords (密码): Argon2id, 19 MiB, two passes; long rather than intricate."""

import unicodedata
from functools import cache
from importlib import resources
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST: Final = 12
LONGEST: Final = 128
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """Return the hash under which a password is kept."""
    return _HASHER.hash(_normal(password))


def fits(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one kept; takes as long where nothing is kept."""
    try:
        _HASHER.verify(kept or _nobodys(), _normal(password)[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def weakness(password: str, *, login: str) -> str | None:
    """Return why a password is not accepted, None when it is.

    Only length counts, no mixture of signs is asked for; passwords that everybody tries first and
    those made of the login are refused.
    """
    plain = _normal(password)
    if len(plain) < SHORTEST:
        return "too_short"
    if len(plain) > LONGEST:
        return "too_long"
    if "\0" in plain:
        return "unprintable"
    bare = plain.casefold()
    if bare in _common() or len(set(bare)) < 4 or bare in (bare + bare)[1:-1]:
        return "common"
    if login.casefold() in bare and len(bare.replace(login.casefold(), "")) < 6:
        return "like_login"
    return None


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    text = resources.files("app.identity.methods").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
