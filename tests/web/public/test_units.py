"""Public pages of units: any single number, cancellations, and checking a certificate."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.kernel import clock
from cqcer import commands, queries
from cqcer.values import Purpose
from tests.integration.cqcer import registry as build
from tests.integration.cqcer import using
from tests.obligations import obligation

JSON = {"Accept": "application/json"}


@pytest.fixture
def world(session):
    made = build.registry(session)
    made.at = build.issued(session, made, 1000)
    with clock.frozen(made.at):
        yield made


def certificate(session, movement):
    made = queries.certificate_of(session, movement.id)
    assert made is not None
    return made.number


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("path", ["/units", "/cancellations", "/verify", "/cancellations?year=x&page=9"])
def test_pages_stand_where_nothing_was_issued(client, path, language):
    client.set_cookie("language", language)

    assert client.get(path).status_code == 200


@obligation("CQ-30.3", "CQ-29.3", "CQ-6.5")
def test_any_single_number_can_be_looked_up_by_number_and_by_serial(client, session, world):
    movement = using.cancel(session, world, 100)
    page = client.get("/units?q=50", follow_redirects=True).text

    assert "已注销" in page
    assert "公益" in page
    assert certificate(session, movement) in page
    serial = queries.parts_of(session, movement.id)[0].text
    assert client.get("/units", query_string={"q": serial}).location == "/units/1"
    assert "持有" in client.get("/units/101").text
    assert world.owner.organisation.name not in client.get("/units/101").text
    for asked, code in (("1001", "unit.not_found"), (f"{serial[:-1]}x", "unit.serial_unreadable")):
        assert client.get("/units", query_string={"q": asked}, headers=JSON).json["code"] == code


@obligation("CQ-22.4", "CQ-29.3")
def test_cancellations_are_listed_by_purpose_and_year_without_naming_individuals(client, session, world):
    using.cancel(session, world, 100, Purpose.EVENT_NEUTRALITY, kind="event", name="两江新区半程马拉松")
    using.cancel(session, world, 20, Purpose.PERSONAL, kind="person", name="张三丰")

    page = client.get("/cancellations").text

    assert "两江新区半程马拉松" in page
    assert "张三丰" not in page
    assert "共 2 笔，120 吨" in page
    assert "共 1 笔，20 吨" in client.get("/cancellations?purpose=personal").text
    assert "没有注销记录" in client.get("/cancellations?year=1999").text


@obligation("CQ-29.1", "CQ-29.3")
def test_the_code_on_a_certificate_leads_to_a_page_that_checks_it(client, session, world):
    movement = using.cancel(session, world, 100, Purpose.EVENT_NEUTRALITY, kind="event", name="半程马拉松")
    number = certificate(session, movement)

    assert client.get("/verify", query_string={"number": number.lower()}).location == f"/verify/{number}"
    page = client.get(f"/verify/{number}").text
    assert "证明真实有效" in page
    assert "半程马拉松" in page
    pdf = client.get(f"/verify/{number}/certificate.pdf")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    told = client.get(f"/verify/{number}/certificate.json").json
    Ed25519PublicKey.from_public_bytes(base64.b64decode(told["public_key"])).verify(
        base64.b64decode(told["signature"]),
        b"tanhuitong/cancellation-certificate/v1\n" + told["content"].encode(),
    )
    assert client.get("/verify/CC2025-00000000-00", headers=JSON).json["code"] == "certificate.not_found"


@obligation("CQ-29.3")
def test_a_certificate_whose_signature_does_not_match_says_so(client, session, world, monkeypatch):
    number = certificate(session, using.cancel(session, world, 100))
    signed_by = queries.certificate(session, number).key
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    monkeypatch.setattr(signed_by.__class__, "public_key", property(lambda _key: other))

    page = client.get(f"/verify/{number}").text

    assert "签名不符" in page
    assert "证明真实有效" not in page


@obligation("CQ-29.3")
def test_an_individuals_certificate_is_masked_and_its_file_is_theirs(client, session, world):
    movement = using.cancel(session, world, 9, Purpose.PERSONAL, kind="person", name="张三丰")
    number = certificate(session, movement)

    page = client.get(f"/verify/{number}").text

    assert "张**" in page
    assert "张三丰" not in page
    assert client.get(f"/verify/{number}/certificate.pdf", headers=JSON).status_code == 404
    assert client.get(f"/verify/{number}/certificate.json", headers=JSON).status_code == 404


@obligation("CQ-22.4")
def test_a_project_that_ended_is_published_with_ground_and_quantities(client, session, world):
    proposal = commands.ask_to_cancel_project(
        session,
        actor=world.owner.initiator,
        project_id=world.project.id,
        document_id=build.paper(session),
        at=world.at,
    )
    commands.confirm_ending(session, actor=world.agency[1], proposal_id=proposal.id, at=world.at)
    session.refresh(world.project)

    page = client.get("/cancellations").text

    for told in ("项目注销与撤销", world.project.number, "业主自愿注销", "项目已注销", "1,000"):
        assert told in page
