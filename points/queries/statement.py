"""The statement (明细): every entry of an account with its running balance, and why each is what it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.kernel.units import points_text
from points import chain
from points.errors import EntryNotFound
from points.models import (
    CarbonAccount,
    ConversionRule,
    EntrySalt,
    Merchant,
    Offer,
    PointEntry,
    PointLot,
    Redemption,
)
from points.queries.pages import Page, bounded, page_of
from points.values import AVAILABLE_SIGN, Kind


class Place(NamedTuple):
    """A place in a statement to go on from."""

    day: date
    seq: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a statement; points in hundredths.

    Attributes:
        change: what the entry did to the available points; 0 where reserved points were cancelled.
        balance_after: available points after it, lots past their last day included until swept.
    """

    seq: int
    entry_id: int
    at: datetime
    day: date
    kind: Kind
    amount: int
    change: int
    balance_after: int
    lot_id: int
    lot_issued_on: date
    lot_last_valid_on: date
    behaviour_id: int | None
    behaviour_day: date | None
    method_version_id: int | None
    reduction_g: int | None
    rule_version: str | None
    redemption_id: int | None
    offer: str | None
    offer_en: str | None
    merchant: str | None
    correction_id: int | None
    commitment: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """All that is needed to compute one entry again (凭据).

    Attributes:
        formula: how points follow from grams, for issues.
        encoding: the canonical text that `commitment` commits to, together with `salt`.
        holds: whether the commitment follows from encoding and salt.
    """

    line: Line
    account_number: str
    pseudonym: str
    formula: str | None
    grams_per_point: int | None
    rule_text_zh: str | None
    rule_text_en: str | None
    encoding: str
    salt: str
    prev_commitment: str
    commitment: str
    holds: bool


def statement(
    session: Session,
    account_id: int,
    *,
    after: Place | None = None,
    limit: int = 50,
    kinds: Collection[Kind] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Page[Line, Place]:
    """Return an account's entries, the latest first.

    Args:
        after: where the page before ended.
        limit: 1 to 500.
        kinds: only these.
        since: first day in China, included.
        until: last day in China, included.
    """
    limit = bounded(limit)
    asked = _entries().where(PointEntry.account_id == account_id)
    if after is not None:
        # the day by itself lets whole months be passed over
        asked = asked.where(
            PointEntry.day <= after.day,
            tuple_(PointEntry.day, PointEntry.acct_seq) < tuple_(after.day, after.seq),
        )
    if kinds is not None:
        asked = asked.where(PointEntry.kind.in_([kind.value for kind in kinds]))
    if since is not None:
        asked = asked.where(PointEntry.day >= since)
    if until is not None:
        asked = asked.where(PointEntry.day <= until)
    rows = session.execute(asked.order_by(PointEntry.day.desc(), PointEntry.acct_seq.desc()).limit(limit + 1))
    return page_of([_line(*row) for row in rows], limit=limit, key=lambda line: Place(line.day, line.seq))


def entries_of_redemption(session: Session, account_id: int, redemption_id: int) -> list[Line]:
    """Return what one redemption did to its account's lots, in order."""
    rows = session.execute(
        _entries()
        .where(PointEntry.account_id == account_id, PointEntry.redemption_id == redemption_id)
        .order_by(PointEntry.acct_seq)
    )
    return [_line(*row) for row in rows]


def receipt(session: Session, account_id: int, seq: int) -> Receipt:
    """Return everything that the account's entry number `seq` rests on.

    Raises:
        EntryNotFound: the account has no such entry; another's is none.
    """
    row = session.execute(
        _entries().where(PointEntry.account_id == account_id, PointEntry.acct_seq == seq)
    ).first()
    salt = session.get(EntrySalt, (account_id, seq))
    if row is None or salt is None:
        raise EntryNotFound(acct_seq=seq)
    entry: PointEntry = row[0]
    line = _line(*row)
    holder = session.get_one(CarbonAccount, account_id)
    rule = session.get_one(ConversionRule, entry.rule_id) if entry.rule_id is not None else None
    encoding = chain.encode(
        pseudonym=bytes(holder.pseudonym),
        seq=entry.acct_seq,
        prev=bytes(entry.prev_commitment),
        kind=entry.kind,
        amount=entry.amount,
        balance_after=entry.balance_after,
        at=entry.at,
        lot_id=entry.lot_id,
        lot_issued_on=line.lot_issued_on,
        lot_last_valid_on=line.lot_last_valid_on,
        behaviour_id=entry.behaviour_id,
        behaviour_day=entry.behaviour_day,
        method_version_id=entry.method_version_id,
        reduction_g=entry.reduction_g,
        rule_version=line.rule_version,
        redemption_id=entry.redemption_id,
        correction_id=entry.correction_id,
    )
    return Receipt(
        line=line,
        account_number=holder.number,
        pseudonym=bytes(holder.pseudonym).hex(),
        formula=_formula(entry, rule),
        grams_per_point=rule.grams_per_point if rule else None,
        rule_text_zh=rule.text_zh if rule else None,
        rule_text_en=rule.text_en if rule else None,
        encoding=encoding.decode(),
        salt=bytes(salt.salt).hex(),
        prev_commitment=bytes(entry.prev_commitment).hex(),
        commitment=line.commitment,
        holds=chain.commitment(bytes(salt.salt), encoding).hex() == line.commitment,
    )


def _formula(entry: PointEntry, rule: ConversionRule | None) -> str | None:
    if rule is None:
        return None
    return f"⌊{entry.reduction_g} g × 100 ÷ {rule.grams_per_point} g⌋ ÷ 100 = {points_text(entry.amount)}"


def _entries() -> Any:
    return (
        select(
            PointEntry,
            PointLot.issued_on,
            PointLot.last_valid_on,
            ConversionRule.version,
            Offer.title,
            Offer.title_en,
            Merchant.name,
        )
        .join(PointLot, PointLot.id == PointEntry.lot_id)
        .outerjoin(ConversionRule, ConversionRule.id == PointEntry.rule_id)
        .outerjoin(Redemption, Redemption.id == PointEntry.redemption_id)
        .outerjoin(Offer, Offer.id == Redemption.offer_id)
        .outerjoin(Merchant, Merchant.id == Redemption.merchant_id)
    )


def _line(entry: PointEntry, *facts: Any) -> Line:
    issued_on, last_valid_on, rule_version, offer, offer_en, merchant = facts
    kind = Kind(entry.kind)
    return Line(
        seq=entry.acct_seq,
        entry_id=entry.id,
        at=entry.at,
        day=entry.day,
        kind=kind,
        amount=entry.amount,
        change=AVAILABLE_SIGN[kind] * entry.amount,
        balance_after=entry.balance_after,
        lot_id=entry.lot_id,
        lot_issued_on=issued_on,
        lot_last_valid_on=last_valid_on,
        behaviour_id=entry.behaviour_id,
        behaviour_day=entry.behaviour_day,
        method_version_id=entry.method_version_id,
        reduction_g=entry.reduction_g,
        rule_version=rule_version,
        redemption_id=entry.redemption_id,
        offer=offer,
        offer_en=offer_en,
        merchant=merchant,
        correction_id=entry.correction_id,
        commitment=bytes(entry.commitment).hex(),
    )
