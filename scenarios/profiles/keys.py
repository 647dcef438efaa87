"""Short hashes that name a record and its content for ever. Never change: the database keeps them."""

from hashlib import blake2b

from scenarios.profiles.values import ReadRow

_SIZE = 16


def record_key(source_id: str) -> bytes:
    """Return the 16 bytes that stand for the host's own record id within its scenario."""
    return blake2b(source_id.encode(), digest_size=_SIZE, person=b"record").digest()


def content_hash(content: bytes) -> bytes:
    """Return the 16 bytes that stand for what a record says."""
    return blake2b(content, digest_size=_SIZE, person=b"content").digest()


def key_of(row: ReadRow) -> bytes:
    """Return the 16 bytes by which `row` is known again.

    A row that was read, and one of quantity zero, is known by its record id, so that the same id with other
    content is seen. A row that is `invalid` or `out_of_scope` is known by what it says, its id included:
    the same bad row sent again is a duplicate, while a corrected or finished one under the same id is new.
    """
    if row.problem is None or (row.problem[0] == "zero" and row.source_id is not None):
        return record_key(row.source_id or "")
    name = (row.source_id or "").encode() + b"\x1e" + row.content
    return blake2b(name, digest_size=_SIZE, person=b"refused").digest()
