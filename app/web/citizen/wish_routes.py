"""What one wants (我的意愿): which messages and when none; being ranked in one's district or not."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.identity import commands as identity
from app.identity import queries as people
from app.identity.errors import HoursWrong
from app.identity.values import BY_SMS, CONSENT_VERSIONS, NO_QUIET, Purposes
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.errors import Refusal
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import catalogue, holders, ranks
from app.web.citizen.blueprint import blp
from app.web.citizen.refusing import answered_by
from app.web.citizen.wishes import number_of
from app.web.forms import BLANK, Form, shown_again
from app.web.presentation.language import gettext


def messages_page(form: Form) -> str:
    """Show which messages come by SMS and when none is sent."""
    with transaction() as session:
        person = holders.person(session, current_actor())
        wishes = people.message_wishes(session, person.id)
    return render_template(
        "citizen/message_wishes.html",
        wishes=wishes,
        kinds=BY_SMS,
        quiet=wishes.quiet != NO_QUIET,
        errors=form.errors,
    )


@blp.get("/messages/settings", endpoint="messages_settings")
@requires(Permission.READ_OWN_ACCOUNT)
def message_settings() -> str:
    """Ask which messages are wanted."""
    return messages_page(BLANK)


@blp.post("/messages/settings", endpoint="messages_choose")
@requires(Permission.USE_OWN_SESSION)
@shown_again(messages_page, field="quiet_from")
def choose_messages() -> Response:
    """Keep which messages are wanted."""
    quiet = request.form.get("quiet") == "yes"
    with transaction() as session:
        identity.choose_messages(
            session,
            actor=current_actor(),
            by_sms={kind for kind in BY_SMS if request.form.get(f"sms_{kind.value}") == "yes"},
            quiet_from=_hour("quiet_from") if quiet else 0,
            quiet_until=_hour("quiet_until") if quiet else 0,
            at=clock.now(),
        )
    flash(gettext("消息设置已保存。"), "success")
    return redirect(url_for("citizen.messages_settings"), code=303)


def ranking_page(refusal: Refusal | None = None) -> str:
    """Show the ranking of one's district, or what taking part would mean."""
    today = day_in_china(clock.now())
    month = today.replace(day=1)
    if request.args.get("month") == "last":
        month = (month - timedelta(days=1)).replace(day=1)
    with transaction() as session:
        person = holders.person(session, current_actor())
        joined = Purposes.RANKING in people.consents_of(session, person.id)
        named = {district.code: district for district in catalogue.districts(session)}
        found = (
            ranks.of_district(session, person_id=person.id, area_code=person.area_code, month=month)
            if joined and person.area_code
            else None
        )
        area, nickname = named.get(person.area_code or ""), person.nickname
    return render_template(
        "citizen/ranking.html",
        joined=joined,
        area=area,
        nickname=nickname,
        month=month,
        last=request.args.get("month") == "last",
        ranking=found,
        fewest=ranks.FEWEST,
        consent_version=CONSENT_VERSIONS[Purposes.RANKING],
        refusal=refusal,
    )


@blp.get("/ranking", endpoint="ranking")
@requires(Permission.READ_OWN_ACCOUNT)
def show_ranking() -> str:
    """Show the ranking, or what taking part would mean."""
    return ranking_page()


@blp.post("/ranking/join", endpoint="ranking_join")
@requires(Permission.USE_OWN_SESSION)
@answered_by(ranking_page)
def join_ranking() -> Response:
    """Consent to be ranked."""
    if not request.form.get("consent"):
        flash(gettext("没有勾选同意，所以没有参加。"), "warning")
        return redirect(url_for("citizen.ranking"), code=303)
    with transaction() as session:
        identity.give_consent(
            session,
            actor=current_actor(),
            purpose=Purposes.RANKING,
            text_version=request.form["consent"],
            at=clock.now(),
        )
    flash(gettext("已参加。排行每天早上更新一次。"), "success")
    return redirect(url_for("citizen.ranking"), code=303)


@blp.post("/ranking/leave", endpoint="ranking_leave")
@requires(Permission.USE_OWN_SESSION)
def leave_ranking() -> Response:
    """Withdraw the consent; one's line is gone at once."""
    with transaction() as session:
        identity.withdraw_own_consent(
            session, actor=current_actor(), purpose=Purposes.RANKING, at=clock.now()
        )
    flash(gettext("已退出排行，您的一行立即不再显示。"), "success")
    return redirect(url_for("citizen.ranking"), code=303)


def _hour(name: str) -> int:
    """Return an hour that was chosen; one that cannot be read is none.

    Raises:
        HoursWrong: it is no hour.
    """
    found = number_of(request.form.get(name))
    if found is None:
        raise HoursWrong
    return found
