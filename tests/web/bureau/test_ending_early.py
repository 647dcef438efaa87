"""An operator's appointment is ended early: only shortened, and not into the past (提前终止委托)."""

from datetime import date

import psycopg
import pytest
from psycopg import errors

from app.identity import queries
from app.kernel.session import transaction
from tests.builders import people
from tests.fixtures.desks import BEFORE, NOON
from tests.obligations import obligation


@pytest.fixture
def desk(browser_of, authority):
    """The browser of the Bureau."""
    return browser_of(authority)


@pytest.fixture
def appointment(session, officer):
    """The appointment of the day."""
    return queries.appointment_on(session, NOON.date())


@obligation("CQ-6.8", "Q-42")
def test_rights_end_after_the_last_day_and_the_next_operator_may_follow(
    desk, browser_of, session, officer, appointment
):
    path = f"/bureau/appointments/{appointment.id}"
    assert desk.get(path).status_code == 200

    sent = desk.post(f"{path}/end", data={"last_day": "2026-11-20", "reason": "渝环函〔2026〕9号"})

    session.expire_all()
    assert sent.status_code == 303
    assert browser_of(officer).get("/operator").status_code == 200
    assert queries.operator_on(session, date(2026, 11, 20)) == officer.organisation_id
    assert queries.operator_on(session, date(2026, 11, 21)) is None
    following = people.organisation(session, at=NOON, name="重庆新碳运营有限公司")
    answer = desk.post(
        "/bureau/appointments",
        data={
            "organisation_id": following.id,
            "selection_reference": "渝环公开竞争比选〔2026〕2号",
            "starts_on": "2026-11-21",
            "ends_on": "2029-11-20",
        },
    )
    assert answer.status_code == 303


@obligation("CQ-6.8")
@pytest.mark.parametrize(
    ("last_day", "reason", "status"),
    [
        ("2026-11-19", "追溯", 422),
        ("2099-01-01", "延长", 422),
        ("2026-12-31", "", 422),
        ("2026-12-31", "渝环函〔2026〕9号", 303),
    ],
)
def test_an_appointment_is_only_shortened_from_today_on_with_a_reason(
    desk, appointment, last_day, reason, status
):
    answer = desk.post(
        f"/bureau/appointments/{appointment.id}/end", data={"last_day": last_day, "reason": reason}
    )

    assert answer.status_code == status


def test_it_needs_a_fresh_factor(browser_of, authority, appointment):
    stale = browser_of(authority, fresh=False)

    assert "/account/verify" in stale.get(f"/bureau/appointments/{appointment.id}").location
    assert stale.post(f"/bureau/appointments/{appointment.id}/end", data={}).status_code == 403


@obligation("CQ-6.8")
def test_the_database_lets_an_appointment_only_be_shortened(committed):
    with transaction() as session:
        people.operator(session, at=BEFORE)
    attacks = {
        "update operator_appointment set ends_on = ends_on + 1": ("TH085", "TH085"),
        "update operator_appointment set starts_on = starts_on - 1": ("42501", "TH002"),
        "delete from operator_appointment": ("42501", "TH002"),
        "update operator_appointment set ends_on = ends_on - 1": (None, None),
    }

    answers: dict[str, tuple[str | None, ...]] = {}
    for statement in attacks:
        codes: list[str | None] = []
        for address in (committed.app, committed.owner):
            with psycopg.connect(address.replace("+psycopg", "")) as connection:
                try:
                    with connection.transaction(force_rollback=True):
                        connection.execute(statement)
                    codes.append(None)
                except errors.Error as refused:
                    codes.append(refused.sqlstate)
        answers[statement] = tuple(codes)

    assert answers == attacks
