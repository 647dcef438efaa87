"""Mall and vouchers: one tap or two, one voucher; every refusal says why and what now."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock
from points import commands, queries
from points.models import Redemption
from tests.builders import city, people
from tests.obligations import obligation

JSON = {"Accept": "application/json"}


def hidden(page, name):
    """Return the value of a hidden field of a page."""
    return page.text.split(f'name="{name}" value="')[1].split('"')[0]


def redeem(browser, offer, **changes):
    """Redeem an offer as its confirmation page does."""
    page = browser.get(f"/me/mall/{offer.id}/confirm")
    said = {
        "idempotency_key": hidden(page, "idempotency_key"),
        "price": hidden(page, "price"),
        **changes,
    }
    return browser.post(f"/me/mall/{offer.id}/redeem", data=said), said


def test_the_mall_is_searched_and_filtered(own):
    everything = own.get("/me/mall").text
    coffee = own.get("/me/mall?q=咖啡").text
    culture = own.get("/me/mall?category=culture").text

    assert everything.count("offer__title") == 6
    assert coffee.count("offer__title") == 2
    assert "旧书换新书" in culture
    assert "公交乘车券" not in culture
    assert "没有找到权益" in own.get("/me/mall?q=%25_").text


def test_confirming_says_what_it_takes_and_what_happens_otherwise(own, streets):
    page = own.get(f"/me/mall/{streets.offers['coffee'].id}/confirm").text

    assert "133 分" in page
    assert "93 分" in page
    assert "没有受理或到期未用，积分退回原来的批次" in page


@obligation("CQ-34.5")
def test_a_second_tap_leads_to_the_same_voucher(own, session, streets):
    first, said = redeem(own, streets.offers["bus"])
    second = own.post(f"/me/mall/{streets.offers['bus'].id}/redeem", data=said)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(session.scalars(select(Redemption)).all()) == 1


def test_the_key_of_another_offer_is_refused(own, streets):
    _, said = redeem(own, streets.offers["bus"])

    other = own.post(
        f"/me/mall/{streets.offers['metro'].id}/redeem", data={**said, "price": "1500"}, headers=JSON
    )

    assert other.status_code == 409
    assert "该幂等键已用于其他内容" in other.text


@pytest.mark.parametrize("lacking", ["idempotency_key"])
def test_redeeming_needs_its_key(own, streets, lacking):
    answer, _ = redeem(own, streets.offers["bus"], **{lacking: ""})

    assert answer.status_code == 400


def test_what_costs_too_much_is_told_with_the_missing_points(own, streets):
    page = own.get(f"/me/mall/{streets.offers['film'].id}/confirm")
    posted = own.post(
        f"/me/mall/{streets.offers['film'].id}/redeem", data={"idempotency_key": "k", "price": "90000"}
    )

    assert (page.status_code, posted.status_code) == (422, 422)
    for answer in (page, posted):
        assert "积分余额不足" in answer.text
        assert "还差 767 分" in answer.text
        assert "第34条" in answer.text


def test_another_price_than_confirmed_is_refused(own, streets):
    answer, _ = redeem(own, streets.offers["bus"], price="100")

    assert answer.status_code == 409
    assert "您确认的是 1 分，现在是 2 分" in answer.text


def test_the_limit_of_a_person_is_shown_and_held(own, streets):
    redeem(own, streets.offers["coffee"])

    page = own.get(f"/me/mall/{streets.offers['coffee'].id}")
    again = own.post(
        f"/me/mall/{streets.offers['coffee'].id}/redeem", data={"idempotency_key": "z", "price": "4000"}
    )

    assert "已达到每人限兑数量" in page.text
    assert again.status_code == 422
    assert "每人限兑 1 份，您已兑 1 份" in again.text


def test_what_is_sold_out_stays_to_be_seen(own, session, streets, noon):
    manager, _merchant = streets.merchants["bus"]
    last = streets.offers["metro"]
    terms = city.mall.terms(at=noon, title="最后一张", price=1_00, stock=1)
    made = commands.create_offer(session, actor=manager, terms=terms, at=noon)
    commands.shelve_offer(session, actor=manager, offer_id=made.id, at=noon)
    redeem(own, made)

    page = own.get(f"/me/mall/{made.id}")
    refused = own.post(f"/me/mall/{made.id}/redeem", data={"idempotency_key": "y", "price": "100"})

    assert last.id != made.id
    assert "已兑完" in page.text
    assert "已兑完" in own.get("/me/mall").text
    assert refused.status_code == 409
    assert "最后一份被兑走了" in refused.text


def test_a_draft_is_nowhere(own, session, streets, noon):
    manager, _merchant = streets.merchants["bus"]
    draft = commands.create_offer(session, actor=manager, terms=city.mall.terms(at=noon), at=noon)

    refused = own.get(f"/me/mall/{draft.id}", headers=JSON)

    assert (refused.status_code, refused.json["code"]) == (404, "offer.not_found")


def test_a_voucher_shows_a_code_that_changes_and_one_to_read_out(own, session, streets, noon):
    answer, _ = redeem(own, streets.offers["bus"])
    made = session.scalars(select(Redemption)).one()

    page = own.get(answer.location)
    earlier = own.get(f"{answer.location}/code")
    with clock.frozen(noon + timedelta(seconds=50)):
        later = own.get(f"{answer.location}/code")

    assert made.code[:4] in page.text
    assert 'data-refresh="' in page.text
    assert earlier.status_code == later.status_code == 200
    assert earlier.text != later.text
    assert "<html" not in later.text


def test_a_voucher_that_ended_has_no_code(own, session, streets, noon):
    answer, _ = redeem(own, streets.offers["bus"])
    made = session.scalars(select(Redemption)).one()
    commands.accept_voucher(session, actor=streets.merchants["bus"][0], voucher=made.code, key="a", at=noon)

    code = own.get(f"{answer.location}/code", headers=JSON)
    page = own.get(answer.location).text

    assert (code.status_code, code.json["code"]) == (409, "redemption.settled")
    assert "已使用" in page
    assert "不再存在，也没有进入任何人的账户" in page
    assert "data-refresh" not in page


@obligation("Q-23")
def test_giving_a_voucher_up_returns_its_points(own, session, streets, holder, noon):
    answer, _ = redeem(own, streets.offers["coffee"])

    asked = own.get(f"{answer.location}/give-up")
    given = own.post(f"{answer.location}/give-up", follow_redirects=True)

    account = queries.account_of(session, holder.person_id)
    assert "40 分会退回原来的批次" in asked.text
    assert "积分已退回原来的批次，有效期不变。" in given.text
    assert queries.spendable(session, account.id, noon.date()) == 133_00


def test_giving_up_after_the_merchant_accepted_shows_what_became_of_it(own, session, streets, noon):
    answer, _ = redeem(own, streets.offers["bus"])
    made = session.scalars(select(Redemption)).one()
    commands.accept_voucher(session, actor=streets.merchants["bus"][0], voucher=made.code, key="a", at=noon)

    late = own.post(f"{answer.location}/give-up")

    assert late.status_code == 409
    assert "该兑换已结束" in late.text
    assert "已使用" in late.text


def test_a_lapsed_voucher_says_so_before_the_sweep(own, streets, noon, holder):
    answer, _ = redeem(own, streets.offers["bus"])

    with clock.frozen(noon + timedelta(days=7)):
        people.sign_in_as(own, holder)
        page = own.get(answer.location).text

    assert "已超过使用期限" in page
    assert "data-refresh" not in page


@pytest.mark.parametrize("act", ["", "/code", "/give-up"])
def test_a_voucher_of_another_is_none(own, next_door, streets, act):
    answer, _ = redeem(own, streets.offers["bus"])

    refused = next_door.get(f"{answer.location}{act}", headers=JSON)
    posted = next_door.post(f"{answer.location}/give-up", headers=JSON)

    assert (refused.status_code, refused.json["code"]) == (404, "redemption.not_found")
    assert posted.status_code == 404
