"""Pages on which a manager gives colleagues a sign-in and takes it back (人员管理), for every audience.

colleagues.install(blp, gives=(Role.MERCHANT_CLERK, Role.MERCHANT_MANAGER), layout="merchant/layout.html")
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Blueprint, render_template, request

from app.door.access import current_actor, requires, requires_fresh_factor
from app.identity import commands, queries
from app.identity.commands import Activation
from app.identity.errors import StaffNotFound
from app.identity.values import Colleague
from app.kernel import clock
from app.kernel.permissions import Permission, Role
from app.kernel.session import transaction
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again, whole_or_none
from app.web.presentation.language import gettext, lazy_gettext

DUTIES: Final = {
    Role.MERCHANT_CLERK: lazy_gettext("受理兑换，查看记录和对账单"),
    Role.MERCHANT_MANAGER: lazy_gettext("另可管理权益、本店资料、人员，以及退出平台"),
    Role.HOST_CLERK: lazy_gettext("上传数据、编写映射配置、提出用户关联，查看结果"),
    Role.HOST_STAFF: lazy_gettext("另可申请和协商场景、管理接口密钥和人员"),
    Role.OPERATOR_OFFICER: lazy_gettext("评估场景、准入单位、公布规则、复核数据，提出积分更正"),
    Role.OPERATOR_REVIEWER: lazy_gettext("同经办人；另由其确认他人提出的积分更正"),
    Role.BUREAU_OFFICER: lazy_gettext("审批场景、委托运营主体、设定目标、监督运营"),
    Role.DISTRICT_OFFICER: lazy_gettext("查看并批注本辖区内的场景和项目"),
    Role.AGENCY_OFFICER: lazy_gettext("办理项目审核和登记，提出登记事项"),
    Role.AGENCY_REVIEWER: lazy_gettext("同经办人；另由其确认他人提出的登记事项"),
    Role.EXCHANGE_OFFICER: lazy_gettext("报送成交结果和市场分析"),
}


def install(blp: Blueprint, *, gives: Sequence[Role] | Callable[[], Sequence[Role]], layout: str) -> None:
    """Add the pages to a blueprint.

    Args:
        gives: the roles that are given here, the lesser one first; or what tells them for whoever asks.
        layout: the template that the audience's pages extend.
    """
    name = blp.name

    def given() -> Sequence[Role]:
        return gives() if callable(gives) else gives

    def shown(template: str, **values: Any) -> str:
        options = [(role.value, DUTIES[role]) for role in given()]
        return render_template(
            f"desk/{template}.html", layout=layout, place=name, options=options, refusal=refusal(), **values
        )

    def told(made: Activation) -> tuple[str, int]:
        page = shown("colleague_code", made=made, at=clock.now())
        return page, 201

    @blp.get("/staff")
    @requires(Permission.MANAGE_OWN_STAFF)
    def staff() -> str:
        """List who works here, and who did."""
        words = request.args.get("q", "").replace("\0", "").strip()[:60]
        at = clock.now()
        with transaction() as session:
            page = queries.colleagues_of(
                session,
                current_actor().organisation_id or 0,
                roles=given(),
                at=at,
                words=words,
                before=whole_or_none("before"),
            )
        return shown("colleagues", page=page, words=words, at=at, me=current_actor().staff_id)

    @blp.get("/staff/new")
    @requires(Permission.MANAGE_OWN_STAFF)
    @requires_fresh_factor
    def new_colleague() -> str:
        """Show the form of a new colleague."""
        return shown("colleague_form", typed=kept(), organisation_id=current_actor().organisation_id)

    @blp.post("/staff")
    @requires(Permission.MANAGE_OWN_STAFF)
    @requires_fresh_factor
    @shown_again(new_colleague)
    def invite_colleague() -> Any:
        """Make a sign-in for a colleague and show its activation code, this once."""
        typed = Typed(request.form)
        display_name, login = typed.text("display_name", most=60), typed.text("login", most=30)
        role = _role(typed, given())
        typed.check()
        with transaction() as session:
            made = commands.invite_colleague(
                session,
                actor=current_actor(),
                login=login,
                display_name=display_name,
                role=role,
                at=clock.now(),
            )
        return told(made)

    @blp.get("/staff/<int:staff_id>")
    @requires(Permission.MANAGE_OWN_STAFF)
    @requires_fresh_factor
    def colleague(staff_id: int) -> str:
        """Show one colleague and what can be done."""
        at = clock.now()
        found = _colleague(staff_id, given())
        mine = current_actor().staff_id == staff_id
        return shown("colleague", found=found, at=at, mine=mine, typed=kept())

    @blp.post("/staff/<int:staff_id>/renew")
    @requires(Permission.MANAGE_OWN_STAFF)
    @requires_fresh_factor
    @shown_again(colleague)
    def renew_colleague(staff_id: int) -> Any:
        """Take password and second factor away, and show a new activation code."""
        with transaction() as session:
            made = commands.renew_activation(
                session, actor=current_actor(), staff_id=staff_id, at=clock.now()
            )
        return told(made)

    @blp.post("/staff/<int:staff_id>/end")
    @requires(Permission.MANAGE_OWN_STAFF)
    @requires_fresh_factor
    @shown_again(colleague)
    def end_colleague(staff_id: int) -> Any:
        """End a colleague's roles; with their next request they have none."""
        with transaction() as session:
            ended = commands.end_colleague(session, actor=current_actor(), staff_id=staff_id, at=clock.now())
        return moved(f"{name}.staff", gettext("已停用 %(name)s，其登录立即失效。", name=ended.display_name))

    @blp.post("/staff/<int:staff_id>/restore")
    @requires(Permission.MANAGE_OWN_STAFF)
    @requires_fresh_factor
    @shown_again(colleague)
    def restore_colleague(staff_id: int) -> Any:
        """Give somebody who left a role again, and show an activation code."""
        typed = Typed(request.form)
        role = _role(typed, given())
        typed.check()
        with transaction() as session:
            made = commands.restore_colleague(
                session, actor=current_actor(), staff_id=staff_id, role=role, at=clock.now()
            )
        return told(made)


def _role(typed: Typed, gives: Sequence[Role]) -> Role:
    """Return the role that was chosen; the lesser one with a breach where there is none of these."""
    found = typed.given.get("role", "")
    if found not in {role.value for role in gives}:
        typed.breach("role", "choice")
        return next(iter(gives), Role.CITIZEN)
    return Role(found)


def _colleague(staff_id: int, gives: Sequence[Role]) -> Colleague:
    with transaction() as session:
        found = queries.colleagues_of(
            session,
            current_actor().organisation_id or 0,
            roles=gives,
            at=clock.now(),
            staff_id=staff_id,
        )
    if not found.lines:
        raise StaffNotFound
    return found.lines[0]
