"""Who may apply, what an assessment comes to, which switches hold."""

from dataclasses import replace
from datetime import date

import pytest

from scenarios import rules
from scenarios.errors import (
    ApplicationIncomplete,
    DataKindsWrong,
    HostNotDomestic,
    HostUserWrong,
    LatenessOutOfBounds,
    NormInvalid,
    ReasonMissing,
    ScoresInvalid,
)
from scenarios.values import Application, Evidence, Host, NormItem, Score
from tests.obligations import obligation

TODAY = date(2026, 6, 1)
WHOLE = Application(
    code="bike-yuzhong",
    name="共享单车",
    life_field="transport",
    area_code="500103",
    description="运营中的共享单车",
    operating_since=date(2025, 1, 1),
    data_kinds=("trip_time",),
    authorisation_text="同意",
    authorisation_version="1",
    methods=("bicycle.ride",),
    evidence=(Evidence(1, "照片"),),
)
ITEMS = (
    NormItem(code="operation", zh="运行", en="Operation", most=60, required=True),
    NormItem(code="data", zh="数据", en="Data", most=40),
)


def host(**changes):
    from app.kernel.check_digits import credit_code_check_digit

    code = "91500000MA5U5U5U5"
    whole = Host(
        organisation_id=1,
        kind="enterprise",
        country="CN",
        credit_code=code + credit_code_check_digit(code),
    )
    return replace(whole, **changes)


@obligation("CQ-32.1", "CQ-5.1")
@pytest.mark.parametrize("kind", ["enterprise", "public_institution", "social_group", "association", "other"])
def test_each_kind_of_domestic_organisation_may_apply(kind):
    rules.check_host(host(kind=kind))


@obligation("CQ-32.1")
@pytest.mark.parametrize(
    "changes",
    [
        {"country": "SG", "credit_code": None},
        {"kind": "government"},
        {"credit_code": None},
        {"credit_code": "91500000MA5U5U5U50"},
    ],
)
def test_a_foreign_or_government_or_uncoded_organisation_may_not(changes):
    with pytest.raises(HostNotDomestic):
        rules.check_host(host(**changes))


def test_a_whole_application_passes():
    rules.check_application(WHOLE, today=TODAY)


@obligation("CQ-32.2", "CQ-42.8")
@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"code": "B"}, "code"),
        ({"code": "9bikes"}, "code"),
        ({"code": "a" * 41}, "code"),
        ({"name": " "}, "name"),
        ({"description": ""}, "description"),
        ({"life_field": "sport"}, "life_field"),
        ({"operating_since": date(2026, 6, 2)}, "operating_since"),
        ({"evidence": ()}, "evidence"),
        ({"evidence": (Evidence(1, " "),)}, "evidence"),
        ({"methods": ()}, "methods"),
        ({"data_kinds": ()}, "data_kinds"),
        ({"data_kinds": ("trip_time", "trip_time")}, "data_kinds"),
        ({"data_kinds": ("Trip Time",)}, "data_kinds"),
        ({"authorisation_text": ""}, "authorisation_text"),
        ({"authorisation_version": "x" * 21}, "authorisation_version"),
    ],
)
def test_what_is_missing_is_named(changes, path):
    with pytest.raises(ApplicationIncomplete) as refusal:
        rules.check_application(replace(WHOLE, **changes), today=TODAY)

    assert [breach["path"] for breach in refusal.value.details["breaches"]] == [path]


def test_everything_missing_is_named_at_once():
    with pytest.raises(ApplicationIncomplete) as refusal:
        rules.check_application(replace(WHOLE, code="", evidence=(), methods=()), today=TODAY)

    assert [breach["path"] for breach in refusal.value.details["breaches"]] == ["code", "evidence", "methods"]


def test_a_scenario_in_operation_since_today_may_apply():
    rules.check_application(replace(WHOLE, operating_since=TODAY), today=TODAY)


@obligation("CQ-31.2", "CQ-32.3")
@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"operation": 60, "data": 40}, Score(100, passed=True)),
        ({"operation": 50, "data": 10}, Score(60, passed=True)),
        ({"operation": 50, "data": 9}, Score(59, passed=False)),
        ({"operation": 0, "data": 40}, Score(40, passed=False)),
        ({"operation": 60, "data": 0}, Score(60, passed=True)),
    ],
)
def test_an_assessment_passes_at_the_pass_score(scores, expected):
    assert rules.score(ITEMS, scores, pass_score=60) == expected


def test_a_nought_on_a_required_line_fails_whatever_the_total():
    assert rules.score(ITEMS, {"operation": 0, "data": 40}, pass_score=40) == Score(40, passed=False)


@pytest.mark.parametrize(
    "scores",
    [
        {"operation": 60},
        {"operation": 61, "data": 1},
        {"operation": -1, "data": 1},
        {"operation": 1, "data": 1, "x": 1},
    ],
)
def test_scores_that_do_not_fit_the_norm_are_refused(scores):
    with pytest.raises(ScoresInvalid):
        rules.score(ITEMS, scores, pass_score=60)


@obligation("CQ-31.2")
@pytest.mark.parametrize(
    "changes",
    [
        {"version": " "},
        {"pass_score": 0},
        {"pass_score": 101},
        {"items": ()},
        {"items": (ITEMS[0], ITEMS[0])},
        {"items": (replace(ITEMS[0], most=0),)},
        {"items": (replace(ITEMS[0], en=""),)},
        {"valid_from": date(2026, 5, 31)},
    ],
)
def test_a_norm_that_cannot_be_scored_or_holds_backwards_is_refused(changes):
    facts = {"items": ITEMS, "version": "1", "pass_score": 60, "valid_from": TODAY, "today": TODAY, **changes}

    with pytest.raises(NormInvalid):
        rules.check_norm(facts.pop("items"), **facts)


@obligation("Q-57")
@pytest.mark.parametrize("named", [(), ("trip_time",), ("trip_time", "distance", "place")])
def test_an_authorisation_names_just_the_kinds_that_are_read(named):
    with pytest.raises(DataKindsWrong):
        rules.check_data_kinds(named, needed=("trip_time", "distance"))


def test_kinds_of_data_are_kept_in_order():
    assert rules.check_data_kinds(("trip_time", "distance"), needed=["distance", "trip_time"]) == [
        "distance",
        "trip_time",
    ]


@pytest.mark.parametrize("host_user", ["", "  ", "x" * 201, "a\x00b", "a\tb"])
def test_a_reference_that_cannot_be_one_is_refused(host_user):
    with pytest.raises(HostUserWrong):
        rules.check_host_user(host_user)


def test_a_reference_may_be_200_characters_long():
    assert rules.check_host_user(" " + "x" * 200) == "x" * 200


@obligation("Q-31")
def test_a_scenario_begins_with_thirty_days_of_lateness():
    assert rules.usual_lateness_days(TODAY) == 30


@pytest.mark.parametrize("days", [-1, 3651])
def test_lateness_stays_within_ten_years(days):
    with pytest.raises(LatenessOutOfBounds):
        rules.check_lateness(days)


def test_the_bureau_approves_scenarios():
    assert rules.bureau_approves(TODAY) is True


@pytest.mark.parametrize("reason", [None, "", " \n"])
def test_a_reason_has_words(reason):
    with pytest.raises(ReasonMissing):
        rules.check_reason(reason)
