"""Decisions of identity: which roles count, which papers and passwords are accepted."""

from collections.abc import Iterable

from app.identity.values import OPERATOR_ROLES, Authority
from app.kernel.permissions import ANYONE, PERMISSIONS_OF, Permission, Role
from app.kernel.sources import cites


@cites("CQ-4.1", "CQ-4.3", "CQ-6.8")
def roles_in_force(held: Iterable[Role], *, authority: str | None, is_operator: bool) -> frozenset[Role]:
    """Return those of the roles held that count in this organisation today (角色生效).

    Roles of the Bureau count in the Bureau only, those of a district in its bureau only, those of
    the operator only while the organisation is appointed.

    Source: CQ-4.1, CQ-4.3, CQ-6.8.
    """

    def counts(role: Role) -> bool:
        if role is Role.BUREAU_OFFICER:
            return authority == Authority.BUREAU
        if role is Role.DISTRICT_OFFICER:
            return authority == Authority.DISTRICT_BUREAU
        if role in OPERATOR_ROLES:
            return is_operator
        return True

    return frozenset(role for role in held if counts(role))


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return what a staff user with these roles may do; with none, see to their own session only."""
    allowed = ANYONE | {Permission.USE_OWN_SESSION}
    for role in roles:
        allowed |= PERMISSIONS_OF[role]
    return allowed
