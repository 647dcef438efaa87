"""Merchants and their offers: who may do which step, and what stays when they go."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel.audit import AuditLine
from app.kernel.days import day_in_china
from app.kernel.documents import DocumentNotFound
from app.kernel.errors import ActOutOfTurn, Forbidden
from app.kernel.outbox import OutboxMessage
from app.kernel.permissions import Role
from points import commands, queries
from points.errors import (
    MerchantExists,
    MerchantInvalid,
    MerchantNotAdmitted,
    MerchantNotFound,
    OfferInvalid,
    OfferNotFound,
    ReasonMissing,
)
from points.models import Merchant
from points.values import MerchantState, OfferCategory
from tests.builders import points as build
from tests.builders.points import NOON
from tests.obligations import obligation

TODAY = day_in_china(NOON)


def steps(session, merchant_id):
    return [step.act for step in queries.merchant_history(session, merchant_id)]


@obligation("CQ-33.1")
def test_a_merchant_applies_and_is_admitted(session, shop):
    assert shop.merchant.state == "admitted"
    assert shop.merchant.admitted_at == NOON
    assert steps(session, shop.merchant.id) == ["apply", "admit"]


@obligation("CQ-33.1")
def test_an_organisation_applies_once_and_for_itself_alone(session, shop):
    with pytest.raises(MerchantExists):
        commands.apply_as_merchant(session, actor=shop.manager, particulars=build.particulars(), at=NOON)
    with pytest.raises(Forbidden):
        commands.apply_as_merchant(
            session, actor=build.acting(Role.MERCHANT_MANAGER), particulars=build.particulars(), at=NOON
        )
    with pytest.raises(Forbidden):
        commands.apply_as_merchant(
            session, actor=build.person(session), particulars=build.particulars(), at=NOON
        )


@obligation("CQ-33.1")
def test_particulars_must_be_whole(session, shop):
    with pytest.raises(MerchantInvalid) as refusal:
        commands.change_merchant(
            session, actor=shop.manager, particulars=build.particulars(area_code="110000", name=""), at=NOON
        )

    assert set(refusal.value.details["breaches"]) == {"name", "area_code"}


@obligation("CQ-33.1")
def test_only_the_operator_admits_rejects_suspends_and_resumes(session, shop):
    for role in set(Role) - {Role.OPERATOR_OFFICER, Role.OPERATOR_REVIEWER}:
        actor = build.acting(role, organisation_id=shop.merchant.organisation_id)
        for act in (
            lambda who: commands.admit_merchant(session, actor=who, merchant_id=shop.merchant.id, at=NOON),
            lambda who: commands.resume_merchant(session, actor=who, merchant_id=shop.merchant.id, at=NOON),
            lambda who: commands.suspend_merchant(
                session, actor=who, merchant_id=shop.merchant.id, reason="x", at=NOON
            ),
            lambda who: commands.reject_merchant(
                session, actor=who, merchant_id=shop.merchant.id, reason="x", at=NOON
            ),
        ):
            with pytest.raises(Forbidden):
                act(actor)


@obligation("CQ-33.1")
def test_a_merchant_leaves_and_comes_back_at_once_when_it_was_admitted(session, shop):
    commands.leave_as_merchant(session, actor=shop.manager, reason="歇业", at=NOON)
    back = commands.rejoin_as_merchant(session, actor=shop.manager, at=NOON)

    assert back.state == "admitted"
    assert steps(session, shop.merchant.id) == ["apply", "admit", "leave", "rejoin"]


@obligation("CQ-33.1")
def test_who_left_while_suspended_applies_again(session, shop):
    commands.suspend_merchant(
        session, actor=build.operator(), merchant_id=shop.merchant.id, reason="核查", at=NOON
    )
    commands.leave_as_merchant(session, actor=shop.manager, at=NOON)

    assert commands.rejoin_as_merchant(session, actor=shop.manager, at=NOON).state == "applied"
    commands.reject_merchant(
        session, actor=build.operator(), merchant_id=shop.merchant.id, reason="不符合", at=NOON
    )
    assert commands.rejoin_as_merchant(session, actor=shop.manager, at=NOON).state == "applied"
    with pytest.raises(ActOutOfTurn):
        commands.rejoin_as_merchant(session, actor=shop.manager, at=NOON)


@obligation("CQ-33.1", "CQ-35.1")
def test_each_step_leaves_a_line_a_reason_and_an_event(session, shop):
    with pytest.raises(ReasonMissing):
        commands.suspend_merchant(
            session, actor=build.operator(), merchant_id=shop.merchant.id, reason="", at=NOON
        )
    commands.suspend_merchant(
        session, actor=build.operator(), merchant_id=shop.merchant.id, reason="核查", at=NOON
    )
    commands.resume_merchant(session, actor=build.operator(), merchant_id=shop.merchant.id, at=NOON)

    lines = session.scalars(
        select(AuditLine.event).where(AuditLine.subject_kind == "merchant").order_by(AuditLine.id)
    ).all()
    events = session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "merchant.state").order_by(OutboxMessage.id)
    ).all()
    assert lines == [f"points.merchant.{act}" for act in ("apply", "admit", "suspend", "resume")]
    assert [event.payload["state"] for event in events] == ["applied", "admitted", "suspended", "admitted"]


@obligation("CQ-34.6", "CQ-X.8")
def test_a_merchant_has_nowhere_to_hold_points():
    columns = set(Merchant.__table__.columns.keys())

    assert not {name for name in columns if "point" in name or "balance" in name or "account" in name}


def test_merchants_are_listed_by_state(session, shop):
    assert shop.merchant.id in {one.id for one in queries.merchants(session, [MerchantState.ADMITTED])}
    assert shop.merchant.id not in {one.id for one in queries.merchants(session, [MerchantState.APPLIED])}
    with pytest.raises(MerchantNotFound):
        queries.merchant_of(session, 10**9)


@obligation("CQ-34.5", "CQ-34.7")
def test_an_offer_goes_from_draft_to_shelf_and_back(session, shop):
    draft = commands.create_offer(session, actor=shop.manager, terms=build.terms(), at=NOON)
    assert draft.state == "draft"

    assert commands.shelve_offer(session, actor=shop.manager, offer_id=draft.id, at=NOON).state == "on_shelf"
    assert (
        commands.unshelve_offer(session, actor=shop.manager, offer_id=draft.id, at=NOON).state == "off_shelf"
    )
    assert commands.shelve_offer(session, actor=shop.manager, offer_id=draft.id, at=NOON).state == "on_shelf"


@obligation("CQ-34.7")
def test_a_blocked_offer_stays_off_the_shelf_until_the_operator_lets_it(session, shop):
    offer = build.offer(session, shop)
    commands.block_offer(session, actor=build.operator(), offer_id=offer.id, reason="标注金额", at=NOON)

    with pytest.raises(ActOutOfTurn):
        commands.shelve_offer(session, actor=shop.manager, offer_id=offer.id, at=NOON)
    commands.unblock_offer(session, actor=build.operator(), offer_id=offer.id, at=NOON)
    assert commands.shelve_offer(session, actor=shop.manager, offer_id=offer.id, at=NOON).state == "on_shelf"
    with pytest.raises(Forbidden):
        commands.block_offer(session, actor=shop.manager, offer_id=offer.id, reason="x", at=NOON)


def test_a_merchant_touches_its_own_offers_alone(session, shop):
    offer = build.offer(session, shop)
    other = build.shop(session, name="别家")

    for act in (commands.shelve_offer, commands.unshelve_offer):
        with pytest.raises(OfferNotFound):
            act(session, actor=other.manager, offer_id=offer.id, at=NOON)
    with pytest.raises(OfferNotFound):
        commands.change_offer(session, actor=other.manager, offer_id=offer.id, terms=build.terms(), at=NOON)
    with pytest.raises(Forbidden):
        commands.change_offer(session, actor=shop.clerk, offer_id=offer.id, terms=build.terms(), at=NOON)


@obligation("CQ-34.10")
def test_a_change_of_price_does_not_touch_a_redemption_that_was_made(session, rich, shop):
    offer = build.offer(session, shop)
    redemption = commands.redeem(session, actor=rich.actor, offer_id=offer.id, key="k", at=NOON)

    commands.change_offer(
        session, actor=shop.manager, offer_id=offer.id, terms=build.terms(price=60_00), at=NOON
    )
    code = build.typed(session, rich, redemption.id)
    commands.accept_voucher(session, actor=shop.clerk, voucher=code, key="a", at=NOON)

    assert queries.balance(session, rich.id, TODAY).cancelled == 50_00


def test_a_stock_is_not_set_below_what_is_taken(session, rich, shop):
    offer = build.offer(session, shop, price=1, per_person=9)
    for key in "abc":
        commands.redeem(session, actor=rich.actor, offer_id=offer.id, key=key, at=NOON)

    with pytest.raises(OfferInvalid) as refusal:
        commands.change_offer(
            session, actor=shop.manager, offer_id=offer.id, terms=build.terms(stock=2), at=NOON
        )
    assert set(refusal.value.details["breaches"]) == {"stock"}
    commands.change_offer(session, actor=shop.manager, offer_id=offer.id, terms=build.terms(stock=3), at=NOON)
    assert queries.offer(session, offer.id).sold_out


def test_only_an_admitted_merchant_makes_and_shelves_offers(session, shop):
    draft = commands.create_offer(session, actor=shop.manager, terms=build.terms(), at=NOON)
    commands.leave_as_merchant(session, actor=shop.manager, at=NOON)

    with pytest.raises(MerchantNotAdmitted):
        commands.create_offer(session, actor=shop.manager, terms=build.terms(), at=NOON)
    with pytest.raises(MerchantNotAdmitted):
        commands.shelve_offer(session, actor=shop.manager, offer_id=draft.id, at=NOON)


def test_a_picture_must_be_there(session, shop):
    with pytest.raises(DocumentNotFound):
        commands.create_offer(session, actor=shop.manager, terms=build.terms(picture_id=10**9), at=NOON)


def test_the_shelf_shows_what_can_be_had_today(session, shop):
    here = build.offer(session, shop, title="公交券", area_code="500103", price=5_00)
    anywhere = build.offer(session, shop, title="咖啡 100%", category=OfferCategory.FOOD, price=9_00)
    build.offer(session, shop, title="明天", valid_from=TODAY + timedelta(days=1))
    build.offer(
        session,
        shop,
        title="昨天",
        valid_from=TODAY - timedelta(days=9),
        valid_until=TODAY - timedelta(days=1),
    )
    sold_out = build.offer(session, shop, title="无", stock=0)
    commands.create_offer(session, actor=shop.manager, terms=build.terms(title="草稿"), at=NOON)

    def found(**asked):
        return [shown.offer.id for shown in queries.shelf(session, TODAY, **asked).items]

    assert found() == [sold_out.id, anywhere.id, here.id]
    assert found(with_sold_out=False) == [anywhere.id, here.id]
    assert found(area_code="500103") == [sold_out.id, anywhere.id, here.id]
    assert found(area_code="500101") == [sold_out.id, anywhere.id]
    assert found(category="food") == [anywhere.id]
    assert found(words="公交") == [here.id]
    assert found(words="%") == [anywhere.id]
    assert found(at_most=5_00) == [here.id]
    first = queries.shelf(session, TODAY, limit=2)
    assert [shown.offer.id for shown in queries.shelf(session, TODAY, after=first.after).items] == [here.id]
    commands.leave_as_merchant(session, actor=shop.manager, at=NOON)
    assert found() == []
