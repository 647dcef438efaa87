"""The Bureau turns the list for credit institutions on and off (信用名单开关)."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.models import CreditListSwitch
from app.identity.queries.credit_list import credit_list_on
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites


@cites("CQ-40.1")
def turn_credit_list(
    session: Session, *, actor: Actor, is_on: bool, reason: str, at: datetime, recipients: str = ""
) -> CreditListSwitch:
    """Turn the list on for the recipients that are named, or off; off ends every consent to be listed.

    Whoever consented did so to the recipients of that turn: others need a new turn and a new consent.

    Raises:
        CreditListMalformed: with the breaches by field.
        CreditListUnchanged: it already stands so.

    Source: CQ-40.1.
    """
    actor.require(Permission.KEEP_CREDIT_LIST)
    session.execute(text("select pg_advisory_xact_lock(hashtext('credit_list_switch'))"))
    reason, recipients = reason.strip(), recipients.strip()
    rules.check_turn(
        is_on=is_on, was_on=credit_list_on(session) is not None, recipients=recipients, reason=reason
    )
    turn = CreditListSwitch(
        is_on=is_on,
        recipients=recipients if is_on else None,
        reason=reason,
        organisation_id=actor.organisation_id,
        set_by=actor.ref,
        set_at=at,
    )
    session.add(turn)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event=f"identity.credit_list.{'on' if is_on else 'off'}",
        subject=("credit_list_switch", turn.id),
        at=at,
        recipients=turn.recipients,
        reason=reason,
    )
    session.flush()
    return turn
