"""Everything that is kept of one person (个人信息副本), subject by subject, as rows that a machine reads."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from app.identity.models import (
    MessagePreference,
    Person,
    PersonConsent,
    PersonEmail,
    QuietHours,
    WebSession,
)
from app.kernel.actor import ActorKind
from app.kernel.outbox import OutboxMessage
from app.kernel.secrets import keyring
from points.models import AccountStep, CarbonAccount, Correction, Offer, PointEntry, PointLot, Redemption
from scenarios.models import Authorisation, Behaviour, Claim, ClaimStep, Method, PublishedMethod, Scenario

AT_ONCE: Final = 1_000

SUBJECTS: Final = {
    "person": "who you are here; name and number of the paper as you gave them",
    "consents": "what you consented to separately, and what you withdrew",
    "message_wishes": "which messages you want, and your quiet hours",
    "sessions": "where you signed in, as far as it is still kept",
    "account": "your carbon account and its history",
    "authorisations": "which scenario may send which data of yours, from when until when",
    "behaviours": "what hosts sent: quantity in thousandths of its unit, grams of CO2e, method and version",
    "entries": "every entry of your points ledger; points in hundredths",
    "lots": "your points by lot with their last valid day; points in hundredths",
    "vouchers": "what you redeemed and what became of it; price in hundredths of a point",
    "corrections": "corrections of your points that you were told of",
    "claims": "your claims about missing behaviour and what was done with them",
    "messages": "what you were told within the product",
}
"""The files of a copy and what each holds; amounts are whole numbers in the smallest unit."""

Rows = Iterator[dict[str, Any]]
Query = Any
"""A `select` of some columns; their types differ from subject to subject."""


def subject(session: Session, name: str, *, person: Person, account_id: int | None) -> Rows:
    """Return the rows of one subject; without an account, those of the account are empty."""
    if name == "person":
        return iter([_person(person, session.get(PersonEmail, person.id))])
    query = _of_person(name, person.id)
    if query is None and account_id is not None:
        query = _of_account(name, account_id)
    return _rows(session, query) if query is not None else iter(())


def _of_person(name: str, person_id: int) -> Query | None:
    if name == "consents":
        found = PersonConsent
        return (
            select(found.purpose, found.text_version, found.given_at, found.withdrawn_at)
            .where(found.person_id == person_id)
            .order_by(found.id)
        )
    if name == "message_wishes":
        return (
            select(
                MessagePreference.kind,
                MessagePreference.channel,
                MessagePreference.wanted,
                QuietHours.from_hour.label("quiet_from_hour"),
                QuietHours.until_hour.label("quiet_until_hour"),
            )
            .outerjoin(QuietHours, QuietHours.person_id == MessagePreference.person_id)
            .where(MessagePreference.person_id == person_id)
            .order_by(MessagePreference.kind)
        )
    if name == "sessions":
        return (
            select(
                WebSession.created_at,
                WebSession.seen_at,
                WebSession.expires_at,
                WebSession.revoked_at,
                WebSession.user_agent,
                WebSession.address_prefix,
            )
            .where(WebSession.principal_kind == ActorKind.CITIZEN.value, WebSession.principal_id == person_id)
            .order_by(WebSession.created_at)
        )
    if name == "messages":
        return (
            select(
                OutboxMessage.channel,
                OutboxMessage.template,
                OutboxMessage.payload,
                OutboxMessage.state,
                OutboxMessage.created_at,
                OutboxMessage.read_at,
            )
            .where(
                OutboxMessage.recipient == f"person:{person_id}", ~OutboxMessage.payload.has_key("to_sealed")
            )
            .order_by(OutboxMessage.id)
        )
    return None


def _of_account(name: str, account_id: int) -> Query | None:
    queries: dict[str, Query] = {
        "account": select(
            CarbonAccount.number,
            CarbonAccount.state,
            CarbonAccount.applied_at,
            CarbonAccount.opened_at,
            CarbonAccount.closed_at,
            AccountStep.act,
            AccountStep.to_state,
            AccountStep.reason,
            AccountStep.at,
        )
        .outerjoin(AccountStep, AccountStep.account_id == CarbonAccount.id)
        .where(CarbonAccount.id == account_id)
        .order_by(AccountStep.id),
        "authorisations": select(
            Scenario.code.label("scenario"),
            Authorisation.host_user,
            Authorisation.data_kinds,
            Authorisation.text_version,
            Authorisation.given_at,
            Authorisation.withdrawn_at,
        )
        .join(Scenario, Scenario.id == Authorisation.scenario_id)
        .where(Authorisation.account_id == account_id)
        .order_by(Authorisation.id),
        "behaviours": select(
            Behaviour.id,
            Scenario.code.label("scenario"),
            Behaviour.occurred_at,
            Behaviour.received_at,
            Behaviour.source_id,
            Method.code.label("method"),
            PublishedMethod.version.label("method_version"),
            Behaviour.quantity_milli,
            Behaviour.computed_g,
            Behaviour.reduction_g,
            Behaviour.cap,
        )
        .join(Scenario, Scenario.id == Behaviour.scenario_id)
        .join(PublishedMethod, PublishedMethod.id == Behaviour.method_version_id)
        .join(Method, Method.id == PublishedMethod.method_id)
        .where(Behaviour.account_id == account_id)
        .order_by(Behaviour.day, Behaviour.id),
        "entries": select(
            PointEntry.acct_seq,
            PointEntry.at,
            PointEntry.kind,
            PointEntry.amount,
            PointEntry.balance_after,
            PointEntry.lot_id,
            PointEntry.behaviour_id,
            PointEntry.redemption_id,
            PointEntry.correction_id,
            PointEntry.reduction_g,
        )
        .where(PointEntry.account_id == account_id)
        .order_by(PointEntry.acct_seq),
        "lots": select(
            PointLot.id,
            PointLot.issued_on,
            PointLot.last_valid_on,
            PointLot.issued,
            PointLot.available,
            PointLot.reserved,
            PointLot.cancelled,
            PointLot.expired,
            PointLot.closed,
            PointLot.corrected,
        )
        .where(PointLot.account_id == account_id)
        .order_by(PointLot.id),
        "vouchers": select(
            Redemption.id,
            Offer.title,
            Redemption.price,
            Redemption.state,
            Redemption.created_at,
            Redemption.reserved_until,
            Redemption.settled_at,
            Redemption.reason,
        )
        .join(Offer, Offer.id == Redemption.offer_id)
        .where(Redemption.account_id == account_id)
        .order_by(Redemption.id),
        "corrections": select(
            Correction.id,
            Correction.behaviour_id,
            Correction.amount,
            Correction.rule_clause,
            Correction.reason,
            Correction.state,
            Correction.noticed_at,
            Correction.object_until,
            Correction.objection,
            Correction.answer,
            Correction.executed_at,
            Correction.executed_amount,
        )
        .where(Correction.account_id == account_id, Correction.noticed_at.is_not(None))
        .order_by(Correction.id),
        "claims": select(
            Claim.id,
            Scenario.code.label("scenario"),
            Claim.day,
            Claim.said,
            Claim.reference,
            Claim.state,
            Claim.due_on,
            ClaimStep.act,
            ClaimStep.reason,
            ClaimStep.at,
        )
        .join(Scenario, Scenario.id == Claim.scenario_id)
        .join(ClaimStep, ClaimStep.claim_id == Claim.id)
        .where(Claim.account_id == account_id)
        .order_by(ClaimStep.id),
    }
    return queries.get(name)


def _rows(session: Session, query: Query) -> Rows:
    found = session.execute(query.execution_options(yield_per=AT_ONCE)).mappings()
    return (_plain(row) for row in found)


def _plain(row: RowMapping) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _person(person: Person, email: PersonEmail | None) -> dict[str, Any]:
    ring = keyring()
    return {
        "phone": ring.decrypt(person.phone_sealed, purpose="person.phone"),
        "email": ring.decrypt(email.address_sealed, purpose="person_email.address") if email else None,
        "email_verified_at": _value(email.verified_at) if email else None,
        "name": ring.decrypt(person.name_sealed, purpose="person.name") if person.name_sealed else None,
        "document_type": person.document_type,
        "document_number": ring.decrypt(person.document_sealed, purpose="person.document")
        if person.document_sealed
        else None,
        "born_on": _value(person.born_on),
        "nickname": person.nickname,
        "area_code": person.area_code,
        "locale": person.locale,
        "privacy_version": person.privacy_version,
        "privacy_accepted_at": _value(person.privacy_accepted_at),
        "guardian_consented_at": _value(person.guardian_consented_at),
        "registered_at": _value(person.registered_at),
    }
