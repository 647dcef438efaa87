"""What to do after a refusal (下一步): in plain words, with the figures that the refusal brought."""

from collections.abc import Callable
from typing import Any, Final

from app.kernel.errors import Refusal
from app.web.presentation.amounts import points
from app.web.presentation.language import gettext

Details = dict[str, Any]


def next_steps(refusal: Refusal) -> list[str]:
    """Return what was asked, what the limit is and what to do now, as far as it is known."""
    told = STEPS.get(refusal.code)
    return told(refusal.details) if told is not None else []


def _insufficient(details: Details) -> list[str]:
    balance, cost = int(details.get("balance", 0)), int(details.get("cost", 0))
    return [
        gettext(
            "这项权益需要 %(cost)s 分，您现在可用 %(balance)s 分，还差 %(missing)s 分。",
            cost=points(cost),
            balance=points(balance),
            missing=points(max(cost - balance, 0)),
        ),
        gettext("可以换一项权益，或者积分够了再来。没有扣除任何积分。"),
    ]


def _sold_out(_details: Details) -> list[str]:
    return [
        gettext("就在刚才，最后一份被兑走了。没有扣除任何积分。"),
        gettext("可以看看同类权益，或等商家补充库存。"),
    ]


def _limit(details: Details) -> list[str]:
    return [
        gettext(
            "每人限兑 %(most)s 份，您已兑 %(had)s 份。",
            most=details.get("per_person", 1),
            had=details.get("had", 1),
        ),
        gettext("退回的不算在内。没有扣除任何积分。"),
    ]


def _changed(details: Details) -> list[str]:
    return [
        gettext(
            "您确认的是 %(confirmed)s 分，现在是 %(price)s 分。请看过新的价格再决定。",
            confirmed=points(int(details.get("confirmed", 0))),
            price=points(int(details.get("price", 0))),
        )
    ]


def _closed(_details: Details) -> list[str]:
    return [gettext("这项权益已经下架、还没有开始或已经结束。没有扣除任何积分。")]


def _closing_changed(_details: Details) -> list[str]:
    return [gettext("下面是最新的数字，请重新确认。")]


def _reservations(_details: Details) -> list[str]:
    return [gettext("请先使用或放弃这些卡券，再注销账户。")]


def _settled(_details: Details) -> list[str]:
    return [gettext("这张卡券已经结束，请看最新的状态。")]


STEPS: Final[dict[str, Callable[[Details], list[str]]]] = {
    "points.insufficient": _insufficient,
    "offer.sold_out": _sold_out,
    "offer.limit_reached": _limit,
    "offer.changed": _changed,
    "offer.closed": _closed,
    "merchant.not_admitted": _closed,
    "account.closing_changed": _closing_changed,
    "account.reservations_open": _reservations,
    "redemption.settled": _settled,
}
