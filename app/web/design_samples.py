"""Made-up content of the design page (样例): what its examples show. Nothing here is anybody's data."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from app.web.presentation.amounts import grams, grams_parts, points
from app.web.presentation.language import lazy_gettext as _
from app.web.presentation.navigation import Shown, ShownSection

TODAY: Final = date(2026, 11, 20)
NOW: Final = datetime(2026, 11, 20, 1, 20, tzinfo=UTC)
VOUCHER_CODE: Final = "8F3K2Q7M"


def _page(name: str) -> str:
    return f"?page={name}"


def citizen_places(current: str) -> list[Shown]:
    """Return the five places of a citizen with `current` lit."""
    places = [
        (_("首页"), "house", "citizen-home", 0),
        (_("减碳"), "compass", "statement", 0),
        (_("兑换"), "gift", "mall", 0),
        (_("消息"), "bell", "states", 3),
        (_("我的"), "user", "mine", 0),
    ]
    return [
        Shown(label, icon, _page(page), current=page == current, count=count)
        for label, icon, page, count in places
    ]


def desk_sections(current: str) -> list[ShownSection]:
    """Return the sections of the operator with `current` lit."""
    waiting = [
        (_("今日概览"), "layout-grid", "desk-home", 0, False),
        (_("场景评估"), "clipboard-check", "desk-queue", 12, True),
        (_("待处理数据行"), "hourglass", "upload", 48, False),
    ]
    running = [
        (_("权益提供单位"), "store", "desk-form", 0, False),
        (_("商城货架"), "gift", "mall", 0, False),
        (_("转换规则"), "scale", "receipt", 0, False),
        (_("信息公开"), "megaphone", "public-home", 0, False),
    ]

    def shown(rows: list[tuple[str, str, str, int, bool]]) -> list[Shown]:
        return [
            Shown(label, icon, _page(page), current=page == current, count=count, urgent=urgent)
            for label, icon, page, count, urgent in rows
        ]

    return [
        ShownSection(_("待办"), shown(waiting)),
        ShownSection(_("运营"), shown(running)),
    ]


def public_places(current: str) -> list[Shown]:
    """Return the places of the public with `current` lit."""
    places = [
        (_("首页"), "public-home"),
        (_("低碳场景"), "components"),
        (_("权益商家"), "mall"),
        (_("转换规则"), "receipt"),
        (_("信息公开"), "desk-home"),
    ]
    return [Shown(label, "leaf", _page(page), current=page == current) for label, page in places]


def foot_places() -> list[Shown]:
    """Return the links of the foot."""
    labels = (
        _("隐私政策"),
        _("服务条款"),
        _("无障碍声明"),
        _("举报"),
    )
    return [Shown(label, "leaf", _page("components")) for label in labels]


def citizen_home() -> dict[str, Any]:
    """Return what the citizen's home shows."""
    week = [900, 400, 1600, 1200, 2100, 3900, 1100]
    return {
        "saved": grams_parts(128_460),
        "points": 186_000,
        "week": [(TODAY - timedelta(days=6 - place), grams) for place, grams in enumerate(week)],
        "behaviours": [
            {
                "icon": "train-front",
                "tone": "green",
                "title": _("轨道交通 3 号线"),
                "place": _("四公里 → 观音桥"),
                "at": datetime(2026, 11, 20, 1, 12, tzinfo=UTC),
                "points": 860,
                "grams": 860,
            },
            {
                "icon": "bike",
                "tone": "amber",
                "title": _("共享单车"),
                "place": _("解放碑 → 洪崖洞"),
                "at": datetime(2026, 11, 19, 10, 40, tzinfo=UTC),
                "points": 219,
                "grams": 219,
            },
            {
                "icon": "recycle",
                "tone": "cyan",
                "title": _("快递纸箱回收"),
                "place": _("渝中区回收点"),
                "at": datetime(2026, 11, 18, 3, 5, tzinfo=UTC),
                "points": 3604,
                "grams": 3604,
            },
            {
                "icon": "bus",
                "tone": "blue",
                "title": _("公交 181 路"),
                "place": _("较场口 → 江北机场"),
                "at": datetime(2026, 11, 17, 0, 31, tzinfo=UTC),
                "points": 120,
                "grams": 120,
            },
        ],
    }


def offers() -> list[dict[str, Any]]:
    """Return the offers of the mall."""
    rows = [
        (_("公交乘车券 2 元"), _("重庆公交"), "bus", 20_000, _("剩 1,204 张")),
        (_("轨道交通单程票"), _("重庆轨道集团"), "metro", 30_000, _("剩 86 张")),
        (_("现磨咖啡 自带杯"), _("山城咖啡 解放碑店"), "coffee", 80_000, _("每人每月 1 份")),
        (_("单车骑行月卡"), _("渝行单车"), "bike", 120_000, _("已兑完")),
        (_("社区菜场满减券"), _("南坪农贸市场"), "market", 50_000, _("剩 420 张")),
        (_("植物园家庭门票"), _("南山植物园"), "park", 150_000, _("剩 35 张")),
        (_("旧书换新书"), _("西西弗书店"), "book", 60_000, _("剩 310 份")),
        (_("环保电影观影券"), _("江北嘴影城"), "film", 90_000, _("剩 64 张")),
    ]
    names = ("title", "merchant", "picture", "price", "state")
    return [{**dict(zip(names, row, strict=True)), "gone": row[2] == "bike"} for row in rows]


def statement() -> list[dict[str, Any]]:
    """Return lines of a statement, the newest first."""
    rows = [
        ("train-front", "green", _("轨道交通 3 号线"), 860, 186_000, (20, 1, 12)),
        ("gift", "pink", _("兑换 公交乘车券 2 元"), -20_000, 185_140, (19, 11, 2)),
        ("bike", "amber", _("共享单车"), 219, 205_140, (19, 10, 40)),
        ("undo-2", "blue", _("退回 咖啡券未被受理"), 80_000, 204_921, (18, 8, 15)),
        ("recycle", "cyan", _("快递纸箱回收"), 3604, 124_921, (18, 3, 5)),
        ("calendar-clock", "grey", _("到期失效"), -1_250, 121_317, (16, 16, 0)),
    ]
    names = ("icon", "tone", "title", "amount", "balance", "at")
    return [
        dict(zip(names, (*row[:-1], datetime(2026, 11, *row[-1], tzinfo=UTC)), strict=True)) for row in rows
    ]


def expiry_months() -> list[tuple[date, int]]:
    """Return the points that end in each of the coming twelve months."""
    ends = {0: 0, 1: 12_000, 3: 4_350, 5: 21_800, 8: 9_900, 10: 1_200}
    months = [(2026, 11), (2026, 12), *((2027, number) for number in range(1, 11))]
    return [(date(year, number, 1), ends.get(place, 0)) for place, (year, number) in enumerate(months)]


def queue() -> list[dict[str, Any]]:
    """Return the operator's queue of scenarios."""
    waiting, back, late = _("待评估"), _("待补正"), _("已逾期")
    rows = [
        ("CJ-2026-0118", _("轨道交通出行"), _("重庆轨道集团"), _("渝中区"), 2, "info", waiting, 8),
        ("CJ-2026-0117", _("公共充电"), _("两江新能源"), _("两江新区"), 6, "warn", back, 3),
        ("CJ-2026-0115", _("旧衣回收"), _("山城再生资源"), _("沙坪坝区"), 9, "info", waiting, 1),
        ("CJ-2026-0112", _("外卖无需餐具"), _("渝味到家"), _("江北区"), 12, "bad", late, -2),
        ("CJ-2026-0109", _("共享单车骑行"), _("渝行单车"), _("南岸区"), 14, "good", _("待双方确认"), 6),
        ("CJ-2026-0104", _("居民节约用电"), _("市供电公司"), _("全市"), 15, "quiet", _("待主管部门"), 11),
    ]
    names = ("number", "scenario", "host", "district", "age", "tone", "state", "left")
    return [dict(zip(names, row, strict=True)) for row in rows]


def year() -> tuple[list[str], list[int | None], list[int | None]]:
    """Return twelve months with the grams of this year and of the last."""
    labels = [str(number) for number in range(1, 13)]
    this = [410, 380, 520, 560, 640, 690, 720, 700, 810, 930, 880]
    last = [300, 260, 340, 400, 420, 470, 460, 480, 560, 610, 640, 600]
    return labels, [*(value * 1_000_000 for value in this), None], [value * 1_000_000 for value in last]


def show_grams(value: int) -> str:
    """Write grams for a chart."""
    return grams(value)


def show_points(value: int) -> str:
    """Write hundredths of a point for a chart."""
    return points(value)


def kilograms(value: int) -> str:
    """Write grams as kilograms with one decimal, as where a unit stands in the title."""
    return f"{value // 100 / 10:.1f}"
