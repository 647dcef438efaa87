"""The blueprint of the citizen's pages, their five places, and where those without an account go."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Flask, redirect, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from app.door.access import current_actor
from app.kernel.session import transaction
from app.reports import messages
from app.web.citizen import presenting
from app.web.citizen.next_steps import next_steps
from app.web.presentation import navigation
from app.web.presentation.language import lazy_gettext
from app.web.presentation.navigation import Place, Section
from points.errors import AccountNotFound

blp = Blueprint("citizen", __name__, url_prefix="/me")

PLACES: Final = Section(
    None,
    (
        Place(
            lazy_gettext("首页"),
            "house",
            "citizen.home",
            within=(
                "citizen.points",
                "citizen.saved",
                "citizen.statement",
                "citizen.receipt",
                "citizen.expiry",
                "citizen.year",
            ),
        ),
        Place(
            lazy_gettext("减碳"),
            "compass",
            "citizen.scenarios",
            within=("citizen.scenario", "citizen.proposal"),
        ),
        Place(lazy_gettext("兑换"), "gift", "citizen.mall", within=("citizen.offer", "citizen.voucher")),
        Place(lazy_gettext("消息"), "bell", "citizen.messages", count="unread", urgent=True),
        Place(
            lazy_gettext("我的"),
            "user",
            "citizen.profile",
            within=(
                "citizen.apply",
                "citizen.close",
                "citizen.ward",
                "citizen.correction",
                "citizen.claim",
                "citizen.data",
                "citizen.ranking",
                "citizen.credit_list",
            ),
        ),
    ),
)


@blp.record_once
def _tell_places(state: BlueprintSetupState) -> None:
    assert isinstance(state.app, Flask)
    navigation.offer(state.app, "citizen", [PLACES], counts=_counts)
    state.app.jinja_env.filters.update(by_month=presenting.by_month, own_phone=presenting.own_phone)
    state.app.jinja_env.globals.update(next_steps=next_steps, tenths=presenting.tenths)


@blp.errorhandler(AccountNotFound)
def _ask_to_apply(_refusal: AccountNotFound) -> Response:
    """Bring somebody who has no account to the page where they apply for one."""
    return redirect(url_for("citizen.apply"), code=303)


def _counts() -> Mapping[str, int]:
    person_id = current_actor().person_id
    if person_id is None:
        return {}
    with transaction() as session:
        return {"unread": messages.unread(session, person_id=person_id)}
