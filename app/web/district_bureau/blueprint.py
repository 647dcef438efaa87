"""The blueprint of a district's bureau, its places, and whose area it is."""

from typing import Final

from flask import Blueprint

from app.door.access import current_actor
from app.identity import rules
from app.web.desk import frame
from app.web.presentation.language import lazy_gettext
from app.web.presentation.navigation import Place, Section

blp = Blueprint("district_bureau", __name__, url_prefix="/district")

SECTIONS: Final = (
    Section(
        lazy_gettext("辖区监督"),
        (
            Place(lazy_gettext("辖区概览"), "layout-grid", "district_bureau.home"),
            Place(
                lazy_gettext("辖区场景"),
                "compass",
                "district_bureau.scenarios",
                within=("district_bureau.scenario",),
            ),
            Place(
                lazy_gettext("辖区项目"),
                "trees",
                "district_bureau.projects",
                within=("district_bureau.project",),
            ),
            Place(lazy_gettext("辖区数据"), "chart-column", "district_bureau.figures"),
        ),
    ),
)


def own_area() -> str:
    """Return the area of whoever asks.

    Raises:
        OutsideArea: they have none.
    """
    own = current_actor().area_code
    return rules.check_inside(own, own=own)


frame.install(blp, "district_bureau", SECTIONS)
