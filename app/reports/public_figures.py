"""What anyone may know: scenarios, benefit providers, users, rules, redemptions in sum (公开)."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from points.models import AccountBalance, CarbonAccount, ConversionRule, Merchant, Offer, Redemption
from scenarios.models import Scenario

FEWEST_PEOPLE = 10
"""No published figure describes fewer people than this (T-62)."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Live sums; `accounts` and the sums are None while they describe fewer than ten people."""

    scenarios: int
    merchants: int
    offers: int
    accounts: int | None
    reduction_g: int | None
    points_issued: int | None
    points_redeemed: int | None
    points_expired: int | None
    redemptions: int | None


@cites("CQ-36.4", "CQ-36.5", "T-62")
def figures(session: Session) -> Figures:
    """Return the live figures of the public home.

    Source: CQ-36.4, CQ-36.5, T-62.
    """
    accounts = _count(session, CarbonAccount, CarbonAccount.state != "applied")
    redeemers = session.scalar(
        select(func.count(func.distinct(Redemption.account_id))).where(Redemption.state == "fulfilled")
    )
    sums = session.execute(
        select(
            func.coalesce(func.sum(AccountBalance.reduction_g), 0),
            func.coalesce(func.sum(AccountBalance.issued), 0),
            func.coalesce(func.sum(AccountBalance.cancelled), 0),
            func.coalesce(func.sum(AccountBalance.expired), 0),
            func.count().filter(AccountBalance.issued > 0),
            func.count().filter(AccountBalance.expired > 0),
        )
    ).one()
    grams, issued, cancelled, expired, earners, expirers = (int(value) for value in sums)
    fulfilled = _count(session, Redemption, Redemption.state == "fulfilled")
    return Figures(
        scenarios=_count(session, Scenario, Scenario.state == "listed", Scenario.sandbox.is_(False)),
        merchants=_count(session, Merchant, Merchant.state == "admitted"),
        offers=_count(session, Offer, Offer.state == "on_shelf"),
        accounts=_safe(accounts, accounts),
        reduction_g=_safe(grams, earners),
        points_issued=_safe(issued, earners),
        points_redeemed=_safe(cancelled, int(redeemers or 0)),
        points_expired=_safe(expired, expirers),
        redemptions=_safe(fulfilled, int(redeemers or 0)),
    )


def listed_scenarios(session: Session) -> list[Scenario]:
    """Return the scenarios that citizens can authorise, by name."""
    return list(
        session.scalars(
            select(Scenario)
            .where(Scenario.state == "listed", Scenario.sandbox.is_(False))
            .order_by(Scenario.life_field, Scenario.id)
        )
    )


def admitted_merchants(session: Session) -> list[Merchant]:
    """Return the benefit providers of the mall."""
    return list(session.scalars(select(Merchant).where(Merchant.state == "admitted").order_by(Merchant.id)))


def conversion_rules(session: Session) -> list[ConversionRule]:
    """Return every published conversion rule, the latest first."""
    return list(session.scalars(select(ConversionRule).order_by(ConversionRule.valid_from.desc())))


def _count(session: Session, table: type, *conditions: object) -> int:
    counted = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]
    return int(session.scalar(counted) or 0)


def _safe(figure: int, people: int) -> int | None:
    return figure if people >= FEWEST_PEOPLE else None
