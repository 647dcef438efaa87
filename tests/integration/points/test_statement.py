"""The statement: every entry with its balance, why it is what it is, and as a file that runs nothing."""

import csv
import hashlib
import io
import json
from datetime import timedelta

import pytest

from app.kernel.actor import SYSTEM
from app.kernel.days import day_in_china
from points import commands, queries
from points.errors import EntryNotFound
from points.queries.statement_csv import safe_cell
from points.values import Kind
from tests.builders import points as build
from tests.builders.points import NOON
from tests.obligations import obligation

TODAY = day_in_china(NOON)


@pytest.fixture
def busy(session, ready, rich, shop):
    """Entries of six kinds over some days."""
    offer = build.offer(session, shop, price=10_00, title='=HYPERLINK("http://evil")')
    first, second, _third = (
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key=key, at=NOON) for key in "abc"
    )
    commands.accept_voucher(
        session, actor=shop.clerk, voucher=build.typed(session, rich, first.id), key="a", at=NOON
    )
    commands.withdraw_redemption(session, actor=rich.actor, redemption_id=second.id, at=NOON)
    build.earn(session, ready, rich.id, 1_50, at=NOON + timedelta(days=1))
    commands.expire_due(session, actor=SYSTEM, at=NOON + timedelta(days=1827))
    return rich


def test_the_running_balance_follows_the_entries(session, busy):
    lines = list(reversed(queries.statement(session, busy.id).items))

    balance = 0
    for line in lines:
        balance += line.change
        assert line.balance_after == balance
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    assert {line.kind for line in lines} == {Kind.ISSUE, Kind.RESERVE, Kind.CANCEL, Kind.RELEASE, Kind.EXPIRE}


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_leave_nothing_out_and_show_nothing_twice(session, busy, limit):
    whole = [line.seq for line in queries.statement(session, busy.id).items]

    seen, after = [], None
    while True:
        page = queries.statement(session, busy.id, limit=limit, after=after)
        seen += [line.seq for line in page.items]
        after = page.after
        if after is None:
            break

    assert seen == whole == sorted(whole, reverse=True)


def test_a_statement_is_narrowed_by_kind_and_day(session, busy):
    issues = queries.statement(session, busy.id, kinds=[Kind.ISSUE]).items
    first_day = queries.statement(session, busy.id, since=TODAY, until=TODAY).items

    assert [line.kind for line in issues] == [Kind.ISSUE, Kind.ISSUE]
    assert {line.day for line in first_day} == {TODAY}
    assert queries.statement(session, busy.id, until=TODAY - timedelta(days=1)).items == []


def test_nobody_sees_another_accounts_entries(session, busy):
    other = build.holder(session)

    assert queries.statement(session, other.id).items == []
    with pytest.raises(EntryNotFound):
        queries.receipt(session, other.id, 1)
    with pytest.raises(EntryNotFound):
        queries.receipt(session, busy.id, 10**6)


def test_of_two_entries_with_one_number_each_holder_sees_their_own(session, ready, busy):
    other = build.holder(session)
    build.earn(session, ready, other.id, 7)

    mine, theirs = queries.receipt(session, busy.id, 1), queries.receipt(session, other.id, 1)

    assert (mine.line.amount, theirs.line.amount) == (100_00, 7)
    assert (mine.account_number, theirs.account_number) == (busy.account.number, other.account.number)


@obligation("CQ-34.4", "T-06", "T-28")
def test_a_receipt_holds_all_that_is_needed_to_compute_the_entry_again(session, busy, rule):
    receipt = queries.receipt(session, busy.id, 1)

    said = json.loads(receipt.encoding)
    by_hand = hashlib.sha256(
        b"points-entry/1\0" + bytes.fromhex(receipt.salt) + receipt.encoding.encode()
    ).hexdigest()
    assert by_hand == receipt.commitment
    assert receipt.holds
    assert said["amount"] == said["reduction_g"] * 100 // receipt.grams_per_point == 100_00
    assert (said["rule"], said["lot_last_valid_on"]) == (rule.version, "2031-03-09")
    assert receipt.formula == "⌊10000 g × 100 ÷ 100 g⌋ ÷ 100 = 100"
    assert "person" not in receipt.encoding


@obligation("T-28")
def test_every_entry_of_every_kind_has_a_receipt_that_holds(session, busy):
    receipts = [
        queries.receipt(session, busy.id, line.seq)
        for line in reversed(queries.statement(session, busy.id).items)
    ]

    assert all(receipt.holds for receipt in receipts)
    assert [receipt.prev_commitment for receipt in receipts] == [
        "",
        *(receipt.commitment for receipt in receipts[:-1]),
    ]
    assert [receipt.formula is not None for receipt in receipts] == [
        receipt.line.kind is Kind.ISSUE for receipt in receipts
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_file_says_what_the_statement_says(session, busy, language):
    text = "".join(queries.statement_csv(session, busy.id, language=language))

    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    lines = queries.statement(session, busy.id).items
    assert text.startswith("\ufeff")
    assert len(head) == len(rows[0]) == 16
    assert [int(row[0]) for row in rows] == [line.seq for line in lines]
    assert [row[3] for row in rows if row[3]] == ["1.5", "10", "100"]
    assert [row[-1] for row in rows] == [line.commitment for line in lines]
    assert rows[-1][1] == "2026-03-10 12:00:00"


@obligation("T-57")
def test_no_cell_of_the_file_is_run_by_a_spreadsheet(session, busy):
    text = "".join(queries.statement_csv(session, busy.id))

    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert '\'=HYPERLINK("http://evil")' in cells


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_begins_a_formula_is_shown_and_not_run(start):
    assert safe_cell(f"{start}1") == f"'{start}1"
    assert safe_cell("1") == "1"
    assert safe_cell(None) == ""
