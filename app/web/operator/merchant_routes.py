"""Merchants before the operator (权益提供单位): the queue, each one's file, admission and suspension."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import merchant_files, queues
from app.web.desk import registration
from app.web.desk.forms import kept, moved, refusal, shown_again, whole_or_none
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext
from points import commands, states
from points.models import Merchant
from points.values import MerchantState


@blp.get("/merchants")
@requires(Permission.ADMIT_MERCHANT)
def merchants() -> str:
    """List the merchants: those that wait to be admitted, or all."""
    at = clock.now()
    waits = request.args.get("view", "mine") == "mine"
    asked = merchant_files.Asked.of(request.args)
    with transaction() as session:
        after = whole_or_none("after")
        waiting = queues.waiting_merchants(session, at=at, after=after) if waits else []
        page = None if waits else merchant_files.every(session, asked)
        counts = queues.counts(session)
    return render_template(
        "operator/merchants.html",
        waiting=waiting,
        after=after,
        full=queues.SHOWN,
        page=page,
        asked=asked,
        counts=counts,
    )


@blp.get("/merchants/<int:merchant_id>")
@requires(Permission.ADMIT_MERCHANT)
def merchant(merchant_id: int) -> str:
    """Show a merchant's file with what its state allows."""
    with transaction() as session:
        file = merchant_files.merchant_file(session, merchant_id)
    return render_template(
        "operator/merchant.html",
        file=file,
        acts={act.value for act in states.allowed(states.MERCHANT, MerchantState(file.merchant.state))},
        actor_label=registration.actor_label,
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/merchants/<int:merchant_id>/admit")
@requires(Permission.ADMIT_MERCHANT)
@shown_again(merchant)
def admit_merchant(merchant_id: int) -> Any:
    """Admit a merchant that applied."""
    with transaction() as session:
        commands.admit_merchant(session, actor=current_actor(), merchant_id=merchant_id, at=clock.now())
    return moved("operator.merchant", gettext("已准入，可以上架权益。"), merchant_id=merchant_id)


@blp.post("/merchants/<int:merchant_id>/resume")
@requires(Permission.ADMIT_MERCHANT)
@shown_again(merchant)
def resume_merchant(merchant_id: int) -> Any:
    """End a merchant's suspension."""
    with transaction() as session:
        commands.resume_merchant(session, actor=current_actor(), merchant_id=merchant_id, at=clock.now())
    return moved("operator.merchant", gettext("已恢复。"), merchant_id=merchant_id)


@blp.post("/merchants/<int:merchant_id>/reject")
@requires(Permission.ADMIT_MERCHANT)
@shown_again(merchant)
def reject_merchant(merchant_id: int) -> Any:
    """Reject a merchant's application, with a reason."""
    return _stop(commands.reject_merchant, merchant_id, gettext("已决定不予准入。"))


@blp.post("/merchants/<int:merchant_id>/suspend")
@requires(Permission.ADMIT_MERCHANT)
@shown_again(merchant)
def suspend_merchant(merchant_id: int) -> Any:
    """Suspend a merchant, with a reason."""
    return _stop(commands.suspend_merchant, merchant_id, gettext("已暂停，不再接受新的兑换。"))


def _stop(command: Callable[..., Merchant], merchant_id: int, told: str) -> Any:
    with transaction() as session:
        command(
            session,
            actor=current_actor(),
            merchant_id=merchant_id,
            reason=request.form.get("reason", ""),
            at=clock.now(),
        )
    return moved("operator.merchant", told, merchant_id=merchant_id)
