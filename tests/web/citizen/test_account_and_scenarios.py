"""Applying, authorising, withdrawing, correcting, closing: each by the citizen's own act."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock
from points import queries
from scenarios.models import Authorisation, LinkProposal
from tests.builders import city, lives, people
from tests.obligations import obligation

JSON = {"Accept": "application/json"}
BIRTHDAY = date(1990, 5, 20)


@pytest.fixture
def newcomer(client, session, noon):
    """Somebody who has just signed in for the first time."""
    actor = people.citizen(session, at=noon, identified=False)
    people.sign_in_as(client, actor)
    return actor


def identity(**changes):
    """Return an identity form that lacks nothing."""
    return {
        "name": "陈小渝",
        "document_type": "resident_id",
        "number": people.resident_number(BIRTHDAY),
        "born_on": BIRTHDAY.isoformat(),
        "consent": "2026-11",
        **changes,
    }


@obligation("CQ-8.1")
def test_a_newcomer_opens_an_account_in_two_steps(client, session, newcomer):
    given = client.post("/me/apply/identity", data=identity())
    asked = client.get("/me/apply")
    opened = client.post("/me/apply/open", follow_redirects=True)

    assert given.status_code == 303
    assert "陈**" in asked.text
    assert "核对后开通" in asked.text
    assert "碳账户已开通" in opened.text
    assert queries.account_of(session, newcomer.person_id).state == "active"


@obligation("CQ-8.1", "Q-37")
def test_a_passport_opens_an_account_as_well(client, session, newcomer):
    client.post(
        "/me/apply/identity", data=identity(document_type="passport", number="X1234567", name="Ada Lovelace")
    )

    client.post("/me/apply/open")

    assert queries.account_of(session, newcomer.person_id).state == "active"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "500101199005200000"}, "number"),
        ({"born_on": "1991-05-20"}, "born_on"),
        ({"born_on": "yesterday"}, "born_on"),
        ({"document_type": "library_card"}, "document_type"),
        ({"name": ""}, "name"),
        ({"consent": ""}, "consent"),
        ({"consent": "2025-01"}, "consent"),
    ],
)
def test_an_identity_that_cannot_be_right_is_shown_again_with_what_was_typed(
    client, newcomer, changes, field
):
    answer = client.post("/me/apply/identity", data=identity(**changes))

    assert answer.status_code in {409, 422}
    assert f'id="error-{field}"' in answer.text
    assert "填写身份" in answer.text
    if "name" not in changes:
        assert "陈小渝" in answer.text


@obligation("Q-37")
def test_a_child_needs_a_guardian_who_consents(app, client, session, newcomer, noon):
    guardian = people.citizen(session, at=noon, phone_number="+8613711112222")
    born = date(2016, 6, 1)
    client.post(
        "/me/apply/identity", data=identity(born_on=born.isoformat(), number=people.resident_number(born))
    )

    refused = client.post("/me/apply/open")
    named = client.post("/me/apply/guardian", data={"guardian_phone": "13711112222"}, follow_redirects=True)
    parent = app.test_client()
    people.sign_in_as(parent, guardian)
    consented = parent.post(f"/me/wards/{newcomer.person_id}/consent", follow_redirects=True)
    opened = client.post("/me/apply/open", follow_redirects=True)

    assert refused.status_code in {403, 409, 422}
    assert "已请监护人同意" in named.text
    assert "已同意。孩子现在可以完成开户。" in consented.text
    assert "碳账户已开通" in opened.text


def test_a_stranger_cannot_consent_for_a_child(app, client, session, newcomer, noon):
    stranger = people.citizen(session, at=noon)
    browser = app.test_client()
    people.sign_in_as(browser, stranger)

    refused = browser.post(f"/me/wards/{newcomer.person_id}/consent", headers=JSON)

    assert refused.status_code == 404


def authorisation(**changes):
    """Return an authorisation form that lacks nothing, for walking."""
    return {
        "host_user": "SC-1",
        "data_kinds": ["time", "steps"],
        "text_version": "2026-1",
        **changes,
    }


@obligation("CQ-34.1", "Q-57")
def test_a_scenario_is_authorised_by_itself_with_nothing_ticked_beforehand(own, session):
    asked = own.get("/me/scenarios/walking").text
    given = own.post("/me/scenarios/walking", data=authorisation(), follow_redirects=True)

    made = session.scalars(select(Authorisation).where(Authorisation.host_user == "SC-1")).one()
    assert "checked" not in asked.split("同意提供的数据")[1].split("</form>")[0]
    assert "已授权" in given.text
    assert made.data_kinds == ["steps", "time"]
    assert made.text_version == "2026-1"


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"data_kinds": ["steps"]}, 400, "授权的数据种类与场景所需不符"),
        ({"data_kinds": []}, 400, "授权的数据种类与场景所需不符"),
        ({"text_version": "2025-9"}, 409, "授权文本已更新"),
        ({"host_user": "   "}, 400, "场景方用户编号有误"),
    ],
)
def test_a_refused_authorisation_keeps_what_was_typed(own, session, changes, status, told):
    answer = own.post("/me/scenarios/walking", data=authorisation(**changes))

    assert answer.status_code == status
    assert told in answer.text
    assert session.scalars(select(Authorisation).where(Authorisation.host_user == "SC-1")).first() is None


def test_a_user_of_the_host_belongs_to_one_citizen(own, next_door):
    own.post("/me/scenarios/walking", data=authorisation())

    refused = next_door.post("/me/scenarios/walking", data=authorisation())

    assert refused.status_code == 409
    assert "已与其他账户关联" in refused.text


@obligation("Q-40")
def test_withdrawing_is_as_easy_as_giving(own, session, holder, noon):
    given = session.scalars(
        select(Authorisation).where(Authorisation.host_user == city.host_user(holder, "metro"))
    ).one()

    answer = own.post(f"/me/authorisations/{given.id}/withdraw", follow_redirects=True)

    assert "授权已撤回，不再接收新数据。已得的积分保留。" in answer.text
    session.refresh(given)
    assert given.withdrawn_at == noon
    assert "133" in own.get("/me").text


def test_an_authorisation_of_another_is_none(next_door, session, holder):
    given = session.scalars(
        select(Authorisation).where(Authorisation.host_user == city.host_user(holder, "metro"))
    ).one()

    refused = next_door.post(f"/me/authorisations/{given.id}/withdraw", headers=JSON)

    assert (refused.status_code, refused.json["code"]) == (404, "authorisation.not_found")


def test_a_proposed_link_is_confirmed_declined_or_nobodys(own, next_door, session, streets, noon):
    for user in ("SC-7", "SC-8"):
        lives.propose(session, streets, user, at=noon)
    first, second = session.scalars(select(LinkProposal).order_by(LinkProposal.id)).all()

    strange = next_door.get(f"/me/proposals/{first.id}", headers=JSON)
    listed = own.get("/me/scenarios").text
    confirmed = own.post(
        f"/me/proposals/{first.id}", data={"data_kinds": ["time", "steps"], "text_version": "2026-1"}
    )
    declined = own.post(f"/me/proposals/{second.id}/decline")

    session.refresh(first)
    session.refresh(second)
    assert strange.status_code == 404
    assert "SC-7" in listed
    assert (confirmed.status_code, declined.status_code) == (303, 303)
    assert (first.decision, second.decision) == ("confirmed", "declined")


@obligation("Q-25")
def test_a_correction_is_told_and_can_be_objected_to(own, next_door, session, streets, holder, noon):
    account = queries.account_of(session, holder.person_id)
    correction = lives.correction(session, account.id, at=noon)

    shown = own.get(f"/me/corrections/{correction.id}")
    strange = next_door.get(f"/me/corrections/{correction.id}", headers=JSON)
    empty = own.post(f"/me/corrections/{correction.id}/object", data={"objection": " "})
    sent = own.post(
        f"/me/corrections/{correction.id}/object",
        data={"objection": "这次骑行是真的。"},
        follow_redirects=True,
    )

    assert "可以提出异议" in shown.text
    assert (strange.status_code, strange.json["code"]) == (404, "correction.not_found")
    assert empty.status_code == 422
    assert "异议已收到" in sent.text
    assert "这次骑行是真的。" in sent.text
    assert "积分更正通知" in own.get("/me/messages").text


def test_messages_are_marked_as_read(own, session, holder, noon):
    account = queries.account_of(session, holder.person_id)
    lives.correction(session, account.id, at=noon)
    page = own.get("/me/messages").text
    latest = page.split('name="up_to" value="')[1].split('"')[0]

    own.post("/me/messages/read", data={"up_to": latest})

    assert "全部标为已读" in page
    assert "全部标为已读" not in own.get("/me/messages").text


@obligation("Q-26", "CQ-34.10")
def test_closing_says_what_lapses_and_asks_twice(own, session, streets, holder):
    first = own.get("/me/close").text
    second = own.get("/me/close/confirm").text
    closed = own.post("/me/close", data={"warned_of": "13300"}, follow_redirects=True)

    account = queries.account_of(session, holder.person_id)
    assert "133 分" in first
    assert 'name="warned_of" value="13300"' in second
    assert "账户已注销" in closed.text
    assert account.state == "closed"
    assert own.get("/me/statement").status_code == 200


def test_closing_with_other_figures_than_told_is_refused(own, session, holder):
    refused = own.post("/me/close", data={"warned_of": "1"})

    assert refused.status_code == 409
    assert "销户将作废的积分已变化" in refused.text
    assert queries.account_of(session, holder.person_id).state == "active"


def test_closing_needs_a_fresh_factor(app, holder, noon):
    browser = app.test_client()
    people.sign_in_as(browser, holder)

    with clock.frozen(noon + timedelta(minutes=11)):
        asked = browser.get("/me/close")
        posted = browser.post("/me/close", data={"warned_of": "13300"}, headers=JSON)

    assert (asked.status_code, asked.location) == (303, "/account/verify?next=/me/close")
    assert (posted.status_code, posted.json["code"]) == (403, "sign_in.factor_not_fresh")


def test_the_profile_shows_identity_masked(own, holder):
    page = own.get("/me/profile").text

    assert "138****1234" in page
    assert "陈**" in page
    assert "陈小渝" not in page
    assert "+8613800001234" not in page


def test_nickname_and_district_are_kept(own):
    answer = own.post(
        "/me/profile/details", data={"nickname": "江边跑者", "area_code": "500108"}, follow_redirects=True
    )
    refused = own.post("/me/profile/details", data={"nickname": "x", "area_code": "999999"})

    assert "江边跑者" in answer.text
    assert refused.status_code in {400, 404, 422}
