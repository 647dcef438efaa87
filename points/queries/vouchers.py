"""Vouchers (卡券): what is told before redeeming, the code that is shown, how a clerk finds one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.kernel.days import day_in_china, end_of_day
from app.kernel.secrets import keyring, same
from app.kernel.sources import cites
from points import lots, rules, serials
from points.errors import AlreadySettled, DisplayCodeExpired, VoucherMistyped, VoucherNotFound
from points.models import Redemption
from points.queries.lots import spendable_lots
from points.queries.mall import offer_to_redeem
from points.queries.redemptions import Voucher, as_voucher, vouchers
from points.values import DisplayText, Part, RedemptionState

PURPOSE = "points.voucher"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a redemption would do, told before it is confirmed.

    Attributes:
        reserved_until: instant at which it would lapse, excluded.
        may_expire: hundredths of a point that would be lost if the merchant refused or time ran out,
            because the last day of their lot comes first.
    """

    price: int
    reserved_until: datetime
    parts: tuple[Part, ...]
    may_expire: int


@cites("Q-23", "CQ-34.10")
def preview(session: Session, account_id: int, offer_id: int, *, at: datetime) -> Preview:
    """Return what redeeming an offer would take and until when it would be reserved.

    Raises:
        OfferNotFound: there is no such offer.
        InsufficientPoints: the spendable lots do not cover the price.

    Source: Q-23, CQ-34.10.
    """
    wanted = offer_to_redeem(session, offer_id, account_id)
    parts = lots.choose(spendable_lots(session, account_id, day_in_china(at)), wanted.price)
    until = rules.reserved_until(at=at, use_days=wanted.use_days, last_day=lots.reservation_limit(parts))
    return Preview(
        price=wanted.price,
        reserved_until=until,
        parts=tuple(parts),
        may_expire=sum(part.amount for part in parts if end_of_day(part.lot.last_valid_on) < until),
    )


@cites("CQ-34.10", "T-15")
def display_code(redemption: Redemption, at: datetime) -> DisplayText:
    """Return the short-lived code for a voucher's QR.

    Raises:
        AlreadySettled: the voucher has ended.
        VoucherLapsed: its time is over.

    Source: CQ-34.10, T-15.
    """
    if redemption.state != RedemptionState.RESERVED:
        raise AlreadySettled(state=redemption.state)
    rules.check_in_time(at=at, until=redemption.reserved_until)
    return serials.display_code(redemption.id, at=at, sign=_sign)


@cites("CQ-34.10", "T-15")
def voucher(session: Session, merchant_id: int, text: str, at: datetime | None = None) -> Voucher:
    """Return a merchant's own voucher by what a clerk typed or scanned.

    Args:
        at: when it was scanned; without it the age of a scanned code is not looked at.

    Raises:
        VoucherMistyped: a typed sign is wrong or missing.
        DisplayCodeExpired: the scanned code is older than 60 seconds.
        VoucherNotFound: no voucher of this merchant has the code.

    Source: CQ-34.10, T-15.
    """
    asked = vouchers().where(Redemption.merchant_id == merchant_id)
    if serials.looks_shown(text):
        shown = serials.read_display_code(text, verify=_verify)
        if shown is None:
            raise VoucherNotFound
        if at is not None and not serials.is_fresh(shown, at):
            raise DisplayCodeExpired
        asked = asked.where(Redemption.id == shown.redemption_id)
    else:
        code = serials.read_typed_code(text)
        if code is None:
            raise VoucherMistyped
        asked = asked.where(Redemption.code == code)
    row = session.execute(asked).first()
    if row is None:
        raise VoucherNotFound
    return as_voucher(row)


def digest_of(text: str) -> bytes:
    """Return what is kept of a display code that was used."""
    return keyring().keyed_hash(text.strip().upper(), purpose=PURPOSE)


def _sign(body: str) -> str:
    return keyring().signature(body, purpose=PURPOSE, length=16)


def _verify(body: str, signature: str) -> bool:
    return same(_sign(body), signature)
