"""Claims about missing behaviour (补登申诉): the citizen's own account, and word to its holder."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.journeys.authorisations import open_account
from app.kernel.actor import Actor
from app.kernel.outbox import Channel, enqueue
from app.kernel.sources import cites
from points import queries as points
from scenarios import commands, queries
from scenarios.errors import ClaimNotFound
from scenarios.models import Claim


@cites("Q-71")
def file(
    session: Session,
    *,
    actor: Actor,
    scenario_code: str,
    day: date,
    said: str,
    reference: str | None,
    at: datetime,
) -> Claim:
    """Claim that behaviour of the actor's own account is missing.

    Raises:
        AccountNotFound, AccountNotOpen: the actor has no account that may earn.
        ScenarioNotFound, ClaimSaysNothing, ClaimDayWrong, ClaimNotAuthorised, ClaimExists, ClaimsTooMany:
            see `scenarios.commands.file_claim`.

    Source: Q-71.
    """
    return commands.file_claim(
        session,
        actor=actor,
        account_id=open_account(session, actor).id,
        scenario_code=scenario_code,
        day=day,
        said=said,
        reference=reference,
        at=at,
    )


@cites("Q-71")
def appeal(session: Session, *, actor: Actor, claim_id: int, reason: str, at: datetime) -> Claim:
    """Appeal against the refusal of one's own claim.

    Raises:
        ClaimNotFound, ClaimSaysNothing, ClaimExists, ActOutOfTurn: see `scenarios.commands.appeal_claim`.

    Source: Q-71.
    """
    return commands.appeal_claim(
        session,
        actor=actor,
        account_id=_own(session, actor, claim_id),
        claim_id=claim_id,
        reason=reason,
        at=at,
    )


@cites("Q-71")
def withdraw(session: Session, *, actor: Actor, claim_id: int, at: datetime) -> Claim:
    """Withdraw one's own claim.

    Raises:
        ClaimNotFound, ActOutOfTurn: see `scenarios.commands.withdraw_claim`.

    Source: Q-71.
    """
    return commands.withdraw_claim(
        session, actor=actor, account_id=_own(session, actor, claim_id), claim_id=claim_id, at=at
    )


@cites("Q-71")
def forward(session: Session, *, actor: Actor, claim_id: int, note: str, at: datetime) -> Claim:
    """Ask the host to send again, and tell the citizen so.

    Raises:
        ClaimNotFound, AnotherPersonNeeded, ReasonMissing, ActOutOfTurn: as in
            `scenarios.commands.forward_claim`.

    Source: Q-71.
    """
    found = commands.forward_claim(session, actor=actor, claim_id=claim_id, note=note, at=at)
    _tell(session, found, at)
    return found


@cites("Q-71", "CQ-42.14")
def resolve(session: Session, *, actor: Actor, claim_id: int, at: datetime) -> Claim:
    """Close a claim with what the host has sent, and tell the citizen.

    Raises:
        ClaimNotFound, NothingArrived, ActOutOfTurn: see `scenarios.commands.resolve_claim`.

    Source: Q-71, CQ-42.14.
    """
    found = commands.resolve_claim(session, actor=actor, claim_id=claim_id, at=at)
    _tell(session, found, at, (Channel.IN_APP, Channel.SMS))
    return found


@cites("Q-71")
def refuse(session: Session, *, actor: Actor, claim_id: int, reason: str, at: datetime) -> Claim:
    """Refuse a claim, and tell the citizen why.

    Raises:
        ClaimNotFound, ReasonMissing, ActOutOfTurn: see `scenarios.commands.refuse_claim`.

    Source: Q-71.
    """
    found = commands.refuse_claim(session, actor=actor, claim_id=claim_id, reason=reason, at=at)
    _tell(session, found, at, (Channel.IN_APP, Channel.SMS), reason=reason.strip())
    return found


@cites("Q-71")
def uphold(session: Session, *, actor: Actor, claim_id: int, reason: str, at: datetime) -> Claim:
    """Hold to a refusal after an appeal, and tell the citizen why.

    Raises:
        ClaimNotFound, AnotherPersonNeeded, ReasonMissing, ActOutOfTurn: as in
            `scenarios.commands.uphold_claim`.

    Source: Q-71.
    """
    found = commands.uphold_claim(session, actor=actor, claim_id=claim_id, reason=reason, at=at)
    _tell(session, found, at, (Channel.IN_APP, Channel.SMS), reason=reason.strip())
    return found


def _own(session: Session, actor: Actor, claim_id: int) -> int:
    """Return the actor's own account, whatever its state: what was claimed may be followed to its end."""
    account = points.find_account(session, actor.person_id) if actor.person_id is not None else None
    if account is None:
        raise ClaimNotFound(claim_id=claim_id)
    return account.id


def _tell(
    session: Session,
    found: Claim,
    at: datetime,
    channels: tuple[Channel, ...] = (Channel.IN_APP,),
    **said: str,
) -> None:
    person_id = points.account(session, found.account_id).person_id
    scenario = queries.scenario(session, found.scenario_id)
    for channel in channels:
        enqueue(
            session,
            channel=channel,
            recipient=f"person:{person_id}",
            template=f"claim.{found.state}",
            payload={
                "claim_id": found.id,
                "scenario": scenario.name,
                "scenario_en": scenario.name_en,
                "day": found.day.isoformat(),
                **said,
            },
            at=at,
            key=f"claim.{found.state}:{found.id}:{int(at.timestamp())}:{channel.value}",
        )
