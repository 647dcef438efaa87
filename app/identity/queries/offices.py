"""Which offices an organisation holds (机构岗位): the roles that somebody could hold there today."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.queries.actors import entrusted_on, operator_on
from app.identity.queries.organisations import organisation
from app.identity.values import OFFICIAL_ROLES
from app.kernel.days import day_in_china
from app.kernel.permissions import Role
from app.kernel.sources import cites


@cites("CQ-4.1", "CQ-6.8")
def offices_of(session: Session, organisation_id: int, *, at: datetime) -> tuple[Role, ...]:
    """Return the official roles that count in an organisation today, in their usual order.

    Raises:
        OrganisationNotFound: there is none with this id.

    Source: CQ-4.1, CQ-6.8.
    """
    found, today = organisation(session, organisation_id), day_in_china(at)
    counting = rules.roles_in_force(
        OFFICIAL_ROLES,
        authority=found.authority,
        is_operator=operator_on(session, today) == found.id,
        entrusted=entrusted_on(session, found.id, today),
    )
    return tuple(role for role in Role if role in counting)
