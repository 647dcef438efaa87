"""Holding accounts: applied for, checked, opened, represented by two people."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries, serials, states
from cqcer.errors import (
    HoldingAccountExists,
    HoldingAccountNotFound,
    LastRepresentative,
    NotARepresentative,
    RepresentativeTaken,
    SamePerson,
)
from cqcer.models import AccountPaper, Beneficiary, HoldingAccount, Representative, TrustedParty
from cqcer.values import AccountAct, AccountState, RepresentativeRole

BOTH: Final = frozenset(RepresentativeRole)


@cites("CQ-8.2", "CQ-6.2")
def apply_for_account(
    session: Session, *, actor: Actor, papers: Mapping[str, int], at: datetime
) -> HoldingAccount:
    """Apply for the holding account of the actor's own subject; a person represents themselves.

    Args:
        papers: documents by kind, uploaded before.

    Raises:
        HoldingAccountExists: the subject has one.

    Source: CQ-8.2, CQ-6.2.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    person_id = actor.person_id if actor.organisation_id is None else None
    if queries.account_of(session, organisation_id=actor.organisation_id, person_id=person_id) is not None:
        raise HoldingAccountExists
    account = HoldingAccount(
        number=serials.account_number(secrets.randbelow),
        organisation_id=actor.organisation_id,
        person_id=person_id,
        state=states.after(states.ACCOUNT, None, AccountAct.APPLY).value,
        applied_by=actor.ref,
        applied_at=at,
    )
    session.add(account)
    session.flush()
    session.add_all(
        AccountPaper(account_id=account.id, document_id=document_id, kind=kind)
        for kind, document_id in papers.items()
    )
    if person_id is not None:
        session.add_all(
            Representative(
                account_id=account.id,
                person_id=person_id,
                role=role.value,
                appointed_by=actor.ref,
                appointed_at=at,
            )
            for role in RepresentativeRole
        )
    _record(session, actor, "registry.account.apply", account.id, at)
    session.flush()
    return account


@cites("Q-49")
def appoint_representative(
    session: Session,
    *,
    actor: Actor,
    account_id: int,
    staff_id: int,
    role: RepresentativeRole,
    at: datetime,
) -> Representative:
    """Let one of an organisation's staff initiate or confirm; nobody does both, or for two accounts.

    Raises:
        HoldingAccountNotFound: it is not the account of the actor's organisation.
        RepresentativeTaken: the person represents an account already.

    Source: Q-49.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    account = _own_account(session, actor, account_id)
    taken = session.scalar(
        select(Representative.id).where(
            Representative.staff_user_id == staff_id, Representative.ended_at.is_(None)
        )
    )
    if taken is not None:
        raise RepresentativeTaken(staff_id=staff_id)
    appointed = Representative(
        account_id=account.id,
        staff_user_id=staff_id,
        role=role.value,
        appointed_by=actor.ref,
        appointed_at=at,
    )
    session.add(appointed)
    session.flush()
    _record(
        session, actor, "registry.representative.appoint", account.id, at, staff_id=staff_id, role=role.value
    )
    return appointed


@cites("Q-49")
def end_representative(
    session: Session, *, actor: Actor, representative_id: int, at: datetime
) -> Representative:
    """End an appointment; the last of its kind stays while the account is open.

    Raises:
        NotARepresentative: there is no such appointment in the actor's account.
        LastRepresentative: nobody else could initiate, or confirm.

    Source: Q-49.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    appointed = session.get(Representative, representative_id)
    if appointed is None or appointed.ended_at is not None:
        raise NotARepresentative
    account = _own_account(session, actor, appointed.account_id)
    others = session.scalar(
        select(func.count()).where(
            Representative.account_id == account.id,
            Representative.role == appointed.role,
            Representative.ended_at.is_(None),
            Representative.id != appointed.id,
        )
    )
    if not others and account.state in {AccountState.ACTIVE, AccountState.RESTRICTED}:
        raise LastRepresentative(role=appointed.role)
    appointed.ended_at = at
    _record(session, actor, "registry.representative.end", account.id, at, representative_id=appointed.id)
    session.flush()
    return appointed


@cites("CQ-8.2", "Q-49")
def open_account(session: Session, *, actor: Actor, account_id: int, at: datetime) -> HoldingAccount:
    """Open an account whose papers were checked, when both parts of it are represented.

    Raises:
        HoldingAccountNotFound: there is none with this id.
        SamePerson: who applied does not check.
        LastRepresentative: somebody to initiate or to confirm is missing.

    Source: CQ-8.2, Q-49.
    """
    actor.require(Permission.OPEN_HOLDING_ACCOUNT)
    account = queries.account(session, account_id, lock=True)
    following = states.after(states.ACCOUNT, AccountState(account.state), AccountAct.ACTIVATE)
    if account.applied_by == actor.ref:
        raise SamePerson
    roles = set(
        session.scalars(
            select(Representative.role).where(
                Representative.account_id == account.id, Representative.ended_at.is_(None)
            )
        )
    )
    if missing := {role.value for role in BOTH} - roles:
        raise LastRepresentative(missing=sorted(missing))
    account.state, account.decided_by, account.opened_at = following.value, actor.ref, at
    _record(session, actor, "registry.account.open", account.id, at)
    session.flush()
    return account


@cites("CQ-25.3")
def restrict_account(
    session: Session, *, actor: Actor, account_id: int, restricted: bool, reason: str, at: datetime
) -> HoldingAccount:
    """Stop, or allow again, what the holder does with its units; they stay where they are.

    Source: CQ-25.3.
    """
    actor.require(Permission.CONFIRM_REGISTRY_ACT)
    account = queries.account(session, account_id, lock=True)
    act = AccountAct.RESTRICT if restricted else AccountAct.UNRESTRICT
    account.state = states.after(states.ACCOUNT, AccountState(account.state), act).value
    _record(session, actor, f"registry.account.{act.value}", account.id, at, reason=reason)
    session.flush()
    return account


@cites("Q-49", "CQ-30.3")
def trust_party(
    session: Session, *, actor: Actor, named_by: str, account_id: int, party_id: int, at: datetime
) -> TrustedParty:
    """Trust another account, so that gifts to it wait no longer after four working days.

    Args:
        named_by: the initiating representative who named it; the actor confirms.

    Raises:
        SamePerson: one person does both.
        NotARepresentative: the actor does not confirm for the account.

    Source: Q-49, CQ-30.3.
    """
    actor.require(Permission.MOVE_OWN_UNITS)
    if named_by == actor.ref:
        raise SamePerson
    if queries.current_representative(session, actor, account_id, RepresentativeRole.CONFIRMING) is None:
        raise NotARepresentative
    trusted = TrustedParty(
        account_id=account_id, party_id=party_id, named_by=named_by, confirmed_by=actor.ref, named_at=at
    )
    session.add(trusted)
    session.flush()
    _record(session, actor, "registry.party.trust", account_id, at, party_id=party_id)
    return trusted


@cites("CQ-29.3")
def enter_beneficiary(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    name: str,
    organisation_id: int | None,
    at: datetime,
) -> Beneficiary:
    """Enter one for whom units may be cancelled; the same name again is the same entry.

    Source: CQ-29.3.
    """
    actor.require(Permission.PROPOSE_REGISTRY_ACT)
    return known_beneficiary(
        session, kind=kind, name=name, organisation_id=organisation_id, entered_by=actor.ref, at=at
    )


@cites("CQ-29.3")
def known_beneficiary(
    session: Session,
    *,
    kind: str,
    name: str,
    organisation_id: int | None,
    entered_by: str,
    at: datetime,
) -> Beneficiary:
    """Return the entry of a beneficiary, made where there is none; an organisation has one entry.

    Source: CQ-29.3.
    """
    same = Beneficiary.name == name.strip()
    if organisation_id is not None:
        same |= Beneficiary.organisation_id == organisation_id
    known = session.scalars(select(Beneficiary).where(same).order_by(Beneficiary.id).limit(1)).one_or_none()
    if known is not None:
        return known
    entered = Beneficiary(
        kind=kind, name=name.strip(), organisation_id=organisation_id, entered_by=entered_by, entered_at=at
    )
    session.add(entered)
    session.flush()
    return entered


def _own_account(session: Session, actor: Actor, account_id: int) -> HoldingAccount:
    account = queries.account(session, account_id, lock=True)
    if actor.organisation_id is None or account.organisation_id != actor.organisation_id:
        raise HoldingAccountNotFound(account_id=account_id)
    return account


def _record(
    session: Session, actor: Actor, event: str, account_id: int, at: datetime, **details: object
) -> None:
    audit.record(session, actor=actor, event=event, subject=("holding_account", account_id), at=at, **details)
