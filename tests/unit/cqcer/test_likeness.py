"""Signs by which two projects may be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqcer.likeness import NEAR_M, Sign, Site, Traits, alike, distance_m, signs
from tests.obligations import obligation

JIEFANGBEI = Site(29_557_000, 106_577_000)


def traits(**changed):
    given = {
        "title": "长寿化工园余热利用项目",
        "owner": (1, None),
        "methodology_id": 1,
        "site": JIEFANGBEI,
        "equipment": frozenset({"SN-77 801"}),
    } | changed
    return Traits(**given)


STRANGER = {
    "title": "巫溪县碳汇造林",
    "owner": (2, None),
    "methodology_id": 2,
    "site": Site(31_398_000, 109_570_000),
    "equipment": frozenset(),
}


@obligation("CQ-42.10", "CQ-22.5")
@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, set()),
        ({"site": JIEFANGBEI}, {Sign.SITE}),
        ({"site": None}, set()),
        ({"equipment": frozenset({"x", "sn77801"})}, {Sign.EQUIPMENT}),
        ({"equipment": frozenset({"", "-"})}, set()),
        ({"owner": (1, None)}, set()),
        ({"methodology_id": 1}, set()),
        ({"owner": (1, None), "methodology_id": 1}, {Sign.OWNER_AND_METHODOLOGY}),
        ({"title": "长寿化工园余热利用项目（二期）"}, {Sign.NAME}),
        ({"title": "长寿区化工园 余热利用"}, {Sign.NAME}),
        ({"title": "长寿湖光伏发电项目"}, set()),
    ],
)
def test_each_sign_stands_for_itself(changed, found):
    assert signs(traits(), traits(**(STRANGER | changed))) == found


@pytest.mark.parametrize(("north_e6", "near"), [(2690, True), (2710, False)])
def test_three_hundred_metres_are_near(north_e6, near):
    other = Site(JIEFANGBEI.latitude_e6 + north_e6, JIEFANGBEI.longitude_e6)

    assert (distance_m(JIEFANGBEI, other) <= NEAR_M) is near


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude():
    east = Site(JIEFANGBEI.latitude_e6, JIEFANGBEI.longitude_e6 + 3000)

    assert distance_m(JIEFANGBEI, east) == pytest.approx(290, abs=2)
    assert Sign.SITE in signs(traits(), traits(**(STRANGER | {"site": east})))


PLACES = st.builds(Site, st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000))


@given(PLACES, PLACES)
def test_distance_is_the_same_both_ways_and_within_the_globe(one, other):
    assert distance_m(one, other) == pytest.approx(distance_m(other, one))
    assert 0 <= distance_m(one, other) <= 20_016_000
    assert distance_m(one, one) == 0


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_of_names_is_the_same_both_ways(one, other):
    assert alike(one, other) is alike(other, one)
