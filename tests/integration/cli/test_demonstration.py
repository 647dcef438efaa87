"""The demonstration world: made by the same commands as real use, and no page of it empty."""

import pytest
from sqlalchemy import text

from app.cli.demonstration import loading
from app.cli.demonstration.residents import residents
from app.cli.demonstration.shops import MERCHANTS
from app.cli.demonstration.world import SCENARIOS
from app.kernel import clock, documents
from app.kernel.session import transaction
from points.queries import books_check
from tests.fixtures.browser import NOON


@pytest.fixture
def folder(tmp_path):
    documents.use_folder(tmp_path)
    yield tmp_path
    documents.use_folder(None)


def states(session, table):
    return set(session.scalars(text(f"select distinct state from {table}")))


def test_some_weeks_of_the_world_hold_every_kind_of_thing_a_page_shows(committed, folder):
    said: list[str] = []

    with clock.frozen(NOON):
        loading.load(said.append, days_of_life=42, citizens=44)

    with transaction() as session:
        assert loading.is_loaded()
        assert states(session, "scenario") == {
            "applied", "under_assessment", "agreed", "listed", "suspended", "rejected",
        }  # fmt: skip
        assert states(session, "merchant") == {"applied", "admitted", "suspended", "left", "rejected"}
        assert states(session, "offer") >= {"on_shelf", "off_shelf", "blocked"}
        assert states(session, "correction") == {"proposed", "confirmed", "objected"}
        assert states(session, "redemption") >= {"reserved", "fulfilled"}
        assert states(session, "upload") == {"done", "failed"}
        assert {"active", "closed"} <= states(session, "carbon_account")
        kinds = set(session.scalars(text("select distinct kind from point_entry")))
        assert kinds >= {"issue", "reserve", "cancel", "close"}
        assert session.scalar(text("select count(*) from link_proposal")) > 0
        assert session.scalar(text("select count(*) from held_row")) > 0
        assert states(session, "missing_claim") == {"filed", "with_host", "refused", "appealed"}
        assert session.scalar(text("select count(*) from wrongdoing_report")) == 1
        books = books_check(session)
        assert books.agrees
        assert books.entries > 500
    assert len(said) > 5


def test_the_world_is_large_enough_for_a_city_to_be_shown():
    assert len(SCENARIOS) >= 12
    assert len(MERCHANTS) >= 20
    assert len(residents()) >= 200
    assert len({person.area for person in residents()}) >= 12
    assert len({person.document for person in residents()}) == len(residents())
    assert all(offer.picture for merchant in MERCHANTS for offer in merchant.offers)
