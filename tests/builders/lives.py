"""A citizen's account in which every state of a page can be seen: vouchers, messages, a correction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import commands as identity
from app.journeys import authorisations, claims
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from points import commands, queries
from points.models import CarbonAccount, Correction, PointEntry, Redemption
from points.values import Kind
from scenarios.models import Claim
from tests.builders import city, people, scenarios
from tests.builders import points as mall


@dataclass(frozen=True)
class Life:
    """A citizen with three weeks behind them."""

    made: city.City
    citizen: Actor
    account: CarbonAccount
    open: Redemption
    used: Redemption
    refused: Redemption
    given_up: Redemption
    correction: Correction
    claim: Claim


def life(session: Session, made: city.City, *, at: datetime) -> Life:
    """Let a citizen live three weeks, redeem four benefits, be told of a correction and of a link."""
    citizen = city.resident(session, at=at - city.BEFORE)
    city.three_weeks(session, made, citizen, at=at)
    account = queries.account_of(session, citizen.person_id)
    vouchers = {
        name: commands.redeem(
            session, actor=citizen, offer_id=made.offers[name].id, key=f"life-{name}", at=at
        )
        for name in ("bus", "coffee", "market", "metro")
    }
    clerk = made.merchants["coffee"][0]
    commands.accept_voucher(session, actor=clerk, voucher=vouchers["coffee"].code, key="a", at=at)
    commands.refuse_voucher(
        session, actor=clerk, voucher=vouchers["market"].code, reason="今天菜场休市", key="r", at=at
    )
    commands.withdraw_redemption(session, actor=citizen, redemption_id=vouchers["metro"].id, at=at)
    propose(session, made, "SC-88001234", at=at)
    claim = claims.file(
        session,
        actor=citizen,
        scenario_code="metro",
        day=day_in_china(at) - timedelta(days=6),
        said="晚上七点从观音桥回四公里，没有记上。",
        reference="CQ20261114",
        at=at,
    )
    child = people.citizen(session, at=at, name="陈小小", born_on=date(2016, 6, 1))
    identity.name_guardian(session, actor=child, phone=city.PHONE, at=at)
    return Life(
        made=made,
        citizen=citizen,
        account=account,
        open=vouchers["bus"],
        used=vouchers["coffee"],
        refused=vouchers["market"],
        given_up=vouchers["metro"],
        claim=claim,
        correction=correction(session, account.id, at=at),
    )


def receipt_of(session: Session, account_id: int, kind: Kind) -> int:
    """Return the number of the first entry of a kind."""
    return session.scalars(
        select(PointEntry.acct_seq)
        .where(PointEntry.account_id == account_id, PointEntry.kind == kind.value)
        .order_by(PointEntry.acct_seq)
        .limit(1)
    ).one()


def propose(session: Session, made: city.City, host_user: str, *, at: datetime) -> None:
    """Let the host of walking propose that one of its users is the citizen."""
    authorisations.propose_links(
        session,
        actor=made.hosts["walking"],
        scenario_code="walking",
        links=[(host_user, city.PHONE)],
        at=at,
    )


def correction(session: Session, account_id: int, *, at: datetime) -> Correction:
    """Let the operator propose and confirm a correction of the latest behaviour."""
    entry = session.scalars(
        select(PointEntry)
        .where(PointEntry.account_id == account_id, PointEntry.kind == Kind.ISSUE.value)
        .order_by(PointEntry.acct_seq.desc())
        .limit(1)
    ).one()
    assert entry.behaviour_id is not None
    assert entry.behaviour_day is not None
    proposed = commands.propose_correction(
        session,
        actor=people.operator(session, at=at),
        account_id=account_id,
        behaviour_id=entry.behaviour_id,
        behaviour_day=entry.behaviour_day,
        amount=entry.amount,
        rule_clause=mall.CLAUSE,
        reason="车辆定位显示该次行程重复上报。",
        evidence_id=scenarios.evidence(session, at=at).document_id,
        at=at - timedelta(hours=1),
    )
    return commands.confirm_correction(
        session, actor=people.reviewer(session, at=at), correction_id=proposed.id, at=at
    )
