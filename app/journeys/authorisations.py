"""Leave to use behaviour data (授权): a person's account and telephone meet a scenario of a host."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.identity.errors import PersonNotFound, PhoneMalformed
from app.identity.methods.phones import phone_number
from app.identity.models import Person
from app.identity.queries.people import phone_hash
from app.kernel import outbox
from app.kernel.actor import Actor
from app.kernel.errors import Malformed
from app.kernel.sources import cites
from points import queries as points
from points.errors import AccountNotOpen
from points.models import CarbonAccount
from points.values import AccountState
from scenarios import commands, queries
from scenarios.models import Authorisation, LinkProposal, Scenario
from scenarios.rules import check_host_user
from scenarios.values import Link, LinksProposed

OPEN = frozenset({AccountState.ACTIVE, AccountState.RESTRICTED})
MOST_BREACHES = 100


class PhonesMalformed(Malformed):
    """Some of the proposed links have no readable telephone; `breaches` names the first hundred."""

    code = "link.phones_malformed"
    title = "部分手机号格式有误"


@cites("CQ-34.1", "Q-57")
def authorise(
    session: Session,
    *,
    actor: Actor,
    scenario_code: str,
    host_user: str,
    data_kinds: Iterable[str],
    text_version: str,
    at: datetime,
) -> Authorisation:
    """Give leave for one scenario, for the actor's own open account (授权).

    Raises:
        AccountNotFound, AccountNotOpen: the actor has no account that may earn.
        ScenarioNotFound, ScenarioNotListed, AuthorisationTextOutdated, DataKindsWrong, HostUserTaken:
            see `scenarios.commands.authorise`.

    Source: CQ-34.1, Q-57.
    """
    return commands.authorise(
        session,
        actor=actor,
        account_id=open_account(session, actor).id,
        scenario_code=scenario_code,
        host_user=host_user,
        phone_hash=own_phone(session, actor),
        data_kinds=data_kinds,
        text_version=text_version,
        at=at,
    )


@cites("Q-40")
def withdraw(session: Session, *, actor: Actor, authorisation_id: int, at: datetime) -> Authorisation:
    """Withdraw one of the actor's authorisations at once (撤回授权).

    Raises:
        AccountNotFound, AuthorisationNotFound: there is none, or it is another's.

    Source: Q-40.
    """
    account = points.account_of(session, actor.person_id)
    return commands.withdraw(
        session, actor=actor, account_id=account.id, authorisation_id=authorisation_id, at=at
    )


@cites("CQ-34.1")
def authorisations(session: Session, *, actor: Actor) -> Sequence[tuple[Authorisation, Scenario]]:
    """Return the actor's authorisations, those in force first.

    Raises:
        AccountNotFound: the actor has no account.

    Source: CQ-34.1.
    """
    return queries.authorisations_of(session, points.account_of(session, actor.person_id).id)


@cites("CQ-34.1")
def proposals(session: Session, *, actor: Actor) -> Sequence[tuple[LinkProposal, Scenario]]:
    """Return the links that hosts proposed for the actor's telephone and that wait for an answer.

    Source: CQ-34.1.
    """
    return queries.proposals_for(session, own_phone(session, actor))


@cites("CQ-34.1")
def confirm_link(
    session: Session,
    *,
    actor: Actor,
    proposal_id: int,
    data_kinds: Iterable[str],
    text_version: str,
    at: datetime,
) -> Authorisation:
    """Confirm a link that a host proposed; the authorisation begins now (确认关联).

    Raises:
        AccountNotFound, AccountNotOpen, ProposalNotFound: see `scenarios.commands.confirm_link`.

    Source: CQ-34.1.
    """
    return commands.confirm_link(
        session,
        actor=actor,
        account_id=open_account(session, actor).id,
        proposal_id=proposal_id,
        phone_hash=own_phone(session, actor),
        data_kinds=data_kinds,
        text_version=text_version,
        at=at,
    )


@cites("CQ-34.1")
def decline_link(session: Session, *, actor: Actor, proposal_id: int, at: datetime) -> LinkProposal:
    """Decline a link that a host proposed (拒绝关联).

    Raises:
        ProposalNotFound: there is none for this telephone.

    Source: CQ-34.1.
    """
    return commands.decline_link(
        session, actor=actor, proposal_id=proposal_id, phone_hash=own_phone(session, actor), at=at
    )


@cites("CQ-34.1")
def propose_links(
    session: Session, *, actor: Actor, scenario_code: str, links: Sequence[tuple[str, str]], at: datetime
) -> LinksProposed:
    """Propose, for a host, which of its users have which telephone; of phones only a hash is kept.

    Where somebody with another telephone said before that the user is theirs, and the host never said so,
    the host's word counts: what they gave ends, they are told, and the proposal waits for its citizen.

    Args:
        links: the host's user and the telephone as the host has it.

    Raises:
        PhonesMalformed: some are no telephones; nothing is proposed then.
        ScenarioNotFound, ScenarioNotListed, TooManyLinks, HostUserWrong: see
            `scenarios.commands.propose_links`.

    Source: CQ-34.1.
    """
    read: list[Link] = []
    breaches: list[dict[str, object]] = []
    for place, (host_user, phone) in enumerate(links):
        try:
            read.append(Link(check_host_user(host_user), phone_hash(phone_number(phone))))
        except PhoneMalformed:
            breaches.append({"link": place, "user": host_user})
    if breaches:
        raise PhonesMalformed(breaches=breaches[:MOST_BREACHES], count=len(breaches))
    claimed = session.execute(
        _CLAIMED,
        {
            "scenario": scenario_code,
            "users": [link.host_user for link in read],
            "phones": [link.phone_hash for link in read],
        },
    ).all()
    done = commands.propose_links(
        session,
        actor=actor,
        scenario_code=scenario_code,
        links=read,
        at=at,
        contradicted={row.id: row.account_id for row in claimed},
    )
    for row in claimed:
        outbox.enqueue(
            session,
            channel=outbox.Channel.IN_APP,
            recipient=f"person:{row.person_id}",
            template="authorisation.contradicted",
            payload={"scenario": row.name, "scenario_code": scenario_code},
            at=at,
            key=f"authorisation:{row.id}:contradicted",
        )
    return done


_CLAIMED: Final = text("""
    select a.id, a.account_id, c.person_id, s.name
      from unnest(cast(:users as text[]), cast(:phones as bytea[])) as link(host_user, phone_hash)
     cross join lateral (select id, name from scenario where code = :scenario offset 0) s
     cross join lateral (select id, account_id from authorisation
                          where scenario_id = s.id and host_user = link.host_user and withdrawn_at is null
                         offset 0) a
     cross join lateral (select person_id from carbon_account where id = a.account_id offset 0) c
     cross join lateral (select phone_hash from person where id = c.person_id offset 0) p
     where p.phone_hash <> link.phone_hash
       and not exists (select from link_proposal l
                        where l.scenario_id = s.id and l.host_user = link.host_user
                          and l.phone_hash = p.phone_hash and l.decision = 'confirmed')
""")


def open_account(session: Session, actor: Actor) -> CarbonAccount:
    """Return the actor's account, which may earn.

    Raises:
        AccountNotFound: the actor has none.
        AccountNotOpen: it is applied for, frozen or closed.
    """
    account = points.account_of(session, actor.person_id)
    if account.state not in OPEN:
        raise AccountNotOpen(state=account.state)
    return account


def own_phone(session: Session, actor: Actor) -> bytes:
    """Return the hash of the actor's telephone.

    Raises:
        PersonNotFound: the actor is no person.
    """
    person = session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None:
        raise PersonNotFound
    return person.phone_hash
