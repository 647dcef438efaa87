"""Attacks on the mall and on corrections by plain SQL: stock, price, time, settling, two people."""

from datetime import date, timedelta

import pytest

from tests.builders import forged
from tests.builders.points import NOON
from tests.obligations import obligation

PRIVILEGE = "42501"
CHECK = "23514"
OBJECT = "state = 'objected', objection = 'x', objected_at = %s"
SETTLE = "update redemption set state = %s, settled_at = %s, settled_by = 'x', reason = %s where id = %s"
BY_COLUMN = {"tht_app": PRIVILEGE, "tht_owner": "TH032"}


def settle(connection, state, at, redemption_id, reason="x"):
    connection.execute(SETTLE, (state, at, reason, redemption_id))


def correct(connection, sql, *values):
    connection.execute(f"update correction set {sql}", values)


def propose(connection, stage, **changes):
    said = {
        "account_id": stage.other,
        "lot_id": stage.other_lot,
        "behaviour_id": stage.behaviour + 1,
        "behaviour_day": NOON.date(),
        "amount": 1,
        "rule_clause": "x",
        "reason": "x",
        "evidence_id": stage.evidence,
        "state": "proposed",
        "proposed_by": "staff:1",
        "proposed_at": NOON,
        **changes,
    }
    names, holes = ", ".join(said), ", ".join(["%s"] * len(said))
    connection.execute(f"insert into correction ({names}) values ({holes})", tuple(said.values()))


REDEMPTIONS = {
    "of an offer that is sold out": ("TH029", lambda c, s: forged.redemption(c, s.victim, s.last_item)),
    "beyond the limit per person": ("TH030", lambda c, s: forged.redemption(c, s.victim, s.offer)),
    "at another price": ("TH029", lambda c, s: forged.redemption(c, s.other, s.offer, price=1)),
    "of another merchant": (
        "TH029",
        lambda c, s: forged.redemption(c, s.other, s.offer, merchant_id=s.merchant + 10**6),
    ),
    "that begin fulfilled": ("TH024", lambda c, s: forged.redemption(c, s.other, s.offer, state="fulfilled")),
    "for more than a week": (
        "TH029",
        lambda c, s: forged.redemption(
            c, s.other, s.offer, reserved_until=NOON + timedelta(days=7, seconds=1)
        ),
    ),
    "before the offer's first day": (
        "TH029",
        lambda c, s: forged.redemption(
            c, s.other, s.offer, created_at=NOON - timedelta(days=1), reserved_until=NOON
        ),
    ),
    "after the offer's last day": (
        "TH029",
        lambda c, s: forged.redemption(
            c,
            s.other,
            s.offer,
            created_at=NOON + timedelta(days=31),
            reserved_until=NOON + timedelta(days=32),
        ),
    ),
    "of an offer that is off the shelf": (
        "TH029",
        lambda c, s: (
            c.execute("update offer set state = 'off_shelf'") and forged.redemption(c, s.other, s.offer)
        ),
    ),
    "of a merchant that is suspended": (
        "TH029",
        lambda c, s: (
            c.execute("update merchant set state = 'suspended'") and forged.redemption(c, s.other, s.offer)
        ),
    ),
    "without a point behind them": ("TH021", lambda c, s: forged.redemption(c, s.other, s.offer)),
    "for a part of the price": (
        "TH021",
        lambda c, s: forged.entry(
            c, s.other, "reserve", 49_99, s.other_lot, redemption_id=forged.redemption(c, s.other, s.offer)
        ),
    ),
    "that give the stock back by hand": (
        BY_COLUMN,
        lambda c, s: c.execute("update offer set stock_taken = 0 where id = %s", [s.last_item]),
    ),
    "of an offer that changed hands": (
        BY_COLUMN,
        lambda c, s: (
            c.execute("update offer set merchant_id = %s", [s.merchant])
            and c.execute("update offer set merchant_id = merchant_id + 1")
        ),
    ),
    "of a stock below what is taken": (
        CHECK,
        lambda c, s: c.execute("update offer set stock = 0 where id = %s", [s.last_item]),
    ),
    "of an offer of eight days": (
        CHECK,
        lambda c, s: c.execute("update offer set use_days = 8 where id = %s", [s.offer]),
    ),
    "for nothing": (CHECK, lambda c, s: c.execute("update offer set price = 0 where id = %s", [s.offer])),
}

SETTLING = {
    "accepted again": ("TH020", lambda c, s: settle(c, "fulfilled", NOON, s.fulfilled)),
    "refused after it was accepted": ("TH020", lambda c, s: settle(c, "refused", NOON, s.fulfilled)),
    "opened again": (
        "TH020",
        lambda c, s: c.execute(
            "update redemption set state = 'reserved', settled_at = null where id = %s", [s.fulfilled]
        ),
    ),
    "accepted without cancelling": ("TH021", lambda c, s: settle(c, "fulfilled", NOON, s.reserved)),
    "refused without giving back": ("TH021", lambda c, s: settle(c, "refused", NOON, s.reserved)),
    "refused without a reason": ("TH031", lambda c, s: settle(c, "refused", NOON, s.reserved, " ")),
    "accepted after its time": (
        "TH031",
        lambda c, s: settle(c, "fulfilled", NOON + timedelta(days=7), s.reserved),
    ),
    "timed out before its time": (
        "TH031",
        lambda c, s: settle(c, "timed_out", NOON + timedelta(days=7, seconds=-1), s.reserved),
    ),
    "moved to another merchant": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH020"},
        lambda c, s: c.execute(
            "update redemption set state = 'withdrawn', settled_at = now(), merchant_id = merchant_id + 1"
        ),
    ),
    "forgotten": (
        {"tht_app": PRIVILEGE, "tht_owner": "23503"},
        lambda c, s: c.execute("delete from redemption where id = %s", [s.fulfilled]),
    ),
    "shown again": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH002"},
        lambda c, s: c.execute("delete from display_code"),
    ),
}

CORRECTIONS = {
    "that begin confirmed": (
        "TH023",
        lambda c, s: propose(c, s, state="confirmed", confirmed_by="staff:2", noticed_at=NOON),
    ),
    "of more than the behaviour earned": ("TH023", lambda c, s: propose(c, s, amount=100_01)),
    "of another lot": ("TH023", lambda c, s: propose(c, s, lot_id=s.victim_lot)),
    "of another account": ("TH023", lambda c, s: propose(c, s, account_id=s.victim)),
    "of another lot of the account": (
        "TH023",
        lambda c, s: propose(c, s, lot_id=forged.lot(c, s.other, last_valid_on=date(2031, 3, 8))),
    ),
    "of a behaviour that earned nothing": (
        "TH023",
        lambda c, s: propose(c, s, behaviour_id=s.waiting_behaviour),
    ),
    "objected to too late": (
        "TH022",
        lambda c, s: correct(
            c, "state = 'objected', objection = 'x', objected_at = %s", NOON + timedelta(days=20)
        ),
    ),
    "objected to without a word": (
        "TH022",
        lambda c, s: correct(c, "state = 'objected', objected_at = %s", NOON),
    ),
    "answered without a word": (
        "TH022",
        lambda c, s: correct(c, OBJECT, NOON) or correct(c, "state = 'answered', answered_by = 'x'"),
    ),
    "answered with another objection": (
        "TH022",
        lambda c, s: (
            correct(c, OBJECT, NOON)
            or correct(c, "state = 'answered', answer = 'x', answered_by = 'x', objection = 'y'")
        ),
    ),
    "executed with another answer": (
        "TH022",
        lambda c, s: (
            correct(c, OBJECT, NOON)
            or correct(c, "state = 'answered', answer = 'x', answered_by = 'x'")
            or correct(c, "state = 'withdrawn', answer = 'y'")
        ),
    ),
    "of a behaviour a second time": (
        "23505",
        lambda c, s: propose(c, s, account_id=s.victim, lot_id=s.victim_lot, behaviour_id=s.behaviour),
    ),
    "confirmed by who proposed": (
        CHECK,
        lambda c, s: (
            propose(c, s)
            or correct(
                c,
                "state = 'confirmed', confirmed_by = proposed_by, noticed_at = %s, object_until = %s"
                " where state = 'proposed'",
                NOON,
                NOON + timedelta(days=20),
            )
        ),
    ),
    "with fourteen days to object": (
        CHECK,
        lambda c, s: (
            propose(c, s)
            or correct(
                c,
                "state = 'confirmed', confirmed_by = 'staff:2', noticed_at = %s, object_until = %s"
                " where state = 'proposed'",
                NOON,
                NOON + timedelta(days=14),
            )
        ),
    ),
    "executed unconfirmed": (
        "TH022",
        lambda c, s: propose(c, s) or correct(c, "state = 'executed' where state = 'proposed'"),
    ),
    "executed in the fifteen days": (
        "TH022",
        lambda c, s: correct(c, "state = 'executed', executed_amount = 1, executed_at = %s", NOON),
    ),
    "executed over an objection": (
        "TH022",
        lambda c, s: (
            correct(c, "state = 'objected', objection = 'x', objected_at = %s", NOON)
            or correct(
                c, "state = 'executed', executed_amount = 1, executed_at = %s", NOON + timedelta(days=20)
            )
        ),
    ),
    "for a larger amount than was noticed": (
        {"tht_app": PRIVILEGE, "tht_owner": "TH022"},
        lambda c, s: correct(c, "state = 'withdrawn', amount = amount + 1"),
    ),
    "with a shorter time than was noticed": (
        "TH022",
        lambda c, s: correct(
            c,
            "state = 'objected', objection = 'x', objected_at = %s,"
            " object_until = noticed_at + interval '16 days'",
            NOON,
        ),
    ),
    "of more than was asked": (
        CHECK,
        lambda c, s: correct(
            c, "state = 'executed', executed_amount = 10_01, executed_at = %s", NOON + timedelta(days=20)
        ),
    ),
}


@obligation("CQ-34.5", "CQ-34.7", "Q-23", "T-14")
@pytest.mark.parametrize("role", ["tht_app", "tht_owner"])
@pytest.mark.parametrize("way", REDEMPTIONS)
def test_there_are_no_redemptions(attack, role, way):
    code, act = REDEMPTIONS[way]

    attack(role, code[role] if isinstance(code, dict) else code, act)


@obligation("CQ-34.6", "Q-23", "Q-58", "T-15")
@pytest.mark.parametrize("role", ["tht_app", "tht_owner"])
@pytest.mark.parametrize("way", SETTLING)
def test_no_voucher_is(attack, role, way):
    code, act = SETTLING[way]

    attack(role, code[role] if isinstance(code, dict) else code, act)


@obligation("Q-25", "CQ-34.10", "T-04")
@pytest.mark.parametrize("role", ["tht_app", "tht_owner"])
@pytest.mark.parametrize("way", CORRECTIONS)
def test_there_are_no_corrections(attack, role, way):
    code, act = CORRECTIONS[way]

    attack(role, code[role] if isinstance(code, dict) else code, act)
