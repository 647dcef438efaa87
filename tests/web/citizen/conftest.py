"""Fixtures of the citizen's pages: noon of a Friday, a city, a citizen, a second one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.actor import Actor
from tests.builders import city, people
from tests.builders.city import City

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[datetime]:
    """The present: noon in China."""
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture
def streets(session: Session, noon: datetime) -> City:
    """The city as it stands."""
    return city.city(session, at=noon)


@pytest.fixture
def holder(session: Session, streets: City, noon: datetime) -> Actor:
    """A citizen with an open account and 133 points, of which nothing is spent."""
    made = city.resident(session, at=noon - city.BEFORE)
    city.two_days(session, streets, made, at=noon)
    return made


@pytest.fixture
def neighbour(session: Session, streets: City, noon: datetime) -> Actor:
    """Another citizen with an account and a few points of their own."""
    made = city.resident(session, at=noon - timedelta(days=3), phone="+8613800009999", nickname="邻居")
    city.join(session, streets, made, ("bus",), at=noon - timedelta(days=2))
    city.behave(session, streets, made, "bus", "1", at=noon, times=3)
    return made


@pytest.fixture
def own(app: Flask, client: FlaskClient, holder: Actor) -> FlaskClient:
    """A browser in which the holder is signed in."""
    people.sign_in_as(client, holder)
    return client


@pytest.fixture
def next_door(app: Flask, neighbour: Actor) -> FlaskClient:
    """A browser in which the neighbour is signed in."""
    browser = app.test_client()
    people.sign_in_as(browser, neighbour)
    return browser
