"""Texts of messages (消息文本): what was put in the outbox, told in the language of the page."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from flask import url_for

from app.kernel.outbox import OutboxMessage
from app.web.presentation.amounts import points
from app.web.presentation.dates import day, instant
from app.web.presentation.language import gettext
from app.web.public.labels import in_language

Payload = dict[str, Any]


class Told(NamedTuple):
    """What one kind of message says."""

    icon: str
    title: str
    text: str
    url: str | None = None


class ShownMessage(NamedTuple):
    """One message as the page shows it."""

    icon: str
    title: str
    text: str
    url: str | None
    at: datetime
    unread: bool


def shown(message: OutboxMessage) -> ShownMessage:
    """Return a message in words; one of an unknown kind is told by its kind."""
    tell = TEXTS.get(message.template)
    told = tell(message.payload) if tell is not None else Told("bell", message.template, "")
    return ShownMessage(
        told.icon, told.title, told.text, told.url, message.created_at, unread=message.read_at is None
    )


def _voucher(payload: Payload) -> str | None:
    number = payload.get("redemption_id")
    return url_for("citizen.voucher", redemption_id=number) if number is not None else None


def _offer(payload: Payload) -> str:
    return in_language(str(payload.get("offer", "")), payload.get("offer_en"))


def _fulfilled(payload: Payload) -> Told:
    return Told(
        "circle-check",
        gettext("商家已受理"),
        gettext("“%(offer)s”已使用，%(points)s 分已核销。", offer=_offer(payload), points=_points(payload)),
        _voucher(payload),
    )


def _refused(payload: Payload) -> Told:
    return Told(
        "undo-2",
        gettext("商家没有受理"),
        gettext(
            "“%(offer)s”未受理，原因：%(reason)s。%(points)s 分已退回原来的批次。",
            offer=_offer(payload),
            reason=payload.get("reason") or gettext("商家没有说明"),
            points=_points(payload),
        )
        + _lost(payload),
        _voucher(payload),
    )


def _timed_out(payload: Payload) -> Told:
    return Told(
        "undo-2",
        gettext("卡券过期，积分已退回"),
        gettext(
            "“%(offer)s”到期没有使用，%(points)s 分已退回原来的批次。",
            offer=_offer(payload),
            points=_points(payload),
        )
        + _lost(payload),
        _voucher(payload),
    )


def _withdrawn(payload: Payload) -> Told:
    return Told(
        "undo-2",
        gettext("卡券已放弃"),
        gettext(
            "“%(offer)s”已放弃，%(points)s 分已退回原来的批次。",
            offer=_offer(payload),
            points=_points(payload),
        )
        + _lost(payload),
        _voucher(payload),
    )


def _expiry(payload: Payload) -> Told:
    return Told(
        "calendar-clock",
        gettext("积分快要到期"),
        gettext(
            "%(points)s 分可用到 %(day)s 24:00，先到期的先用。",
            points=_points(payload),
            day=day(date.fromisoformat(str(payload["last_valid_on"]))),
        ),
        url_for("citizen.expiry"),
    )


def _correction_notice(payload: Payload) -> Told:
    return Told(
        "pencil-line",
        gettext("积分更正通知"),
        gettext(
            "拟更正 %(points)s 分，理由：%(reason)s。您可以在 %(until)s 前提出异议。",
            points=_points(payload, "amount"),
            reason=payload.get("reason", ""),
            until=instant(datetime.fromisoformat(str(payload["object_until"]))),
        ),
        url_for("citizen.corrections"),
    )


def _correction_answer(payload: Payload) -> Told:
    return Told(
        "message-square-text",
        gettext("异议已答复"),
        gettext("答复：%(answer)s", answer=payload.get("answer", "")),
        url_for("citizen.corrections"),
    )


def _correction_withdrawn(payload: Payload) -> Told:
    return Told(
        "undo-2",
        gettext("更正已撤回"),
        gettext("您的积分没有变化。原因：%(reason)s", reason=payload.get("reason", "")),
        url_for("citizen.corrections"),
    )


def _correction_executed(payload: Payload) -> Told:
    return Told(
        "pencil-line",
        gettext("积分已更正"),
        gettext("更正了 %(points)s 分，只涉及该批未使用的部分。", points=_points(payload, "amount")),
        url_for("citizen.corrections"),
    )


def _claim(icon: str, title: str, text: str, payload: Payload) -> Told:
    scenario = in_language(str(payload.get("scenario", "")), payload.get("scenario_en"))
    told = gettext(
        "%(scenario)s，%(day)s：%(told)s",
        scenario=scenario,
        day=day(date.fromisoformat(str(payload["day"]))),
        told=text,
    )
    return Told(icon, title, told, url_for("citizen.claim", claim_id=payload["claim_id"]))


def _claim_with_host(payload: Payload) -> Told:
    return _claim("send", gettext("申诉已转场景方"), gettext("已请场景方核对并补传。"), payload)


def _claim_resolved(payload: Payload) -> Told:
    return _claim("circle-check", gettext("申诉已办结"), gettext("数据已补传，积分以明细为准。"), payload)


def _claim_refused(payload: Payload) -> Told:
    reason = gettext("理由：%(reason)s。您可以申请复核。", reason=payload.get("reason", ""))
    return _claim("circle-x", gettext("申诉未获支持"), reason, payload)


def _claim_upheld(payload: Payload) -> Told:
    reason = gettext("理由：%(reason)s", reason=payload.get("reason", ""))
    return _claim("gavel", gettext("复核维持原答复"), reason, payload)


def _contradicted(payload: Payload) -> Told:
    return Told(
        "unlink",
        gettext("一项授权已停止"),
        gettext(
            "“%(scenario)s”的场景方说明，您填写的用户号属于另一个手机号，数据自此不再读取，已得积分不变。"
            "如果确是您本人，请先在场景方更新手机号。",
            scenario=payload.get("scenario", ""),
        ),
        url_for("citizen.scenarios"),
    )


def _phone_changed(payload: Payload) -> Told:
    return Told(
        "smartphone",
        gettext("手机号已更换"),
        gettext(
            "新手机号尾号 %(tail)s。如果不是您本人操作，请立即联系运营主体。", tail=payload.get("tail", "")
        ),
        url_for("auth.devices"),
    )


def _points(payload: Payload, name: str = "points") -> str:
    return points(int(payload.get(name) or 0))


def _lost(payload: Payload) -> str:
    lost = int(payload.get("expired") or 0)
    return gettext("其中 %(points)s 分已过最后有效日，随即失效。", points=points(lost)) if lost else ""


TEXTS: Final[dict[str, Callable[[Payload], Told]]] = {
    "redemption.fulfilled": _fulfilled,
    "redemption.refused": _refused,
    "redemption.timed_out": _timed_out,
    "redemption.withdrawn": _withdrawn,
    "points.expiry_notice": _expiry,
    "correction.notice": _correction_notice,
    "correction.answer": _correction_answer,
    "correction.withdrawn": _correction_withdrawn,
    "correction.executed": _correction_executed,
    "claim.with_host": _claim_with_host,
    "claim.resolved": _claim_resolved,
    "claim.refused": _claim_refused,
    "claim.upheld": _claim_upheld,
    "authorisation.contradicted": _contradicted,
    "person.phone_changed": _phone_changed,
}
