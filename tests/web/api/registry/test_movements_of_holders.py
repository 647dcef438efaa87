"""A holder's units through the API: one representative proposes, the other confirms."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.permissions import Role
from cqcer import commands
from cqcer.values import RepresentativeRole
from tests.builders import parties, people
from tests.integration.cqcer import registry as build
from tests.obligations import obligation

ROOT = "/api/v1/registry/me"


@dataclass
class Side:
    """Those who act for an account, each with a browser, and a clock."""

    app: Flask
    session: Session
    at: datetime
    acting: dict[str, Actor]
    for_whom: int
    other_number: str
    keys: int = 0

    def __call__(self, who, method, path, *, fresh=True, key=None, **options):
        self.keys += 1
        with clock.frozen(self.at):
            browser = self.app.test_client()
            people.sign_in_as(browser, self.acting[who], fresh=fresh)
            headers = {"Idempotency-Key": key or f"k{self.keys}"}
            answer = browser.open(f"{ROOT}/{path}", method=method, headers=headers, **options)
        self.session.expire_all()
        return answer


@pytest.fixture
def holder(app, session):
    """An account with 100 units, and browsers of the two who act for it and of a stranger."""
    world = build.registry(session)
    at = build.issued(session, world, 100)
    place, account = world.owner.organisation.id, world.owner.account.id
    acting = {}
    for name, role, former in (
        ("first", RepresentativeRole.INITIATING, world.owner.initiator),
        ("second", RepresentativeRole.CONFIRMING, world.owner.confirmer),
    ):
        acting[name] = people.staff(session, Role.OWNER_STAFF, place, at=at)
        commands.appoint_representative(
            session,
            actor=former,
            account_id=account,
            staff_id=acting[name].staff_id or 0,
            role=role,
            at=at,
        )
    other = build.holder(session, world.agency[0], at)
    acting["stranger"] = parties.owner(session, at=at)
    for_whom = commands.enter_beneficiary(
        session, actor=world.agency[0], kind="public", name="社会公众", organisation_id=None, at=at
    ).id
    session.commit()
    return Side(app, session, at, acting, for_whom, other.account.number)


def cancel(holder, quantity=30, **more):
    sent = {
        "kind": "cancel",
        "quantity_t": quantity,
        "purpose": "public_benefit",
        "beneficiary_id": holder.for_whom,
    }
    return holder("first", "POST", "movements", json=sent, **more)


@obligation("CQ-27.3", "CQ-29.1", "Q-49")
def test_two_representatives_cancel_and_the_units_are_gone(holder):
    proposed = cancel(holder)
    assert (proposed.status_code, proposed.json["state"]) == (201, "proposed"), proposed.text
    path = f"movements/{proposed.json['id']}"
    assert holder("first", "GET", "account").json["units_t"] == {"held": 70, "reserved": 30}

    alone = holder("first", "POST", f"{path}/confirmation")
    stale = holder("second", "POST", f"{path}/confirmation", fresh=False)
    done = holder("second", "POST", f"{path}/confirmation")

    assert (alone.status_code, alone.json["code"]) == (403, "movement.same_person")
    assert stale.status_code == 403
    assert done.json["state"] == "executed", done.text
    assert holder("first", "GET", "account").json["units_t"] == {"held": 70, "cancelled": 30}
    listed = holder("second", "GET", "movements").json["items"]
    assert [one["kind"] for one in listed] == ["cancel", "issue"]


@obligation("CQ-30.1")
def test_the_same_proposal_sent_again_reserves_once(holder):
    first, again, other = cancel(holder, key="x"), cancel(holder, key="x"), cancel(holder, 31, key="x")

    assert first.json == again.json
    assert (other.status_code, other.json["code"]) == (409, "idempotency.key_reused")
    assert holder("first", "GET", "account").json["units_t"]["reserved"] == 30


@obligation("CQ-20.5", "CQ-27.3")
def test_a_dry_run_says_what_a_proposal_would_and_reserves_nothing(holder):
    sent = {"kind": "cancel", "quantity_t": 101, "purpose": "judicial"}

    dry = holder("first", "POST", "movements/dry-run", json=sent)
    refused = holder("first", "POST", "movements", json=sent)

    found = {one["code"] for one in dry.json["outcomes"] if one["verdict"] == "failed"}
    assert dry.json["would_refuse"]
    assert {one["code"] for one in refused.json["details"]["checks"]} == found
    assert {4002, 4014} <= found
    assert holder("first", "GET", "account").json["units_t"] == {"held": 100}


@obligation("CQ-27.4")
def test_a_gift_waits_and_can_be_withdrawn_or_refused(holder):
    sent = {"kind": "gift", "quantity_t": 10, "taking_account": holder.other_number}
    one, two, three = (holder("first", "POST", "movements", json=sent).json["id"] for _ in range(3))

    waiting = holder("second", "POST", f"movements/{one}/confirmation").json
    refused = holder("second", "POST", f"movements/{two}/refusal", json={"reason": "不同意"}).json
    withdrawn = holder("first", "POST", f"movements/{three}/withdrawal").json

    assert (waiting["state"], waiting["taking_account"]) == ("waiting", holder.other_number)
    assert (refused["state"], withdrawn["state"]) == ("refused", "withdrawn")
    assert holder("first", "GET", "account").json["units_t"] == {"held": 90, "reserved": 10}


@obligation("CQ-6.5")
def test_a_stranger_finds_neither_account_nor_movement(holder):
    path = f"movements/{cancel(holder).json['id']}"

    answers = [
        holder("stranger", "GET", "account"),
        holder("stranger", "GET", path),
        holder("stranger", "POST", f"{path}/confirmation"),
        holder("stranger", "POST", f"{path}/withdrawal"),
    ]
    unknown = holder(
        "first",
        "POST",
        "movements",
        json={"kind": "gift", "quantity_t": 1, "taking_account": "00000000000000"},
    )

    assert {(one.status_code, one.json["code"]) for one in answers} == {(404, "holding_account.not_found")}
    assert (unknown.status_code, unknown.json["code"]) == (404, "holding_account.not_found")
