"""The application is written in steps: kept at each, taken up again by any colleague, sent once."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.kernel import clock
from scenarios import queries
from scenarios.models import ApplicationDraft
from tests.builders import people, scenarios
from tests.fixtures.desks import BEFORE, NOON, PDF, upload
from tests.obligations import obligation
from tests.web.scenario_host.test_registration import FORM

FIRST = ("code", "name", "life_field", "area_code", "description", "icon")
SECOND = ("operating_since", "evidence_title")
THIRD = ("methods", "data_kinds", "authorisation_text", "authorisation_version")


@pytest.fixture
def desk(browser_of, host_side, session):
    """The browser of the host, where a method is published."""
    scenarios.uncapped(session, "bicycle.ride", at=BEFORE)
    return browser_of(host_side)


def keep(desk, step, names, go="next", **more):
    sent = {name: FORM[name] for name in names}
    return desk.post("/host/scenarios/apply/keep", data={**sent, "step": str(step), "go": go, **more})


def three_steps(desk):
    return [
        keep(desk, 1, FIRST).location,
        keep(desk, 2, SECOND, evidence=upload(PDF, "运营证明.pdf")).location,
        keep(desk, 3, THIRD).location,
    ]


@obligation("CQ-32.1", "CQ-32.2")
def test_an_application_goes_step_by_step_and_is_sent_as_it_was_seen(desk, session):
    begun = desk.get("/host/scenarios/apply")
    went = three_steps(desk)
    seen = desk.get("/host/scenarios/apply")
    sent = desk.post("/host/scenarios/apply", data={**FORM, "step": "4"})

    assert 'name="name"' in begun.text
    assert 'name="methods"' not in begun.text
    assert went == [f"/host/scenarios/apply?step={step}" for step in (2, 3, 4)]
    assert 'value="渝行单车骑行"' in seen.text
    assert 'value="bicycle.ride" checked' in seen.text
    assert "已保存 运营证明.pdf" in seen.text
    assert (sent.status_code, sent.location) == (303, "/host/scenarios/yu-bike")
    made = queries.scenario_by_code(session, "yu-bike")
    assert [each.title for each in queries.evidence(session, made.id)] == ["运营证明"]
    assert "接着上次填写" not in desk.get("/host/scenarios/apply").text


def test_what_was_kept_is_there_for_a_colleague_and_for_no_other_host(browser_of, session, desk, host_side):
    away = keep(desk, 1, ("name",), go="save")

    colleague = people.staff(session, next(iter(host_side.roles)), host_side.organisation_id, at=BEFORE)
    theirs = browser_of(colleague).get("/host/scenarios/apply")
    neighbour = browser_of(people.host(session, at=BEFORE)).get("/host/scenarios/apply")

    assert away.location == "/host/scenarios"
    assert "接着上次填写" in theirs.text
    assert 'value="渝行单车骑行"' in theirs.text
    assert "渝行单车骑行" not in neighbour.text


def test_going_on_needs_a_whole_step_and_leaving_does_not(desk, session, host_side):
    stopped = keep(desk, 1, ("name",))
    back = keep(desk, 2, (), go="back")
    left = keep(desk, 3, (), go="save")

    assert stopped.status_code == 422
    assert "场景代码" in stopped.text
    assert 'value="渝行单车骑行"' in stopped.text
    assert back.location == "/host/scenarios/apply?step=1"
    assert left.status_code == 303


def test_a_file_that_is_no_paper_is_not_kept(desk, session, host_side):
    page = keep(desk, 2, SECOND, evidence=upload(b"MZ\x90\x00", "x.pdf"))

    assert page.status_code == 422
    assert "只接受 PDF" in page.text
    assert queries.application_draft(session, host_side.organisation_id) is None


def test_too_much_is_told_and_not_kept(desk):
    page = keep(desk, 1, FIRST, go="save", name_en="x" * 70_000)

    assert page.status_code == 422
    assert "form.incomplete" in page.text


def test_a_refused_application_keeps_its_draft_and_shows_everything(desk, session, host_side):
    three_steps(desk)

    page = desk.post("/host/scenarios/apply", data={**FORM, "step": "4", "code": "X"})

    assert page.status_code == 400
    assert 'name="name"' in page.text
    assert 'name="authorisation_text"' in page.text
    assert queries.application_draft(session, host_side.organisation_id) is not None


def test_a_draft_is_given_up(desk):
    keep(desk, 1, FIRST)

    dropped = desk.post("/host/scenarios/apply/drop")

    assert dropped.status_code == 303
    assert "渝行单车骑行" not in desk.get("/host/scenarios/apply").text


def test_the_database_keeps_one_open_draft_for_each_organisation(desk, session, host_side):
    keep(desk, 1, FIRST)

    with pytest.raises(IntegrityError, match="application_draft_open_ix"), session.begin_nested():
        session.execute(
            text(
                "insert into application_draft (organisation_id, content, step, changed_by, changed_at)"
                " values (:place, '{}', 1, 'staff:1', now())"
            ),
            {"place": host_side.organisation_id},
        )
    draft = session.get(ApplicationDraft, queries.application_draft(session, host_side.organisation_id).id)
    with clock.frozen(NOON + timedelta(minutes=5)):
        keep(desk, 2, SECOND)
    session.refresh(draft)
    assert (draft.step, draft.changed_at) == (3, NOON + timedelta(minutes=5))
