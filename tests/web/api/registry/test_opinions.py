"""Public notices with their countdown, and what anyone says within the window."""

from datetime import date, timedelta

import pytest

from app.kernel import clock
from app.kernel.calendar import DayKind, import_edition
from app.kernel.days import end_of_day, start_of_day
from cqcer import commands
from cqcer.values import Subject
from tests.builders import people
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import VALIDATED
from tests.obligations import obligation

ROOT = "/api/v1/registry"
SECOND = timedelta(seconds=1)


@pytest.fixture
def notice(story):
    project = story.project()
    story.report(project, Subject.PROJECT, VALIDATED)
    made = story.notice(project, Subject.PROJECT)
    story.session.commit()
    return made


def say(client, notice, key="k1", **sent):
    return client.post(
        f"{ROOT}/notices/{notice.id}/opinions",
        json={"body": "不具备额外性"} | sent,
        headers={"Idempotency-Key": key},
    )


@obligation("CQ-17.6", "Q-04")
def test_a_notice_counts_down_in_working_days(client, notice):
    seen = []
    for day in (date(2025, 7, 1), date(2025, 7, 2), date(2025, 7, 5), date(2025, 7, 29), date(2025, 7, 30)):
        with clock.frozen(start_of_day(day) + timedelta(hours=12)):
            seen.append(client.get(f"{ROOT}/notices/{notice.id}").json)

    assert [one["working_days_left"] for one in seen] == [20, 20, 17, 1, 0]
    assert [one["takes_opinions"] for one in seen] == [True, True, True, True, False]
    assert {one["last_day"] for one in seen} == {"2025-07-29"}
    assert {one["closes_at"] for one in seen} == {"2025-07-29T16:00:00+00:00"}
    assert not seen[0]["provisional"]


@obligation("CQ-17.7", "Q-29")
def test_anyone_says_something_inside_the_window_and_nobody_outside_it(client, notice):
    end = end_of_day(notice.last_day)

    with clock.frozen(build.NOON):
        first = say(client, notice, signed="张三，13800000000")
    with clock.frozen(end - SECOND):
        last = say(client, notice, "k2", kind="comment")
    with clock.frozen(end):
        late = say(client, notice, "k3")
        listed = client.get(f"{ROOT}/notices/{notice.id}/opinions").json["items"]

    assert (first.status_code, first.json["number"], first.json["kind"]) == (201, 1, "objection")
    assert last.json["number"] == 2
    assert (late.status_code, late.json["code"]) == (409, "public_notice.closed")
    assert [one["number"] for one in listed] == [1, 2]
    assert "signed" not in listed[0]
    assert "filed_by" not in listed[0]
    assert "13800000000" not in str(listed)


def test_the_same_opinion_sent_again_is_filed_once(client, notice):
    with clock.frozen(build.NOON):
        first, again = say(client, notice), say(client, notice)
        other = say(client, notice, body="另有意见")

    assert first.json == again.json
    assert (other.status_code, other.json["code"]) == (409, "idempotency.key_reused")
    with clock.frozen(build.NOON):
        assert client.get(f"{ROOT}/notices/{notice.id}").json["objections"] == 1


def test_one_network_cannot_flood_a_notice(client, notice):
    with clock.frozen(build.NOON):
        answers = [say(client, notice, f"k{number}", body=f"意见{number}") for number in range(11)]

    assert {answer.status_code for answer in answers[:10]} == {201}
    assert answers[10].status_code == 429
    assert int(answers[10].headers["Retry-After"]) > 0


@obligation("CQ-17.8")
def test_the_owners_answer_is_public_and_dated(client, notice, story):
    with clock.frozen(build.NOON):
        said = say(client, notice).json
        before = client.get(f"{ROOT}/notices/{notice.id}").json
    later = build.NOON + timedelta(days=2)
    commands.answer_opinion(
        story.session, actor=story.owner.initiator, opinion_id=said["id"], body="见设计文件", at=later
    )
    story.session.commit()
    with clock.frozen(later):
        after = client.get(f"{ROOT}/notices/{notice.id}").json
        (one,) = client.get(f"{ROOT}/notices/{notice.id}/opinions").json["items"]
        (then,) = client.get(f"{ROOT}/notices/{notice.id}/opinions?as_of=2025-07-02").json["items"]

    assert (before["unanswered_objections"], after["unanswered_objections"]) == (1, 0)
    assert (one["answer"], then["answer"]) == ("见设计文件", None)


def test_an_answer_needs_the_right_to_act_for_an_owner(client, notice, session):
    with clock.frozen(build.NOON):
        said = say(client, notice).json
        path = f"{ROOT}/opinions/{said['id']}/answer"
        stranger = client.post(path, json={"body": "x"}, headers={"Idempotency-Key": "a"})
        people.sign_in_as(client, people.merchant(session, at=build.NOON))
        merchant = client.post(path, json={"body": "x"}, headers={"Idempotency-Key": "a"})
        people.sign_in_as(client, people.citizen(session, at=build.NOON))
        another = client.post(path, json={"body": "x"}, headers={"Idempotency-Key": "a"})

    assert (stranger.status_code, stranger.json["code"]) == (401, "sign_in.required")
    assert (merchant.status_code, merchant.json["code"]) == (403, "permission.denied")
    assert (another.status_code, another.json["code"]) == (404, "registry_case.not_found")


@obligation("Q-03")
def test_a_moved_deadline_is_shown_with_its_reason_and_its_old_day(client, notice, story):
    import_edition(
        story.session,
        named=[(date(2025, 7, 10), DayKind.REST, "临时调休")],
        years=[2025],
        source="test",
        notice_number=None,
        imported_by="test",
        at=build.NOON,
    )
    moved_at = build.NOON + timedelta(days=3)
    commands.recompute_notice(
        story.session,
        actor=story.reviewer,
        proposed_by=story.officer.ref,
        notice_id=notice.id,
        public_note="节假日安排调整",
        at=moved_at,
    )
    story.session.commit()

    with clock.frozen(moved_at):
        now = client.get(f"{ROOT}/notices/{notice.id}").json
        then = client.get(f"{ROOT}/notices/{notice.id}?as_of=2025-07-02").json

    assert (now["last_day"], then["last_day"]) == ("2025-07-30", "2025-07-29")
    assert [(one["from_day"], one["public_note"]) for one in now["moved"]] == [
        ("2025-07-29", "节假日安排调整")
    ]
    assert then["moved"] == []
