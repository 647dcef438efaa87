"""Carbon accounts from the first application to the last: identity and points meet."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity import commands as people
from app.identity import queries as known
from app.identity.errors import ConsentMissing
from app.identity.values import Identity, Purposes
from app.kernel.actor import Actor, ActorKind
from app.kernel.errors import Forbidden
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from points import commands, queries
from points.models import CarbonAccount
from scenarios import commands as scenarios


@cites("CQ-8.1", "T-63")
def identify(
    session: Session, *, actor: Actor, identity: Identity, consent_version: str | None, at: datetime
) -> None:
    """Keep who a citizen is, with their separate consent to it (完成身份信息).

    Args:
        consent_version: of the text beside the box that was ticked, None where it was not.

    Raises:
        ConsentMissing: the box was not ticked.
        ConsentOutdated: another text holds now.
        IdentityMalformed, IdentityTaken, IdentityFixed: see `app.identity.commands.complete_identity`.

    Source: CQ-8.1, T-63.
    """
    if not consent_version:
        raise ConsentMissing
    people.give_consent(session, actor=actor, purpose=Purposes.IDENTITY, text_version=consent_version, at=at)
    people.complete_identity(session, actor=actor, identity=identity, at=at)


@cites("CQ-8.1", "Q-26", "Q-36", "Q-37")
def open_account(session: Session, *, actor: Actor, at: datetime) -> CarbonAccount:
    """Open a carbon account on the holder's own application (开立碳账户).

    A citizen's holds points; that of the organisation for which a staff user acts holds none.
    Nobody is refused for nationality.

    Raises:
        IdentityMissing: who the person is is not known yet.
        GuardianNeeded: they are under 14 and no guardian has consented.
        AccountExists: the holder has an account, closed ones included.
        Forbidden: the actor is neither a citizen nor works for an organisation.

    Source: CQ-8.1, Q-26, Q-36, Q-37.
    """
    actor.require(Permission.APPLY_FOR_ACCOUNT)
    if actor.kind is ActorKind.CITIZEN and actor.person_id is not None:
        known.check_may_hold_account(session, actor.person_id, at=at)
        account = commands.apply_for_account(session, actor=actor, person_id=actor.person_id, at=at)
    elif actor.kind is ActorKind.STAFF and actor.organisation_id is not None:
        known.organisation(session, actor.organisation_id)
        account = commands.apply_for_account(
            session, actor=actor, organisation_id=actor.organisation_id, at=at
        )
    else:
        raise Forbidden(permission=Permission.APPLY_FOR_ACCOUNT.value)
    return commands.activate_account(session, actor=actor, account_id=account.id, at=at)


@cites("Q-26", "Q-40", "CQ-34.10")
def close_account(
    session: Session, *, actor: Actor, warned_of: int, withdraw_open: bool = False, at: datetime
) -> CarbonAccount:
    """Close the actor's own account: vouchers withdrawn if asked, points lapsed, authorisations ended (销户).

    Args:
        warned_of: hundredths of a point that the holder confirmed to lose, from `points.queries.closing`.
        withdraw_open: withdraw vouchers that are still open, instead of refusing.

    Raises:
        AccountNotFound, ActOutOfTurn, ReservationsOpen, ClosingChanged: see
            `points.commands.close_account`.

    Source: Q-26, Q-40, CQ-34.10.
    """
    account = commands.close_account(
        session, actor=actor, warned_of=warned_of, withdraw_open=withdraw_open, at=at
    )
    scenarios.withdraw_all(session, actor=actor, account_id=account.id, at=at)
    return account


@cites("CQ-8.1", "Q-26", "Q-36")
def close_organisation_account(session: Session, *, actor: Actor, at: datetime) -> CarbonAccount:
    """Close the account of the organisation for which the actor works.

    Raises:
        AccountNotFound: it has none.
        ActOutOfTurn: it is closed already.

    Source: CQ-8.1, Q-26, Q-36.
    """
    return commands.close_organisation_account(
        session, actor=actor, organisation_id=actor.organisation_id or 0, at=at
    )


def own_account(session: Session, actor: Actor) -> CarbonAccount | None:
    """Return the actor's account, the person's or the organisation's, if there is one.

    Source: CQ-8.1.
    """
    if actor.person_id is not None:
        return queries.find_account(session, actor.person_id)
    if actor.organisation_id is not None:
        return queries.account_of_organisation(session, actor.organisation_id)
    return None
