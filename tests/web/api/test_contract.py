"""The API keeps what its document says, whatever is sent and whoever sends it (T-58).

A visitor calls every operation; a citizen, a host's machine, a merchant's machine and a merchant's manager
call those that are theirs, with data that the document allows and data that it forbids: never a server
error, never another shape. Part of the paths is aimed at things that exist.
"""

import json
import re
from itertools import count
from typing import Any, NamedTuple

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import ignored_auth

from app.api.converters import CODE
from app.factory import create_app
from app.identity.values import MACHINE_SCOPES
from app.journeys import webhooks
from app.kernel.events import Event
from app.kernel.permissions import PERMISSIONS_OF, Role
from app.settings import Settings
from points import commands
from tests.builders import people
from tests.obligations import obligation
from tests.web.api.conftest import BEFORE, NOON, rich

REFUSALS = ["400", "401", "403", "404", "409", "413", "415", "422", "429"]
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 42,
        "generation": {"deterministic": True, "database": "none", "with-security-parameters": False},
        "checks": {
            # a document cannot say everything: what exists, which state it is in, which rule it breaks
            "positive_data_acceptance": {"expected-statuses": ["2xx", *REFUSALS]},
            "negative_data_rejection": {"expected-statuses": REFUSALS},
        },
    }
)
_app = create_app(Settings.for_tests())


def unpacked(environ: dict[str, Any], start_response: Any) -> Any:
    """Serve the application to a client that does not unpack what comes packed."""
    environ.pop("HTTP_ACCEPT_ENCODING", None)
    return _app(environ, start_response)


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", unpacked, config=CONFIG)
KEY = "Idempotency-Key"
_numbers = count()
HELD = {
    "citizen": PERMISSIONS_OF[Role.CITIZEN],
    "host": PERMISSIONS_OF[Role.HOST_STAFF] & MACHINE_SCOPES,
    "merchant": PERMISSIONS_OF[Role.MERCHANT_MANAGER] & MACHINE_SCOPES,
    "manager": PERMISSIONS_OF[Role.MERCHANT_MANAGER] - MACHINE_SCOPES,
}


@schemathesis.serializer(
    "application/gzip", "application/x-ndjson", "application/pdf", "image/png", "image/jpeg"
)
def as_it_is(_: Any, value: Any) -> bytes:
    """Send a file as the bytes it is."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")


class World(NamedTuple):
    """Who may ask how, and what exists."""

    credentials: dict[str, dict[str, dict[str, str]]]
    code: str
    numbers: dict[str, int]
    words: dict[str, Any]


@pytest.fixture
def world(app, session, folder, host_side, citizen_side, merchant_side) -> World:
    """A world in which each role finds something of its own."""
    rich(session, host_side, citizen_side, 100_000)
    redemption = commands.redeem(
        session, actor=citizen_side.actor, offer_id=merchant_side.offer.id, key="r1", at=NOON
    )
    endpoint, _ = webhooks.add_endpoint(
        session, actor=host_side.actor, url="https://a.example/", events=[Event.UPLOAD_FINISHED], at=BEFORE
    )
    session.commit()
    sent = app.test_client().post(
        f"{host_side.path}/behaviours",
        json={"rows": [{"record_id": "r"}]},
        headers={**host_side.key, "Idempotency-Key": "k"},
    )
    citizen = people.sign_in_as(app.test_client(), citizen_side.actor)
    manager = people.sign_in_as(app.test_client(), merchant_side.actor)
    return World(
        {
            "visitor": {},
            "citizen": {"cookies": {"tht_session": citizen}},
            "host": {"headers": host_side.key},
            "merchant": {"headers": merchant_side.key},
            "manager": {"cookies": {"tht_session": manager}},
        },
        host_side.scenario.code,
        {
            "upload_id": sent.json["upload_id"],
            "webhook_id": endpoint.id,
            "redemption_id": redemption.id,
            "offer_id": merchant_side.offer.id,
            "acct_seq": 1,
        },
        {
            "offer_id": merchant_side.offer.id,
            "price_hundredths": merchant_side.offer.price,
            "scenario": host_side.scenario.code,
            "text_version": "1",
            "area_code": "500103",
        },
    )


def aim(case: Any, world: World) -> None:
    """Put what exists in path and body where they are as the document has them."""
    given = case.path_parameters or {}
    for name, value in list(given.items()):
        if name == "code" and isinstance(value, str) and re.fullmatch(CODE, value):
            given[name] = world.code
        elif name in world.numbers and isinstance(value, int) and 0 <= value < 10**18:
            given[name] = world.numbers[name]
    if case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE and isinstance(case.body, dict):
        case.body.update({name: real for name, real in world.words.items() if name in case.body})
    if case.headers and 1 <= len(case.headers.get(KEY, "")) <= 100:
        case.headers[KEY] += f"-{next(_numbers)}"  # so that one case is not another's repetition


def tried_by(role: str) -> Any:
    """Return the test of the operations that a role may call."""
    held = HELD.get(role)

    def chosen(context: Any) -> bool:
        return held is None or context.operation.definition.raw.get("x-permission") in held

    @obligation("T-58")
    @schema.include(chosen).parametrize()
    @settings(
        max_examples=8,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def test(case: Any, world: World) -> None:
        aim(case, world)
        case.call_and_validate(**world.credentials[role], excluded_checks=[ignored_auth])

    return test


test_as_visitor = tried_by("visitor")
test_as_citizen = tried_by("citizen")
test_as_host = tried_by("host")
test_as_merchant = tried_by("merchant")
test_as_manager = tried_by("manager")
