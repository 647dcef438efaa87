"""Settling: accepted, refused, withdrawn or lapsed, once, and back to the very lots."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel.actor import SYSTEM
from app.kernel.days import day_in_china
from app.kernel.errors import Forbidden
from app.kernel.idempotency import KeyReused
from app.kernel.outbox import OutboxMessage
from app.kernel.permissions import Role
from points import commands, queries
from points.errors import (
    AlreadySettled,
    DisplayCodeExpired,
    DisplayCodeUsed,
    MerchantNotFound,
    ReasonMissing,
    RedemptionNotFound,
    VoucherLapsed,
    VoucherMistyped,
    VoucherNotFound,
)
from points.values import Kind, RedemptionState
from tests.builders import points as build
from tests.builders.points import NOON
from tests.obligations import obligation

TODAY = day_in_china(NOON)


@pytest.fixture
def offer(session, shop):
    return build.offer(session, shop)


@pytest.fixture
def reserved(session, rich, offer):
    return commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=NOON)


@pytest.fixture
def code(session, rich, reserved):
    return build.typed(session, rich, reserved.id)


def figures(session, account_id, at=NOON):
    balance = queries.balance(session, account_id, day_in_china(at))
    return balance.available, balance.reserved, balance.cancelled, balance.expired


def kinds(session, account_id):
    return [line.kind for line in reversed(queries.statement(session, account_id).items)]


@obligation("CQ-34.6", "CQ-X.8", "Q-58")
def test_accepting_cancels_exactly_the_redeemed_points_and_credits_nobody(
    session, rich, shop, reserved, code
):
    settled = commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=NOON)

    assert (settled.state, settled.settled_by) == ("fulfilled", shop.clerk.ref)
    assert figures(session, rich.id) == (50_00, 0, 50_00, 0)
    assert kinds(session, rich.id) == [Kind.ISSUE, Kind.RESERVE, Kind.CANCEL]
    assert queries.account_of_organisation(session, shop.merchant.organisation_id) is None


@obligation("CQ-33.1", "Q-23")
def test_refusing_gives_the_points_back_to_their_lots_and_the_item_to_the_stock(
    session, rich, shop, offer, reserved, code
):
    before = [(lot.id, lot.last_valid_on) for lot in queries.lots_of(session, rich.id)]

    settled = commands.refuse_voucher(
        session, actor=shop.clerk, voucher=code, reason="今日售罄", key="r", at=NOON
    )

    assert (settled.state, settled.reason) == ("refused", "今日售罄")
    assert figures(session, rich.id) == (100_00, 0, 0, 0)
    assert [(lot.id, lot.last_valid_on) for lot in queries.lots_of(session, rich.id)] == before
    assert queries.offer(session, offer.id).left == 10
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "redemption.refused")).all()
    assert {message.recipient.split(":")[0] for message in told} == {"person", "organisation"}


@obligation("Q-23")
def test_a_refusal_needs_a_reason(session, shop, code):
    with pytest.raises(ReasonMissing):
        commands.refuse_voucher(session, actor=shop.clerk, voucher=code, reason=" ", key="r", at=NOON)


@obligation("Q-23")
def test_the_holder_withdraws_once_and_asking_again_changes_nothing(session, rich, offer, reserved):
    first = commands.withdraw_redemption(session, actor=rich.actor, redemption_id=reserved.id, at=NOON)
    again = commands.withdraw_redemption(session, actor=rich.actor, redemption_id=reserved.id, at=NOON)

    assert first.id == again.id
    assert again.state == "withdrawn"
    assert figures(session, rich.id) == (100_00, 0, 0, 0)
    assert queries.offer(session, offer.id).left == 10


@obligation("Q-23")
def test_the_time_of_a_voucher_runs_out_at_its_instant_whether_or_not_the_sweep_ran(
    session, rich, shop, offer, reserved, code
):
    end = reserved.reserved_until

    with pytest.raises(VoucherLapsed):
        commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=end)
    assert commands.lapse_due(session, actor=SYSTEM, at=end - timedelta(microseconds=1)) == 0
    assert commands.lapse_due(session, actor=SYSTEM, at=end) == 1
    assert commands.lapse_due(session, actor=SYSTEM, at=end) == 0

    assert queries.redemption(session, reserved.id).state == "timed_out"
    assert figures(session, rich.id, end) == (100_00, 0, 0, 0)
    assert queries.offer(session, offer.id).left == 10


@obligation("Q-23")
def test_a_voucher_is_accepted_to_its_last_instant(session, shop, reserved, code):
    last = reserved.reserved_until - timedelta(microseconds=1)

    assert (
        commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=last).state
        == "fulfilled"
    )


@obligation("T-15")
def test_a_settled_voucher_is_settled_for_good(session, rich, shop, reserved, code):
    commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=NOON)

    with pytest.raises(AlreadySettled) as refusal:
        commands.accept_voucher(session, actor=shop.manager, voucher=code, key="b", at=NOON)
    assert refusal.value.details == {"state": "fulfilled"}
    with pytest.raises(AlreadySettled):
        commands.refuse_voucher(session, actor=shop.clerk, voucher=code, reason="错了", key="c", at=NOON)
    with pytest.raises(AlreadySettled):
        commands.withdraw_redemption(session, actor=rich.actor, redemption_id=reserved.id, at=NOON)
    assert commands.lapse_due(session, actor=SYSTEM, at=NOON + timedelta(days=30)) == 0


@obligation("T-09")
def test_the_same_key_settles_once_and_answers_again(session, rich, shop, reserved, code):
    commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=NOON)

    again = commands.accept_voucher(
        session, actor=shop.clerk, voucher=code, key="a", at=NOON + timedelta(days=9)
    )

    assert again.state == "fulfilled"
    assert figures(session, rich.id) == (50_00, 0, 50_00, 0)


@obligation("T-09")
def test_a_key_that_stands_for_another_voucher_is_refused(session, rich, shop, offer, code):
    other = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k2", at=NOON)
    commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=NOON)

    with pytest.raises(KeyReused):
        commands.accept_voucher(
            session, actor=shop.clerk, voucher=build.typed(session, rich, other.id), key="a", at=NOON
        )


@obligation("CQ-34.6")
def test_nobody_of_another_merchant_sees_or_settles_a_voucher(session, reserved, code):
    other = build.shop(session, name="别家")

    for act in (
        lambda: queries.voucher(session, other.merchant.id, code, NOON),
        lambda: commands.accept_voucher(session, actor=other.clerk, voucher=code, key="a", at=NOON),
        lambda: commands.refuse_voucher(
            session, actor=other.clerk, voucher=code, reason="无", key="b", at=NOON
        ),
    ):
        with pytest.raises(VoucherNotFound):
            act()
    assert queries.redemption(session, reserved.id).state == "reserved"


@obligation("CQ-34.6", "CQ-34.10")
def test_only_people_of_the_merchant_settle(session, rich, code):
    with pytest.raises(Forbidden):
        commands.accept_voucher(session, actor=rich.actor, voucher=code, key="a", at=NOON)
    for role in (Role.OPERATOR_OFFICER, Role.OPERATOR_REVIEWER, Role.ADMINISTRATOR, Role.BUREAU_OFFICER):
        with pytest.raises(Forbidden):
            commands.accept_voucher(session, actor=build.acting(role), voucher=code, key="a", at=NOON)
    stranger = build.acting(Role.MERCHANT_CLERK, organisation_id=10**9)
    with pytest.raises(MerchantNotFound):
        commands.accept_voucher(session, actor=stranger, voucher=code, key="a", at=NOON)


@obligation("CQ-34.10")
def test_nobody_withdraws_or_sees_another_persons_voucher(session, reserved):
    other = build.holder(session)

    with pytest.raises(RedemptionNotFound):
        commands.withdraw_redemption(session, actor=other.actor, redemption_id=reserved.id, at=NOON)
    with pytest.raises(RedemptionNotFound):
        queries.own_voucher(session, other.id, reserved.id)


@pytest.mark.parametrize("text", ["", "0000", "0000-0000-0001", "TH1", "x" * 10_000, "\x00", "券"])
def test_a_mistyped_code_is_told_apart_from_an_unknown_one(session, shop, reserved, text):
    with pytest.raises(VoucherMistyped):
        queries.voucher(session, shop.merchant.id, text, NOON)
    with pytest.raises(VoucherNotFound):
        queries.voucher(session, shop.merchant.id, "0000-0000-0000", NOON)


@obligation("T-15", "CQ-34.10")
def test_a_shown_code_settles_within_a_minute(session, rich, shop, reserved):
    shown = queries.display_code(reserved, NOON)

    found = queries.voucher(session, shop.merchant.id, shown.text.lower(), NOON + timedelta(seconds=60))
    settled = commands.accept_voucher(
        session, actor=shop.clerk, voucher=shown.text, key="a", at=NOON + timedelta(seconds=60)
    )

    assert found.redemption.id == settled.id == reserved.id
    assert settled.state == "fulfilled"


@obligation("T-15")
def test_an_old_shown_code_is_refused_unless_it_is_a_repeat(session, rich, shop, reserved):
    shown = queries.display_code(reserved, NOON)

    with pytest.raises(DisplayCodeExpired), session.begin_nested():
        commands.accept_voucher(
            session, actor=shop.clerk, voucher=shown.text, key="a", at=NOON + timedelta(seconds=61)
        )
    commands.accept_voucher(session, actor=shop.clerk, voucher=shown.text, key="a", at=NOON)
    again = commands.accept_voucher(
        session, actor=shop.clerk, voucher=shown.text, key="a", at=NOON + timedelta(hours=1)
    )

    assert again.state == "fulfilled"


@obligation("T-15")
def test_a_shown_code_is_used_once(session, rich, shop, reserved):
    from points.commands import settling

    shown = queries.display_code(reserved, NOON)
    settling._use_once(session, shown.text, reserved, NOON)

    with pytest.raises(DisplayCodeUsed):
        commands.accept_voucher(session, actor=shop.clerk, voucher=shown.text, key="a", at=NOON)


@obligation("T-15")
def test_a_shown_code_made_with_other_keys_is_nothing(session, shop, reserved):
    from app.kernel.secrets import Keyring, keyring, use_keyring

    ours = keyring()
    use_keyring(Keyring.make())
    forged = queries.display_code(reserved, NOON)
    use_keyring(ours)

    with pytest.raises(VoucherNotFound):
        queries.voucher(session, shop.merchant.id, forged.text, NOON)


def test_an_ended_or_lapsed_voucher_shows_no_code(session, shop, reserved, code):
    with pytest.raises(VoucherLapsed):
        queries.display_code(reserved, reserved.reserved_until)

    commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=NOON)
    with pytest.raises(AlreadySettled):
        queries.display_code(queries.redemption(session, reserved.id), NOON)


@obligation("CQ-33.1", "Q-23")
def test_what_waits_at_a_merchant_that_left_is_given_back_by_the_sweep(session, rich, shop, offer, reserved):
    commands.leave_as_merchant(session, actor=shop.manager, at=NOON)

    assert commands.lapse_due(session, actor=SYSTEM, at=NOON) == 1

    settled = queries.redemption(session, reserved.id)
    assert (settled.state, settled.reason) == ("refused", "权益提供单位已退出")
    assert figures(session, rich.id) == (100_00, 0, 0, 0)


@obligation("CQ-33.1")
def test_a_suspended_merchant_still_settles_what_is_open(session, shop, reserved, code):
    commands.suspend_merchant(
        session, actor=build.operator(), merchant_id=shop.merchant.id, reason="核查", at=NOON
    )

    assert commands.lapse_due(session, actor=SYSTEM, at=NOON) == 0
    assert (
        commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=NOON).state
        == "fulfilled"
    )


@obligation("CQ-35.1")
def test_a_merchants_machine_settles_within_its_scope(session, shop, reserved, code):
    from app.kernel.actor import Actor, ActorKind
    from app.kernel.permissions import Permission

    machine = Actor(
        kind=ActorKind.MACHINE,
        api_key_id=1,
        organisation_id=shop.merchant.organisation_id,
        permissions=frozenset({Permission.SETTLE_REDEMPTIONS}),
    )

    settled = commands.accept_voucher(session, actor=machine, voucher=code, key="a", at=NOON)

    assert settled.settled_by == "machine:1"


def test_vouchers_and_settlements_are_listed_and_summed(session, rich, shop, offer, reserved, code):
    second = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k2", at=NOON)
    commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=NOON)

    open_ones = queries.own_vouchers(session, rich.id, states=[RedemptionState.RESERVED]).items
    first_page = queries.own_vouchers(session, rich.id, limit=1)
    rest = queries.own_vouchers(session, rich.id, limit=1, after=first_page.after)
    today = queries.merchant_vouchers(session, shop.merchant.id, settled_since=TODAY, settled_until=TODAY)
    sums = queries.settlements(session, shop.merchant.id, since=TODAY, until=TODAY)

    assert [voucher.redemption.id for voucher in open_ones] == [second.id]
    assert [voucher.redemption.id for voucher in first_page.items + rest.items] == [second.id, reserved.id]
    assert rest.after is None
    assert [voucher.redemption.id for voucher in today.items] == [reserved.id]
    assert (sums.counts, sums.points) == (
        {RedemptionState.FULFILLED: 1},
        {RedemptionState.FULFILLED: 50_00},
    )
