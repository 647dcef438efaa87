"""What the Bureau entrusts: the registry to the agency (管理服务机构), trading to the exchange (交易机构)."""

from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.errors import MandateMalformed, MandateNotFound, MandateOverlaps, OrganisationNotFound
from app.identity.models import Mandate, Organisation
from app.identity.values import Institution
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites


@cites("CQ-6.2", "CQ-6.6")
def entrust(
    session: Session,
    *,
    actor: Actor,
    organisation_id: int,
    institution: Institution,
    ground: str,
    starts_on: date,
    ends_on: date,
    at: datetime,
) -> Mandate:
    """Entrust an organisation with the registry, or with trading (委托管理服务机构、交易机构).

    Args:
        ground: the document of the Bureau that entrusts it.
        starts_on, ends_on: days in China, both included; on each day there is one of each at most.

    Raises:
        OrganisationNotFound: there is no such organisation.
        MandateMalformed: with the breaches by field.
        MandateOverlaps: another is entrusted on one of the days.

    Source: CQ-6.2, CQ-6.6.
    """
    actor.require(Permission.ENTRUST_INSTITUTIONS)
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise OrganisationNotFound
    rules.check_mandate(ground=ground, starts_on=starts_on, ends_on=ends_on, authority=organisation.authority)
    session.execute(text("select pg_advisory_xact_lock(hashtext('mandate'))"))
    overlapping = session.scalar(
        select(Mandate.id)
        .where(
            Mandate.institution == institution.value,
            Mandate.starts_on <= ends_on,
            Mandate.ends_on >= starts_on,
        )
        .limit(1)
    )
    if overlapping is not None:
        raise MandateOverlaps(mandate_id=overlapping)
    mandate = Mandate(
        organisation_id=organisation_id,
        institution=institution.value,
        ground=" ".join(ground.split()),
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    session.add(mandate)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="identity.mandate.give",
        subject=("mandate", mandate.id),
        at=at,
        organisation=organisation_id,
        institution=institution.value,
    )
    return mandate


@cites("CQ-6.2", "CQ-6.6")
def end_mandate(
    session: Session, *, actor: Actor, mandate_id: int, last_day: date, reason: str, at: datetime
) -> Mandate:
    """Bring the last day of a mandate forward; what was done under it stays (提前终止委托).

    Args:
        last_day: today or later, and not after the day it ends on now.

    Raises:
        MandateNotFound: there is none with this id.
        MandateMalformed: the day lies in the past or prolongs it, or no reason is given.

    Source: CQ-6.2, CQ-6.6.
    """
    actor.require(Permission.ENTRUST_INSTITUTIONS)
    mandate = session.get(Mandate, mandate_id, with_for_update=True)
    if mandate is None:
        raise MandateNotFound(mandate_id=mandate_id)
    breaches: dict[str, str] = {}
    if not max(day_in_china(at), mandate.starts_on) <= last_day <= mandate.ends_on:
        breaches["last_day"] = "out_of_range"
    if not reason.strip():
        breaches["reason"] = "missing"
    if breaches:
        raise MandateMalformed(**breaches)
    before, mandate.ends_on = mandate.ends_on, last_day
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="identity.mandate.end",
        subject=("mandate", mandate.id),
        at=at,
        before=before.isoformat(),
        last_day=last_day.isoformat(),
        reason=reason.strip()[:1000],
    )
    return mandate
