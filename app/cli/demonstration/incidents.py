"""What does not go smoothly in the demonstration world: corrections, closings, departures, a spoilt file."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.demonstration.founding import Staff
from app.cli.demonstration.living import citizen
from app.cli.demonstration.residents import Resident
from app.cli.demonstration.shops import MERCHANTS
from app.cli.demonstration.world import DemoScenario
from app.identity.commands import create_api_key
from app.journeys import authorisations, enrolment, intake
from app.kernel import documents
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from points import commands as points
from points.models import Merchant, Offer, PointEntry
from points.queries import account_of, closing
from scenarios import commands as scenarios
from scenarios.models import Behaviour, Scenario

Act = Callable[[Session, Actor], object]


def act(staff: Staff, login: str, at: datetime, done: Act) -> None:
    """Let a staff user do one thing."""
    with transaction() as session:
        done(session, staff.actor(session, login, at))


def suspend_scenario(staff: Staff, scenario: DemoScenario, at: datetime) -> None:
    """Suspend a scenario whose meters were read wrongly."""
    with transaction() as session:
        listed = session.scalars(select(Scenario).where(Scenario.code == scenario.code)).one()
        scenarios.suspend(
            session,
            actor=staff.actor(session, "operator", at),
            scenario_id=listed.id,
            reason="远传水表批次校准异常，核查期间暂停接收数据。",
            at=at,
        )


def leave_the_mall(staff: Staff, at: datetime) -> None:
    """Suspend one merchant, let another leave, take one benefit off and block another."""
    for merchant in MERCHANTS:
        if merchant.stops_at == "suspended":
            act(
                staff,
                "operator",
                at,
                lambda s, a, name=merchant.name: points.suspend_merchant(  # type: ignore[misc]
                    s, actor=a, merchant_id=_merchant(s, name), reason="多次无故拒绝核销，整改中。", at=at
                ),
            )
        elif merchant.stops_at == "left":
            act(
                staff,
                merchant.login,
                at,
                lambda s, a: points.leave_as_merchant(s, actor=a, reason="门店搬迁，暂不参加。", at=at),
            )
        elif merchant.stops_at == "rejected":
            act(
                staff,
                "operator",
                at,
                lambda s, a, name=merchant.name: points.reject_merchant(  # type: ignore[misc]
                    s, actor=a, merchant_id=_merchant(s, name), reason="经营场所证明已过期，请更新。", at=at
                ),
            )
    act(
        staff,
        "shop.repair",
        at,
        lambda s, a: points.unshelve_offer(s, actor=a, offer_id=_offer(s, "雨伞修补"), at=at),
    )
    act(
        staff,
        "operator",
        at,
        lambda s, a: points.block_offer(
            s, actor=a, offer_id=_offer(s, "玩具交换一次"), reason="提供单位退出，停止兑换。", at=at
        ),
    )


def withdraw_and_close(people: tuple[Resident, ...], at: datetime) -> None:
    """Let a citizen withdraw an authorisation, and another close the account."""
    leaver, closer = people[5], people[9]
    with transaction() as session:
        actor = citizen(session, leaver, at)
        given = authorisations.authorisations(session, actor=actor)
        authorisations.withdraw(session, actor=actor, authorisation_id=given[0][0].id, at=at)
    with transaction() as session:
        actor = citizen(session, closer, at)
        account = account_of(session, actor.person_id)
        told = closing(session, account.id, day_in_china(at))
        enrolment.close_account(session, actor=actor, warned_of=told.lapses, withdraw_open=True, at=at)


def correct(staff: Staff, resident: Resident, scenario: DemoScenario, at: datetime, *, far: str) -> int:
    """Propose to take back one behaviour's points, and go on as far as `far` says.

    Args:
        far: `proposed`, `confirmed` (the holder has time to object) or `objected`.
    """
    with transaction() as session:
        account = account_of(session, citizen(session, resident, at).person_id)
        entry, behaviour = session.execute(
            select(PointEntry, Behaviour)
            .join(Behaviour, Behaviour.id == PointEntry.behaviour_id)
            .join(Scenario, Scenario.id == Behaviour.scenario_id)
            .where(
                PointEntry.account_id == account.id,
                PointEntry.kind == "issue",
                PointEntry.day <= day_in_china(at),
                Behaviour.account_id == account.id,
                Scenario.code == scenario.code,
            )
            .order_by(PointEntry.id.desc())
            .limit(1)
        ).one()
        proposer = staff.actor(session, "operator", at)
        evidence = documents.record_document(
            session,
            documents.receive(
                ["场景方更正说明：车锁时钟快 40 分钟，该次行程重复上报。\n".encode()], limit=1 << 16
            ),
            media_type="text/plain",
            filename="场景方更正说明.txt",
            created_by=proposer.ref,
            at=at,
        )
        made = points.propose_correction(
            session,
            actor=proposer,
            account_id=account.id,
            behaviour_id=behaviour.id,
            behaviour_day=behaviour.day,
            amount=entry.amount,
            rule_clause="每 100 克二氧化碳当量减排量折算 1 碳积分",
            reason="场景方更正：该次行程因车锁时钟故障重复上报，不是一次新的减排。",
            evidence_id=evidence.id,
            at=at,
        )
        number = made.id
    if far in {"confirmed", "objected"}:
        later = at + timedelta(hours=3)
        with transaction() as session:
            reviewer = staff.actor(session, "reviewer", later)
            points.confirm_correction(session, actor=reviewer, correction_id=number, at=later)
    if far == "objected":
        later = at + timedelta(hours=9)
        with transaction() as session:
            points.object_to_correction(
                session,
                actor=citizen(session, resident, later),
                correction_id=number,
                objection="那天确实骑了两次，手机上有两条行程记录，请核对。",
                at=later,
            )
    return number


def send_spoilt_file(staff: Staff, scenario: DemoScenario, at: datetime) -> None:
    """Send a file in another encoding than its profile says; it is refused whole."""
    text = "记录号,用户号,发生时间,数量\nX-1,U1,2026-01-01 08:00:00,1\n"
    with transaction() as session:
        upload = intake.submit_file(
            session,
            actor=staff.actor(session, scenario.login, at),
            scenario_code=scenario.code,
            received=documents.receive([text.encode("gbk")], limit=1 << 16),
            filename=f"{scenario.code}-补传.csv",
            media_type="text/csv",
            profile="daily",
            at=at,
        )
        upload_id = upload.id
    intake.process(upload_id, now=lambda: at)


def propose_links(staff: Staff, scenario: DemoScenario, people: tuple[Resident, ...], at: datetime) -> None:
    """Let a host propose links to citizens, who have yet to confirm; make a key for its machine."""
    pairs = [(resident.host_user(scenario), resident.phone) for resident in people]
    with transaction() as session:
        host = staff.actor(session, scenario.login, at)
        authorisations.propose_links(session, actor=host, scenario_code=scenario.code, links=pairs, at=at)

        create_api_key(
            session,
            actor=host,
            name="实时上传（演示）",
            scopes={Permission.UPLOAD_BEHAVIOURS, Permission.READ_OWN_UPLOADS},
            at=at,
        )


def _merchant(session: Session, name: str) -> int:
    return session.scalars(select(Merchant.id).where(Merchant.name == name)).one()


def _offer(session: Session, title: str) -> int:
    return session.scalars(select(Offer.id).where(Offer.title == title)).one()
