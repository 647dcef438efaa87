"""A small city for pages: scenarios, merchants, a citizen with three weeks of behaviour.

Everything goes through commands and journeys, as in real use; nothing is read from a clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from app.identity import commands as identity
from app.journeys import authorisations, enrolment, intake
from app.kernel.actor import SYSTEM, Actor
from app.kernel.days import CHINA, day_in_china
from app.kernel.permissions import Role
from points import commands as points
from points.models import Merchant, Offer
from points.values import OfferCategory
from scenarios import commands as scenarios
from scenarios import methods
from scenarios.models import Scenario
from tests.builders import people
from tests.builders import points as mall
from tests.builders import scenarios as scenes

PHONE: Final = "+8613800001234"
BEFORE: Final = timedelta(days=24)


@dataclass(frozen=True)
class Scene:
    """A scenario as it is built."""

    code: str
    host: str
    name: str
    name_en: str
    icon: str
    life_field: str
    method: str
    unit: str
    kinds: tuple[str, ...]
    description: str


SCENES: Final = (
    Scene(
        "metro",
        "重庆轨道集团",
        "轨道交通出行",
        "Metro and monorail",
        "train-front",
        "transport",
        "metro.km",
        "km",
        ("trip_time", "distance"),
        "乘坐重庆轨道交通，进出站时间和票务里程由轨道集团提供。",
    ),
    Scene(
        "bus",
        "重庆公交集团",
        "公交出行",
        "City bus",
        "bus",
        "transport",
        "bus.ride",
        "ride",
        ("trip_time", "trip_count"),
        "刷卡或扫码乘坐主城公交，每次上车记一次。",
    ),
    Scene(
        "shared-bike",
        "渝行单车",
        "共享单车",
        "Shared bicycle",
        "bike",
        "transport",
        "bicycle.ride",
        "ride",
        ("ride_time", "ride_count"),
        "主城区共享单车骑行，按次计量，起止时间由车锁记录。",
    ),
    Scene(
        "walking",
        "山城健步",
        "步行",
        "Walking",
        "footprints",
        "transport",
        "walking.steps",
        "step",
        ("time", "steps"),
        "手机健康数据中的每日步数。",
    ),
    Scene(
        "charging",
        "两江新能源",
        "公共充电",
        "Public charging",
        "plug-zap",
        "transport",
        "charging.kwh",
        "kWh",
        ("time", "energy"),
        "在公共充电桩为新能源车充电，电量由充电桩计量。",
    ),
    Scene(
        "carton",
        "巴渝驿站",
        "快递纸箱回收",
        "Parcel cartons",
        "package-open",
        "daily_use",
        "carton.returned",
        "piece",
        ("time", "item_count"),
        "把完好的快递纸箱交回驿站再次使用。",
    ),
    Scene(
        "no-cutlery",
        "渝味到家",
        "外卖无需餐具",
        "No cutlery",
        "utensils",
        "food",
        "cutlery.declined",
        "order",
        ("order_time", "order_count"),
        "点外卖时选择无需一次性餐具。",
    ),
)


OFFERS: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("bus", "bus", {"title": "公交乘车券 2 元", "title_en": "Bus coupon", "price": 2_00, "stock": 1204}),
    (
        "metro",
        "bus",
        {
            "title": "轨道交通单程票",
            "title_en": "Metro single ticket",
            "price": 15_00,
            "stock": 86,
            "picture_name": "metro",
        },
    ),
    (
        "coffee",
        "coffee",
        {
            "title": "自带杯现磨咖啡",
            "title_en": "Coffee in your own cup",
            "price": 40_00,
            "stock": 12,
            "per_person": 1,
            "category": OfferCategory.FOOD,
        },
    ),
    (
        "market",
        "coffee",
        {
            "title": "社区菜场满减券",
            "title_en": "Market coupon",
            "price": 25_00,
            "stock": 420,
            "category": OfferCategory.GROCERIES,
        },
    ),
    (
        "book",
        "books",
        {
            "title": "旧书换新书",
            "title_en": "Old book for a new one",
            "price": 60_00,
            "stock": 310,
            "category": OfferCategory.CULTURE,
        },
    ),
    (
        "film",
        "books",
        {
            "title": "环保电影观影券",
            "title_en": "Film ticket",
            "price": 900_00,
            "stock": 64,
            "category": OfferCategory.CULTURE,
            "picture_name": "film",
        },
    ),
)


@dataclass
class City:
    """Who and what is there."""

    hosts: dict[str, Actor] = field(default_factory=dict)
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    merchants: dict[str, tuple[Actor, Merchant]] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)


def city(session: Session, *, at: datetime) -> City:
    """Found the city: operator, rule, methods, scenarios, merchants with their offers.

    Args:
        at: the present; everything is in place three weeks before it.
    """
    start, made = at - BEFORE, City()
    people.operator(session, at=start - timedelta(days=3))
    mall.rule(session, at=start, months=60, valid_from=day_in_china(start))
    scenarios.publish_methods(session, actor=SYSTEM, at=start, published=methods.seeded())
    for scene in SCENES:
        _scene(session, made, scene, at=start)
    _shops(session, made, at=start)
    return made


def _scene(session: Session, made: City, scene: Scene, *, at: datetime) -> None:
    place = people.organisation(session, at=at, name=scene.host)
    host = people.staff(session, Role.HOST_STAFF, place, at=at, login=f"host.{scene.code}")
    made.hosts[scene.code] = host
    made.scenarios[scene.code] = scenes.listed(
        session,
        host,
        at=at,
        code=scene.code,
        name=scene.name,
        name_en=scene.name_en,
        icon=scene.icon,
        life_field=scene.life_field,
        description=scene.description,
        data_kinds=scene.kinds,
        methods=(scene.method,),
        authorisation_text="我同意场景方把上面逐项勾选的数据提供给重庆碳惠通平台，用于核算减碳量和发放碳积分。",
        authorisation_version="2026-1",
    )


def _shops(session: Session, made: City, *, at: datetime) -> None:
    for key, name, name_en, category, address in (
        ("bus", "重庆公交", "Chongqing Bus", OfferCategory.TRANSIT, "渝中区人民路 238 号"),
        ("coffee", "山城咖啡 解放碑店", "Mountain City Coffee", OfferCategory.FOOD, "渝中区民权路 8 号"),
        ("books", "西岸书店", "West Bank Books", OfferCategory.CULTURE, "南岸区南滨路 101 号"),
    ):
        place = people.organisation(session, at=at, name=name)
        manager = people.staff(session, Role.MERCHANT_MANAGER, place, at=at, login=f"merchant.{key}")
        applied = points.apply_as_merchant(
            session,
            actor=manager,
            particulars=mall.particulars(
                name=name, name_en=name_en, category=category, address=address, area_code="500103"
            ),
            at=at,
        )
        points.admit_merchant(session, actor=mall.operator(), merchant_id=applied.id, at=at)
        made.merchants[key] = (manager, applied)
    for key, shop, changes in OFFERS:
        actor, _merchant = made.merchants[shop]
        said = {
            "description": "凭券在指定门店或线路使用一次。",
            "terms": "每次使用一张。\n商家扫码或核对兑换码后生效。",
            "valid_until": day_in_china(at) + timedelta(days=120),
            **changes,
        }
        offer = points.create_offer(session, actor=actor, terms=mall.terms(at=at, **said), at=at)
        made.offers[key] = points.shelve_offer(session, actor=actor, offer_id=offer.id, at=at)


def resident(
    session: Session,
    *,
    at: datetime,
    phone: str = PHONE,
    nickname: str | None = "山城低碳人",
    opened: bool = True,
) -> Actor:
    """Register a citizen, by default with an open account."""
    actor = people.citizen(session, at=at, phone_number=phone)
    if nickname:
        identity.change_own_details(session, actor=actor, nickname=nickname, area_code="500103")
    if opened:
        enrolment.open_account(session, actor=actor, at=at)
    return actor


def join(session: Session, made: City, citizen: Actor, codes: Sequence[str], *, at: datetime) -> None:
    """Let a citizen authorise scenarios; the host knows them by a number of its own."""
    for code in codes:
        scenario = made.scenarios[code]
        authorisations.authorise(
            session,
            actor=citizen,
            scenario_code=code,
            host_user=host_user(citizen, code),
            data_kinds=scenario.data_kinds,
            text_version=scenario.authorisation_version,
            at=at,
        )


def host_user(citizen: Actor, code: str) -> str:
    """Return the number by which a host knows a citizen."""
    return f"{code}-{citizen.person_id}"


def behave(
    session: Session, made: City, citizen: Actor, code: str, quantity: str, *, at: datetime, times: int = 1
) -> None:
    """Let a host send behaviours of a citizen, done an hour before `at`, one minute apart."""
    unit = next(scene.unit for scene in SCENES if scene.code == code)
    first = (at - timedelta(hours=1)).astimezone(CHINA)
    rows = [
        {
            "record_id": f"{code}-{citizen.person_id}-{at:%Y%m%d%H%M}-{number}",
            "user": host_user(citizen, code),
            "occurred_at": (first + timedelta(minutes=number)).isoformat(),
            "quantity": quantity,
            "unit": unit,
        }
        for number in range(times)
    ]
    result = intake.accept_rows(session, actor=made.hosts[code], scenario_code=code, rows=rows, at=at)
    assert result.outcomes == {"accepted": times}, result


def three_weeks(session: Session, made: City, citizen: Actor, *, at: datetime) -> None:
    """Let a citizen live three weeks up to `at`: metro on working days, bikes, cartons, no cutlery."""
    start = at - BEFORE
    join(session, made, citizen, ("metro", "bus", "shared-bike", "carton", "no-cutlery"), at=start)
    for days in range(21, -1, -1):
        now = at - timedelta(days=days)
        if days % 7 < 5:
            behave(session, made, citizen, "metro", str(6 + days % 9), at=now)
        if days % 3 == 0:
            behave(session, made, citizen, "shared-bike", "1", at=now + timedelta(minutes=1), times=2)
        if days % 6 == 1:
            behave(session, made, citizen, "carton", "2", at=now + timedelta(minutes=2))
        if days % 4 == 2:
            behave(session, made, citizen, "no-cutlery", "1", at=now + timedelta(minutes=3))
        if days % 5 == 0:
            behave(session, made, citizen, "bus", "1", at=now + timedelta(minutes=4))


def two_days(session: Session, made: City, citizen: Actor, *, at: datetime) -> None:
    """Let a citizen earn exactly 133 points on two days: quick, for tests of pages."""
    start = at - timedelta(days=3)
    join(session, made, citizen, ("metro", "bus", "shared-bike", "carton"), at=start)
    behave(session, made, citizen, "metro", "100", at=at - timedelta(days=2))
    behave(session, made, citizen, "metro", "80", at=at)
    behave(session, made, citizen, "shared-bike", "1", at=at, times=2)
    behave(session, made, citizen, "bus", "1", at=at)
    behave(session, made, citizen, "carton", "2", at=at)
