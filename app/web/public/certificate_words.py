"""What a certificate of cancellation says (注销证明用语), in the language of the page."""

from datetime import date
from typing import Any

from flask import Response, jsonify

from app.reports.registry.certificates import OpenCertificate
from app.web.presentation import amounts, dates
from app.web.presentation.language import gettext
from app.web.public.unit_words import unit_word


def fixed() -> dict[str, str]:
    """Return the fixed texts of the document."""
    return {
        "title": gettext("减排量注销证明"),
        "registry": gettext("重庆市“碳惠通”温室气体自愿减排管理系统"),
        "number": gettext("编号"),
        "unit": gettext("吨二氧化碳当量"),
        "check": gettext("扫码核验本证明"),
        "units": gettext("已注销的减排量"),
        "serial": gettext("序列号"),
        "tonnes": gettext("吨"),
        "signature": gettext("电子签名（Ed25519）"),
        "how": gettext(
            "签名所对的内容、签名与公钥在本文件的附件 certificate.json 中，任何人可以不经本系统独立核验。"
        ),
        "key": gettext("公钥"),
        "attached": gettext("签名内容、签名与公钥"),
        "footer": gettext("已注销的减排量不得再次使用、交易、赠与、冻结或注销。"),
    }


def statement(found: OpenCertificate) -> str:
    """Return the sentence that certifies."""
    return gettext(
        "兹证明下列 %(quantity)s 吨二氧化碳当量的核证自愿减排量已于%(day)s注销，用于：%(purpose)s。",
        quantity=amounts.grouped(found.told["quantity_t"]),
        day=dates.day(date.fromisoformat(found.told["cancelled_on"])),
        purpose=unit_word("purpose", found.told["purpose"]).label,
    )


def facts(found: OpenCertificate, name: str | None = None) -> list[tuple[str, str]]:
    """Return names and values, in order; what was computed for neutrality among them.

    Args:
        name: the beneficiary as it is shown here; None for the whole name.
    """
    told: dict[str, Any] = found.told
    usage: dict[str, Any] = told["usage"]
    pairs = [
        (gettext("受益人"), name or str(told["beneficiary"]["name"])),
        (gettext("用途"), str(unit_word("purpose", told["purpose"]).label)),
        (gettext("注销日期"), dates.day(date.fromisoformat(told["cancelled_on"]))),
    ]
    if usage.get("subject"):
        pairs.append((gettext("会议（活动）或运营"), str(usage["subject"])))
    if usage.get("first_day") and usage.get("last_day"):
        days = [dates.day(date.fromisoformat(str(usage[name]))) for name in ("first_day", "last_day")]
        pairs.append((gettext("期间"), " – ".join(days)))
    if usage.get("methodology"):
        pairs.append((gettext("核算方法"), str(usage["methodology"])))
    if usage.get("emissions_t") is not None:
        emissions = gettext("%(tonnes)s 吨二氧化碳当量", tonnes=amounts.grouped(int(usage["emissions_t"])))
        pairs.append((gettext("核算排放量"), emissions))
    return pairs


def as_json(content: dict[str, str]) -> Response:
    """Return plain content as a JSON answer."""
    return jsonify(content)
