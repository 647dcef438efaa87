"""Decisions of identity: which roles count, which papers and appointments are accepted."""

from app.identity.rules.credit_list import check_may_be_listed, check_turn
from app.identity.rules.institutions import (
    check_appointment,
    check_early_end,
    check_inside,
    check_mandate,
    check_note,
    check_organisation,
    check_target,
)
from app.identity.rules.offices import (
    COLLEAGUES_OF,
    check_grant,
    fits_organisation,
    permissions_of,
    roles_in_force,
    roles_to_give,
)
from app.identity.rules.people import (
    check_guardian,
    check_identity,
    check_login,
    check_may_be_ranked,
    check_password,
    colleague_login,
    needs_guardian,
)

__all__ = [
    "COLLEAGUES_OF",
    "check_appointment",
    "check_early_end",
    "check_grant",
    "check_guardian",
    "check_identity",
    "check_inside",
    "check_login",
    "check_mandate",
    "check_may_be_listed",
    "check_may_be_ranked",
    "check_note",
    "check_organisation",
    "check_password",
    "check_target",
    "check_turn",
    "colleague_login",
    "fits_organisation",
    "needs_guardian",
    "permissions_of",
    "roles_in_force",
    "roles_to_give",
]
