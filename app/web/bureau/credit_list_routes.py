"""The list for credit institutions before the Bureau (信用名单): its switch, who is on it, the file."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from app.door.access import current_actor, requires, requires_fresh_factor
from app.identity import commands, queries
from app.identity.rules import credit_list as rules
from app.kernel import audit, clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import credit_list as reports
from app.reports.actor_names import actor_names
from app.web.bureau.blueprint import blp
from app.web.desk import registration
from app.web.desk.downloads import Table, handed_out
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again, whole_or_none
from app.web.presentation.language import gettext

HUNDREDTHS = 100


@blp.get("/credit-list")
@requires(Permission.KEEP_CREDIT_LIST)
def credit_list() -> str:
    """Show whether the list is on; while it is, who is on it. Each look at people is written down."""
    at = clock.now()
    after = whole_or_none("after") or 0
    with transaction() as session:
        turns = queries.credit_list_turns(session)
        names = actor_names(session, [turn.set_by for turn in turns])
        on = queries.credit_list_on(session)
        page = reports.page(session, today=day_in_china(at), after=after) if on else None
        if page is not None:
            _note(session, "read", at, people=len(page.lines))
    return render_template(
        "bureau/credit_list.html",
        on=on,
        turns=turns,
        page=page,
        later=after > 0,
        names=names,
        actor_label=registration.actor_label,
        typed=kept(),
        refusal=refusal(),
    )


@blp.get("/credit-list.csv")
@requires(Permission.KEEP_CREDIT_LIST)
@requires_fresh_factor
def credit_list_file() -> Response:
    """Hand out the list; that it was taken, how long it was and for whom is written down."""
    at = clock.now()
    today = day_in_china(at)
    with transaction() as session:
        rows = [
            (each.number, each.nickname, each.reduction_g, Decimal(each.points) / HUNDREDTHS)
            for each in reports.every(session, today=today)
        ]
        on = queries.credit_list_on(session)
        _note(session, "export", at, people=len(rows), recipients=on.recipients if on else None)
    table = Table(
        name=f"credit-list-{today:%Y%m%d}",
        headings=[
            gettext("碳账户号"),
            gettext("昵称"),
            gettext("近十二个月减碳量（克）"),
            gettext("近十二个月所得积分"),
        ],
        rows=rows,
    )
    return handed_out(table, "csv")


@blp.post("/credit-list")
@requires(Permission.KEEP_CREDIT_LIST)
@requires_fresh_factor
@shown_again(credit_list)
def turn_credit_list() -> Any:
    """Turn the list on for named institutions, or off."""
    typed = Typed(request.form)
    is_on = request.form.get("turn") == "on"
    reason = typed.text("reason", most=rules.LONGEST_REASON)
    recipients = typed.text("recipients", most=rules.LONGEST_RECIPIENTS, required=is_on)
    typed.check()
    with transaction() as session:
        commands.turn_credit_list(
            session, actor=current_actor(), is_on=is_on, reason=reason, recipients=recipients, at=clock.now()
        )
    told = gettext("信用名单已开启。") if is_on else gettext("信用名单已关闭，全部同意随之失效。")
    return moved("bureau.credit_list", told)


def _note(session: Session, verb: str, at: datetime, **more: object) -> None:
    audit.record(
        session,
        actor=current_actor(),
        event=f"supervision.credit_list.{verb}",
        subject=("credit_list", ""),
        at=at,
        **more,
    )
