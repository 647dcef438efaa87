"""Who works for an institution in which office (机构人员): added, changed, put out of use."""

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, redirect, url_for

from app.door.access import current_actor, requires
from app.identity import queries
from app.kernel import clock
from app.kernel.permissions import Permission, Role
from app.kernel.session import transaction
from app.web.desk import colleagues, frame
from app.web.presentation.language import lazy_gettext
from app.web.presentation.navigation import Place, Section

blp = Blueprint("personnel", __name__, url_prefix="/personnel")

SECTIONS: Final = (
    Section(
        lazy_gettext("人员管理"),
        (
            Place(
                lazy_gettext("本单位人员"),
                "users",
                "personnel.staff",
                within=("personnel.new_colleague", "personnel.colleague"),
            ),
        ),
    ),
)


@blp.get("")
@requires(Permission.MANAGE_OWN_STAFF)
def home() -> Any:
    """Go to the list of who works here."""
    return redirect(url_for("personnel.staff"), code=303)


def offices() -> Sequence[Role]:
    """Return the offices of the institution of whoever asks."""
    with transaction() as session:
        return queries.offices_of(session, current_actor().organisation_id or 0, at=clock.now())


frame.install(blp, "personnel", SECTIONS)
colleagues.install(blp, gives=offices, layout="desk/layout.html")
