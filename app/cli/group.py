"""A group of commands that tells a refusal as people read it (命令行拒绝)."""

import json
from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import queries
from app.identity.models import StaffUser
from app.kernel.actor import Actor
from app.kernel.errors import Refusal


class Group(AppGroup):
    """An `AppGroup` whose refusals end with one line and exit code 1, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            details = f" {json.dumps(refusal.details, ensure_ascii=False)}" if refusal.details else ""
            raise click.ClickException(f"{refusal.title} ({refusal.code}){details}") from None


def acting_as(session: Session, login: str, *, organisation_id: int | None = None, at: datetime) -> Actor:
    """Return the staff user in whose name a command acts, with what their roles allow now.

    Args:
        organisation_id: for whom, where they work for several.
    """
    staff_id = session.scalar(select(StaffUser.id).where(StaffUser.login == login.strip().lower()))
    actor = (
        queries.actor_of_staff(session, staff_id, organisation_id=organisation_id, at=at)
        if staff_id is not None
        else None
    )
    if actor is None:
        raise click.ClickException(f"There is no staff user {login}.")
    return actor
