"""An organisation applies for a scenario: its own facts come from the register, not from the form."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity.models import District, Organisation
from app.identity.queries import districts, organisation
from app.kernel.actor import Actor
from app.kernel.documents import document
from app.kernel.errors import Forbidden
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import commands
from scenarios.errors import DistrictUnknown
from scenarios.models import Scenario
from scenarios.values import Application, Host


@cites("CQ-32.1", "CQ-32.2", "CQ-2.1", "CQ-5.1")
def apply_for_scenario(session: Session, *, actor: Actor, application: Application, at: datetime) -> Scenario:
    """Apply for the registration of a scenario in the name of the actor's organisation (申请登记).

    Raises:
        DistrictUnknown: the area is not one of Chongqing's districts and counties.
        DocumentNotFound: a piece of evidence was not stored.
        HostNotDomestic, ApplicationIncomplete, ScenarioCodeTaken: see `scenarios.commands.apply`.

    Source: CQ-32.1, CQ-32.2, CQ-2.1, CQ-5.1.
    """
    actor.require(Permission.APPLY_FOR_SCENARIO)
    if actor.organisation_id is None:
        raise Forbidden(permission=Permission.APPLY_FOR_SCENARIO.value)
    place = organisation(session, actor.organisation_id)
    if session.get(District, application.area_code) is None:
        raise DistrictUnknown(area_code=application.area_code)
    for piece in application.evidence:
        document(session, piece.document_id)
    return commands.apply(session, actor=actor, host=_host(place), application=application, at=at)


@cites("CQ-32.1", "CQ-34.1")
def open_sandbox(
    session: Session, *, actor: Actor, code: str, name: str, methods: tuple[str, ...], at: datetime
) -> Scenario:
    """Open a sandbox in the name of the actor's organisation (开设沙箱).

    Raises:
        HostNotDomestic, ApplicationIncomplete, ScenarioCodeTaken, SandboxesEnough: see
            `scenarios.commands.open_sandbox`.

    Source: CQ-32.1, CQ-34.1.
    """
    actor.require(Permission.MANAGE_PROFILES)
    if actor.organisation_id is None:
        raise Forbidden(permission=Permission.MANAGE_PROFILES.value)
    place = organisation(session, actor.organisation_id)
    return commands.open_sandbox(
        session,
        actor=actor,
        host=_host(place),
        code=code,
        name=name,
        methods=methods,
        area_code=place.area_code or districts(session)[0].code,
        at=at,
    )


def _host(place: Organisation) -> Host:
    return Host(
        organisation_id=place.id, kind=place.kind, country=place.country, credit_code=place.credit_code
    )
