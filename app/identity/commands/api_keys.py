"""API keys (接口密钥): shown once, kept hashed, scoped, revocable."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app.identity.models import ApiKey

NOTED_EVERY = timedelta(minutes=1)


def note_key_use(session: Session, *, api_key_id: int, at: datetime) -> None:
    """Note when a key was last used, to the minute."""
    session.execute(
        update(ApiKey)
        .where(
            ApiKey.id == api_key_id,
            or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < at - NOTED_EVERY),
        )
        .values(last_used_at=at)
    )
