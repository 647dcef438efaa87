"""What roles count where, and who may hold and give which (岗位规则)."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from app.identity.errors import (
    RolesExclude,
    RoleUnfit,
)
from app.identity.values import (
    INSTITUTION_OF,
    OFFICIAL_ROLES,
    OPERATOR_ROLES,
    Authority,
    Institution,
)
from app.kernel.permissions import ANYONE, PERMISSIONS_OF, Permission, Role
from app.kernel.sources import cites

_GROUPS: Final = (
    frozenset({Role.BUREAU_OFFICER, Role.DISTRICT_OFFICER}),
    frozenset({Role.OPERATOR_OFFICER}),
    frozenset({Role.OPERATOR_REVIEWER}),
    frozenset(
        {
            Role.MERCHANT_CLERK,
            Role.MERCHANT_MANAGER,
            Role.HOST_STAFF,
            Role.HOST_CLERK,
            Role.OWNER_STAFF,
            Role.ALLOWANCE_STAFF,
        }
    ),
    frozenset({Role.VVB_STAFF}),
    frozenset({Role.EXPERT}),
    frozenset({Role.AGENCY_OFFICER}),
    frozenset({Role.AGENCY_REVIEWER}),
    frozenset({Role.EXCHANGE_OFFICER}),
    frozenset({Role.STAFF_OFFICER}),
    frozenset({Role.ADMINISTRATOR}),
)


@cites("CQ-4.1", "CQ-4.3", "CQ-6.2", "CQ-6.6", "CQ-6.8")
def roles_in_force(
    held: Iterable[Role],
    *,
    authority: str | None,
    is_operator: bool,
    entrusted: Collection[Institution] = (),
) -> frozenset[Role]:
    """Return those of the roles held that count in this organisation today (角色生效).

    Roles of the Bureau count in the Bureau only, those of a district in its bureau only, those of
    the operator only while the organisation is appointed, those of the agency and the exchange only
    while it is entrusted.

    Source: CQ-4.1, CQ-4.3, CQ-6.2, CQ-6.6, CQ-6.8.
    """

    def counts(role: Role) -> bool:
        if role in OPERATOR_ROLES:
            return is_operator
        if role in INSTITUTION_OF:
            return authority is None and INSTITUTION_OF[role] in entrusted
        return fits_organisation(role, authority=authority)

    return frozenset(role for role in held if counts(role))


@cites("CQ-4.1", "CQ-4.3")
def fits_organisation(role: Role, *, authority: str | None) -> bool:
    """Tell whether a role can be held in an organisation that is this authority, or none.

    Source: CQ-4.1, CQ-4.3.
    """
    if role is Role.BUREAU_OFFICER:
        return authority == Authority.BUREAU
    if role is Role.DISTRICT_OFFICER:
        return authority == Authority.DISTRICT_BUREAU
    if role is Role.CITIZEN:
        return False
    return role in {Role.ADMINISTRATOR, Role.STAFF_OFFICER} or authority is None


@cites("CQ-35.2")
def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return what a staff user with these roles may do; with none, see to their own session only.

    Source: CQ-35.2.
    """
    allowed = ANYONE | {Permission.USE_OWN_SESSION}
    for role in roles:
        allowed |= PERMISSIONS_OF[role]
    return allowed


@cites("T-48", "CQ-4.1")
def check_grant(role: Role, *, held: Iterable[Role], authority: str | None) -> None:
    """Allow a role to somebody who holds others, here or elsewhere.

    Raises:
        RoleUnfit: there is no such role in this kind of organisation.
        RolesExclude: the person supervises, or is supervised by, whoever holds it.

    Source: T-48, CQ-4.1, CQ-37.1.
    """
    if not fits_organisation(role, authority=authority):
        raise RoleUnfit(role=role.value)
    group = next(group for group in _GROUPS if role in group)
    if excluded := sorted(other.value for other in held if other not in group):
        raise RolesExclude(role=role.value, held=excluded)


COLLEAGUES_OF: Final[Mapping[Role, frozenset[Role]]] = {
    Role.MERCHANT_MANAGER: frozenset({Role.MERCHANT_CLERK, Role.MERCHANT_MANAGER}),
    Role.HOST_STAFF: frozenset({Role.HOST_CLERK, Role.HOST_STAFF}),
    Role.STAFF_OFFICER: OFFICIAL_ROLES,
}
"""The roles that somebody with a role gives to colleagues, and takes back."""


@cites("CQ-35.2")
def roles_to_give(held: Iterable[Role]) -> frozenset[Role]:
    """Return the roles that somebody may give to colleagues of their own organisation (本单位岗位).

    Source: CQ-35.2.
    """
    return frozenset[Role]().union(*(COLLEAGUES_OF.get(role, frozenset()) for role in held))
