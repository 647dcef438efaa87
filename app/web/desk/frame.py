"""The frame around the pages of staff: who is signed in, for whom, and the places at the side (框架)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Flask, current_app, url_for
from flask.blueprints import BlueprintSetupState

from app.door.access import current_actor
from app.identity import queries
from app.kernel.session import transaction
from app.web.desk import breaches, words
from app.web.presentation import navigation
from app.web.presentation.navigation import Counts, Section


def install(
    blueprint: Blueprint, audience: str, sections: Sequence[Section], counts: Counts | None = None
) -> None:
    """Tell the places of an audience and give its templates what their layout shows.

    Pages are rendered after their transaction has ended, so that what the frame reads is not a
    second connection held beside the first.
    """

    @blueprint.record_once
    def tell_places(state: BlueprintSetupState) -> None:
        assert isinstance(state.app, Flask)
        navigation.offer(state.app, audience, sections, counts)
        state.app.jinja_env.globals.update(words.HELPERS, **breaches.HELPERS)  # macros see them too
        state.app.jinja_env.filters["method_name"] = words.method_name
        state.app.jinja_env.filters["from_iso"] = date.fromisoformat

    @blueprint.context_processor
    def frame() -> dict[str, Any]:
        return {
            "audience": audience,
            "home_url": url_for(f"{audience}.home"),
            **_person(),
        }


def _person() -> dict[str, Any]:
    actor = current_actor()
    organisation = None
    if actor.organisation_id is not None:
        with transaction() as session:
            organisation = queries.organisation(session, actor.organisation_id)
    return {
        "person": actor.name,
        "organisation": words.in_words(organisation.name, organisation.name_en) if organisation else None,
        "account_url": _url("auth.devices"),
        "sign_out_url": _url("auth.leave"),
    }


def _url(endpoint: str) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None
