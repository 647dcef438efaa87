"""Founding the demonstration world: authorities, operator, rules, hosts and their scenarios."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.cli.demonstration.world import PASSWORD, TOTP_SECRET, DemoScenario, credit_code
from app.identity import commands as identity
from app.identity.queries import actor_of_staff
from app.identity.values import Authority, Measure, OrganisationKind
from app.kernel import documents
from app.kernel.actor import SYSTEM, Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Role
from app.kernel.session import transaction
from points import commands as points
from scenarios import commands as scenarios
from scenarios.values import Application, Evidence, Host, NormItem, Side

NORM: Final = (
    NormItem("authentic", "数据真实可查", "Data are authentic and can be checked", 30, True),
    NormItem("complete", "记录字段完整", "Records are complete", 20, True),
    NormItem("secure", "数据安全与授权管理", "Data security and authorisations", 25, True),
    NormItem("reach", "公众覆盖与便利", "Reach and ease for the public", 15, False),
    NormItem("service", "客户服务与申诉处理", "Service and appeals", 10, False),
)
SCORES: Final = {"authentic": 27, "complete": 18, "secure": 22, "reach": 12, "service": 8}
AUTHORISATION_TEXT: Final = (
    "我同意该场景把本人以下种类的行为数据提供给“碳惠通”平台，仅用于核算减排量和发放碳积分。"
    "我可以随时撤回；撤回后不再读取新数据，已发放的积分保留。"
)
ORDER: Final = ("applied", "under_assessment", "agreed", "listed")
STOPS: Final = {"suspended": "listed", "rejected": "under_assessment"}
LOW_SCORES: Final = {"authentic": 12, "complete": 8, "secure": 15, "reach": 9, "service": 5}


@dataclass
class Staff:
    """The sign-ins of the demonstration, by login: staff id and organisation id."""

    ids: dict[str, tuple[int, int]] = field(default_factory=dict)

    def actor(self, session: Session, login: str, at: datetime) -> Actor:
        """Return the staff user as the doors would, with what is current at `at`."""
        staff_id, organisation_id = self.ids[login]
        found = actor_of_staff(session, staff_id, organisation_id=organisation_id, at=at)
        if found is None:
            raise LookupError(login)
        return found


def found_authorities(staff: Staff, at: datetime) -> None:
    """Make the Bureau, a district's bureau and the operator, and appoint the operator."""
    with transaction() as session:
        bureau = organisation(
            session,
            "重庆市生态环境局（演示）",
            1,
            at,
            OrganisationKind.GOVERNMENT,
            authority=Authority.BUREAU,
        )
        member(session, staff, "bureau", "唐局（演示）", bureau, Role.BUREAU_OFFICER, at)
        district = organisation(
            session,
            "渝中区生态环境局（演示）",
            2,
            at,
            OrganisationKind.GOVERNMENT,
            authority=Authority.DISTRICT_BUREAU,
            area="500103",
        )
        member(session, staff, "district", "许科（演示）", district, Role.DISTRICT_OFFICER, at)
        operator = organisation(session, "碳惠通运营有限公司（演示）", 3, at)
        member(session, staff, "operator", "江晓（演示）", operator, Role.OPERATOR_OFFICER, at)
        member(session, staff, "personnel", "何平（演示）", operator, Role.STAFF_OFFICER, at)
        member(session, staff, "reviewer", "石磊（演示）", operator, Role.OPERATOR_REVIEWER, at)
        identity.appoint_operator(
            session,
            actor=staff.actor(session, "bureau", at),
            organisation_id=operator,
            selection_reference="渝碳惠选〔2024〕演示01号",
            starts_on=day_in_china(at),
            ends_on=day_in_china(at) + timedelta(days=3 * 365),
            at=at,
        )
        for measure, goal in (
            (Measure.ACCOUNTS, 280),
            (Measure.SCENARIOS, 12),
            (Measure.REDUCTION_G, 60_000_000),
            (Measure.POINTS_REDEEMED, 150_000_00),
        ):
            for year in (day_in_china(at).year, day_in_china(at).year + 1):
                identity.set_target(
                    session,
                    actor=staff.actor(session, "bureau", at),
                    year=year,
                    measure=measure,
                    goal=goal,
                    at=at,
                )


def publish_rules(staff: Staff, at: datetime) -> None:
    """Publish the evaluation norm, the accounting methods and the conversion rule."""
    with transaction() as session:
        operator = staff.actor(session, "operator", at)
        scenarios.publish_norm(
            session,
            actor=operator,
            version="2024-1",
            items=NORM,
            pass_score=70,
            valid_from=day_in_china(at),
            at=at,
        )
        scenarios.publish_methods(session, actor=operator, at=at)
        points.publish_rule(
            session,
            actor=operator,
            version="demo-1",
            grams_per_point=100,
            validity_months=9,
            valid_from=day_in_china(at) + timedelta(days=1),
            text_zh="每 100 克二氧化碳当量减排量折算 1 碳积分，各场景相同；积分自发放之日起 9 个月内有效。",
            text_en="100 grams of CO2e make 1 carbon point in every scenario; points last 9 months.",
            at=at,
        )


def publish_second_rule(staff: Staff, at: datetime) -> None:
    """Publish the rule that holds now: the same scale, a longer life of points."""
    with transaction() as session:
        points.publish_rule(
            session,
            actor=staff.actor(session, "operator", at),
            version="demo-2",
            grams_per_point=100,
            validity_months=24,
            valid_from=day_in_china(at) + timedelta(days=7),
            text_zh="每 100 克二氧化碳当量减排量折算 1 碳积分，各场景相同；积分自发放之日起 24 个月内有效。",
            text_en="100 grams of CO2e make 1 carbon point in every scenario; points last 24 months.",
            at=at,
        )


def found_scenario(staff: Staff, scenario: DemoScenario, at: datetime) -> None:
    """Make a host, let it apply, and take the scenario as far as the world says."""
    reached = ORDER.index(STOPS.get(scenario.stops_at, scenario.stops_at))
    with transaction() as session:
        host = organisation(
            session, scenario.host, scenario.number, at, area=scenario.area, name_en=scenario.host_en
        )
        member(session, staff, scenario.login, scenario.contact, host, Role.HOST_STAFF, at)
        applicant = staff.actor(session, scenario.login, at)
        received = documents.receive(
            [f"{scenario.host}：{scenario.name}运营说明（演示文件）\n".encode()], limit=1 << 20
        )
        evidence = documents.record_document(
            session,
            received,
            media_type="text/plain",
            filename="运营说明.txt",
            created_by=applicant.ref,
            at=at,
        )
        made = scenarios.apply(
            session,
            actor=applicant,
            host=Host(
                organisation_id=host,
                kind=OrganisationKind.ENTERPRISE.value,
                country="CN",
                credit_code=credit_code(scenario.number),
            ),
            application=_application(scenario, evidence.id),
            at=at,
        )
        scenario_id = made.id

    def act(days: int, login: str, done: Callable[[Session, Actor, datetime], object]) -> None:
        then = at + timedelta(days=days)
        with transaction() as session:
            done(session, staff.actor(session, login, then), then)

    if reached >= ORDER.index("under_assessment"):
        act(1, "operator", lambda s, a, t: scenarios.take_up(s, actor=a, scenario_id=scenario_id, at=t))
    if scenario.stops_at == "rejected":
        act(
            2,
            "operator",
            lambda s, a, t: scenarios.assess(
                s, actor=a, scenario_id=scenario_id, scores=LOW_SCORES, remark="数据不能逐次核对。", at=t
            ),
        )
    if reached >= ORDER.index("agreed"):
        act(
            2,
            "operator",
            lambda s, a, t: scenarios.assess(
                s, actor=a, scenario_id=scenario_id, scores=SCORES, remark="材料齐全，数据可追溯。", at=t
            ),
        )
        for login, side in (("operator", Side.OPERATOR), (scenario.login, Side.HOST)):
            act(
                3,
                login,
                lambda s, a, t, side=side: scenarios.agree(  # type: ignore[misc]
                    s, actor=a, scenario_id=scenario_id, side=side, at=t
                ),
            )
    if reached >= ORDER.index("listed"):
        act(4, "bureau", lambda s, a, t: scenarios.approve(s, actor=a, scenario_id=scenario_id, at=t))
        act(5, "operator", lambda s, a, t: scenarios.list_scenario(s, actor=a, scenario_id=scenario_id, at=t))
        act(
            5,
            scenario.login,
            lambda s, a, t: scenarios.save_profile(
                s, actor=a, scenario_code=scenario.code, name="daily", text=profile_text(scenario), at=t
            ),
        )


def profile_text(scenario: DemoScenario) -> str:
    """Return the mapping profile of the files that the demonstration's host sends."""
    from scenarios.methods import by_code

    return f"""description = "{scenario.name_en}: daily file"
format = "csv"
encoding = "utf-8"

[record_id]
columns = ["记录号"]

[user]
column = "用户号"

[quantity]
unit = "{by_code(scenario.method).unit.value}"
kind = "column"
column = "数量"

[time]
zone = "Asia/Shanghai"
counts = "start"

[time.start]
columns = ["发生时间"]
formats = ["%Y-%m-%d %H:%M:%S"]
"""


def _application(scenario: DemoScenario, evidence_id: int) -> Application:
    return Application(
        code=scenario.code,
        name=scenario.name,
        name_en=scenario.name_en,
        life_field=scenario.life_field,
        area_code=scenario.area,
        description=scenario.description,
        operating_since=date(2022, 3, 1),
        data_kinds=scenario.data_kinds,
        authorisation_text=AUTHORISATION_TEXT,
        authorisation_version="2024-1",
        methods=(scenario.method,),
        evidence=(Evidence(evidence_id, "运营说明"),),
        icon=scenario.icon,
    )


def organisation(
    session: Session,
    name: str,
    number: int,
    at: datetime,
    kind: OrganisationKind = OrganisationKind.ENTERPRISE,
    *,
    authority: Authority | None = None,
    area: str | None = None,
    name_en: str | None = None,
) -> int:
    made = identity.register_organisation(
        session,
        actor=SYSTEM,
        name=name,
        name_en=name_en,
        kind=kind,
        credit_code=credit_code(number),
        area_code=area,
        authority=authority,
        at=at,
    )
    return made.id


def member(
    session: Session, staff: Staff, login: str, name: str, organisation_id: int, role: Role, at: datetime
) -> None:
    """Make a sign-in that works for an organisation."""
    made = identity.create_staff(
        session,
        actor=SYSTEM,
        login=login,
        display_name=name,
        password=PASSWORD,
        totp_secret=TOTP_SECRET,
        at=at,
    )
    identity.grant_role(
        session, actor=SYSTEM, staff_id=made.id, organisation_id=organisation_id, role=role, at=at
    )
    staff.ids[login] = (made.id, organisation_id)
