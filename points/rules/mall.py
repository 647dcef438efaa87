"""The mall's decisions: who is a merchant, what an offer says, who may have it, until when."""

from datetime import date, datetime, timedelta
from typing import Final

from app.kernel.days import end_of_day
from app.kernel.sources import cites
from points.errors import (
    LimitReached,
    MerchantInvalid,
    MerchantNotAdmitted,
    OfferChanged,
    OfferClosed,
    OfferInvalid,
    SoldOut,
    VoucherLapsed,
)
from points.values import MerchantAct, MerchantState, OfferCategory, OfferState, OfferTerms

LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 4_000
MOST_POINTS: Final = 100_000_000
MOST_STOCK: Final = 10_000_000
LONGEST_USE: Final = 7
"""Days a reservation may last (Q-23)."""


@cites("CQ-33.1")
def check_merchant(*, name: str, category: str, area_known: bool, address: str) -> None:
    """Allow a merchant's particulars.

    Raises:
        MerchantInvalid: some are missing or too long; all are named.

    Source: CQ-33.1.
    """
    breaches: dict[str, str] = {}
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        breaches["name"] = f"1-{LONGEST_NAME}"
    if category not in set(OfferCategory):
        breaches["category"] = "unknown"
    if not area_known:
        breaches["area_code"] = "unknown"
    if not 1 <= len(address.strip()) <= 200:
        breaches["address"] = "1-200"
    if breaches:
        raise MerchantInvalid(breaches=breaches)


@cites("CQ-33.1")
def check_rejoin(left_from: MerchantState | None) -> MerchantAct:
    """Return how a merchant comes back: at once if it left while admitted, else by a new application.

    Source: CQ-33.1.
    """
    return MerchantAct.REJOIN if left_from is MerchantState.ADMITTED else MerchantAct.APPLY_AGAIN


@cites("CQ-34.5", "CQ-34.7", "Q-23", "Q-39")
def check_offer(terms: OfferTerms, *, taken: int, area_known: bool) -> None:
    """Allow an offer: a price in points alone, a stock not below what is taken, seven days of use at most.

    Raises:
        OfferInvalid: something is out of bounds; everything is named.

    Source: CQ-34.5, CQ-34.7, Q-23, Q-39.
    """
    breaches: dict[str, str] = {}
    if not 1 <= len(terms.title.strip()) <= LONGEST_NAME:
        breaches["title"] = f"1-{LONGEST_NAME}"
    for field in ("description", "terms"):
        if len(getattr(terms, field)) > LONGEST_TEXT:
            breaches[field] = f"0-{LONGEST_TEXT}"
    if terms.category not in set(OfferCategory):
        breaches["category"] = "unknown"
    for field, least, most in (
        ("price", 1, MOST_POINTS),
        ("stock", max(taken, 0), MOST_STOCK),
        ("per_person", 1, MOST_STOCK),
        ("use_days", 1, LONGEST_USE),
    ):
        if not least <= getattr(terms, field) <= most:
            breaches[field] = f"{least}-{most}"
    if terms.valid_until < terms.valid_from:
        breaches["valid_until"] = "before valid_from"
    if terms.area_code is not None and not area_known:
        breaches["area_code"] = "unknown"
    if breaches:
        raise OfferInvalid(breaches=breaches)


@cites("CQ-34.5", "CQ-33.1")
def check_on_sale(
    *,
    state: OfferState,
    merchant_state: MerchantState,
    valid_from: date,
    valid_until: date,
    today: date,
) -> None:
    """Allow redeeming an offer on the shelf of an admitted merchant, from its first to its last day.

    Raises:
        OfferClosed: not on the shelf, or not on this day.
        MerchantNotAdmitted: the merchant left or is suspended.

    Source: CQ-34.5, CQ-33.1.
    """
    if merchant_state is not MerchantState.ADMITTED:
        raise MerchantNotAdmitted(state=merchant_state.value)
    if state is not OfferState.ON_SHELF or not valid_from <= today <= valid_until:
        raise OfferClosed(
            state=state.value, valid_from=valid_from.isoformat(), valid_until=valid_until.isoformat()
        )


@cites("CQ-34.10")
def check_price(*, confirmed: int | None, price: int) -> None:
    """Allow spending what the holder confirmed, and nothing else.

    Raises:
        OfferChanged: the price is another by now.

    Source: CQ-34.10.
    """
    if confirmed is not None and confirmed != price:
        raise OfferChanged(price=price, confirmed=confirmed)


@cites("CQ-34.5")
def check_stock(*, stock: int, taken: int) -> None:
    """Allow taking one item while there is one.

    Raises:
        SoldOut: all are taken.

    Source: CQ-34.5.
    """
    if taken >= stock:
        raise SoldOut(stock=stock)


@cites("CQ-34.5")
def check_limit(*, per_person: int, had: int) -> None:
    """Allow one person up to and including `per_person` of an offer, those given back not counted.

    Raises:
        LimitReached: they had as many.

    Source: CQ-34.5.
    """
    if had >= per_person:
        raise LimitReached(per_person=per_person, had=had)


@cites("Q-23", "CQ-34.9")
def reserved_until(*, at: datetime, use_days: int, last_day: date) -> datetime:
    """Return the instant at which a reservation lapses, itself excluded.

    Args:
        use_days: of the offer, 1 to 7.
        last_day: to which the chosen lots allow; their five years are never passed.

    Source: Q-23, CQ-34.9.
    """
    return min(at + timedelta(days=use_days), end_of_day(last_day))


@cites("Q-23")
def check_in_time(*, at: datetime, until: datetime) -> None:
    """Allow settling a reservation before it lapses; the sweep need not have run.

    Raises:
        VoucherLapsed: it has lapsed.

    Source: Q-23.
    """
    if at >= until:
        raise VoucherLapsed(reserved_until=until.isoformat())
