"""Attacks with plain SQL on recognitions, commissions and flags, as the application's role."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cqcer.values import Category, Subject
from tests.builders import people
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import VALIDATED, Story
from tests.integration.cqcer.test_bodies import commission, recognise
from tests.obligations import obligation


@pytest.fixture
def bureau(session):
    return people.bureau(session, at=build.NOON)


@pytest.fixture
def story(session):
    return Story(session, Category.ENGINEERING)


@pytest.fixture
def body(session):
    return people.organisation(session, at=build.NOON, name="重庆甲审定核查有限公司")


@obligation("CQ-17.3", "CQ-21.3", "CQ-38.1")
@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("update vvb_recognition set state = 'recognised'", "42501"),
        ("update vvb_recognition set ended_on = null", "42501"),
        ("delete from vvb_step", "42501"),
        ("update vvb_commission set organisation_id = 1", "42501"),
        ("update vvb_commission set state = 'in_force', body_declares = null", "TH100"),
        ("update vvb_commission set state = 'proposed'", "TH100"),
        ("delete from vvb_commission", "42501"),
        ("update vv_report_flag set report_id = 1", "42501"),
        ("delete from vv_report_flag", "42501"),
        ("delete from known_interest", "42501"),
        ("update vvb_person set name = 'x'", "42501"),
        (
            (
                "insert into vvb_step (recognition_id, number, act, from_state, to_state, on_day, ground,"
                " actor, at) select id, 1, 'resume', state, 'recognised', '2025-07-01', 'x', 'staff:1', now()"
                " from vvb_recognition"
            ),
            "TH100",
        ),
        (
            (
                "insert into vvb_commission (project_id, organisation_id, agreed_on, document_id,"
                " owner_declares, proposed_by, proposed_at, state) select project_id, organisation_id,"
                " agreed_on, document_id, true, proposed_by, proposed_at, 'in_force' from vvb_commission"
            ),
            "TH303",
        ),
        (
            (
                "insert into vvb_step (recognition_id, number, act, from_state, to_state, on_day, ground,"
                " actor, at) select id, 7, 'end', state, 'ended', '2025-07-01', 'x', 'staff:1', now()"
                " from vvb_recognition"
            ),
            "TH301",
        ),
    ],
)
def test_recognitions_and_commissions_are_not_rewritten_by_sql(story, sql, code):
    project = story.project()
    story.report(project, Subject.PROJECT, VALIDATED)

    with pytest.raises(DBAPIError) as caught, story.session.begin_nested():
        story.session.execute(text(sql))

    assert getattr(caught.value.orig, "sqlstate", "") == code


@obligation("CQ-21.3")
@pytest.mark.parametrize(
    ("declares", "code"),
    [
        (None, "23514"),
        ('{"interest": false, "funding": false, "consulting": false}', "23514"),
        ('{"interest": false, "funding": true, "consulting": false, "authorship": false}', "TH143"),
    ],
)
def test_no_commission_is_in_force_by_sql_before_the_body_has_declared(story, bureau, body, declares, code):
    recognise(story.session, bureau, body)
    agreed = commission(story, story.project(), body)

    with pytest.raises(DBAPIError) as caught, story.session.begin_nested():
        story.session.execute(
            text(
                "update vvb_commission set state = 'in_force', decided_at = :at,"
                " body_declares = cast(:declares as jsonb) where id = :id"
            ),
            {"id": agreed.id, "declares": declares, "at": story.at},
        )

    assert getattr(caught.value.orig, "sqlstate", "") == code


@obligation("CQ-17.3")
def test_the_validator_is_refused_as_verifier_by_sql_as_well(story):
    project = story.registered_project()
    batch = story.batch(project, 10)

    with pytest.raises(DBAPIError, match="who validated"), story.session.begin_nested():
        story.session.execute(
            text(
                "insert into vvb_commission (batch_id, organisation_id, agreed_on, document_id,"
                " owner_declares, proposed_by, proposed_at) select :batch, organisation_id, agreed_on,"
                " document_id, true, proposed_by, proposed_at from vvb_commission"
            ),
            {"batch": batch.id},
        )
