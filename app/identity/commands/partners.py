"""Partners (参与单位): organisations that register themselves, for what they may then apply for."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from app.identity.commands.organisations import grant_role, register_organisation
from app.identity.commands.staff import create_staff
from app.identity.errors import RoleUnfit
from app.identity.models import Organisation, StaffUser
from app.identity.values import Caller, OrganisationKind
from app.kernel.actor import SYSTEM
from app.kernel.limits import Limit, hit
from app.kernel.permissions import Role
from app.kernel.sources import cites

PARTNER_ROLES: Final = frozenset(
    {Role.HOST_STAFF, Role.MERCHANT_MANAGER, Role.OWNER_STAFF, Role.ALLOWANCE_STAFF, Role.VVB_STAFF}
)
PER_NETWORK: Final = (Limit(10, 3_600), Limit(30, 86_400))


class Partner(NamedTuple):
    """An organisation that has just registered, and its first staff user."""

    organisation: Organisation
    staff: StaffUser


@cites("CQ-5.1", "CQ-32.1")
def register_partner(
    session: Session,
    *,
    name: str,
    kind: OrganisationKind,
    country: str,
    number: str,
    role: Role,
    contact: str,
    password: str,
    caller: Caller,
    at: datetime,
    area_code: str | None = None,
    sector_department: str | None = None,
) -> Partner:
    """Register an organisation by itself (单位自行登记); what it applies for is decided later.

    Its number is the login of its first staff user, so that nothing is told about other logins.
    Registering gives no right but to apply: the operator admits merchants, the Bureau approves
    scenarios and recognises bodies, the agency opens holding accounts.

    Args:
        number: the unified social credit code, or the foreign registration number.
        sector_department: the department that guides its sector, where it names one.

    Raises:
        OrganisationMalformed: with the breaches by field.
        OrganisationTaken: it is registered already.
        RoleUnfit: another role than those of partners.
        PasswordWeak: the password is too short or too common.
        TooMany: too many registrations from this network.

    Source: CQ-5.1, CQ-32.1.
    """
    if role not in PARTNER_ROLES:
        raise RoleUnfit(role=role.value)
    hit(session, bucket=f"partner:network:{caller.network}", limits=PER_NETWORK, at=at)
    domestic = country == "CN"
    organisation = register_organisation(
        session,
        actor=SYSTEM,
        name=name,
        kind=kind,
        country=country,
        credit_code=number if domestic else None,
        foreign_number=None if domestic else number,
        area_code=area_code,
        sector_department=" ".join(sector_department.split())[:100] if sector_department else None,
        at=at,
    )
    written = organisation.credit_code or f"{country}-{organisation.foreign_number}"
    login = "".join(sign if sign.isalnum() or sign in ".-" else "-" for sign in written).lower()[:40]
    staff = create_staff(session, actor=SYSTEM, login=login, display_name=contact, password=password, at=at)
    grant_role(session, actor=SYSTEM, staff_id=staff.id, organisation_id=organisation.id, role=role, at=at)
    return Partner(organisation, staff)
