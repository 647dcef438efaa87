"""The merchant's own offers, and joining, leaving and coming back."""

import pytest

from points import queries
from tests.builders import people
from tests.fixtures.desks import BEFORE, PDF, PICTURE, open_shop, upload
from tests.obligations import obligation

OFFER = {
    "title": "小面一碗",
    "category": "food",
    "picture": "coffee",
    "price": "120.5",
    "stock": "30",
    "per_person": "2",
    "valid_from": "2026-11-20",
    "valid_until": "2026-12-31",
    "use_days": "7",
    "description": "重庆小面一碗",
    "terms": "堂食",
}
PARTICULARS = {
    "name": "江湾茶社",
    "category": "food",
    "area_code": "500103",
    "address": "渝中区民生路 1 号",
}


@pytest.fixture
def counter(browser_of, shop):
    """The browser of the manager."""
    return browser_of(shop.manager)


def offers(session, shop):
    session.expire_all()
    return {offer.title: offer for offer in queries.offers_of(session, shop.merchant.id)}


def test_an_offer_is_drafted_or_shelved_at_once(counter, session, shop):
    drafted = counter.post("/merchant/offers", data=OFFER)
    shelved = counter.post("/merchant/offers", data={**OFFER, "title": "凉面", "shelve": "yes"})

    assert (drafted.status_code, drafted.location) == (303, "/merchant/offers")
    assert shelved.status_code == 303
    made = offers(session, shop)
    assert (made["小面一碗"].state, made["凉面"].state) == ("draft", "on_shelf")
    assert (made["小面一碗"].price, made["小面一碗"].picture_name) == (12050, "coffee")
    assert "小面一碗" in counter.get("/merchant/offers").text


@obligation("CQ-34.7")
def test_a_price_is_in_points_alone(counter):
    page = counter.get("/merchant/offers/new")

    assert "只用积分标价" in page.text
    assert not {"money", "cash", "yuan", "fen"} & set(page.text.split('name="'))


def test_a_refused_offer_keeps_what_was_typed(counter, session, shop):
    page = counter.post("/merchant/offers", data={**OFFER, "price": "0", "valid_until": "2026-11-01"})

    assert page.status_code == 422
    assert "offer.invalid" in page.text
    assert 'value="小面一碗"' in page.text
    assert "不能早于开始日期" in page.text
    assert "应在 0.01 到" in page.text
    assert "小面一碗" not in offers(session, shop)


def test_a_picture_of_ones_own_is_kept_and_shown(counter, session, shop):
    made = counter.post(
        "/merchant/offers",
        data={**OFFER, "picture": "own", "picture_file": upload(PICTURE, "noodles.png"), "shelve": "yes"},
    )
    offer = offers(session, shop)["小面一碗"]
    changed = counter.post(f"/merchant/offers/{offer.id}", data={**OFFER, "picture": "own", "stock": "31"})

    assert (made.status_code, changed.status_code) == (303, 303)
    kept = offers(session, shop)["小面一碗"]
    assert (kept.picture_id, kept.stock) == (offer.picture_id, 31)
    assert counter.get(f"/offers/{offer.id}/picture").data == PICTURE


def test_only_pictures_are_pictures(counter):
    page = counter.post(
        "/merchant/offers", data={**OFFER, "picture": "own", "picture_file": upload(PDF, "noodles.png")}
    )
    none = counter.post("/merchant/offers", data={**OFFER, "picture": "own"})

    assert (page.status_code, none.status_code) == (422, 422)
    assert "只接受" in page.text


def test_an_offer_goes_onto_the_shelf_and_off_it(counter, session, shop):
    off = counter.post(f"/merchant/offers/{shop.offer.id}/unshelve")
    again = counter.post(f"/merchant/offers/{shop.offer.id}/unshelve")
    on = counter.post(f"/merchant/offers/{shop.offer.id}/shelve")

    assert (off.status_code, again.status_code, on.status_code) == (303, 409, 303)
    assert "state.act_out_of_turn" in again.text


@pytest.mark.parametrize("act", ["", "/shelve", "/unshelve"])
def test_another_shops_offer_is_as_if_there_were_none(counter, session, act):
    other = open_shop(session, "隔壁茶馆").offer

    assert counter.post(f"/merchant/offers/{other.id}{act}", data=OFFER).status_code == 404
    assert counter.get(f"/merchant/offers/{other.id}").status_code == 404


@obligation("CQ-33.1")
def test_a_business_applies_by_itself(browser_of, session, noon):
    manager = people.merchant(session, at=BEFORE)
    browser = browser_of(manager)

    led = browser.get("/merchant")
    form = browser.get("/merchant/apply")
    bad = browser.post("/merchant/apply", data={**PARTICULARS, "address": "", "area_code": "110101"})
    sent = browser.post("/merchant/apply", data=PARTICULARS)
    twice = browser.post("/merchant/apply", data=PARTICULARS)

    assert (led.status_code, led.location) == (303, "/merchant/apply")
    assert form.status_code == 200
    assert bad.status_code == 422
    assert (sent.status_code, sent.location) == (303, "/merchant/shop")
    assert twice.status_code == 409
    assert "merchant.exists" in twice.text
    assert "等待准入" in browser.get("/merchant/shop").text


@obligation("CQ-33.1")
def test_a_merchant_leaves_when_it_confirms_and_comes_back(counter, session, shop):
    asked = counter.get("/merchant/shop/leave")
    unconfirmed = counter.post("/merchant/shop/leave", data={"reason": "装修"})
    left = counter.post("/merchant/shop/leave", data={"reason": "装修", "confirmed": "on"})
    gone = counter.get("/merchant/shop")
    back = counter.post("/merchant/shop/rejoin")

    assert asked.status_code == 200
    assert unconfirmed.status_code == 422
    assert "装修" in unconfirmed.text
    assert (left.status_code, left.location) == (303, "/merchant/shop")
    assert "已退出" in gone.text
    assert back.status_code == 303
    session.expire_all()
    assert queries.merchant(session, shop.merchant.id).state == "admitted"


def test_particulars_are_changed_by_the_manager_alone(counter, browser_of, session, shop):
    changed = counter.post("/merchant/shop", data={**PARTICULARS, "name": "渝味小面二店"})
    by_clerk = browser_of(shop.clerk).post("/merchant/shop", data=PARTICULARS)

    assert (changed.status_code, by_clerk.status_code) == (303, 403)
    session.expire_all()
    assert queries.merchant(session, shop.merchant.id).name == "渝味小面二店"


def test_every_page_is_there_in_english(counter, shop):
    counter.set_cookie("language", "en")
    for path in (
        "",
        "/acceptances",
        "/offers",
        "/offers/new",
        f"/offers/{shop.offer.id}",
        "/shop",
        "/shop/leave",
    ):
        page = counter.get(f"/merchant{path}")
        assert page.status_code == 200
        assert 'lang="en"' in page.text
