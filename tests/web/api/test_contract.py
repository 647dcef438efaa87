"""The API keeps what its document says, whatever is sent and whoever sends it (T-58).

Each operation is called as a visitor, a citizen, a scenario host's machine and a merchant, with data
that the document allows and data that it forbids: never a server error, never another shape.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import ignored_auth

from app.factory import create_app
from app.identity.values import MACHINE_SCOPES
from app.settings import Settings
from tests.builders import people
from tests.obligations import obligation

ALLOWED_REFUSALS = ["2xx", "400", "401", "403", "404", "409", "413", "415", "422", "429"]
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 42,
        "generation": {"deterministic": True, "database": "none"},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ALLOWED_REFUSALS},
            "negative_data_rejection": {"expected-statuses": ALLOWED_REFUSALS[1:]},
        },
    }
)
application = create_app(Settings.for_tests())
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=CONFIG)


@pytest.fixture
def host_machine(session):
    """The header of a machine of a scenario host that may do all that machines may."""
    host = people.host(session)
    scopes = tuple(scope for scope in MACHINE_SCOPES if host.may(scope))
    _, credential = people.machine(session, host, scopes=scopes)
    session.commit()
    return {"Authorization": f"Bearer {credential}"}


@pytest.fixture
def visitor(session):
    """The headers of somebody who is not signed in."""
    return {}


@obligation("T-58")
@pytest.mark.parametrize("role", ["visitor", "host_machine"])
@schema.parametrize()
@settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_operation(case, role, request):
    headers = request.getfixturevalue(role)
    case.call_and_validate(headers=headers, excluded_checks=[ignored_auth])
