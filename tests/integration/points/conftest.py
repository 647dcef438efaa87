"""What most tests of points begin with: the rule in force, a listed scenario, a merchant."""

import secrets
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import session as kernel_session
from app.kernel.secrets import Keyring, use_keyring
from points import queries
from points.models import ConversionRule
from tests.builders import points as build
from tests.builders.points import Holder, Shop
from tests.builders.scenarios import Ready
from tests.integration.points.stage import Stage, set_up
from tests.server import Database, ThrowAwayServer


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


@pytest.fixture(scope="module")
def battlefield(server: ThrowAwayServer) -> Iterator[tuple[Database, Stage]]:
    """A committed database for the attacks of one module; each attack is rolled back."""
    own = server.copy(f"test_{secrets.token_hex(6)}")
    use_keyring(Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32))
    engine = kernel_session.make_engine(own.app)
    kernel_session.configure(engine)
    stage = set_up()
    kernel_session.configure(None)
    engine.dispose()
    use_keyring(None)
    yield own, stage
    own.cluster.drop_database(own.name)


@pytest.fixture
def attack(battlefield: tuple[Database, Stage]) -> Iterator[Callable[..., None]]:
    """Try something as a role, up to the commit, and expect PostgreSQL to refuse it with this code."""
    database, stage = battlefield

    def tried(role: str, code: str, act: Callable[[psycopg.Connection, Stage], object]) -> None:
        def up_to_the_commit() -> None:
            act(connection, stage)
            connection.execute("set constraints all immediate")

        with psycopg.connect(database.url(role)) as connection:
            with pytest.raises(psycopg.Error) as refused:
                up_to_the_commit()
            assert refused.value.sqlstate == code, refused.value
            connection.rollback()

    yield tried
    with psycopg.connect(database.app) as connection:
        left = connection.execute("select sum(available + reserved) from account_balance").fetchone()
    assert left == (199_00,)
