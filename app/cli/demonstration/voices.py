"""What people of the demonstration world say and wish: consents, claims, a report, a host's rehearsal."""

from datetime import datetime, timedelta
from typing import Final

from app.cli.demonstration.founding import Staff
from app.cli.demonstration.living import citizen
from app.cli.demonstration.residents import Resident
from app.cli.demonstration.world import DemoScenario
from app.identity import commands as identity
from app.identity.values import CONSENT_VERSIONS, Purposes
from app.journeys import claims, ranking
from app.kernel.days import day_in_china
from app.kernel.session import transaction
from app.oversight import commands as oversight
from app.oversight.values import About, Told

RANKED_OF_TEN: Final = 7


def be_ranked(people: tuple[Resident, ...], at: datetime) -> None:
    """Let most citizens consent to the ranking of their district, and make it."""
    for resident in people:
        if resident.place % 10 < RANKED_OF_TEN:
            with transaction() as session:
                identity.give_consent(
                    session,
                    actor=citizen(session, resident, at),
                    purpose=Purposes.RANKING,
                    text_version=CONSENT_VERSIONS[Purposes.RANKING],
                    at=at,
                )
    with transaction() as session:
        ranking.make_anew(session, at=at)


def claim(staff: Staff, riders: tuple[Resident, ...], scenario: DemoScenario, at: datetime) -> None:
    """Let some citizens claim missing rides: one waits, one is with the host, one refused, one appealed."""
    filed: list[int] = []
    for place, resident in enumerate(riders[:4]):
        with transaction() as session:
            made = claims.file(
                session,
                actor=citizen(session, resident, at),
                scenario_code=scenario.code,
                day=day_in_china(at) - timedelta(days=2 + place),
                said="那天早上骑行了一次，车锁已关，明细里没有。",
                reference=f"SC{20_260_000 + place}",
                at=at,
            )
            filed.append(made.id)
    later = at + timedelta(hours=5)
    with transaction() as session:
        operator = staff.actor(session, "operator", later)
        claims.forward(session, actor=operator, claim_id=filed[1], note="请核对该车当日订单。", at=later)
        for number in filed[2:]:
            claims.refuse(
                session,
                actor=operator,
                claim_id=number,
                reason="场景方核对：该时段没有关锁记录，行程未完成。",
                at=later,
            )
    with transaction() as session:
        claims.appeal(
            session,
            actor=citizen(session, riders[3], later),
            claim_id=filed[3],
            reason="我有当时的支付记录，可以提供。",
            at=later,
        )


def report_wrongdoing(at: datetime) -> None:
    """Let somebody report, without a name, what they saw at a shop."""
    told = Told(
        about=About.MERCHANT,
        whom="某早餐店",
        content="店员要求顾客用碳积分券另付现金“手续费”，收据上没有写明。",
        contact="",
    )
    with transaction() as session:
        oversight.file_report(session, told=told, attached=(), key=f"demonstration-{at:%Y%m%d}", at=at)
