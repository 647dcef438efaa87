"""What a message says when it leaves the product (消息文本): short, in the reader's language, without ids.

Details stay within the product, where only their reader sees them: a short message or a letter
passes through others' hands.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from app.kernel.units import points_text

Payload = Mapping[str, Any]


class Words(NamedTuple):
    """A message in one language."""

    subject: str
    text: str


def words_of(template: str, payload: Payload, language: str) -> Words:
    """Return a message in words; one without words of its own says that there is something to read.

    Args:
        language: `zh` or `en`.
    """
    tell = (ENGLISH if language == "en" else CHINESE).get(template)
    return tell(payload) if tell is not None else (USUAL_EN if language == "en" else USUAL_ZH)


USUAL_ZH: Final = Words("您有一条新通知", "您有一条新通知，请登录平台查看。")
USUAL_EN: Final = Words("You have a new message", "You have a new message. Please sign in to read it.")

CHINESE: Final[Mapping[str, Callable[[Payload], Words]]] = {
    "points.expiry_notice": lambda p: Words(
        "积分快要到期",
        f"您有{points_text(p['points'])}碳积分将于{p['last_valid_on']}失效，请及时兑换。",
    ),
    "person.phone_changed": lambda p: Words(
        "登录手机号已更换",
        f"您的登录手机号已更换为尾号{p['tail']}的号码。如非本人操作，请立即联系平台。",
    ),
    "person.email_code": lambda p: Words(
        "确认邮箱", f"验证码{p['code']}，15分钟内有效。如非本人操作，请忽略。"
    ),
    "redemption.fulfilled": lambda _: Words("卡券已使用", "您的一张卡券已由商家受理。"),
    "redemption.refused": lambda _: Words("商家没有受理", "商家没有受理您的一张卡券，积分已退回。"),
    "redemption.timed_out": lambda _: Words("卡券过期", "您的一张卡券过期，积分已退回。"),
    "correction.notice": lambda _: Words(
        "积分更正通知", "拟更正您的积分，请登录平台查看理由，您可以在期限内提出异议。"
    ),
}

ENGLISH: Final[Mapping[str, Callable[[Payload], Words]]] = {
    "points.expiry_notice": lambda p: Words(
        "Points about to expire",
        f"{points_text(p['points'])} of your carbon points expire after {p['last_valid_on']}.",
    ),
    "person.phone_changed": lambda p: Words(
        "Your sign-in phone was changed",
        f"Your sign-in phone now ends in {p['tail']}. If this was not you, tell the platform at once.",
    ),
    "person.email_code": lambda p: Words(
        "Confirm your address",
        f"Your code is {p['code']}; it works for 15 minutes. If this was not you, ignore it.",
    ),
    "redemption.fulfilled": lambda _: Words("Voucher used", "A merchant has accepted one of your vouchers."),
    "redemption.refused": lambda _: Words(
        "Voucher not accepted", "A merchant did not accept one of your vouchers; the points are back."
    ),
    "redemption.timed_out": lambda _: Words(
        "Voucher lapsed", "One of your vouchers has lapsed; the points are back."
    ),
    "correction.notice": lambda _: Words(
        "Correction of points",
        "Some of your points are to be corrected. Sign in to read why; you may object in time.",
    ),
}
