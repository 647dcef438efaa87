"""The citizen's first page (首页) and what stands behind its two figures."""

from datetime import timedelta

from flask import render_template

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import citizen_home, equivalents, expiry, holders, rules_in_force, scenario_pages, vouchers
from app.web.citizen import presenting
from app.web.citizen.blueprint import blp
from app.web.presentation.language import gettext
from points import queries

SOON = timedelta(days=30)


@blp.get("")
@requires(Permission.READ_OWN_ACCOUNT)
def home() -> str:
    """Show how much was saved and what can be spent."""
    at = clock.now()
    today = day_in_china(at)
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        figures = citizen_home.home(session, account_id=holder.account_id, today=today)
        scenarios = scenario_pages.of_holder(session, account_id=holder.account_id)
        ending_soon = expiry.ending_by(session, account_id=holder.account_id, today=today, last=today + SOON)
        open_vouchers = vouchers.count_open(session, account_id=holder.account_id)
    in_kg = presenting.in_kilograms(figures.trend)
    return render_template(
        "citizen/home.html",
        today=today,
        holder=holder,
        figures=figures,
        greeting=presenting.greeting(at, holder.nickname),
        tiles=[known for known in scenarios if known.scenario.state == "listed"],
        joined=any(known.in_force for known in scenarios),
        equivalents=equivalents.of_grams(figures.reduction_g),
        ending_soon=ending_soon,
        open_vouchers=open_vouchers,
        week_unit=gettext("千克") if in_kg else gettext("克"),
        week_shown=presenting.kilograms if in_kg else presenting.plain_grams,
    )


@blp.get("/saved")
@requires(Permission.READ_OWN_ACCOUNT)
def saved() -> str:
    """Show where the saved grams come from and what they come to."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        figures = citizen_home.home(session, account_id=holder.account_id, today=today, recent=0)
        shares = citizen_home.shares(session, account_id=holder.account_id)
    return render_template(
        "citizen/saved.html",
        today=today,
        figures=figures,
        shares=shares,
        equivalents=equivalents.of_grams(figures.reduction_g),
    )


@blp.get("/points", endpoint="points")
@requires(Permission.READ_OWN_ACCOUNT)
def show_points() -> str:
    """Show what became of every point that was issued."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        balance = queries.balance(session, holder.account_id, today)
        rule = rules_in_force.rule_on(session, today)
    return render_template("citizen/points.html", holder=holder, balance=balance, rule=rule)
