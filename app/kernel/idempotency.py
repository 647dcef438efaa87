"""Idempotency keys of the doors (幂等键): same content, same answer; other content, a conflict."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel.actor import Actor
from app.kernel.base import Base
from app.kernel.errors import Conflict, Malformed

LONGEST_KEY = 200


class KeyReused(Conflict):
    """The idempotency key stands for other content."""

    code = "idempotency.key_reused"
    title = "该幂等键已用于其他内容"


class KeyMissing(Malformed):
    """The act moves points or units and needs an idempotency key."""

    code = "idempotency.key_missing"
    title = "缺少幂等键"


class IdempotencyKey(Base):
    """One act of one actor, kept for ever with a hash of what was asked.

    Source: CQ-30.1, CQ-34.10.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = (CheckConstraint("octet_length(content_hash) = 32", name="hash_is_whole"),)

    actor: Mapped[str] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    content_hash: Mapped[bytes]
    result: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]


def content_hash(content: Any) -> bytes:
    """Return the hash of plain JSON content in its canonical form."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def claim(
    session: Session, *, actor: Actor, act: str, key: str, content: Any, at: datetime
) -> IdempotencyKey | None:
    """Take the key for this act; return the earlier row when it was taken with the same content.

    A second request under the same key waits here until the first has ended, so it sees either
    its result or nothing.

    Raises:
        KeyMissing: the key is empty or longer than 200 characters.
        KeyReused: the key stands for other content.
    """
    if not key or len(key) > LONGEST_KEY:
        raise KeyMissing
    digest = content_hash(content)
    taken = session.execute(
        insert(IdempotencyKey)
        .values(actor=actor.ref, act=act, key=key, content_hash=digest, created_at=at)
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    ).first()
    if taken is not None:
        return None
    earlier = session.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.actor == actor.ref,
            IdempotencyKey.act == act,
            IdempotencyKey.key == key,
        )
    ).one()
    if earlier.content_hash != digest:
        raise KeyReused(key=key)
    return earlier
