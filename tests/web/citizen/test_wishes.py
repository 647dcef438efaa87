"""Message settings, separate consents, and the ranking of one's district."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.identity import commands as identity
from app.identity.models import DistrictRank, PersonConsent
from app.identity.values import Purposes
from app.journeys import ranking
from tests.builders import city, people
from tests.obligations import obligation


def test_messages_are_chosen_by_kind_and_hour(own):
    before = own.get("/me/messages/settings").text
    saved = own.post(
        "/me/messages/settings",
        data={"sms_claim": "yes", "quiet": "yes", "quiet_from": "22", "quiet_until": "8"},
        follow_redirects=True,
    )
    wrong = own.post("/me/messages/settings", data={"quiet": "yes", "quiet_from": "25", "quiet_until": "8"})

    assert before.count(" checked") == 2
    assert "消息设置已保存" in saved.text
    assert 'name="sms_expiry" value="yes">' in saved.text
    assert 'name="sms_claim" value="yes" checked>' in saved.text
    assert '<option value="22" selected>' in saved.text
    assert wrong.status_code == 400
    assert 'id="error-quiet_from"' in wrong.text


@obligation("T-63")
def test_opening_an_account_keeps_the_separate_consent(client, session, noon):
    actor = people.citizen(session, at=noon, identified=False)
    people.sign_in_as(client, actor)
    page = client.get("/me/apply").text
    from tests.web.citizen.test_account_and_scenarios import identity as form

    client.post("/me/apply/identity", data=form())

    assert 'name="consent" value="2026-11">' in page  # not ticked beforehand
    kept = session.scalars(select(PersonConsent).where(PersonConsent.person_id == actor.person_id)).one()
    assert (kept.purpose, kept.text_version, kept.given_at) == ("identity", "2026-11", noon)


@pytest.fixture
def crowd(session, streets, holder, noon):
    """Nine neighbours of the holder's district who rode today, and take part."""
    made = []
    for number in range(9):
        one = city.resident(
            session, at=noon - timedelta(days=3), phone=f"+86138000100{number:02d}", nickname=f"邻居{number}"
        )
        city.join(session, streets, one, ("metro",), at=noon - timedelta(days=2))
        city.behave(session, streets, one, "metro", str(number + 1), at=noon)
        join(session, one, noon)
        made.append(one)
    return made


def join(session, actor, at):
    """Let somebody take part."""
    identity.give_consent(session, actor=actor, purpose=Purposes.RANKING, text_version="2026-11", at=at)


@obligation("Q-72", "T-62", "T-63")
def test_ten_people_are_ranked_nine_are_not_and_who_leaves_is_gone(own, session, crowd, noon):
    asked = own.get("/me/ranking").text
    unticked = own.post("/me/ranking/join", follow_redirects=True)
    ranking.make_anew(session, at=noon)
    nine = session.scalars(select(DistrictRank)).all()
    joined = own.post("/me/ranking/join", data={"consent": "2026-11"}, follow_redirects=True)
    ranking.make_anew(session, at=noon)
    shown = own.get("/me/ranking").text
    identity.withdraw_own_consent(session, actor=crowd[0], purpose=Purposes.RANKING, at=noon)
    without = own.get("/me/ranking").text

    assert 'name="consent" value="2026-11">' in asked
    assert "没有勾选同意，所以没有参加" in unticked.text
    assert len(nine) == 9
    assert "不足 10 人" in joined.text
    assert "邻居8" in shown
    assert "10 人参加" in shown
    assert shown.index("山城低碳人") < shown.index("邻居8")  # a hundred and eighty kilometres
    assert "邻居8" not in without
    assert "不足 10 人" in without


@obligation("T-63")
def test_leaving_is_as_easy_as_taking_part(own):
    own.post("/me/ranking/join", data={"consent": "2026-11"})

    left = own.post("/me/ranking/leave", follow_redirects=True)

    assert "您的一行立即不再显示" in left.text
    assert "参加前请知道" in left.text


@obligation("T-63")
def test_the_database_ranks_nobody_without_consent(session, holder, noon):
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            text(
                "insert into district_rank (month, person_id, area_code, reduction_g, place, people, made_at)"
                " values ('2026-11-01', :id, '500103', 1, 1, 1, :at)"
            ),
            {"id": holder.person_id, "at": noon},
        )
    join(session, holder, noon)
    for attack in (
        "update person_consent set given_at = given_at - interval '1 day'",
        "update person_consent set text_version = 'x'",
        "delete from person_consent",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(attack))
