"""Who works, and worked, for an organisation in the roles that it gives itself (本单位人员)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.identity.models import Membership, StaffActivation, StaffUser
from app.identity.values import Colleague
from app.kernel.permissions import Role

SHOWN: Final = 50


@dataclass(frozen=True, kw_only=True)
class Colleagues:
    """One page; `before` is where the next begins."""

    lines: tuple[Colleague, ...]
    before: int | None


def colleagues_of(
    session: Session,
    organisation_id: int,
    *,
    roles: Iterable[Role],
    at: datetime,
    words: str = "",
    before: int | None = None,
    staff_id: int | None = None,
    limit: int = SHOWN,
) -> Colleagues:
    """Return the people of an organisation, the newest first; those whose roles ended too.

    Args:
        roles: which count.
        words: part of the name or the login.
        staff_id: this one alone.
    """
    current = Membership.ended_at.is_(None)
    wanted = (
        select(
            StaffUser,
            func.array_agg(Membership.role).filter(current),
            func.min(Membership.granted_at),
            case((func.bool_or(current), None), else_=func.max(Membership.ended_at)),
            func.max(StaffActivation.expires_at),
        )
        .join(Membership, Membership.staff_user_id == StaffUser.id)
        .outerjoin(
            StaffActivation,
            and_(
                StaffActivation.staff_user_id == StaffUser.id,
                StaffActivation.used_at.is_(None),
                StaffActivation.revoked_at.is_(None),
            ),
        )
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role.in_([role.value for role in roles]),
            Membership.granted_at <= at,
        )
        .group_by(StaffUser.id)
        .order_by(StaffUser.id.desc())
        .limit(limit + 1)
    )
    if words:
        texts = (StaffUser.display_name, StaffUser.login)
        wanted = wanted.where(or_(*(each.icontains(words, autoescape=True) for each in texts)))
    if staff_id is not None:
        wanted = wanted.where(StaffUser.id == staff_id)
    if before is not None:
        wanted = wanted.where(StaffUser.id < before)
    rows = session.execute(wanted).all()
    lines = tuple(
        Colleague(
            staff_id=staff.id,
            login=staff.login,
            name=staff.display_name,
            roles=frozenset(Role(role) for role in held or ()),
            since=since,
            ended_at=ended_at,
            waits_until=waits_until,
            is_set_up=staff.totp_confirmed_at is not None,
        )
        for staff, held, since, ended_at, waits_until in rows[:limit]
    )
    return Colleagues(lines=lines, before=lines[-1].staff_id if len(rows) > limit else None)
