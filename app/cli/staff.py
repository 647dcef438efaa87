"""Whose name a command acts in: `--as LOGIN`."""

from datetime import datetime

import click
from sqlalchemy.orm import Session

from app.identity.queries import actor_of_staff, staff_by_login
from app.kernel.actor import Actor


def acting_as(session: Session, login: str, *, organisation_id: int | None = None, at: datetime) -> Actor:
    """Return a staff user with what their roles allow now.

    Whoever runs the machine may name anybody; what is then done needs that person's permission
    and stands in the audit line under their name.

    Raises:
        click.UsageError: nobody has this login.
    """
    user = staff_by_login(session, login)
    if user is None or user.disabled_at is not None:
        raise click.UsageError(f"Nobody signs in as {login}.")
    actor = actor_of_staff(session, user.id, organisation_id=organisation_id, at=at)
    if actor is None:
        raise click.UsageError(f"{login} works for nobody now.")
    return actor
