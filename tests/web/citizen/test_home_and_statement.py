"""Home, statement, receipts and expiry: true figures, and only one's own."""

import csv
import io

import pytest

from app.kernel.days import CHINA
from points import commands, queries
from tests.builders import city, people
from tests.obligations import obligation

JSON = {"Accept": "application/json"}
OWN_PAGES = (
    "/me",
    "/me/saved",
    "/me/points",
    "/me/statement",
    "/me/statement.csv",
    "/me/expiry",
    "/me/scenarios",
    "/me/mall",
    "/me/vouchers",
    "/me/messages",
    "/me/profile",
    "/me/corrections",
    "/me/wards",
)


def test_home_shows_grams_points_and_the_latest_behaviours(own, session, holder, noon):
    account = queries.account_of(session, holder.person_id)
    balance = queries.balance(session, account.id, noon.astimezone(CHINA).date())

    page = own.get("/me")

    assert page.status_code == 200
    assert (balance.available, balance.reduction_g) == (133_00, 13_300)
    assert "133" in page.text
    assert "13.30" in page.text
    assert "轨道交通出行" in page.text
    assert "中午好，山城低碳人" in page.text


@pytest.mark.parametrize("path", OWN_PAGES)
def test_own_pages_stand_and_are_nobody_elses(app, own, path):
    stranger = app.test_client().get(path, headers=JSON)

    assert own.get(path).status_code == 200
    assert (stranger.status_code, stranger.json["code"]) == (401, "sign_in.required")


@pytest.mark.parametrize("path", ["/me", "/me/statement", "/me/mall", "/me/scenarios", "/me/points"])
def test_whoever_has_no_account_is_brought_to_the_application(app, client, session, noon, path):
    newcomer = people.citizen(session, at=noon, identified=False)
    people.sign_in_as(client, newcomer)

    answer = client.get(path)

    assert (answer.status_code, answer.location) == (303, "/me/apply")


def test_pages_of_a_citizen_are_not_kept_by_caches(own):
    assert own.get("/me").headers["Cache-Control"] == "no-store"


def test_entries_of_one_redemption_are_one_line(own, session, streets, holder, noon):
    commands.redeem(session, actor=holder, offer_id=streets.offers["book"].id, key="b", at=noon)
    made = commands.redeem(session, actor=holder, offer_id=streets.offers["market"].id, key="m", at=noon)
    parts = queries.open_parts(session, [made.id])[made.id]

    page = own.get("/me/statement?part=spent")

    assert len(parts) > 1
    assert page.text.count("社区菜场满减券") == 1
    assert "−25" in page.text
    assert "余额 48" in page.text


def test_the_statement_is_paged_without_gaps(own, session, holder):
    seen: list[str] = []
    path = "/me/statement"
    for _page in range(5):
        page = own.get(path).text
        seen += [part.split('"')[0] for part in page.split('href="/me/receipts/')[1:]]
        if 'rel="next"' not in page:
            break
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")

    account = queries.account_of(session, holder.person_id)
    entries = queries.balance(session, account.id, account.opened_at.date()).entries
    assert [int(number) for number in seen] == list(range(entries, 0, -1))


@pytest.mark.parametrize(
    "query", ["part=nonsense", "before=-1", "before=9" * 30, "before=%00", "year=1", "month=13"]
)
def test_wishes_that_cannot_be_read_are_no_wishes(own, query):
    assert own.get(f"/me/statement?{query}").status_code == 200
    assert own.get(f"/me/expiry?{query}").status_code == 200
    assert own.get(f"/me/mall?{query}&category=nonsense&after=x").status_code == 200
    assert own.get(f"/me/vouchers?{query}&after=x").status_code == 200


@obligation("CQ-34.4")
def test_a_receipt_tells_behaviour_method_factor_rule_and_lot(own):
    page = own.get("/me/receipts/1").text

    for told in (
        "轨道交通出行",
        "104 g/km",
        "32 g/km",
        "DB11/T 3043-2024",
        "100 g = 1 分",
        "所有场景相同",
        "最后有效日",
        "与账本一致",
    ):
        assert told in page


def test_a_receipt_of_another_is_none(own, next_door):
    found = own.get("/me/receipts/6", headers=JSON)
    refused = next_door.get("/me/receipts/6", headers=JSON)

    assert found.status_code == 200
    assert (refused.status_code, refused.json["code"]) == (404, "points.entry_not_found")


def test_the_statement_leaves_as_a_table(own, session, holder):
    answer = own.get("/me/statement.csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    account = queries.account_of(session, holder.person_id)
    entries = queries.balance(session, account.id, account.opened_at.date()).entries
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert len(rows) == entries + 1
    assert rows[1][5] == "133"


@obligation("CQ-34.9")
def test_the_calendar_tells_what_ends_when(own):
    page = own.get("/me/expiry").text

    assert "2031 年到期的积分" in page
    assert "72" in page
    assert "11月" in page


def test_a_citizen_reads_their_pages_in_english(own):
    own.set_cookie("language", "en")

    page = own.get("/me").text

    assert "My carbon account" in page
    assert "Metro and monorail" in page


def test_the_equivalents_name_their_source(own):
    page = own.get("/me/saved").text

    assert "2025年第47号" in page
    assert "只作对照，不参与积分计算" in page
    assert city.SCENES[0].name in page
