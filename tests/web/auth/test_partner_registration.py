"""Organisations register themselves, whatever their country, and get no right but to apply (CQ-5.1)."""

import pytest

from app.identity import queries
from app.identity.models import Organisation, StaffUser
from app.kernel.permissions import Permission, Role
from tests.builders import people
from tests.obligations import obligation


def form(**changed):
    return {
        "name": "重庆绿行科技有限公司",
        "kind": "enterprise",
        "number": people.credit_code(),
        "country": "CN",
        "area_code": "",
        "sector_department": "",
        "role": "host_staff",
        "contact": "周行",
        "password": people.PASSWORD,
    } | changed


def staff_of(session, number):
    place = queries.organisation_by_credit_code(session, number)
    assert place is not None
    return next(staff for staff, _ in queries.members_of(session, place.id))


@obligation("CQ-5.1")
@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("host_staff", Permission.APPLY_FOR_SCENARIO, Permission.SETTLE_REDEMPTIONS),
        ("merchant_manager", Permission.APPLY_AS_MERCHANT, Permission.UPLOAD_BEHAVIOURS),
    ],
)
def test_a_partner_registers_signs_in_and_may_apply(client, session, role, may, may_not):
    asked = form(role=role, sector_department="市交通运输委员会")

    done = client.post("/staff/register", data=asked)
    staff = staff_of(session, asked["number"])
    inside = client.post("/staff/sign-in", data={"login": staff.login, "password": people.PASSWORD})

    assert (done.status_code, done.location) == (303, "/staff/sign-in")
    assert staff.login == asked["number"].lower()
    assert inside.location == "/staff/second-factor"
    actor = people.acting(session, staff)
    assert actor.roles == {Role(role)}
    assert actor.may(may)
    assert not actor.may(may_not)
    place = session.get(Organisation, actor.organisation_id)
    assert place.sector_department == "市交通运输委员会"


@obligation("CQ-5.1")
@pytest.mark.parametrize("kind", ["enterprise", "public_institution", "social_group", "association", "other"])
def test_every_kind_of_organisation_registers(client, kind):
    assert client.post("/staff/register", data=form(kind=kind)).status_code == 303


@obligation("CQ-8.1")
def test_a_foreign_organisation_registers_by_its_own_number(client, session):
    done = client.post(
        "/staff/register", data=form(country="sg", number="2019 12345K", role="merchant_manager")
    )

    assert done.status_code == 303
    assert session.query(StaffUser).filter_by(login="sg-2019-12345k").one()


@pytest.mark.parametrize(
    ("changed", "status", "told"),
    [
        ({"number": "91500000MA0000000X"}, 422, "单位信息有误"),
        ({"password": "short"}, 422, "过短"),
        ({"kind": "cartel"}, 422, "请从列表中选择"),
        ({"role": "bureau_officer"}, 422, "该单位没有此岗位"),
        ({"role": "operator_officer"}, 422, "该单位没有此岗位"),
        ({"role": "nothing"}, 422, "请从列表中选择"),
        ({"area_code": "999999"}, 400, "区县代码有误"),
        ({"name": ""}, 422, "格式有误"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(client, session, changed, status, told):
    before = session.query(Organisation).count()

    refused = client.post("/staff/register", data=form(contact="经办人甲", **changed))

    assert refused.status_code == status
    assert told in refused.text
    assert "经办人甲" in refused.text
    assert people.PASSWORD not in refused.text
    assert session.query(Organisation).count() == before


def test_an_organisation_registers_once(client):
    asked = form()
    client.post("/staff/register", data=asked)

    assert client.post("/staff/register", data=asked).status_code == 409


@obligation("T-51")
def test_one_network_does_not_register_hundreds(client):
    answers = [client.post("/staff/register", data=form()).status_code for _ in range(11)]

    assert answers == [303] * 10 + [429]
