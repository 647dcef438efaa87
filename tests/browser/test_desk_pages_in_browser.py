"""Every page of hosts, merchants, the operator and the Bureau in a real browser: axe, sizes, reflow."""

import random
from dataclasses import asdict
from datetime import timedelta

import pytest

from app.jobs import disclosure
from app.jobs.uploads import Uploads
from app.journeys import intake, publishing
from app.journeys.scenario_registration import open_sandbox
from app.kernel import documents
from app.kernel.days import day_in_china
from app.kernel.drafts import DraftKind
from app.kernel.permissions import Role
from app.kernel.session import transaction
from app.oversight import commands as oversight
from app.oversight.values import About, Told
from app.web.operator import draft_forms
from tests.browser.test_pages_in_browser import EVERYTHING, SEED, look
from tests.builders import city, lives, people, scenarios
from tests.fixtures.browser import cookie_jar
from tests.fixtures.pages import pages_of

pytestmark = pytest.mark.browser


@pytest.fixture
def desks(town, tmp_path):
    """A city with a citizen's three weeks, something in each queue, and who sees which pages."""
    documents.use_folder(tmp_path)
    at = town.hands.at
    with transaction() as session:
        made = city.city(session, at=at)
        life = lives.life(session, made, at=at)
        host = made.hosts["shared-bike"]
        applied = scenarios.applied(session, host, at=at, name="旧衣回收", name_en="Old clothes")
        open_sandbox(session, actor=host, code="rehearsal", name="联调", methods=("bicycle.ride",), at=at)
        upload = intake.submit_file(
            session,
            actor=host,
            scenario_code="shared-bike",
            received=scenarios.stored(scenarios.csv_file([("R1", "nobody", "", 1, "ride")])),
            filename="rides.csv",
            media_type="text/csv",
            at=at,
        )
        officer = people.operator(session, at=at)
        bureau = people.bureau(session, at=at)
        manager, merchant = made.merchants["coffee"]
        pages = {
            "operator": (officer, operator_pages(applied, merchant, life, drafted(session, officer, at))),
            "bureau": (bureau, bureau_pages(life, reported(session, at))),
            "keeper": (
                people.staff(session, Role.STAFF_OFFICER, officer.organisation_id, at=at),
                ("/personnel/staff", "/personnel/staff/new"),
            ),
            "administrator": (
                people.administrator(session, at=at),
                ("/administration", "/administration/runs"),
            ),
            "district": (people.district_bureau(session, "500103", at=at), district_pages()),
            "host": (host, host_pages(applied, upload)),
            "merchant": (manager, merchant_pages(made)),
        }
    assert Uploads().work(lambda: False)
    disclosure.run(at)
    yield pages
    documents.use_folder(None)


def drafted(session, officer, at):
    """Write a draft of each kind down."""
    today = day_in_china(at)
    tomorrow = (today + timedelta(days=1)).isoformat()
    typed = {
        DraftKind.RULE: {
            "version": "2027-1",
            "grams_per_point": 120,
            "validity_months": 36,
            "text_zh": "每 120 克折算 1 分。",
            "text_en": "120 g make one point.",
        },
        DraftKind.NORM: {
            "version": "2027",
            "pass_score": 60,
            "items": [asdict(item) for item in scenarios.ITEMS],
        },
        DraftKind.METHOD: draft_forms.start(session, DraftKind.METHOD, method="bus.ride", today=today),
    }
    return [
        publishing.draft(
            session, actor=officer, kind=kind, title="2027-1", content={**said, "valid_from": tomorrow}, at=at
        )
        for kind, said in typed.items()
    ]


def operator_pages(applied, merchant, life, drafts):
    """Return the operator's pages."""
    return (
        "/operator",
        "/operator/solvency",
        "/operator/scenarios",
        "/operator/scenarios?view=others",
        "/operator/scenarios?view=all",
        f"/operator/scenarios/{applied.code}",
        "/operator/scenarios/shared-bike",
        "/operator/merchants",
        "/operator/merchants?view=all",
        f"/operator/merchants/{merchant.id}",
        "/operator/shelf",
        "/operator/rules",
        "/operator/methods",
        "/operator/norms",
        "/operator/drafts/new/rule",
        "/operator/drafts/new/norm",
        "/operator/drafts/new/method?method=bus.ride",
        *(f"/operator/drafts/{each.id}" for each in drafts),
        "/operator/disclosure/D-202610-1",
        "/operator/held-rows",
        "/operator/claims",
        f"/operator/claims/{life.claim.id}",
        "/operator/corrections",
        f"/operator/corrections/{life.correction.id}",
        "/operator/corrections/new",
    )


def reported(session, at):
    """Let somebody report wrongdoing; return the report's number."""
    told = Told(about=About.POINTS, whom="某二手群", content="有人在渝中区倒卖积分，每分卖两角。", contact="")
    made, _code = oversight.file_report(session, told=told, attached=(), key="k", at=at)
    return made.number


def bureau_pages(life, report):
    """Return the Bureau's pages."""
    return (
        "/bureau",
        "/bureau/scenarios",
        "/bureau/scenarios?view=all",
        "/bureau/scenarios/shared-bike",
        "/bureau/appointments",
        "/bureau/appointments/new",
        "/bureau/appointments/1",
        "/bureau/targets",
        "/bureau/figures",
        "/bureau/reports",
        f"/bureau/reports/{report}",
        "/bureau/figures?first=2026-01-01",
        "/bureau/corrections",
        f"/bureau/corrections/{life.correction.id}",
        "/bureau/audit",
    )


def district_pages():
    """Return the pages of a district's bureau."""
    return (
        "/district",
        "/district/scenarios",
        "/district/scenarios/shared-bike",
        "/district/projects",
        "/district/figures?first=2026-01-01",
    )


def host_pages(applied, upload):
    """Return the host's pages."""
    return (
        "/host",
        "/host/scenarios",
        "/host/claims",
        "/host/scenarios/apply",
        f"/host/scenarios/{applied.code}",
        "/host/scenarios/shared-bike",
        "/host/scenarios/shared-bike/profiles/new",
        "/host/profiles",
        "/host/uploads?door=api",
        "/host/quality",
        "/host/statements",
        "/host/statements/2026-11",
        "/host/sandboxes/new",
        "/host/scenarios/rehearsal",
        f"/host/uploads/{upload.id}",
        "/host/links",
        "/host/keys",
        "/host/keys/new",
        "/host/staff",
        "/host/staff/new",
    )


def merchant_pages(made):
    """Return the merchant's pages."""
    return (
        "/merchant",
        "/merchant/acceptances?state=fulfilled",
        "/merchant/statements",
        "/merchant/statements/2026-11",
        "/merchant/offers",
        "/merchant/offers/new",
        f"/merchant/offers/{made.offers['coffee'].id}",
        "/merchant/shop",
        "/merchant/shop/leave",
        "/merchant/staff",
        "/merchant/staff/new",
    )


def everything_wrong(town, desks, combinations):
    """Look at every page in the combinations that `combinations` gives for it."""
    wrong: dict[object, object] = {}
    for name, (actor, pages) in desks.items():
        visitor = town.visitor(name)
        people.sign_in_as(cookie_jar(visitor), actor)
        for path in pages_of(town.app, name, pages):
            for combination in combinations(path):
                wrong |= look(town, visitor, path, *combination)
    return wrong


def test_every_page_at_a_desk_is_sound_in_the_combination_of_the_day(town, desks):
    def of_the_day(path):
        return [random.Random(f"{SEED} {path}").choice(EVERYTHING)]

    assert everything_wrong(town, desks, of_the_day) == {}


@pytest.mark.slow
def test_every_page_at_a_desk_is_sound_in_every_combination(town, desks):
    assert everything_wrong(town, desks, lambda _path: EVERYTHING) == {}
