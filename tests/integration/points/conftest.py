"""What most tests of points begin with: the rule in force, a listed scenario, a merchant."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from points import queries
from points.models import ConversionRule
from tests.builders import points as build
from tests.builders.points import Holder, Shop
from tests.builders.scenarios import Ready


@pytest.fixture
def rule(session: Session) -> ConversionRule:
    """A rule of 100 g a point and 60 months, in force on the day of the tests."""
    return build.rule(session)


@pytest.fixture
def ready(session: Session, rule: ConversionRule) -> Ready:
    """A listed scenario."""
    return build.scene(session)


@pytest.fixture
def holder(session: Session, ready: Ready) -> Holder:
    """Somebody with an open account and nothing in it."""
    return build.holder(session)


@pytest.fixture
def rich(session: Session, ready: Ready, holder: Holder) -> Holder:
    """Somebody with 100 points of one behaviour."""
    build.earn(session, ready, holder.id, 100_00)
    return holder


@pytest.fixture
def shop(session: Session) -> Shop:
    """An admitted merchant."""
    return build.shop(session)


@pytest.fixture(autouse=True)
def books(request: pytest.FixtureRequest):
    """After each test on `session` the books agree, and what waits for the commit is in order."""
    session = request.getfixturevalue("session") if "session" in request.fixturenames else None
    yield
    if session is not None:
        session.execute(text("set constraints all immediate"))
        report = queries.books_check(session)
        assert report.agrees, (report.disagreements, report.places)
