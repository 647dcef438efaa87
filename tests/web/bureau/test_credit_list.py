"""The list for credit institutions: off by default, the Bureau's switch, separate consent of adults."""

import csv
import io
from datetime import date, timedelta

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.identity import commands as identity
from app.identity.models import CreditListSwitch, PersonConsent
from app.identity.rules.credit_list import ConsentForAdultsOnly, CreditListOff, CreditListUnchanged
from app.identity.values import Purposes
from app.kernel.audit import AuditLine
from app.kernel.errors import Forbidden
from app.reports import credit_list
from tests.builders import city, people
from tests.fixtures.desks import BEFORE, JSON
from tests.obligations import obligation

PLACE = "重庆征信有限公司"
ON = {"turn": "on", "recipients": PLACE, "reason": "试点"}


@pytest.fixture
def desk(browser_of, authority):
    """The browser of the Bureau."""
    return browser_of(authority)


@pytest.fixture
def rider(session, noon):
    """A citizen with an account who rode."""
    streets = city.city(session, at=noon)
    made = city.resident(session, at=noon - city.BEFORE)
    city.two_days(session, streets, made, at=noon)
    return made


def turn(session, actor, at, *, is_on=True):
    """Turn the switch."""
    return identity.turn_credit_list(
        session, actor=actor, is_on=is_on, recipients=PLACE if is_on else "", reason="试点", at=at
    )


def consent(session, actor, at):
    """Consent to be listed."""
    identity.give_consent(session, actor=actor, purpose=Purposes.CREDIT_LIST, text_version="2026-11", at=at)


@obligation("CQ-40.1")
def test_it_is_off_by_default_and_nothing_is_listed_or_taken(desk, browser_of, session, rider, noon):
    page, file = desk.get("/bureau/credit-list"), desk.get("/bureau/credit-list.csv", headers=JSON)
    own = browser_of(rider)
    sly = own.post("/me/credit-list/join", data={"consent": "2026-11"})

    assert (page.status_code, file.status_code, file.json["code"]) == (200, 409, "credit_list.off")
    assert "功能已关闭" in page.text
    assert "从来没有开启过" in page.text
    assert "山城低碳人" not in page.text
    assert "/me/credit-list" not in own.get("/me/data").text
    assert "功能没有开启" in own.get("/me/credit-list").text
    assert sly.status_code == 409
    with pytest.raises(CreditListOff):
        credit_list.page(session, today=noon.date())
    assert session.scalars(select(PersonConsent).where(PersonConsent.purpose == "credit_list")).all() == []


@obligation("CQ-40.1", "T-63")
def test_only_who_consented_is_listed_and_withdrawal_works_at_once(desk, browser_of, session, rider):
    silent = desk.post("/bureau/credit-list", data={**ON, "reason": " ", "recipients": ""})
    desk.post("/bureau/credit-list", data=ON)
    own = browser_of(rider)
    before = desk.get("/bureau/credit-list").text
    asked, unticked = own.get("/me/credit-list").text, own.post("/me/credit-list/join", follow_redirects=True)
    offered = own.get("/me/data").text
    joined = own.post("/me/credit-list/join", data={"consent": "2026-11"}, follow_redirects=True)
    listed, file = desk.get("/bureau/credit-list").text, desk.get("/bureau/credit-list.csv")
    own.post("/me/credit-list/leave")
    gone = desk.get("/bureau/credit-list").text

    assert silent.status_code == 422
    assert 'id="error-reason"' in silent.text
    assert 'id="error-recipients"' in silent.text
    assert "名单上没有人" in before
    assert PLACE in asked
    assert 'name="consent" value="2026-11">' in asked  # not ticked beforehand
    assert "没有勾选同意" in unticked.text
    assert "/me/credit-list" in offered
    assert "您已列入信用名单" in joined.text
    assert "山城低碳人" in listed
    rows = list(csv.reader(io.StringIO(file.text)))
    assert [(row[1], row[3]) for row in rows[1:]] == [("山城低碳人", "133")]
    assert "山城低碳人" not in gone
    taken = session.scalars(
        select(AuditLine).where(AuditLine.event == "supervision.credit_list.export")
    ).one()
    assert taken.details == {"people": 1, "recipients": PLACE}


@obligation("CQ-40.1")
def test_what_is_older_than_twelve_months_does_not_count(session, authority, rider, noon):
    turn(session, authority, noon)
    consent(session, rider, noon)
    today = noon.date()

    assert len(credit_list.page(session, today=today).lines) == 1
    assert credit_list.page(session, today=today + timedelta(days=366)).lines == []


@obligation("CQ-40.1")
def test_turning_off_ends_every_consent_and_on_again_brings_none_back(session, authority, rider, noon):
    turn(session, authority, noon)
    consent(session, rider, noon)
    turn(session, authority, noon, is_on=False)
    with pytest.raises(CreditListUnchanged):
        turn(session, authority, noon, is_on=False)
    turn(session, authority, noon)
    session.expire_all()

    assert credit_list.page(session, today=noon.date()).lines == []
    kept = session.scalars(select(PersonConsent).where(PersonConsent.purpose == "credit_list")).one()
    assert kept.withdrawn_at is not None
    events = session.scalars(
        select(AuditLine.event)
        .where(AuditLine.event.startswith("identity.credit_list"))
        .order_by(AuditLine.id)
    ).all()
    assert [event.rpartition(".")[2] for event in events] == ["on", "off", "on"]


@obligation("CQ-40.1")
def test_nobody_under_eighteen_is_listed_by_command_or_by_sql(session, authority, noon):
    turn(session, authority, noon)
    minor = people.citizen(session, at=BEFORE, born_on=date(2008, 11, 21))
    adult = people.citizen(session, at=BEFORE, born_on=date(2008, 11, 20))

    with pytest.raises(ConsentForAdultsOnly):
        consent(session, minor, noon)
    with pytest.raises(DBAPIError) as refused, session.begin_nested():
        session.execute(
            text(
                "insert into person_consent (person_id, purpose, text_version, given_at)"
                " values (:id, 'credit_list', '2026-11', :at)"
            ),
            {"id": minor.person_id, "at": noon},
        )
    assert refused.value.orig.sqlstate == "TH089"
    consent(session, adult, noon)


@obligation("CQ-40.1")
def test_nobody_but_the_bureau_sees_takes_or_turns_it(
    browser_of, session, officer, host_side, authority, noon
):
    district = people.district_bureau(session, "500103", at=BEFORE)
    for actor in (officer, host_side, district):
        browser = browser_of(actor)
        answers = (
            browser.get("/bureau/credit-list", headers=JSON),
            browser.get("/bureau/credit-list.csv", headers=JSON),
            browser.post("/bureau/credit-list", data=ON, headers=JSON),
        )
        assert {answer.status_code for answer in answers} == {403}
        with pytest.raises(Forbidden):
            turn(session, actor, noon)
    stale = browser_of(authority, fresh=False)
    assert stale.post("/bureau/credit-list", data=ON, headers=JSON).status_code == 403
    assert session.scalars(select(CreditListSwitch)).all() == []


@obligation("CQ-40.1")
def test_the_page_is_whole_in_english(desk, session, authority, rider, noon):
    turn(session, authority, noon)
    consent(session, rider, noon)
    desk.set_cookie("language", "en")

    page = desk.get("/bureau/credit-list").text

    assert 'lang="en"' in page
    assert "Credit list" in page


@obligation("CQ-40.1")
@pytest.mark.parametrize("role", ["app", "owner"])
def test_the_switch_and_its_history_withstand_sql(committed, role):
    from app.kernel.session import transaction

    with transaction() as session:
        bureau, host = people.bureau(session, at=BEFORE), people.host(session, at=BEFORE)
        person = people.citizen(session, at=BEFORE)
    write = (
        "insert into credit_list_switch (is_on, recipients, reason, organisation_id, set_by, set_at)"
        " values ({}, {}, {}, {}, 'x', now())"
    )
    agree = (
        "insert into person_consent (person_id, purpose, text_version, given_at)"
        f" values ({person.person_id}, 'credit_list', 'x', now())"
    )
    on = write.format("true", "'x'", "'x'", bureau.organisation_id)
    own = "TH002" if role == "owner" else "42501"
    attacks = {
        (agree,): "TH088",
        (write.format("true", "'x'", "'x'", host.organisation_id),): "TH086",
        (write.format("false", "null", "'x'", bureau.organisation_id),): "TH087",
        (write.format("true", "null", "'x'", bureau.organisation_id),): "23514",
        (write.format("true", "'x'", "''", bureau.organisation_id),): "23514",
        (on, on): "TH087",
        (on, "update credit_list_switch set reason = 'y'"): own,
        (on, "delete from credit_list_switch"): own,
        (on, agree): None,
    }

    answers: dict[tuple[str, ...], str | None] = {}
    with psycopg.connect(getattr(committed, role).replace("+psycopg", "")) as connection:
        for attack in attacks:
            try:
                with connection.transaction(force_rollback=True):
                    for step in attack:
                        connection.execute(step)
                answers[attack] = None
            except errors.Error as refused:
                answers[attack] = refused.sqlstate

    assert answers == attacks
