"""A district's bureau sees and annotates what lies in its own area, and nothing else."""

import csv
import io

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import select, text

from app.identity.models import AreaNote
from app.kernel.audit import AuditLine
from tests.builders import people, scenarios
from tests.fixtures.desks import BEFORE
from tests.obligations import obligation

OWN, OTHER = "500103", "500112"


@pytest.fixture
def supervisor(session, noon):
    """An officer of the bureau of Yuzhong."""
    return people.district_bureau(session, OWN, at=BEFORE)


@pytest.fixture
def desk(browser_of, supervisor):
    """The browser of the district's bureau."""
    return browser_of(supervisor)


@pytest.fixture
def inside(session, scenario_in):
    """A scenario in the own area."""
    return scenario_in("listed", name="渝中单车", area_code=OWN)


@pytest.fixture
def outside(session, inside, host_side):
    """A scenario in another area."""
    return scenarios.applied(session, host_side, at=BEFORE, name="渝北旧衣", area_code=OTHER)


@obligation("CQ-4.3")
def test_only_what_lies_in_the_own_area_is_listed(desk, inside, outside):
    home, page = desk.get("/district"), desk.get("/district/scenarios")
    sly = desk.get(f"/district/scenarios?area={OTHER}")
    file = list(csv.reader(io.StringIO(desk.get("/district/scenarios.csv").text)))

    assert "渝中" in home.text
    assert ("渝中单车" in page.text, "渝北旧衣" in page.text, "渝北旧衣" in sly.text) == (True, False, False)
    assert [row[0] for row in file[1:]] == [inside.code]


@obligation("CQ-4.3")
def test_reading_and_acting_outside_the_area_is_refused(desk, session, outside):
    path, evidence = f"/district/scenarios/{outside.code}", outside
    document = session.scalar(
        text("select document_id from scenario_evidence where scenario_id = :id"), {"id": evidence.id}
    )

    answers = [
        desk.get(path, headers={"Accept": "application/json"}),
        desk.get(f"{path}/evidence/{document}", headers={"Accept": "application/json"}),
        desk.post(f"{path}/notes", data={"text": "越界"}, headers={"Accept": "application/json"}),
    ]

    assert [(answer.status_code, answer.json["code"]) for answer in answers] == [(403, "area.outside")] * 3
    assert session.scalars(select(AreaNote)).all() == []


@obligation("CQ-4.3")
@pytest.mark.parametrize("path", ["/operator", "/bureau", "/bureau/audit", "/bureau/figures.csv", "/host"])
def test_the_desks_of_others_are_closed(desk, path):
    assert desk.get(path).status_code == 403


@obligation("CQ-4.3")
def test_a_note_is_seen_by_bureau_and_operator_and_not_by_the_host(
    desk, browser_of, inside, authority, officer, host_side, session
):
    silent = desk.post(f"/district/scenarios/{inside.code}/notes", data={"text": "  "})
    sent = desk.post(f"/district/scenarios/{inside.code}/notes", data={"text": "现场核实，运行正常"})

    assert (silent.status_code, sent.status_code) == (422, 303)
    assert "area.note_empty" in silent.text
    seen = {
        who: "现场核实，运行正常" in browser_of(actor).get(f"/{who}/scenarios/{inside.code}").text
        for who, actor in (("bureau", authority), ("operator", officer), ("host", host_side))
    }
    assert seen == {"bureau": True, "operator": True, "host": False}
    assert "现场核实，运行正常" in desk.get("/district").text
    events = session.scalars(select(AuditLine.event).where(AuditLine.event == "supervision.area.annotate"))
    assert len(events.all()) == 1


@obligation("CQ-4.3")
def test_figures_are_those_of_the_own_area(desk, browser_of, session, earned_in_october):
    earned_in_october([1000])
    elsewhere = browser_of(people.district_bureau(session, OTHER, at=BEFORE))
    days = "first=2026-10-01&last=2026-10-31"

    own, other = desk.get(f"/district/figures?{days}"), elsewhere.get(f"/district/figures?{days}")
    taken = desk.get(f"/district/figures.xlsx?{days}")

    assert "期间内没有数据" in other.text
    assert (own.status_code, taken.status_code) == (200, 200)


def test_projects_of_the_area_have_pages_and_strange_ones_none(desk):
    assert "辖区内还没有项目" in desk.get("/district/projects").text
    assert desk.get("/district/projects/987654321").status_code == 404


def test_every_page_is_there_in_english(desk, inside):
    desk.set_cookie("language", "en")
    for path in ("", "/scenarios", f"/scenarios/{inside.code}", "/projects", "/figures"):
        page = desk.get(f"/district{path}")
        assert page.status_code == 200, path
        assert 'lang="en"' in page.text


@obligation("CQ-4.3")
@pytest.mark.parametrize("role", ["app", "owner"])
def test_the_database_keeps_notes_within_their_area(committed, role):
    from app.kernel.session import transaction

    with transaction() as session:
        actor = people.district_bureau(session, OWN, at=BEFORE)
        host = people.host(session, at=BEFORE)
        scenarios.uncapped(session, "bicycle.ride", at=BEFORE)
        far = scenarios.applied(session, host, at=BEFORE, area_code=OTHER)
        near = scenarios.applied(session, host, at=BEFORE, area_code=OWN)
    write = (
        "insert into area_note (area_code, scenario_id, organisation_id, text, written_by, written_at)"
        " values ('{}', {}, {}, 'x', 'x', now())"
    )
    attacks = {
        write.format(OWN, far.id, actor.organisation_id): "TH084",
        write.format(OTHER, far.id, actor.organisation_id): "TH084",
        write.format(OWN, near.id, host.organisation_id): "TH084",
        write.format(OWN, near.id, actor.organisation_id): None,
    }

    answers: dict[str, str | None] = {}
    with psycopg.connect(getattr(committed, role).replace("+psycopg", "")) as connection:
        for attack in attacks:
            try:
                with connection.transaction(force_rollback=True):
                    connection.execute(attack)
                answers[attack] = None
            except errors.Error as refused:
                answers[attack] = refused.sqlstate
        with pytest.raises(errors.Error), connection.transaction(force_rollback=True):
            connection.execute("delete from area_note")

    assert answers == attacks
