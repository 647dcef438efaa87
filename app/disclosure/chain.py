"""The chain of snapshots (快照链): each hash covers the one before."""

import hashlib
from collections.abc import Iterable
from typing import Final, NamedTuple

START: Final = bytes(32)
"""What stands before the first snapshot."""


class Link(NamedTuple):
    """What of a snapshot the chain holds together."""

    number: str
    body: str
    prev_hash: bytes
    hash: bytes


def hash_of(body: str, prev_hash: bytes) -> bytes:
    """Return the hash of a snapshot: SHA-256 of the hash before and the published text in UTF-8."""
    return hashlib.sha256(prev_hash + body.encode()).digest()


def broken_at(links: Iterable[Link]) -> str | None:
    """Return the number of the first snapshot that does not follow, None where all do.

    Args:
        links: in the order in which they were made.
    """
    before = START
    for link in links:
        if link.prev_hash != before or link.hash != hash_of(link.body, before):
            return link.number
        before = link.hash
    return None
