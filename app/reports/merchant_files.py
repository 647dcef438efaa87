"""Merchants in any state for the operator (商户档案): lists, and the file behind one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.identity.models import District, Organisation
from app.reports.actor_names import ActorName, actor_names
from app.reports.sorting import UNSORTED, Order
from points import queries
from points.models import Merchant, MerchantStep, Offer
from points.values import MerchantState

SHOWN: Final = 50
COLUMNS: Final = {
    "merchant": Merchant.name,
    "category": Merchant.category,
    "area": District.position,
    "applied": Merchant.applied_at,
    "state": Merchant.state,
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for."""

    words: str = ""
    state: str | None = None
    before: int | None = None
    order: Order = UNSORTED

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """Read the wishes from the parts of an address; what cannot be read is no wish."""
        state, before = given.get("state"), given.get("before", "")
        return cls(
            words=given.get("q", "").replace("\0", "").strip()[:60],
            state=state if state in set(MerchantState) else None,
            before=int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None,
            order=Order.of(given, COLUMNS),
        )


@dataclass(frozen=True, kw_only=True)
class Line:
    """A merchant with its district and how many offers it has on the shelf."""

    merchant: Merchant
    area: District
    offers: int


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One page; `before` is where the next begins."""

    lines: tuple[Line, ...]
    before: int | None
    start: int | None = None


@dataclass(frozen=True, kw_only=True)
class MerchantFile:
    """Everything a decision on a merchant rests on."""

    merchant: Merchant
    organisation: Organisation
    area: District
    steps: tuple[MerchantStep, ...]
    offers: tuple[Offer, ...]
    names: Mapping[str, ActorName]


def every(session: Session, asked: Asked, *, limit: int = SHOWN) -> Lines:
    """Return merchants in any state, the newest first."""
    wanted = _lines()
    if asked.words:
        texts = (Merchant.name, Merchant.name_en, Merchant.address)
        wanted = wanted.where(or_(*(each.icontains(asked.words, autoescape=True) for each in texts)))
    if asked.state is not None:
        wanted = wanted.where(Merchant.state == asked.state)
    if asked.before is not None:
        wanted = wanted.where(Merchant.id < asked.before)
    wanted = asked.order.applied(wanted, COLUMNS, Merchant.id)
    rows = session.execute(wanted.limit(limit + 1)).all()
    shown = tuple(Line(merchant=row[0], area=row[1], offers=int(row[2])) for row in rows[:limit])
    more = len(rows) > limit
    if asked.order.column is not None:
        return Lines(lines=shown, before=None, start=asked.order.start + limit if more else None)
    return Lines(lines=shown, before=shown[-1].merchant.id if more else None)


def merchant_file(session: Session, merchant_id: int) -> MerchantFile:
    """Return the file of a merchant.

    Raises:
        MerchantNotFound: there is none with this id.
    """
    found = queries.merchant(session, merchant_id)
    steps = tuple(queries.merchant_history(session, found.id))
    return MerchantFile(
        merchant=found,
        organisation=session.get_one(Organisation, found.organisation_id),
        area=session.get_one(District, found.area_code),
        steps=steps,
        offers=tuple(queries.offers_of(session, found.id)),
        names=actor_names(session, [step.actor for step in steps]),
    )


def _lines() -> Any:
    on_shelf = (
        select(func.count())
        .where(Offer.merchant_id == Merchant.id, Offer.state == "on_shelf")
        .correlate(Merchant)
        .scalar_subquery()
    )
    return (
        select(Merchant, District, on_shelf)
        .join(District, District.code == Merchant.area_code)
        .order_by(Merchant.id.desc())
    )
