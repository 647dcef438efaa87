"""Who and what the demonstration world is made of; plain data, invented, from one seed."""

from dataclasses import dataclass
from typing import Final

from app.kernel.check_digits import credit_code_check_digit

SEED: Final = 20241101
PASSWORD: Final = "Chongqing-2024-demo"
TOTP_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""One second factor for every demonstration sign-in; a demonstration guards nothing."""


def credit_code(number: int) -> str:
    """Return an invented unified social credit code of Chongqing with its check digit."""
    body = f"91500{number:03d}MA{number * 7919 % 10_000_000:07d}"
    return body + credit_code_check_digit(body)


@dataclass(frozen=True, kw_only=True)
class DemoScenario:
    """A host with its scenario and how its users behave."""

    number: int
    login: str
    host: str
    host_en: str
    contact: str
    code: str
    name: str
    name_en: str
    life_field: str
    icon: str
    area: str
    method: str
    description: str
    data_kinds: tuple[str, ...]
    per_week: int  # behaviours of one citizen in an ordinary week
    quantity: tuple[int, int]  # bounds in thousandths of the unit
    joined_by: int  # of a hundred citizens
    stops_at: str = "listed"


SCENARIOS: Final = (
    DemoScenario(
        number=11,
        login="host.bike",
        host="山城单车运营有限公司",
        host_en="Mountain City Bikes",
        contact="罗晓琳",
        code="shancheng-bike",
        name="山城单车骑行",
        name_en="Mountain City bike share",
        life_field="transport",
        icon="bike",
        area="500103",
        method="bicycle.ride",
        description="主城区共享单车骑行，按次计量，起止时间由车锁记录。",
        data_kinds=("trip_time", "trip_count"),
        per_week=5,
        quantity=(1000, 1000),
        joined_by=70,
    ),
    DemoScenario(
        number=12,
        login="host.metro",
        host="渝城轨道交通集团有限公司",
        host_en="Yucheng Rail Transit",
        contact="陈立",
        code="yucheng-metro",
        name="轨道交通出行",
        name_en="Metro and monorail",
        life_field="transport",
        icon="train-front",
        area="500112",
        method="metro.km",
        description="轨道交通进出站刷卡或扫码，里程按票务系统最短路径计算。",
        data_kinds=("trip_time", "distance"),
        per_week=6,
        quantity=(2600, 24800),
        joined_by=85,
    ),
    DemoScenario(
        number=13,
        login="host.bus",
        host="两江公共交通有限公司",
        host_en="Liangjiang Public Transport",
        contact="何明远",
        code="liangjiang-bus",
        name="公交出行",
        name_en="City bus",
        life_field="transport",
        icon="bus-front",
        area="500105",
        method="bus.ride",
        description="城区公交刷卡或扫码乘车，按乘次计量。",
        data_kinds=("trip_time", "trip_count"),
        per_week=4,
        quantity=(1000, 1000),
        joined_by=60,
    ),
    DemoScenario(
        number=14,
        login="host.charge",
        host="巴渝充电服务有限公司",
        host_en="Bayu Charging",
        contact="邓凯",
        code="bayu-charging",
        name="新能源车公共充电",
        name_en="Public EV charging",
        life_field="transport",
        icon="plug-zap",
        area="500107",
        method="charging.kwh",
        description="公共充电桩为纯电动乘用车充电，电量由桩端计量。",
        data_kinds=("session_time", "energy"),
        per_week=1,
        quantity=(8200, 46500),
        joined_by=22,
    ),
    DemoScenario(
        number=15,
        login="host.recycle",
        host="渝净再生资源有限公司",
        host_en="Yujing Recycling",
        contact="周倩",
        code="yujing-recycle",
        name="塑料餐盒回收",
        name_en="Plastic box recycling",
        life_field="daily_use",
        icon="recycle",
        area="500106",
        method="plastic_box.recycled",
        description="社区智能回收箱投放清洁塑料餐盒，按称重计量。",
        data_kinds=("drop_time", "weight"),
        per_week=1,
        quantity=(250, 2900),
        joined_by=35,
    ),
    DemoScenario(
        number=16,
        login="host.parcel",
        host="江畔驿站服务有限公司",
        host_en="Riverside Parcel Stations",
        contact="谭雨",
        code="riverside-carton",
        name="快递纸箱回收",
        name_en="Parcel carton return",
        life_field="daily_use",
        icon="package-open",
        area="500108",
        method="carton.returned",
        description="在驿站拆箱并交回完整纸箱，按只计量。",
        data_kinds=("drop_time", "item_count"),
        per_week=2,
        quantity=(1000, 1000),
        joined_by=40,
    ),
    DemoScenario(
        number=17,
        login="host.food",
        host="麻辣江湖外卖平台有限公司",
        host_en="Mala Delivery",
        contact="吴佳",
        code="mala-no-cutlery",
        name="外卖无需餐具",
        name_en="Delivery without cutlery",
        life_field="food",
        icon="utensils",
        area="500103",
        method="cutlery.declined",
        description="下单时选择无需餐具且实际未提供，按单计量。",
        data_kinds=("order_time", "order_count"),
        per_week=3,
        quantity=(1000, 1000),
        joined_by=45,
        stops_at="agreed",
    ),
    DemoScenario(
        number=18,
        login="host.phone",
        host="循环数码科技有限公司",
        host_en="Loop Digital",
        contact="冯一鸣",
        code="loop-phone",
        name="二手手机交易",
        name_en="Second-hand phones",
        life_field="daily_use",
        icon="smartphone",
        area="500191",
        method="phone.second_hand",
        description="平台质检后成交的二手手机，按台计量，每人每年以两台为限。",
        data_kinds=("order_time", "item_count"),
        per_week=1,
        quantity=(1000, 1000),
        joined_by=8,
        stops_at="under_assessment",
    ),
    DemoScenario(
        number=19,
        login="host.home",
        host="渝电家庭能源服务有限公司",
        host_en="Yudian Home Energy",
        contact="龙婷",
        code="yudian-home",
        name="居民节约用电",
        name_en="Home electricity saved",
        life_field="housing",
        icon="lightbulb",
        area="500112",
        method="electricity.saved",
        description="以户为单位，月度用电低于基准的部分，按表计数据计量。",
        data_kinds=("meter_reading",),
        per_week=1,
        quantity=(900, 6400),
        joined_by=25,
        stops_at="applied",
    ),
)
