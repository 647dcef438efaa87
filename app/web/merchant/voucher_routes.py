"""Accepting now (受理兑换): a code is typed or scanned, the voucher shown, accepted or refused.

Which voucher was found by its code is kept with the session for ten minutes: nobody accepts a
voucher whose code they were not shown, and the code stands in no address. It stays there after the
act, so that a second tap finds the same voucher and does nothing more.
"""

from datetime import timedelta
from typing import Any, Final

from flask import redirect, render_template, request, session, url_for

from app.door.access import current_actor, idempotency_key, requires
from app.door.rates import SETTLING, limited
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.errors import Conflict
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.kernel.units import points_text
from app.reports import merchant_desk, merchant_records
from app.web.desk.forms import Typed, fresh_key, kept, moved, refusal, shown_again
from app.web.merchant.blueprint import blp
from app.web.presentation.language import gettext, lazy_gettext
from points import commands, queries
from points.errors import VoucherNotFound

HELD: Final = timedelta(minutes=10)
SHOWN: Final = 5
REASONS: Final = {
    "stock": lazy_gettext("暂时缺货"),
    "place": lazy_gettext("不在可用门店或时段"),
    "other": lazy_gettext("其他原因"),
}
SAID: Final = {"stock": "暂时缺货", "place": "不在可用门店或时段"}
"""What the holder is told; kept as it was said, in Chinese."""


class VoucherUnchecked(Conflict):
    """The voucher was not looked up by its code just now."""

    code = "voucher.unchecked"
    title = "请重新扫码或输入兑换码"


@blp.get("")
@requires(Permission.SETTLE_REDEMPTIONS)
def home() -> str:
    """Show the field for a code, the day's figures and what was settled last."""
    at = clock.now()
    today = day_in_china(at)
    with transaction() as database:
        merchant = queries.merchant_of(database, current_actor().organisation_id)
        day = merchant_records.totals(database, merchant.id, since=today, until=today)
        month = merchant_records.totals(database, merchant.id, since=today.replace(day=1), until=today)
        recent = merchant_records.just_settled(database, merchant.id, today=today, limit=SHOWN)
    return render_template(
        "merchant/home.html",
        merchant=merchant,
        today=today,
        day=day,
        month=month,
        recent=recent,
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/check")
@requires(Permission.SETTLE_REDEMPTIONS)
@limited("settle", SETTLING)
@shown_again(home, also=(VoucherNotFound,))
def check_voucher() -> Any:
    """Find the voucher behind a code and keep it for the next step."""
    at = clock.now()
    typed = Typed(request.form)
    code = typed.text("code", most=120)
    typed.check()
    with transaction() as database:
        merchant = queries.merchant_of(database, current_actor().organisation_id)
        found = queries.voucher(database, merchant.id, code, at)
    session["voucher"] = {"code": found.redemption.code, "until": (at + HELD).timestamp()}
    return redirect(url_for("merchant.voucher"), code=303)


@blp.get("/voucher")
@requires(Permission.SETTLE_REDEMPTIONS)
def voucher() -> Any:
    """Show the voucher that was found, with the two buttons."""
    code = _held()
    if code is None:
        return redirect(url_for("merchant.home"), code=303)
    at = clock.now()
    with transaction() as database:
        merchant = queries.merchant_of(database, current_actor().organisation_id)
        found = merchant_desk.shown_voucher(database, merchant.id, code)
    return render_template(
        "merchant/voucher.html",
        found=found,
        at=at,
        usable=found.redemption.state == "reserved" and at < found.redemption.reserved_until,
        reasons=list(REASONS.items()),
        key=fresh_key(),
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/voucher/accept")
@requires(Permission.SETTLE_REDEMPTIONS)
@shown_again(voucher)
def accept_voucher() -> Any:
    """Accept the voucher: the benefit is given, its points are cancelled."""
    code = _held_or_refuse()
    with transaction() as database:
        settled = commands.accept_voucher(
            database, actor=current_actor(), voucher=code, key=idempotency_key(), at=clock.now()
        )
    return moved("merchant.home", gettext("已受理，%(points)s 分已核销。", points=points_text(settled.price)))


@blp.post("/voucher/refuse")
@requires(Permission.SETTLE_REDEMPTIONS)
@shown_again(voucher)
def refuse_voucher() -> Any:
    """Refuse the voucher with a reason: its points go back."""
    code = _held_or_refuse()
    typed = Typed(request.form)
    chosen = request.form.get("reason", "")
    note = typed.text("note", most=200, required=chosen == "other")
    if chosen not in REASONS:
        typed.breach("reason", "choice")
    typed.check()
    said = "：".join(part for part in (SAID.get(chosen, ""), note) if part)
    with transaction() as database:
        commands.refuse_voucher(
            database,
            actor=current_actor(),
            voucher=code,
            reason=said,
            key=idempotency_key(),
            at=clock.now(),
        )
    return moved("merchant.home", gettext("未受理，积分已退回顾客。"))


def _held() -> str | None:
    """Return the code of the voucher that was found, None when none was or it was too long ago."""
    held = session.get("voucher")
    if not isinstance(held, dict) or float(held.get("until", 0)) <= clock.now().timestamp():
        return None
    return str(held["code"])


def _held_or_refuse() -> str:
    code = _held()
    if code is None:
        raise VoucherUnchecked
    return code
