"""Living in the demonstration world: accounts, authorisations, files, benefits, in the order of days."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.demonstration.founding import Staff, member, organisation
from app.cli.demonstration.residents import Resident, acts, acts_of_today
from app.cli.demonstration.shops import DemoMerchant, DemoOffer
from app.cli.demonstration.world import SEED, DemoScenario
from app.identity import commands as identity
from app.identity.queries import actor_of_person, person_by_phone
from app.identity.values import CONSENT_VERSIONS, PRIVACY_VERSION, DocumentType, Identity, Purposes
from app.journeys import authorisations, enrolment, intake
from app.kernel import documents
from app.kernel.actor import SYSTEM, Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Role
from app.kernel.session import transaction
from points import commands as points
from points.commands import NOTICE_DAYS, Particulars
from points.errors import InsufficientPoints, LimitReached, SoldOut
from points.models import Offer, Redemption
from points.values import OfferCategory, OfferTerms
from scenarios.methods import by_code
from scenarios.models import Scenario


def open_account(resident: Resident, at: datetime) -> None:
    """Register a citizen and open the account on their own application."""
    with transaction() as session:
        identity.register_person(session, phone=resident.phone, privacy_version=PRIVACY_VERSION, at=at)
    with transaction() as session:
        actor = citizen(session, resident, at)
        identity.give_consent(
            session,
            actor=actor,
            purpose=Purposes.IDENTITY,
            text_version=CONSENT_VERSIONS[Purposes.IDENTITY],
            at=at,
        )
        identity.complete_identity(
            session,
            actor=actor,
            identity=Identity(resident.name, DocumentType.RESIDENT_ID, resident.document, resident.born_on),
            at=at,
        )
        identity.change_own_details(session, actor=actor, nickname=resident.nickname, area_code=resident.area)
        enrolment.open_account(session, actor=actor, at=at)


def authorise(resident: Resident, scenarios: Iterable[DemoScenario], at: datetime) -> None:
    """Authorise those of the scenarios that the citizen uses."""
    with transaction() as session:
        actor = citizen(session, resident, at)
        for scenario in scenarios:
            if scenario not in resident.scenarios:
                continue
            listed = session.scalars(select(Scenario).where(Scenario.code == scenario.code)).one()
            authorisations.authorise(
                session,
                actor=actor,
                scenario_code=scenario.code,
                host_user=resident.host_user(scenario),
                data_kinds=listed.data_kinds,
                text_version=listed.authorisation_version,
                at=at,
            )


def send_file(
    staff: Staff,
    scenario: DemoScenario,
    people: tuple[Resident, ...],
    first: date,
    last: date,
    at: datetime,
) -> None:
    """Send what a host's users did in these days as one file, and work on it like a worker."""
    whole = by_code(scenario.method).unit.value
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["记录号", "用户号", "发生时间", "数量", "单位"])
    for act in acts(scenario, people, first, last):
        writer.writerow([act.record, act.user, f"{act.at:%Y-%m-%d %H:%M:%S}", act.quantity, whole])
    received = documents.receive([text.getvalue().encode()], limit=intake.LARGEST_FILE)
    with transaction() as session:
        upload = intake.submit_file(
            session,
            actor=staff.actor(session, scenario.login, at),
            scenario_code=scenario.code,
            received=received,
            filename=f"{scenario.code}-{first:%Y%m%d}-{last:%Y%m%d}.csv",
            media_type="text/csv",
            profile="daily",
            at=at,
        )
        upload_id = upload.id
    intake.process(upload_id, now=lambda: at)


def send_today(staff: Staff, scenario: DemoScenario, people: tuple[Resident, ...], at: datetime) -> None:
    """Send what happened today up to now row by row, as a host connected to the API does."""
    rows = [
        {
            "记录号": act.record,
            "用户号": act.user,
            "发生时间": f"{act.at:%Y-%m-%d %H:%M:%S}",
            "数量": act.quantity,
        }
        for act in acts_of_today(scenario, people, at)
    ]
    if not rows:
        return
    with transaction() as session:
        intake.accept_rows(
            session,
            actor=staff.actor(session, scenario.login, at),
            scenario_code=scenario.code,
            rows=rows[: intake.MOST_ROWS],
            profile="daily",
            at=at,
        )


def found_merchant(staff: Staff, merchant: DemoMerchant, at: datetime) -> None:
    """Make a merchant, admit it, and put its offers on the shelf."""
    with transaction() as session:
        made = organisation(session, merchant.organisation, merchant.number, at, area=merchant.area)
        member(session, staff, merchant.login, merchant.contact, made, Role.MERCHANT_MANAGER, at)
        applied = points.apply_as_merchant(
            session,
            actor=staff.actor(session, merchant.login, at),
            particulars=Particulars(
                name=merchant.name,
                name_en=merchant.name_en,
                category=OfferCategory(merchant.category),
                area_code=merchant.area,
                address=merchant.address,
            ),
            at=at,
        )
        if merchant.stops_at in {"admitted", "suspended", "left"}:
            operator = staff.actor(session, "operator", at)
            points.admit_merchant(session, actor=operator, merchant_id=applied.id, at=at)
    for offer in merchant.offers:
        with transaction() as session:
            manager = staff.actor(session, merchant.login, at)
            shelved = points.create_offer(session, actor=manager, terms=_terms(merchant, offer, at), at=at)
            points.shelve_offer(session, actor=manager, offer_id=shelved.id, at=at)


def redeem_and_settle(
    staff: Staff, people: Iterable[Resident], day: datetime, *, open_ones: bool, often: bool
) -> None:
    """Let some citizens redeem something on a day, and the merchants accept or refuse it.

    Args:
        open_ones: leave some of what is redeemed waiting for the merchant.
        often: more of them redeem.
    """
    for resident in people:
        lot = Random(f"{SEED}redeem{day}{resident.place}")
        if resident.place and lot.random() > (0.4 if often else 0.2):
            continue
        redemption_id = _redeem(resident, lot, day)
        if redemption_id is None or (lot.random() < 0.4 if open_ones else lot.random() < 0.05):
            continue  # waits for the merchant, or lapses in the end
        if open_ones and resident.place == 0:
            continue
        with transaction() as session:
            redemption = session.get_one(Redemption, redemption_id)
            login = _login_of(session, staff, redemption.merchant_id)
            clerk = staff.actor(session, login, day + timedelta(hours=2))
            settled = {"voucher": redemption.code, "key": f"demo-{redemption.id}"}
            if lot.random() < 0.06:
                points.refuse_voucher(
                    session, actor=clerk, reason="当日已售罄", at=day + timedelta(hours=2), **settled
                )
            else:
                points.accept_voucher(session, actor=clerk, at=day + timedelta(hours=2), **settled)


def sweep(at: datetime) -> None:
    """Write what expired and what lapsed, and tell holders what ends soon, as the nightly jobs do."""
    for act in (points.expire_due, points.lapse_due):
        while True:
            with transaction() as session:
                swept = act(session, actor=SYSTEM, at=at)
            if not (swept if isinstance(swept, int) else swept.lots):
                break
    for days in NOTICE_DAYS:
        after: int | None = 0
        while after is not None:
            with transaction() as session:
                after = points.give_expiry_notices(session, days=days, at=at, after=after)


def _redeem(resident: Resident, lot: Random, at: datetime) -> int | None:
    with transaction() as session:
        offers = list(session.scalars(select(Offer).where(Offer.state == "on_shelf").order_by(Offer.id)))
        offer = lot.choice(offers)
        try:
            made = points.redeem(
                session,
                actor=citizen(session, resident, at),
                offer_id=offer.id,
                key=f"demo-{at:%Y%m%d%H}-{resident.place}",
                at=at,
            )
        except (InsufficientPoints, LimitReached, SoldOut):
            return None
        return made.id


def _terms(merchant: DemoMerchant, offer: DemoOffer, at: datetime) -> OfferTerms:
    today = day_in_china(at)
    return OfferTerms(
        title=offer.title,
        title_en=offer.title_en,
        description=offer.description,
        terms="凭兑换码到店使用一次；不兑现、不找零、不转让。过期未用，积分退回原批次。",
        category=OfferCategory(merchant.category),
        price=offer.price,
        stock=offer.stock,
        per_person=offer.per_person,
        valid_from=today,
        valid_until=today + timedelta(days=540),
        use_days=offer.use_days,
        area_code=merchant.area,
        picture_name=offer.picture,
    )


def citizen(session: Session, resident: Resident, at: datetime) -> Actor:
    person = person_by_phone(session, resident.phone)
    actor = actor_of_person(session, person.id, at=at) if person else None
    if actor is None:
        raise LookupError(resident.phone)
    return actor


def _login_of(session: Session, staff: Staff, merchant_id: int) -> str:
    from points.models import Merchant

    organisation_id = session.get_one(Merchant, merchant_id).organisation_id
    return next(login for login, (_, work) in staff.ids.items() if work == organisation_id)
