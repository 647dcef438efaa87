"""The open lists (公开目录) that machines read page by page: scenarios, merchants, offers, methods."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.identity.models import District, Organisation
from app.kernel.sources import cites
from points.models import Merchant, Offer
from scenarios.errors import ScenarioNotFound
from scenarios.methods import LifeField, seeded
from scenarios.models import Method, PublishedMethod, Scenario, ScenarioMethod

OPEN_STATES = ("listed", "suspended", "delisted")
"""States in which a scenario has been made known."""


@dataclass(frozen=True, kw_only=True)
class OpenScenario:
    """A scenario as anyone may know it."""

    scenario: Scenario
    host: str
    methods: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OpenOffer:
    """An offer on the shelf with its merchant."""

    offer: Offer
    merchant: Merchant


@dataclass(frozen=True, kw_only=True)
class OpenMethod:
    """An accounting method with every version ever published, the latest first."""

    code: str
    zh: str
    en: str
    life_field: LifeField | None
    versions: tuple[PublishedMethod, ...]


@cites("CQ-36.4")
def scenarios(
    session: Session, *, after: int | None, limit: int, life_field: str | None = None, area: str | None = None
) -> list[OpenScenario]:
    """Return listed scenarios with ids above `after`.

    Source: CQ-36.4.
    """
    wanted = _scenarios().where(Scenario.state == "listed").order_by(Scenario.id).limit(limit)
    if after is not None:
        wanted = wanted.where(Scenario.id > after)
    if life_field is not None:
        wanted = wanted.where(Scenario.life_field == life_field)
    if area is not None:
        wanted = wanted.where(Scenario.area_code == area)
    rows = session.execute(wanted).all()
    methods = methods_of(session, [scenario.id for scenario, _ in rows])
    return [
        OpenScenario(scenario=scenario, host=host, methods=methods.get(scenario.id, ()))
        for scenario, host in rows
    ]


@cites("CQ-36.4")
def scenario(session: Session, *, code: str) -> OpenScenario:
    """Return one scenario that is or was listed.

    Raises:
        ScenarioNotFound: there is none, or it has never been made known.

    Source: CQ-36.4.
    """
    found = session.execute(
        _scenarios().where(Scenario.code == code, Scenario.state.in_(OPEN_STATES))
    ).first()
    if found is None:
        raise ScenarioNotFound(code=code)
    row, host = found
    return OpenScenario(scenario=row, host=host, methods=methods_of(session, [row.id]).get(row.id, ()))


@cites("CQ-36.4")
def merchants(session: Session, *, after: int | None, limit: int) -> list[Merchant]:
    """Return admitted merchants with ids above `after`.

    Source: CQ-36.4.
    """
    wanted = select(Merchant).where(Merchant.state == "admitted").order_by(Merchant.id).limit(limit)
    return list(session.scalars(wanted if after is None else wanted.where(Merchant.id > after)))


def offers(
    session: Session,
    *,
    today: date,
    after: int | None,
    limit: int,
    merchant_id: int | None = None,
    category: str | None = None,
) -> list[OpenOffer]:
    """Return offers on the shelf that can be redeemed today, with ids above `after`."""
    wanted = (
        select(Offer, Merchant)
        .join(Merchant, Merchant.id == Offer.merchant_id)
        .where(
            Offer.state == "on_shelf",
            Merchant.state == "admitted",
            Offer.valid_from <= today,
            Offer.valid_until >= today,
        )
        .order_by(Offer.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(Offer.id > after)
    if merchant_id is not None:
        wanted = wanted.where(Offer.merchant_id == merchant_id)
    if category is not None:
        wanted = wanted.where(Offer.category == category)
    return [OpenOffer(offer=offer, merchant=merchant) for offer, merchant in session.execute(wanted)]


@cites("CQ-31.3", "CQ-36.4")
def methods(session: Session) -> list[OpenMethod]:
    """Return every accounting method with its versions.

    Source: CQ-31.3, CQ-36.4.
    """
    versions: dict[str, list[PublishedMethod]] = {}
    for code, version in session.execute(
        select(Method.code, PublishedMethod)
        .join(PublishedMethod, PublishedMethod.method_id == Method.id)
        .order_by(Method.code, PublishedMethod.valid_from.desc())
    ):
        versions.setdefault(code, []).append(version)
    known = seeded()
    return [
        OpenMethod(
            code=code,
            zh=known[code].zh if code in known else code,
            en=known[code].en if code in known else code,
            life_field=known[code].life_field if code in known else None,
            versions=tuple(found),
        )
        for code, found in versions.items()
    ]


def districts(session: Session) -> list[District]:
    """Return the districts and counties of Chongqing in their official order."""
    return list(session.scalars(select(District).order_by(District.position, District.code)))


def _scenarios() -> Select[Scenario, str]:
    return (
        select(Scenario, Organisation.name)
        .join(Organisation, Organisation.id == Scenario.host_id)
        .where(Scenario.sandbox.is_(False))
    )


def methods_of(session: Session, scenario_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """Return the codes of the methods of each of these scenarios."""
    found: dict[int, tuple[str, ...]] = {}
    for scenario_id, code in session.execute(
        select(ScenarioMethod.scenario_id, Method.code)
        .join(Method, Method.id == ScenarioMethod.method_id)
        .where(ScenarioMethod.scenario_id.in_(scenario_ids))
        .order_by(Method.code)
    ):
        found[scenario_id] = (*found.get(scenario_id, ()), code)
    return found
