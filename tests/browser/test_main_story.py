"""The main story: authorised behaviour becomes points, points become a benefit.

A newcomer signs in by phone, opens an account and authorises shared bicycles. The host's file of
yesterday's rides is processed by the worker's code; grams and points stand on the home page; a bus
coupon is redeemed, a merchant accepts it by its code, scanned on a phone and typed at a desk, and the points
are gone.
"""

import json
from datetime import date, timedelta

import pytest

from app.jobs.uploads import Uploads
from app.journeys import intake
from app.kernel import clock, documents
from app.kernel.days import CHINA
from app.kernel.session import transaction
from tests.builders import city, people, scenarios
from tests.fixtures.browser import DESK, PHONE
from tests.obligations import obligation

pytestmark = pytest.mark.browser

BIKE_USER = "YX-20260001"


@pytest.fixture
def streets(town, tmp_path):
    """The city as it stands when the newcomer comes, and a folder for the host's files."""
    documents.use_folder(tmp_path)
    with transaction() as session:
        made = city.city(session, at=town.hands.at)
    yield made
    documents.use_folder(None)


def sign_in(visitor, phone="13900005678"):
    """Sign in as a citizen with the code that a demonstration shows, agreeing to the notice."""
    visitor.go("/sign-in")
    visitor.page.get_by_label("手机号").fill(phone)
    visitor.press("获取验证码")
    code = visitor.page.locator(".notice strong.code").inner_text()
    visitor.page.get_by_label("验证码").fill(code)
    visitor.press("登录")
    visitor.page.get_by_label("我已阅读并同意隐私政策").check()
    visitor.press("同意并继续")


def open_account(visitor):
    """Give the identity and open the account."""
    visitor.page.get_by_label("姓名").fill("陈小渝")
    visitor.page.get_by_label("证件号码").fill(people.resident_number(date(1990, 5, 20), 7))
    visitor.page.get_by_label("出生日期").fill("1990-05-20")
    visitor.page.get_by_label("我单独同意处理以上身份信息").check()
    visitor.press("下一步")
    visitor.press("开通碳账户")


def authorise_bikes(visitor):
    """Authorise shared bicycles, each kind of data by itself."""
    visitor.go("/me/scenarios/shared-bike")
    boxes = visitor.page.get_by_role("checkbox")
    assert [box.is_checked() for box in boxes.all()] == [False, False]
    visitor.page.get_by_label("您在场景方的用户编号").fill(BIKE_USER)
    for box in boxes.all():
        box.check()
    visitor.press("同意并授权")


def send_rides(streets, at):
    """Let the host send its file of yesterday's rides, and a worker work on it."""
    yesterday = (at - timedelta(days=1)).astimezone(CHINA)
    rides = [
        (f"R{number}", BIKE_USER, yesterday.replace(hour=14 + number, minute=5).isoformat(), 1, "ride")
        for number in range(3)
    ]
    with transaction() as session:
        intake.submit_file(
            session,
            actor=streets.hosts["shared-bike"],
            scenario_code="shared-bike",
            received=scenarios.stored(scenarios.csv_file(rides)),
            filename="rides.csv",
            media_type="text/csv",
            at=at,
        )
    assert Uploads().work(lambda: False)


def sign_in_at_the_desk(visitor, login):
    """Sign in as staff with password and second factor."""
    visitor.go("/staff/sign-in")
    visitor.page.get_by_label("登录名").fill(login)
    visitor.page.get_by_label("密码", exact=True).fill(people.PASSWORD)
    visitor.page.get_by_label("动态验证码").fill(people.totp_code(clock.now()))
    visitor.press("登录")


def typed_code(visitor):
    """Read the typed code off the voucher, as a clerk hears it."""
    return "".join(visitor.page.locator(".groups [aria-hidden]").all_inner_texts())


CAMERA = """
(() => {
  delete window.BarcodeDetector;
  const picture = new Image();
  picture.src = "data:image/svg+xml," + encodeURIComponent(%s);
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 960, height: 720 });
    const brush = canvas.getContext("2d");
    setInterval(() => {
      brush.fillStyle = "#ffffff";
      brush.fillRect(0, 0, 960, 720);
      brush.drawImage(picture, 280, 160, 400, 400);
    }, 40);
    return canvas.captureStream(25);
  };
})();
"""
"""A camera that looks at a picture, on a phone whose browser reads no QR codes itself."""


def scan(clerk, *, shown):
    """Hold the code that a citizen's phone shows before the clerk's camera; the rest goes by itself."""
    code = shown.page.locator(".ticket__qr svg").evaluate(
        "each => new XMLSerializer().serializeToString(each)"
    )
    clerk.page.add_init_script(CAMERA % json.dumps(code))
    clerk.page.reload()
    readers = clerk.page.locator("script[src*='jsqr']")
    assert readers.count() == 0  # nothing of it is fetched before it is wanted
    clerk.press("扫码")
    clerk.page.wait_for_url("**/merchant/voucher")


def tell_the_story(town, streets, size, *, script=True):
    """Live through the whole story at one size of screen."""
    suffix = "" if script else "-without-script"
    citizen = town.visitor(f"story{suffix}", size, script=script)
    sign_in(citizen)
    assert citizen.page.url.endswith("/me/apply")
    citizen.shot("1-apply")
    open_account(citizen)
    assert "碳账户已开通" in citizen.text
    citizen.shot("2-home-empty")
    authorise_bikes(citizen)
    assert "已授权" in citizen.text
    citizen.shot("3-authorised")

    town.hands.turn(hours=21)  # the next morning
    send_rides(streets, town.hands.at)
    citizen.go("/me")
    assert "219 g" in citizen.text
    assert "2.19" in citizen.text
    citizen.shot("4-home")
    citizen.page.locator("a.rows__row").first.click()
    assert "48.7 g/km" in citizen.text
    citizen.shot("5-receipt")

    citizen.go("/me/mall")
    citizen.shot("6-mall")
    citizen.page.get_by_role("link", name="公交乘车券 2 元").click()
    citizen.page.locator("main a.button", has_text="兑换").first.click()
    citizen.shot("7-confirm")
    citizen.press("确认兑换")
    code = typed_code(citizen)
    assert len(code) == 12
    citizen.shot("8-voucher")

    clerk = town.visitor(f"clerk{suffix}", size, script=script)
    sign_in_at_the_desk(clerk, "merchant.bus")
    if script and size == PHONE:
        scan(clerk, shown=citizen)
    else:
        clerk.page.get_by_label("兑换码").fill(code)
        clerk.press("核对")
    clerk.page.wait_for_url("**/merchant/voucher")
    clerk.shot("1-voucher")
    clerk.press("受理")
    assert "已受理" in clerk.text
    clerk.shot("2-accepted")

    citizen.page.reload()
    assert "已使用" in citizen.text
    citizen.shot("9-used")
    citizen.go("/me/points")
    assert "可用积分 0.19 分" in citizen.text
    assert "兑换核销 −2" in citizen.text
    citizen.go("/me/messages")
    assert "商家已受理" in citizen.text


@obligation("CQ-34.1", "CQ-34.4", "CQ-34.5", "CQ-34.6")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_ride_becomes_points_and_points_become_a_coupon(town, streets, size):
    tell_the_story(town, streets, size)


def test_the_story_needs_no_script(town, streets):
    tell_the_story(town, streets, PHONE, script=False)
