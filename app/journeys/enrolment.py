"""Opening and closing a carbon account: identity, account and authorisations in one act (开户、销户)."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity import commands as identity
from app.identity import queries as people
from app.identity.values import Identity
from app.kernel.actor import Actor
from app.kernel.errors import Forbidden
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from points import commands as points
from points.models import CarbonAccount
from scenarios import commands as scenarios


@cites("CQ-8.1", "Q-36", "Q-37")
def open_own_account(
    session: Session, *, actor: Actor, identity_given: Identity | None = None, at: datetime
) -> CarbonAccount:
    """Open a citizen's account on their own application, once who they are is known (开户).

    Args:
        identity_given: who the person is; not needed where that is known already.

    Raises:
        IdentityMalformed, IdentityTaken, IdentityFixed: the papers cannot be right or are another's.
        IdentityMissing, GuardianNeeded: the person may not hold an account yet.
        AccountExists: they have one, closed ones included.

    Source: CQ-8.1, Q-36, Q-37.
    """
    actor.require(Permission.APPLY_FOR_ACCOUNT)
    if actor.person_id is None:
        raise Forbidden
    if identity_given is not None:
        identity.complete_identity(session, actor=actor, identity=identity_given, at=at)
    people.check_may_hold_account(session, actor.person_id, at=at)
    account = points.apply_for_account(session, actor=actor, person_id=actor.person_id, at=at)
    return points.activate_account(session, actor=actor, account_id=account.id, at=at)


@cites("CQ-34.10", "Q-26", "Q-40")
def close_own_account(
    session: Session, *, actor: Actor, warned_of: int, withdraw_open: bool = False, at: datetime
) -> CarbonAccount:
    """Close a citizen's account on their confirmed request; its authorisations end with it (销户).

    Args:
        warned_of: hundredths of a point that lapse, as the holder was told before confirming.
        withdraw_open: withdraw redemptions that still wait for a merchant.

    Raises:
        AccountNotFound: the citizen has no open account.
        Other refusals: see `points.commands.close_account`.

    Source: CQ-34.10, Q-26, Q-40.
    """
    account = points.close_account(
        session, actor=actor, warned_of=warned_of, withdraw_open=withdraw_open, at=at
    )
    scenarios.withdraw_all(session, actor=actor, account_id=account.id, at=at)
    return account
