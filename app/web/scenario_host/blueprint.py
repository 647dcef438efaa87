"""The blueprint of the scenario host's pages and its places."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from app.door.access import current_actor
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import claims, queues
from app.web.desk import frame
from app.web.presentation import navigation
from app.web.presentation.language import lazy_gettext
from app.web.presentation.navigation import Place, Section

blp = Blueprint("scenario_host", __name__, url_prefix="/host")

KEYS: Final = Place(
    lazy_gettext("接口密钥"), "key-round", "scenario_host.keys", within=("scenario_host.new_key",)
)
STAFF: Final = Place(
    lazy_gettext("人员"),
    "users",
    "scenario_host.staff",
    within=(
        "scenario_host.new_colleague",
        "scenario_host.invite_colleague",
        "scenario_host.colleague",
        "scenario_host.renew_colleague",
        "scenario_host.restore_colleague",
    ),
)
FIRST: Final = Section(
    None,
    (
        Place(lazy_gettext("今日概览"), "layout-grid", "scenario_host.home"),
        Place(
            lazy_gettext("场景登记"),
            "clipboard-list",
            "scenario_host.scenarios",
            within=(
                "scenario_host.scenario",
                "scenario_host.apply",
                "scenario_host.new_sandbox",
                "scenario_host.create_sandbox",
            ),
            count="scenarios",
            urgent=True,
        ),
    ),
)
DATA: Final = (
    Place(lazy_gettext("数据上传"), "upload", "scenario_host.uploads", within=("scenario_host.upload",)),
    Place(
        lazy_gettext("映射配置"),
        "file-cog",
        "scenario_host.profiles",
        within=("scenario_host.profile", "scenario_host.new_profile", "scenario_host.try_profile"),
    ),
    Place(lazy_gettext("数据质量"), "chart-column", "scenario_host.quality"),
    Place(
        lazy_gettext("月度报表"),
        "calendar-days",
        "scenario_host.statements",
        within=("scenario_host.statement",),
    ),
    Place(
        lazy_gettext("补传请求"),
        "message-square-warning",
        "scenario_host.claims",
        count="claims",
        urgent=True,
    ),
    Place(lazy_gettext("用户关联"), "link", "scenario_host.links", within=("scenario_host.propose",)),
)
SECTIONS: Final = (
    FIRST,
    Section(lazy_gettext("数据"), (*DATA, KEYS)),
    Section(lazy_gettext("本单位"), (STAFF,)),
)
OF_CLERKS: Final = (FIRST, Section(lazy_gettext("数据"), DATA))


def _counts() -> Mapping[str, int]:
    host_id = current_actor().organisation_id
    if host_id is None:
        return {}
    with transaction() as session:
        found = queues.counts(session, host_id=host_id)
        asked = claims.count_at_host(session, host_id)
    return {
        "scenarios": sum(found.scenarios.get(state, 0) for state in queues.OF_HOST),
        "claims": asked,
    }


frame.install(blp, "scenario_host", SECTIONS, _counts)


@blp.record_once
def _tell_clerks_places(state: BlueprintSetupState) -> None:
    assert isinstance(state.app, Flask)
    navigation.offer(state.app, "host_clerk", OF_CLERKS, _counts)


@blp.context_processor
def _for_clerks() -> dict[str, Any]:
    """Leave out what a clerk may not do."""
    manages = current_actor().may(Permission.AGREE_AS_HOST)
    return {"audience": "scenario_host" if manages else "host_clerk", "manages": manages}
