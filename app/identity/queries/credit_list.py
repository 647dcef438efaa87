"""How the switch of the list for credit institutions stands and stood (信用名单开关)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import CreditListSwitch
from app.kernel.sources import cites


@cites("CQ-40.1")
def credit_list_on(session: Session) -> CreditListSwitch | None:
    """Return the turn by which the list is switched on now, None while it is off as at the beginning.

    Source: CQ-40.1.
    """
    last = session.scalars(select(CreditListSwitch).order_by(CreditListSwitch.id.desc()).limit(1)).first()
    return last if last is not None and last.is_on else None


def credit_list_turns(session: Session, *, limit: int = 20) -> Sequence[CreditListSwitch]:
    """Return the turns of the switch, the latest first."""
    return session.scalars(select(CreditListSwitch).order_by(CreditListSwitch.id.desc()).limit(limit)).all()
