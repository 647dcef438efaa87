"""An area at a glance (辖区概览), and its figures of any period (辖区数据)."""

from decimal import Decimal

from flask import Response, render_template, request

from app.door.access import current_actor, requires
from app.identity.models import District
from app.kernel import audit, clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import area_desk, period_figures
from app.reports.period_figures import Period
from app.web.desk import periods_of_figures, registration
from app.web.desk.downloads import Table, handed_out
from app.web.district_bureau.blueprint import blp, own_area
from app.web.presentation.language import gettext


@blp.get("")
@requires(Permission.SUPERVISE_AREA)
def home() -> str:
    """Show what lies in the area, what came in this year, and what was noted last."""
    today, area = day_in_china(clock.now()), own_area()
    with transaction() as session:
        found = area_desk.overview(session, area=area, today=today)
    return render_template(
        "district_bureau/home.html", found=found, today=today, actor_label=registration.actor_label
    )


@blp.get("/figures")
@requires(Permission.SUPERVISE_AREA)
def figures() -> str:
    """Show what came in through the scenarios of the area within a period."""
    today, area = day_in_china(clock.now()), own_area()
    period = Period.of(request.args, today=today)
    with transaction() as session:
        scenarios = period_figures.by_scenario(session, period, area=area)
        district = session.get_one(District, area)
    return render_template(
        "district_bureau/figures.html",
        period=period,
        choices=periods_of_figures.choices(today),
        scenarios=scenarios,
        area=district,
    )


@blp.get("/figures.<any(csv, xlsx):form>")
@requires(Permission.SUPERVISE_AREA)
def figures_file(form: str) -> Response:
    """Hand the area's figures out; that they were taken is written down."""
    at, area = clock.now(), own_area()
    period = Period.of(request.args, today=day_in_china(at))
    with transaction() as session:
        scenarios = period_figures.by_scenario(session, period, area=area)
        audit.record(
            session,
            actor=current_actor(),
            event="supervision.area.export",
            subject=("district", area),
            at=at,
            period=f"{period.first}/{period.last}",
            form=form,
        )
    table = Table(
        name=f"area-{area}-{period.first:%Y%m%d}-{period.last:%Y%m%d}",
        headings=[
            gettext("场景代码"),
            gettext("场景"),
            gettext("收到的行"),
            gettext("接收的行为"),
            gettext("减排量（克）"),
            gettext("发放积分"),
        ],
        rows=[
            (each.code, each.name, each.rows, each.accepted, each.reduction_g, Decimal(each.points) / 100)
            for each in scenarios
        ],
    )
    return handed_out(table, form)
