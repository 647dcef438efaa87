"""The desks' story: a scenario becomes listed, a merchant puts its first benefit on the shelf.

The host applies with its evidence; the operator takes it up, assesses it and agrees; the host agrees;
the Bureau approves; the operator lists. A business applies, is admitted and shelves a benefit that
everybody then sees.
"""

from datetime import timedelta

import pytest

from app.jobs.uploads import Uploads
from app.kernel import documents
from app.kernel.permissions import Role
from app.kernel.session import transaction
from tests.browser.test_main_story import sign_in_at_the_desk
from tests.builders import people, scenarios
from tests.fixtures.browser import DESK, PHONE
from tests.obligations import obligation

pytestmark = pytest.mark.browser

NAME = "渝行单车骑行"
SHOP = "江湾茶社"


@pytest.fixture
def offices(town, tmp_path):
    """The Bureau, the operator, a host and a business with somebody in each, a norm and a method."""
    documents.use_folder(tmp_path)
    at = town.hands.at
    with transaction() as session:
        officer = people.operator(session, at=at)
        places = {
            "operator": (Role.OPERATOR_OFFICER, officer.organisation_id),
            "bureau": (Role.BUREAU_OFFICER, people.bureau(session, at=at).organisation_id),
            "host": (Role.HOST_STAFF, people.organisation(session, at=at, name="渝行单车有限公司").id),
            "shop": (Role.MERCHANT_MANAGER, people.organisation(session, at=at, name=f"{SHOP}有限公司").id),
        }
        for login, (role, organisation_id) in places.items():
            people.staff(session, role, organisation_id, at=at, login=f"{login}.one")
        scenarios.norm(session, at=at)
        scenarios.conversion_rule(session, at=at - timedelta(days=10))
        scenarios.uncapped(session, "bicycle.ride", at=at)
    yield
    documents.use_folder(None)


def at_the_desk(town, login, size, *, script):
    """Open a browser for somebody of an office and sign them in."""
    visitor = town.visitor(f"desk-{login}{'' if script else '-without-script'}", size, script=script)
    sign_in_at_the_desk(visitor, f"{login}.one")
    return visitor


def apply_for_a_scenario(host):
    """Fill the application and send it."""
    host.follow("申请登记场景")
    page = host.page
    page.get_by_label("场景名称").fill(NAME)
    page.get_by_label("场景代码").fill("yu-bike")
    page.get_by_label("行", exact=True).check()
    page.get_by_label("主要区县").select_option("500103")
    page.get_by_label("场景说明").fill("主城区共享单车骑行，起止时间由车锁记录。")
    page.get_by_label("bike", exact=True).check()
    host.press("下一步")
    page.get_by_label("开始运行日期").fill("2022-03-01")
    page.get_by_label("材料名称").fill("运营证明")
    evidence = {"name": "evidence.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n0"}
    page.get_by_label("证明材料").set_input_files(evidence)
    host.press("下一步")
    page.get_by_label("共享单车（按次）").check()
    page.get_by_label("骑行时间").or_(page.get_by_label("出行时间")).first.check()
    page.get_by_label("授权文本", exact=True).fill("我同意平台读取我的骑行时间。")
    host.press("下一步")
    host.go("/host").follow("申请登记场景")  # away, and back to where it was left
    assert page.get_by_label("场景名称").input_value() == NAME
    assert "已保存 evidence.pdf" in host.text
    page.get_by_label("以上内容真实").check()
    host.shot("1-application")
    host.press("提交场景申请")
    assert "待受理" in host.text


def agree_and_approve(operator, host, bureau):
    """Let both sides agree, the Bureau approve, the operator list."""
    operator.press("运营主体确认协商一致")
    assert "等待场景方确认" in operator.text
    host.go("/host/scenarios").follow(NAME)
    host.press("场景方确认协商一致")
    assert "待主管部门审批" in host.text
    bureau.go("/bureau").follow(NAME)
    assert "评估结果" in bureau.text
    bureau.shot("1-file")
    bureau.press("同意登记")
    assert "已批准" in bureau.text
    operator.go("/operator/scenarios").follow(NAME)
    operator.press("上架场景")
    assert "已上架" in operator.text
    operator.shot("2-listed")


RIDES = "单号,会员,开始时间\nA1,u-1,2026-11-19 08:00:00\nA2,,2026-11-19 09:00:00\n"


def send_a_file(host, *, script):
    """Describe a file by a sample of it, send it, leave, and come back to what became of its rows."""
    file = {"name": "rides.csv", "mimeType": "text/csv", "buffer": RIDES.encode("gb18030")}
    host.go("/host/scenarios/yu-bike/profiles/new")
    host.page.get_by_label("样本文件").set_input_files(file)
    if not script:
        host.press("按样本起草配置")
    rows = host.page.locator("#rows table")
    rows.wait_for()  # with script, by itself
    assert "A1" in rows.inner_text()
    assert "缺少用户编号" in rows.inner_text()
    host.page.get_by_label("配置名称").fill("rides")
    host.shot("3-profile")
    host.press("保存为新版本")
    assert "第 1 版" in host.text

    host.go("/host/uploads")
    host.page.get_by_label("场景与映射配置").select_option("yu-bike/rides")
    host.page.get_by_label("数据文件").set_input_files(file)
    host.press("上传")
    host.page.wait_for_url("**/host/uploads/*")
    address = host.page.url
    host.page.goto("about:blank")  # the page is closed, the work goes on
    assert Uploads().work(lambda: False)
    host.page.goto(address)
    assert "未授权" in host.text
    assert "缺少用户编号" in host.text
    host.shot("4-outcomes")


def tell_the_story_of_a_scenario(town, size, *, script=True):
    """Live through the registration of a scenario."""
    host, operator, bureau = (
        at_the_desk(town, login, size, script=script) for login in ("host", "operator", "bureau")
    )
    assert host.page.url.endswith("/host")
    apply_for_a_scenario(host)
    operator.go("/operator").follow(NAME)
    operator.press("予以受理")
    for score, points in zip(
        operator.page.locator("input[name^=score_]").all(), ("40", "30", "20"), strict=True
    ):
        score.fill(points)
    operator.shot("1-assessment")
    operator.press("提交评估")
    assert "90 分" in operator.text
    agree_and_approve(operator, host, bureau)

    host.page.reload()
    assert "已上架" in host.text
    host.shot("2-listed")
    host.go("/scenarios/yu-bike")
    assert NAME in host.text
    send_a_file(host, script=script)


def tell_the_story_of_a_shop(town, size, *, script=True):
    """Live through a business' joining until its first benefit is on the shelf."""
    shop = at_the_desk(town, "shop", size, script=script)
    assert shop.page.url.endswith("/merchant/apply")
    shop.page.get_by_label("商户名称").fill(SHOP)
    shop.page.get_by_label("类别").select_option("food")
    shop.page.get_by_label("区县").select_option("500103")
    shop.page.get_by_label("地址").fill("渝中区民生路 1 号")
    shop.press("提交入驻申请")
    assert "等待准入" in shop.text
    shop.shot("1-applied")

    operator = at_the_desk(town, "operator", size, script=script)
    operator.go("/operator/merchants").follow(SHOP)
    operator.press("准入")
    assert "已入驻" in operator.text

    shop.go("/merchant/offers").follow("新建权益")
    shop.page.get_by_label("名称", exact=True).fill("老荫茶一壶")
    shop.page.get_by_label("饮品").check()
    shop.page.get_by_label("价格").fill("26.5")
    shop.page.get_by_label("库存").fill("100")
    shop.page.get_by_label("可兑开始日期").fill("2026-11-20")
    shop.page.get_by_label("可兑结束日期").fill("2027-11-19")
    shop.shot("2-offer")
    shop.press("保存并上架")
    assert "在架" in shop.text
    shop.shot("3-shelf")
    shop.go("/offers")
    assert "老荫茶一壶" in shop.text
    assert "26.5" in shop.text


def draft_and_publish_a_rule(operator):
    """Draft a conversion rule, look at its effect, change it once, publish it."""
    operator.go("/operator/rules").follow("起草新版本")
    page = operator.page
    page.get_by_label("版本号").fill("2027-1")
    page.get_by_label("每分对应的减排量").fill("110")
    page.get_by_label("积分有效期").fill("36")
    page.get_by_label("生效日期").fill("2027-01-01")
    page.get_by_label("中文条文").fill("每 120 克二氧化碳当量减排量折算 1 碳积分。")
    page.get_by_label("英文条文").fill("120 g CO2e make one point.")
    operator.press("保存草稿")
    assert "对上月数据的影响" in operator.text
    operator.follow("修改草稿")
    page.get_by_label("每分对应的减排量").fill("120")
    operator.press("保存草稿")
    operator.shot("3-draft")
    operator.follow("准备公布")
    page.get_by_label("已逐项核对，同意公布").check()
    operator.press("公布")
    assert "已公布，未生效" in operator.text
    assert "每 120 g CO₂e 减排量 = 1 分" in operator.text


def supervise(bureau):
    """Read in the log what the operator did, look at a period's figures, let the appointment end early."""
    bureau.go("/bureau/audit")
    bureau.page.get_by_label("事件").fill("points.rule")
    bureau.press("筛选")
    assert "points.rule.publish" in bureau.text
    bureau.shot("2-audit")
    bureau.go("/bureau/figures").follow("上月")
    assert "2026年10月1日 至 2026年10月31日" in bureau.text
    bureau.go("/bureau/appointments").follow("提前终止")
    bureau.page.get_by_label("最后一天").fill("2026-12-31")
    bureau.page.get_by_label("理由").fill("渝环函〔2026〕9号")
    bureau.press("提前终止")
    assert "2026年12月31日" in bureau.text
    bureau.shot("3-ended")


@obligation("CQ-31.4", "CQ-4.2", "CQ-6.8", "CQ-37.2")
@pytest.mark.parametrize(("size", "script"), [(PHONE, False), (DESK, True)], ids=["phone", "desk"])
def test_a_rule_is_drafted_and_published_and_the_bureau_supervises(town, offices, size, script):
    operator = at_the_desk(town, "operator", size, script=script)
    draft_and_publish_a_rule(operator)
    supervise(at_the_desk(town, "bureau", size, script=script))


@obligation("CQ-32.1", "CQ-32.2", "CQ-32.3", "CQ-32.4")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_scenario_goes_from_desk_to_desk_until_it_is_listed(town, offices, size):
    tell_the_story_of_a_scenario(town, size)


@obligation("CQ-33.1", "CQ-6.10")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_business_joins_and_puts_a_benefit_on_the_shelf(town, offices, size):
    tell_the_story_of_a_shop(town, size)


def test_the_desks_need_no_script(town, offices):
    tell_the_story_of_a_scenario(town, DESK, script=False)
    town.hands.turn(minutes=2)  # a second factor counts once
    tell_the_story_of_a_shop(town, PHONE, script=False)
