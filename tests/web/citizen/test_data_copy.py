"""The copy of one's own data: everything of oneself, nothing of others, after a fresh factor."""

import io
import json
import zipfile
from datetime import timedelta

from sqlalchemy import func, select

from app.identity import commands as identity
from app.kernel import clock
from app.kernel.audit import AuditLine
from app.reports import data_copy
from points.models import PointEntry
from tests.builders import city, people
from tests.obligations import obligation

BYTES = "application/zip"


def opened(answer):
    """Return the files of a copy by their names."""
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


@obligation("CQ-35.2")
def test_a_copy_holds_everything_of_its_holder_and_nothing_of_the_neighbour(
    own, session, holder, neighbour, noon
):
    own.post("/me/claims", data={"scenario": "metro", "day": "2026-11-19", "said": "早上八点"})
    identity.set_email(session, actor=holder, address="xiaoyu@example.com", at=noon)
    account = session.scalar(select(PointEntry.account_id).where(PointEntry.kind == "issue").limit(1))

    answer = own.get("/me/data/copy.zip")
    files = opened(answer)

    assert (answer.status_code, answer.mimetype) == (200, BYTES)
    assert answer.headers["Content-Disposition"] == "attachment; filename=my-data-2026-11-20.zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(files) == {"index.json", *(f"{name}.json" for name in data_copy.SUBJECTS)}
    assert files["person.json"][0]["phone"] == city.PHONE
    assert files["person.json"][0]["name"] == "陈小渝"
    assert files["person.json"][0]["email"] == "xiaoyu@example.com"
    assert [one["scenario"] for one in files["claims.json"]] == ["metro"]
    assert len(files["behaviours.json"]) == 6
    assert sum(one["amount"] for one in files["entries.json"]) == 133_00
    assert len(files["entries.json"]) == session.scalar(
        select(func.count()).select_from(PointEntry).where(PointEntry.account_id == account)
    )
    assert files["index.json"]["files"]["behaviours.json"]["rows"] == 6
    assert city.host_user(neighbour, "bus") not in answer.data.decode("latin-1")
    assert {one["scenario"] for one in files["authorisations.json"]} == {
        "metro",
        "bus",
        "shared-bike",
        "carton",
    }
    kept = session.scalars(select(AuditLine).where(AuditLine.event == "identity.person.copy")).one()
    assert (kept.actor, kept.subject_id) == (holder.ref, str(holder.person_id))


def test_a_copy_needs_a_fresh_factor(app, holder, noon):
    browser = app.test_client()
    people.sign_in_as(browser, holder)

    with clock.frozen(noon + timedelta(minutes=11)):
        asked = browser.get("/me/data/copy.zip")

    assert (asked.status_code, asked.location) == (303, "/account/verify?next=/me/data/copy.zip")


def test_whoever_has_no_account_gets_what_is_kept_of_them(client, session, noon):
    people.sign_in_as(client, people.citizen(session, at=noon, identified=False))

    files = opened(client.get("/me/data/copy.zip"))

    assert files["person.json"][0]["name"] is None
    assert len(files["sessions.json"]) == 1
    assert files["behaviours.json"] == []
    assert "下载 ZIP" in client.get("/me/data").text
