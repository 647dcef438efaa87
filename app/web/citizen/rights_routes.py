"""Rights over one's own data (我的权利): what is kept, and a copy of it that a machine reads."""

from typing import Final

from flask import Response, render_template, send_file

from app.door.access import current_actor, requires, requires_fresh_factor
from app.door.rates import limited
from app.identity import queries as people
from app.journeys import data_copy as journey
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.limits import Limit
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import data_copy, holders
from app.web.citizen.blueprint import blp
from app.web.presentation.language import lazy_gettext
from points import queries as points

COPYING: Final = (Limit(10, 3_600),)
"""Copies that one person may ask for."""
NAMES: Final = {
    "person": lazy_gettext("身份和联系方式"),
    "consents": lazy_gettext("单独同意"),
    "message_wishes": lazy_gettext("消息设置"),
    "sessions": lazy_gettext("登录记录"),
    "account": lazy_gettext("碳账户"),
    "authorisations": lazy_gettext("场景授权"),
    "behaviours": lazy_gettext("低碳行为"),
    "entries": lazy_gettext("积分明细"),
    "lots": lazy_gettext("积分批次"),
    "vouchers": lazy_gettext("卡券"),
    "corrections": lazy_gettext("积分更正"),
    "claims": lazy_gettext("补登申诉"),
    "messages": lazy_gettext("消息"),
}
"""What the files of a copy are called on the page."""


@blp.get("/data", endpoint="data")
@requires(Permission.READ_OWN_ACCOUNT)
def show_rights() -> str:
    """Show one's rights and where each is used."""
    with transaction() as session:
        person = holders.person(session, current_actor())
        account = points.find_account(session, person.id)
        consents = people.consents_of(session, person.id)
        credit_list = people.credit_list_on(session)
    return render_template(
        "citizen/data.html",
        names=list(NAMES.values()),
        account=account,
        consents=consents,
        credit_list=credit_list,
    )


@blp.get("/data/copy.zip", endpoint="data_copy")
@requires(Permission.READ_OWN_ACCOUNT)
@requires_fresh_factor
@limited("data-copy", COPYING)
def hand_out_copy() -> Response:
    """Hand out the copy of all that is kept of the citizen."""
    at = clock.now()
    with transaction() as session:
        person = holders.person(session, current_actor())
        account = points.find_account(session, person.id)
        account_id = account.id if account else None
        made = journey.make(
            session,
            actor=current_actor(),
            subjects=data_copy.SUBJECTS,
            parts={
                name: data_copy.subject(session, name, person=person, account_id=account_id)
                for name in data_copy.SUBJECTS
            },
            at=at,
        )
    answer = send_file(
        made,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"my-data-{day_in_china(at).isoformat()}.zip",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
