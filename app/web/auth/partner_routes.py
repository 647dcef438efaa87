"""Organisations register themselves (单位登记), before they apply for anything."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import requires
from app.door.addresses import caller
from app.identity import commands, queries
from app.identity.errors import OrganisationMalformed
from app.identity.values import Caller, OrganisationKind
from app.kernel import clock
from app.kernel.permissions import Permission, Role
from app.kernel.session import transaction
from app.web.auth.blueprint import blp
from app.web.forms import BLANK, Form, shown_again
from app.web.presentation.language import gettext, lazy_gettext

KINDS = (
    (OrganisationKind.ENTERPRISE, lazy_gettext("企业")),
    (OrganisationKind.PUBLIC_INSTITUTION, lazy_gettext("事业单位")),
    (OrganisationKind.SOCIAL_GROUP, lazy_gettext("社会团体")),
    (OrganisationKind.ASSOCIATION, lazy_gettext("协会")),
    (OrganisationKind.OTHER, lazy_gettext("其他社会组织")),
)
ROLES = (
    (Role.HOST_STAFF, lazy_gettext("建设低碳场景"), lazy_gettext("提供公众低碳行为数据，须为境内单位")),
    (Role.MERCHANT_MANAGER, lazy_gettext("提供兑换权益"), lazy_gettext("以商品或服务接受碳积分兑换")),
    (
        Role.OWNER_STAFF,
        lazy_gettext("开发减排项目"),
        lazy_gettext("申请项目与减排量登记，持有减排量"),
    ),
    (Role.ALLOWANCE_STAFF, lazy_gettext("履约抵销"), lazy_gettext("本市配额管理单位，持有减排量并申请抵销")),
    (Role.VVB_STAFF, lazy_gettext("审定与核查"), lazy_gettext("经市生态环境局认可后承接委托、提交报告")),
)


def register_form(form: Form = BLANK) -> str:
    """Show the form for an organisation and its first staff user."""
    with transaction() as database:
        areas = [(each.code, each.name) for each in queries.districts(database)]
    return render_template(
        "auth/register.html", errors=form.errors, typed=form.typed, kinds=KINDS, roles=ROLES, areas=areas
    )


@blp.get("/staff/register")
@requires(Permission.SIGN_IN)
def register_page() -> str:
    """Ask for an organisation and its first staff user."""
    return register_form()


@blp.post("/staff/register")
@requires(Permission.SIGN_IN)
@shown_again(
    register_form,
    field="number",
    where={"staff.password_weak": "password", "area.unknown": "area_code"},
)
def register() -> Response:
    """Register an organisation; its first staff user signs in next and sets up a second factor."""
    typed = request.form
    if typed["kind"] not in set(OrganisationKind) or typed["role"] not in set(Role):
        raise OrganisationMalformed(
            **{field: "unknown" for field, known in (("kind", OrganisationKind), ("role", Role))
               if typed[field] not in set(known)}
        )  # fmt: skip
    with transaction() as database:
        made = commands.register_partner(
            database,
            name=typed["name"],
            kind=OrganisationKind(typed["kind"]),
            country=(typed.get("country") or "CN").strip().upper(),
            number=typed["number"],
            role=Role(typed["role"]),
            contact=typed["contact"],
            password=typed["password"],
            area_code=typed.get("area_code") or None,
            sector_department=typed.get("sector_department"),
            caller=Caller(*caller()),
            at=clock.now(),
        )
        login = made.staff.login
    flash(gettext("登记成功，登录名是 %(login)s", login=login), "success")
    return redirect(url_for("auth.staff_sign_in"), code=303)
