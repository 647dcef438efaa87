"""A small world for the API's tests: one noon, a host with a scenario, a citizen with points, a merchant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.identity.values import MACHINE_SCOPES
from app.kernel import clock, documents
from app.kernel.actor import SYSTEM, Actor
from points import commands
from points.models import Merchant, Offer
from scenarios.models import Scenario
from tests.builders import people, points, scenarios

NOON = points.NOON
BEFORE = NOON - timedelta(days=10)
Headers = dict[str, str]


@pytest.fixture
def noon() -> Iterator[None]:
    """Hold the clock at noon in China on 10 March 2026."""
    with clock.frozen(NOON):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Let documents lie in a folder of this test."""
    documents.use_folder(tmp_path / "documents")
    yield tmp_path / "documents"
    documents.use_folder(None)


def bearer(session: Session, member: Actor, **options: object) -> Headers:
    """Return the header of a machine that may all that machines may, as far as its maker may."""
    scopes = tuple(scope for scope in MACHINE_SCOPES if member.may(scope))
    _, credential = people.machine(session, member, scopes=scopes, at=BEFORE, **options)  # type: ignore[arg-type]
    return {"Authorization": f"Bearer {credential}"}


@dataclass(frozen=True)
class HostSide:
    """A listed scenario, its host and the host's machine."""

    actor: Actor
    scenario: Scenario
    key: Headers

    @property
    def path(self) -> str:
        """Where the scenario lies in the API."""
        return f"/api/v1/scenarios/{self.scenario.code}"


@dataclass(frozen=True)
class CitizenSide:
    """A citizen with an open account."""

    actor: Actor
    account_id: int
    user: str


@dataclass(frozen=True)
class MerchantSide:
    """An admitted merchant with an offer and its machine."""

    actor: Actor
    merchant: Merchant
    offer: Offer
    key: Headers


@pytest.fixture
def host_side(session: Session, noon: None) -> HostSide:
    """A host whose scenario counts bicycle rides."""
    ready = scenarios.ready(session, at=BEFORE)
    points.rule(session, at=BEFORE)
    return HostSide(ready.host, ready.scenario, bearer(session, ready.host))


@pytest.fixture
def citizen_side(session: Session, noon: None, host_side: HostSide) -> CitizenSide:
    """A citizen with an account, linked with the host's user `u-1`."""
    actor = people.citizen(session, at=BEFORE)
    account = commands.apply_for_account(session, actor=actor, person_id=actor.person_id, at=BEFORE)
    commands.activate_account(session, actor=SYSTEM, account_id=account.id, at=BEFORE)
    points.authorise(session, host_side.scenario.id, [account.id], given_at=BEFORE)
    return CitizenSide(actor, account.id, f"user-{account.id}")


@pytest.fixture
def merchant_side(session: Session, noon: None) -> MerchantSide:
    """A merchant with a coupon for 50 points."""
    actor = people.merchant(session, at=BEFORE)
    made = commands.apply_as_merchant(session, actor=actor, particulars=points.particulars(), at=BEFORE)
    commands.admit_merchant(session, actor=points.operator(), merchant_id=made.id, at=BEFORE)
    shop = points.Shop(made, actor, actor)
    return MerchantSide(actor, made, points.offer(session, shop, at=BEFORE), bearer(session, actor))


@pytest.fixture
def citizen_client(client: FlaskClient, session: Session, citizen_side: CitizenSide) -> FlaskClient:
    """The browser of the citizen."""
    session.commit()
    people.sign_in_as(client, citizen_side.actor)
    return client


def rich(session: Session, host: HostSide, citizen: CitizenSide, *grams: int) -> None:
    """Let the citizen earn points, a gram for a hundredth."""
    ready = scenarios.Ready(host.actor, host.scenario)
    points.earn(session, ready, citizen.account_id, *grams, at=NOON)
    session.commit()


def every_page(client: FlaskClient, path: str, **options: Any) -> list[list[dict[str, Any]]]:
    """Read a list page by page to its end."""
    pages: list[list[dict[str, Any]]] = []
    following: str | None = None
    while following is not None or not pages:
        after = "" if following is None else f"&after={following}"
        page = client.get(f"{path}{after}", **options).json
        assert page is not None
        pages.append(page["items"])
        following = page["next"]
    return pages
