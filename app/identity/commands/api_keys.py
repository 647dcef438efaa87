"""API keys (接口密钥): shown once, kept hashed, scoped, revocable."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.identity.errors import KeyNotFound, ScopesUnfit
from app.identity.models import ApiKey
from app.identity.queries.actors import KEY_PREFIX
from app.identity.values import MACHINE_SCOPES
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites

NOTED_EVERY: Final = timedelta(minutes=1)


class NewKey(NamedTuple):
    """A key and its credential, which is shown once and is nowhere else."""

    key: ApiKey
    credential: str


@cites("CQ-35.2", "T-59")
def create_api_key(
    session: Session,
    *,
    actor: Actor,
    name: str,
    scopes: Collection[Permission],
    at: datetime,
    scenario_id: int | None = None,
) -> NewKey:
    """Make a key for a machine of the actor's organisation.

    Args:
        scenario_id: the only scenario it is for; whoever calls has looked whether it is the
            organisation's.

    Raises:
        ScopesUnfit: none, or more than machines may and the actor may.

    Source: CQ-35.2, T-59.
    """
    actor.require(Permission.MANAGE_API_KEYS)
    unfit = {scope for scope in scopes if scope not in MACHINE_SCOPES or not actor.may(scope)}
    if not scopes or unfit or actor.organisation_id is None:
        raise ScopesUnfit(scopes=sorted(scope.value for scope in unfit))
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    key = ApiKey(
        organisation_id=actor.organisation_id,
        scenario_id=scenario_id,
        name=" ".join(name.split())[:60] or prefix,
        prefix=prefix,
        secret_hash=hashlib.sha256(secret.encode()).digest(),
        scopes=sorted(scope.value for scope in set(scopes)),
        created_by=actor.ref,
        created_at=at,
    )
    session.add(key)
    session.flush()
    audit.record(session, actor=actor, event="identity.api_key.create", subject=("api_key", key.id), at=at)
    return NewKey(key, f"{KEY_PREFIX}{prefix}_{secret}")


@cites("T-47")
def revoke_api_key(session: Session, *, actor: Actor, api_key_id: int, at: datetime) -> ApiKey:
    """Revoke a key of the actor's organisation; it is worth nothing from then on.

    Raises:
        KeyNotFound: the organisation has no such key.

    Source: T-47.
    """
    actor.require(Permission.MANAGE_API_KEYS)
    key = session.scalar(
        select(ApiKey)
        .where(ApiKey.id == api_key_id, ApiKey.organisation_id == actor.organisation_id)
        .with_for_update()
    )
    if key is None:
        raise KeyNotFound
    if key.revoked_at is None:
        key.revoked_at = at
        session.flush()
        audit.record(
            session, actor=actor, event="identity.api_key.revoke", subject=("api_key", key.id), at=at
        )
    return key


@cites("CQ-35.2")
def note_key_use(session: Session, *, api_key_id: int, at: datetime) -> None:
    """Note when a key was last used, to the minute.

    Source: CQ-35.2.
    """
    session.execute(
        update(ApiKey)
        .where(
            ApiKey.id == api_key_id,
            or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < at - NOTED_EVERY),
        )
        .values(last_used_at=at)
    )
