"""Why a number is what it is (核算凭据): one entry, from the behaviour to the lot."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from points.errors import EntryNotFound
from points.models import CarbonAccount, ConversionRule, PointEntry, PointLot, Redemption
from points.models.mall import Merchant, Offer
from scenarios.methods import Receipt, by_code, explain
from scenarios.models import Behaviour, PublishedMethod, Scenario


@dataclass(frozen=True, kw_only=True)
class IssueReceipt:
    """How a behaviour became grams and the grams became points."""

    scenario: str
    scenario_en: str | None
    scenario_code: str
    method_zh: str
    method_en: str
    computation: Receipt
    occurred_at: datetime
    received_at: datetime
    source_id: str
    quantity_milli: int
    computed_g: int
    reduction_g: int
    cap: str | None
    rule_version: str
    grams_per_point: int


@dataclass(frozen=True, kw_only=True)
class EntryReceipt:
    """One entry with everything that it rests on.

    Source: CQ-34.4.
    """

    entry_id: int
    acct_seq: int
    kind: str
    amount: int
    at: datetime
    balance_after: int
    lot_issued_on: date
    lot_last_valid_on: date
    commitment: str
    issue: IssueReceipt | None
    redemption: dict[str, Any] | None


@cites("CQ-34.4")
def receipt(session: Session, *, account_id: int, acct_seq: int) -> EntryReceipt:
    """Return the receipt of the account's entry number `acct_seq`.

    Raises:
        EntryNotFound: the account has no such entry; another's entry is none.

    Source: CQ-34.4.
    """
    row = session.execute(
        select(PointEntry, PointLot)
        .join(CarbonAccount, CarbonAccount.id == PointEntry.account_id)
        .join(PointLot, PointLot.id == PointEntry.lot_id)
        .where(PointEntry.account_id == account_id, PointEntry.acct_seq == acct_seq)
    ).first()
    if row is None:
        raise EntryNotFound(acct_seq=acct_seq)
    entry, lot = row
    return EntryReceipt(
        entry_id=entry.id,
        acct_seq=entry.acct_seq,
        kind=entry.kind,
        amount=entry.amount,
        at=entry.at,
        balance_after=entry.balance_after,
        lot_issued_on=lot.issued_on,
        lot_last_valid_on=lot.last_valid_on,
        commitment=entry.commitment.hex(),
        issue=_issue(session, entry),
        redemption=_redemption(session, entry),
    )


def _issue(session: Session, entry: PointEntry) -> IssueReceipt | None:
    if entry.behaviour_id is None:
        return None
    behaviour, scenario, published, rule = session.execute(
        select(Behaviour, Scenario, PublishedMethod, ConversionRule)
        .join(Scenario, Scenario.id == Behaviour.scenario_id)
        .join(PublishedMethod, PublishedMethod.id == Behaviour.method_version_id)
        .join(ConversionRule, ConversionRule.id == entry.rule_id)
        .where(
            Behaviour.account_id == entry.account_id,
            Behaviour.day == entry.behaviour_day,
            Behaviour.id == entry.behaviour_id,
        )
    ).one()
    version = published.as_version
    method = by_code(version.code)
    return IssueReceipt(
        scenario=scenario.name,
        scenario_en=scenario.name_en,
        scenario_code=scenario.code,
        method_zh=method.zh,
        method_en=method.en,
        computation=explain(version, behaviour.quantity_milli),
        occurred_at=behaviour.occurred_at,
        received_at=behaviour.received_at,
        source_id=behaviour.source_id,
        quantity_milli=behaviour.quantity_milli,
        computed_g=behaviour.computed_g,
        reduction_g=behaviour.reduction_g,
        cap=behaviour.cap,
        rule_version=rule.version,
        grams_per_point=rule.grams_per_point,
    )


def _redemption(session: Session, entry: PointEntry) -> dict[str, Any] | None:
    if entry.redemption_id is None:
        return None
    redemption, offer, merchant = session.execute(
        select(Redemption, Offer, Merchant)
        .join(Offer, Offer.id == Redemption.offer_id)
        .join(Merchant, Merchant.id == Redemption.merchant_id)
        .where(Redemption.id == entry.redemption_id, Redemption.account_id == entry.account_id)
    ).one()
    return {
        "id": redemption.id,
        "offer": offer.title,
        "offer_en": offer.title_en,
        "merchant": merchant.name,
        "merchant_en": merchant.name_en,
        "state": redemption.state,
        "reason": redemption.reason,
    }
