"""Norms, methods and drafts attacked with plain SQL: nothing published changes or holds backwards."""

import psycopg
import pytest
from psycopg import errors

from app.kernel.actor import SYSTEM
from app.kernel.drafts import DraftKind, Ending, end_draft, write_draft
from app.kernel.session import transaction
from tests.builders import scenarios
from tests.fixtures.desks import BEFORE
from tests.obligations import obligation

VERSION = (
    "insert into method_version (method_id, version, valid_from, body, published_by, published_at)"
    " select method_id, '9', {first}, body, 'x', {at} from method_version where version = '1'"
)
NORM = (
    "insert into evaluation_norm (version, valid_from, items, pass_score, published_by, published_at)"
    " select 'x', date '2026-11-20', items, 1, 'x', timestamptz '2026-11-20 16:00Z' from evaluation_norm"
)
DRAFT = "update draft set title = 'x', revision = revision + {step} where title = '{title}'"

ATTACKS = {
    "a norm that holds before it is published": (
        NORM,
        {"tht_app": "23514", "tht_owner": "23514"},
    ),
    "a later version of a method for days that have come": (
        VERSION.format(first="date '2026-11-21'", at="timestamptz '2026-11-20 16:00Z'"),
        {"tht_app": "TH083", "tht_owner": "TH083"},
    ),
    "ending a method by hand": (
        "update method_version set valid_until = '2099-01-01'",
        {"tht_app": "42501", "tht_owner": "TH002"},
    ),
    "changing the numbers of a method": (
        "update method_version set body = '{}'",
        {"tht_app": "42501", "tht_owner": "TH002"},
    ),
    "deleting a version": ("delete from method_version", {"tht_app": "42501", "tht_owner": "TH002"}),
    "changing a draft without counting": (
        DRAFT.format(step=0, title="open"),
        {"tht_app": "TH081", "tht_owner": "TH081"},
    ),
    "changing a draft that ended": (
        DRAFT.format(step=1, title="ended"),
        {"tht_app": "TH080", "tht_owner": "TH080"},
    ),
}
LAWFUL = (
    VERSION.format(first="date '2026-11-22'", at="timestamptz '2026-11-20 16:00Z'"),
    DRAFT.format(step=1, title="open"),
)


@pytest.fixture(scope="module")
def published(server):
    """Give a database with a norm, a method, a draft that is open and one that ended."""
    import secrets

    from app.kernel import session as kernel_session

    own = server.copy(f"test_{secrets.token_hex(6)}")
    engine = kernel_session.make_engine(own.app)
    kernel_session.configure(engine)
    with transaction() as session:
        scenarios.norm(session, at=BEFORE)
        scenarios.uncapped(session, "bus.ride", at=BEFORE)
        _open, made = (
            write_draft(session, actor=SYSTEM, kind=DraftKind.RULE, title=title, content={}, at=BEFORE)
            for title in ("open", "ended")
        )
        end_draft(session, made, actor=SYSTEM, ending=Ending.DROPPED, at=BEFORE)
    kernel_session.configure(None)
    engine.dispose()
    yield {"tht_app": own.app, "tht_owner": own.owner}
    own.cluster.drop_database(own.name)


def attack(address, statement):
    """Run a statement and take it back; return the SQLSTATE with which it was refused."""
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        try:
            with connection.transaction(force_rollback=True):
                connection.execute(statement)
        except errors.Error as refused:
            return refused.sqlstate
    return None


@obligation("CQ-31.2", "CQ-31.3", "CQ-31.4")
def test_nothing_published_is_changed_or_holds_backwards(published):
    expected = {(name, role): code for name, (_, codes) in ATTACKS.items() for role, code in codes.items()}

    answers = {
        (name, role): attack(address, statement)
        for name, (statement, _codes) in ATTACKS.items()
        for role, address in published.items()
    }

    assert answers == expected


def test_the_lawful_ways_stay_open(published):
    assert [attack(published["tht_app"], statement) for statement in LAWFUL] == [None, None]
