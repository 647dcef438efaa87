"""The acts of the registry keep what the API's document says, whatever is sent (T-58)."""

from typing import Any, NamedTuple

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import ignored_auth

from app.kernel import clock
from app.kernel.permissions import PERMISSIONS_OF, Role
from cqcer.queries import cases
from cqcer.values import Subject
from tests.builders import parties, people
from tests.integration.cqcer.story import VALIDATED
from tests.obligations import obligation
from tests.web.api.test_contract import KEY, schema

pytestmark = pytest.mark.slow
ROLES = {
    "owner": Role.OWNER_STAFF,
    "reviewer": Role.AGENCY_REVIEWER,
    "verifier": Role.VVB_STAFF,
    "bureau": Role.BUREAU_OFFICER,
}


class World(NamedTuple):
    """Who asks, and what exists."""

    cookies: dict[str, dict[str, str]]
    numbers: dict[str, int]


@pytest.fixture
def world(app, session, story, folder):
    """A project on notice, whose owner is one of those who ask."""
    project = story.project()
    story.report(project, Subject.PROJECT, VALIDATED)
    notice = story.notice(project, Subject.PROJECT)
    asking = {
        "owner": people.staff(session, Role.OWNER_STAFF, project.owner_organisation_id, at=story.at),
        "reviewer": parties.agency_reviewer(session, at=story.at),
        "verifier": parties.verifier(session, at=story.at),
        "bureau": people.bureau(session, at=story.at),
    }
    session.commit()
    with clock.frozen(story.at):
        cookies = {
            name: {"tht_session": people.sign_in_as(app.test_client(), actor)}
            for name, actor in asking.items()
        }
        report = cases.latest_report(session, project)
        yield World(
            cookies,
            {
                "case_id": project.id,
                "project_id": project.id,
                "notice_id": notice.id,
                "methodology_version_id": project.methodology_version_id,
                "document_id": 0 if report is None else report.document_id,
            },
        )


def tried_by(role: str) -> Any:
    """Return the test of the registry's acts that a role may call."""
    held = PERMISSIONS_OF[ROLES[role]]

    def chosen(context: Any) -> bool:
        raw = context.operation.definition.raw
        acts = context.operation.method.upper() != "GET" and "/registry/" in context.operation.path
        return acts and raw.get("x-permission") in held

    @obligation("T-58")
    @schema.include(chosen).parametrize()
    @settings(
        max_examples=2,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def test(case: Any, world: World) -> None:
        for place in (case.path_parameters or {}, case.body):
            if not isinstance(place, dict):
                continue
            if place is case.body and case.meta.generation.mode is not schemathesis.GenerationMode.POSITIVE:
                continue
            place.update({name: real for name, real in world.numbers.items() if _is_number(place.get(name))})
        if case.headers and len(case.headers.get(KEY, "")) <= 100:
            case.headers.setdefault(KEY, "k")
        case.call_and_validate(cookies=world.cookies[role], excluded_checks=[ignored_auth])

    return test


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18


test_as_owner = tried_by("owner")
test_as_reviewer = tried_by("reviewer")
test_as_verifier = tried_by("verifier")
test_as_bureau = tried_by("bureau")
