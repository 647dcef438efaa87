"""Merchants and offers of the demonstration world; plain data, invented."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class DemoOffer:
    """A benefit of a demonstration merchant."""

    title: str
    title_en: str
    price: int  # hundredths of a point
    stock: int
    per_person: int
    picture: str
    description: str
    use_days: int = 7


@dataclass(frozen=True, kw_only=True)
class DemoMerchant:
    """A merchant with its clerk and offers."""

    number: int
    login: str
    organisation: str
    name: str
    name_en: str
    contact: str
    category: str
    area: str
    address: str
    offers: tuple[DemoOffer, ...]
    stops_at: str = "admitted"


MERCHANTS: Final = (
    DemoMerchant(
        number=31,
        login="shop.bus",
        organisation="两江公共交通卡务有限公司",
        name="两江公交卡务中心",
        name_en="Liangjiang Transit Cards",
        contact="向敏",
        category="transit",
        area="500105",
        address="江北区观音桥步行街 6 号",
        offers=(
            DemoOffer(
                title="公交单程乘车券",
                title_en="Single bus ride",
                price=6000,
                stock=5000,
                per_person=8,
                picture="bus",
                description="凭券乘坐主城区普通公交一次，不找零、不兑现。",
            ),
            DemoOffer(
                title="轨道交通 2 元抵扣券",
                title_en="Metro fare coupon",
                price=8000,
                stock=3000,
                per_person=4,
                picture="metro",
                description="乘坐轨道交通时抵扣票款一次。",
            ),
        ),
    ),
    DemoMerchant(
        number=32,
        login="shop.tea",
        organisation="南山茶社餐饮管理有限公司",
        name="南山茶社",
        name_en="Nanshan Tea House",
        contact="秦朗",
        category="food",
        area="500108",
        address="南岸区南山街道植物园路 12 号",
        offers=(
            DemoOffer(
                title="老荫茶一壶",
                title_en="A pot of laoyin tea",
                price=26000,
                stock=120,
                per_person=2,
                picture="coffee",
                description="到店享用老荫茶一壶，自带杯另赠茶点一份。",
            ),
        ),
    ),
    DemoMerchant(
        number=33,
        login="shop.book",
        organisation="渝中图书文化有限公司",
        name="石梯书店",
        name_en="Stone Steps Books",
        contact="袁青",
        category="culture",
        area="500103",
        address="渝中区十八梯 44 号",
        offers=(
            DemoOffer(
                title="旧书换阅券",
                title_en="Used book exchange",
                price=15000,
                stock=200,
                per_person=3,
                picture="book",
                description="在书店旧书角任选一册。",
            ),
            DemoOffer(
                title="山城步道手绘地图",
                title_en="Hand-drawn trail map",
                price=12000,
                stock=3,
                per_person=1,
                picture="park",
                description="印于再生纸的步道地图一张，限量。",
            ),
        ),
    ),
    DemoMerchant(
        number=34,
        login="shop.market",
        organisation="江湾生鲜超市有限公司",
        name="江湾生鲜",
        name_en="Riverbend Groceries",
        contact="蒲红",
        category="groceries",
        area="500106",
        address="沙坪坝区磁器口前街 18 号",
        offers=(
            DemoOffer(
                title="环保购物袋",
                title_en="Reusable shopping bag",
                price=9000,
                stock=400,
                per_person=2,
                picture="market",
                description="再生材料购物袋一只。",
            ),
        ),
    ),
    DemoMerchant(
        number=35,
        login="shop.tree",
        organisation="缙云山生态服务中心",
        name="缙云山生态服务中心",
        name_en="Jinyun Mountain Eco Centre",
        contact="游林",
        category="public_benefit",
        area="500109",
        address="北碚区缙云路 9 号",
        offers=(
            DemoOffer(
                title="自然导览名额",
                title_en="Guided nature walk",
                price=20000,
                stock=60,
                per_person=1,
                picture="park",
                description="周末自然导览一次，约两小时。",
            ),
        ),
    ),
    DemoMerchant(
        number=36,
        login="shop.noodle",
        organisation="朝天门小面餐饮有限公司",
        name="朝天门小面",
        name_en="Chaotianmen Noodles",
        contact="苟强",
        category="food",
        area="500103",
        address="渝中区朝天门广场 2 号",
        offers=(),
        stops_at="applied",
    ),
)
