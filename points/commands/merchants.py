"""Merchants (权益提供单位): they apply, the operator admits, they leave and come back as they like."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.errors import Forbidden
from app.kernel.events import Event, publish
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from points import queries, rules, states
from points.errors import MerchantExists
from points.models import Merchant, MerchantStep
from points.values import MerchantAct, MerchantState, OfferCategory


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What a merchant says of itself."""

    name: str
    category: OfferCategory
    area_code: str
    address: str
    name_en: str | None = None


@cites("CQ-33.1")
def apply_as_merchant(session: Session, *, actor: Actor, particulars: Particulars, at: datetime) -> Merchant:
    """Apply, for the actor's organisation, to accept points for benefits (申请入驻); nobody is made to.

    Raises:
        Forbidden: the actor works for no organisation.
        MerchantExists: it applied before; it rejoins instead.
        MerchantInvalid: particulars are missing.

    Source: CQ-33.1.
    """
    actor.require(Permission.APPLY_AS_MERCHANT)
    if actor.organisation_id is None:
        raise Forbidden(permission=Permission.APPLY_AS_MERCHANT.value)
    _check(session, particulars)
    if queries.find_merchant(session, actor.organisation_id) is not None:
        raise MerchantExists
    merchant = Merchant(
        organisation_id=actor.organisation_id,
        name=particulars.name.strip(),
        name_en=particulars.name_en,
        category=particulars.category,
        area_code=particulars.area_code,
        address=particulars.address.strip(),
        state=MerchantState.APPLIED,
        applied_by=actor.ref,
        applied_at=at,
    )
    session.add(merchant)
    session.flush()
    _note(session, actor, merchant, MerchantAct.APPLY, None, at, None)
    return merchant


@cites("CQ-33.1")
def change_merchant(session: Session, *, actor: Actor, particulars: Particulars, at: datetime) -> Merchant:
    """Change what the actor's merchant says of itself.

    Raises:
        MerchantNotFound: the organisation never applied.
        MerchantInvalid: particulars are missing.

    Source: CQ-33.1.
    """
    actor.require(Permission.MANAGE_OWN_OFFERS)
    merchant = _locked(session, queries.merchant_of(session, actor.organisation_id).id)
    _check(session, particulars)
    merchant.name = particulars.name.strip()
    merchant.name_en = particulars.name_en
    merchant.category = particulars.category
    merchant.area_code = particulars.area_code
    merchant.address = particulars.address.strip()
    audit.record(
        session, actor=actor, event="points.merchant.change", subject=("merchant", merchant.id), at=at
    )
    session.flush()
    return merchant


@cites("CQ-33.1")
def admit_merchant(session: Session, *, actor: Actor, merchant_id: int, at: datetime) -> Merchant:
    """Admit a merchant that applied (准予入驻); for the operator.

    Raises:
        MerchantNotFound: there is none.
        ActOutOfTurn: it has not applied.

    Source: CQ-33.1.
    """
    actor.require(Permission.ADMIT_MERCHANT)
    merchant = _step(session, actor, merchant_id, MerchantAct.ADMIT, at, None)
    merchant.admitted_at = at
    session.flush()
    return merchant


@cites("CQ-33.1")
def reject_merchant(
    session: Session, *, actor: Actor, merchant_id: int, reason: str, at: datetime
) -> Merchant:
    """Reject an application with a reason; for the operator.

    Raises:
        MerchantNotFound: there is none.
        ActOutOfTurn: it has not applied.
        ReasonMissing: nothing is said why.

    Source: CQ-33.1.
    """
    actor.require(Permission.ADMIT_MERCHANT)
    return _step(session, actor, merchant_id, MerchantAct.REJECT, at, rules.check_reason(reason))


@cites("CQ-33.1")
def suspend_merchant(
    session: Session, *, actor: Actor, merchant_id: int, reason: str, at: datetime
) -> Merchant:
    """Suspend a merchant: no new redemptions; it still settles those that are open. For the operator.

    Raises:
        MerchantNotFound: there is none.
        ActOutOfTurn: it is not admitted.
        ReasonMissing: nothing is said why.

    Source: CQ-33.1.
    """
    actor.require(Permission.ADMIT_MERCHANT)
    return _step(session, actor, merchant_id, MerchantAct.SUSPEND, at, rules.check_reason(reason))


@cites("CQ-33.1")
def resume_merchant(session: Session, *, actor: Actor, merchant_id: int, at: datetime) -> Merchant:
    """End a merchant's suspension; for the operator.

    Raises:
        MerchantNotFound: there is none.
        ActOutOfTurn: it is not suspended.

    Source: CQ-33.1.
    """
    actor.require(Permission.ADMIT_MERCHANT)
    return _step(session, actor, merchant_id, MerchantAct.RESUME, at, None)


@cites("CQ-33.1", "Q-23")
def leave_as_merchant(session: Session, *, actor: Actor, reason: str | None = None, at: datetime) -> Merchant:
    """Take the actor's merchant out of the mall (退出); what waits for it is given back by the next sweep.

    Raises:
        MerchantNotFound: the organisation never applied.
        ActOutOfTurn: it has left or was rejected.

    Source: CQ-33.1, Q-23.
    """
    actor.require(Permission.LEAVE_AS_MERCHANT)
    merchant = queries.merchant_of(session, actor.organisation_id)
    return _step(session, actor, merchant.id, MerchantAct.LEAVE, at, reason)


@cites("CQ-33.1")
def rejoin_as_merchant(session: Session, *, actor: Actor, at: datetime) -> Merchant:
    """Bring the actor's merchant back: at once if it left while admitted, else by applying again.

    Raises:
        MerchantNotFound: the organisation never applied.
        ActOutOfTurn: it has not left and was not rejected.

    Source: CQ-33.1.
    """
    actor.require(Permission.LEAVE_AS_MERCHANT)
    merchant = queries.merchant_of(session, actor.organisation_id)
    came_from = queries.left_from(session, merchant.id) if merchant.state == MerchantState.LEFT else None
    return _step(session, actor, merchant.id, rules.check_rejoin(came_from), at, None)


def _check(session: Session, particulars: Particulars) -> None:
    rules.check_merchant(
        name=particulars.name,
        category=particulars.category,
        area_known=queries.district_known(session, particulars.area_code),
        address=particulars.address,
    )


def _locked(session: Session, merchant_id: int) -> Merchant:
    queries.merchant(session, merchant_id)
    return session.scalars(
        select(Merchant)
        .where(Merchant.id == merchant_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _step(
    session: Session,
    actor: Actor,
    merchant_id: int,
    act: MerchantAct,
    at: datetime,
    reason: str | None,
) -> Merchant:
    merchant = _locked(session, merchant_id)
    before = MerchantState(merchant.state)
    merchant.state = states.after(states.MERCHANT, before, act)
    _note(session, actor, merchant, act, before, at, reason)
    return merchant


def _note(
    session: Session,
    actor: Actor,
    merchant: Merchant,
    act: MerchantAct,
    before: MerchantState | None,
    at: datetime,
    reason: str | None,
) -> None:
    step = MerchantStep(
        merchant_id=merchant.id,
        act=act.value,
        from_state=before and before.value,
        to_state=str(merchant.state),
        actor=actor.ref,
        reason=reason,
        at=at,
    )
    session.add(step)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event=f"points.merchant.{act.value}",
        subject=("merchant", merchant.id),
        at=at,
        **({"reason": reason} if reason else {}),
    )
    publish(
        session,
        organisation_id=merchant.organisation_id,
        event=Event.MERCHANT_STATE,
        about=f"merchant:{merchant.id}:step:{step.id}",
        data={"merchant_id": merchant.id, "state": str(merchant.state), "act": act.value},
        at=at,
    )
    session.flush()
