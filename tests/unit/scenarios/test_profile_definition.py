"""A profile is read, or refused with every fault at once."""

from fractions import Fraction
from importlib import resources

import pytest

from scenarios import profiles
from scenarios.methods import Unit
from scenarios.profiles.errors import ProfileInvalid
from scenarios.profiles.values import Encoding, FileFormat, QuantityKind, TimeField
from tests.unit.scenarios.profile_texts import RIDES, rides


def breaches_of(text: str) -> dict[str, str]:
    with pytest.raises(ProfileInvalid) as refusal:
        profiles.read_profile(text)
    return {breach["path"]: breach["message"] for breach in refusal.value.details["breaches"]}


def with_change(old: str, new: str) -> dict[str, str]:
    assert old in RIDES
    return breaches_of(RIDES.replace(old, new))


def test_the_least_profile_has_usual_values_for_the_rest():
    profile = rides()

    assert (profile.format, profile.encoding) == (FileFormat.CSV, Encoding.UTF_8)
    assert (profile.csv.delimiter, profile.csv.quote, profile.csv.header) == (",", '"', True)
    assert (profile.numbers.decimal, profile.numbers.thousands) == (".", "")
    assert profile.null_values == {""}
    assert profile.columns == ("id", "user", "km", "at")


def test_the_example_with_every_key_can_be_read():
    text = resources.files("scenarios.profiles").joinpath("example.toml").read_text("utf-8")

    profile = profiles.read_profile(text)

    assert profile.columns == ("状态", "订单号", "用户", "里程", "单位", "开始日期", "开始时间", "结束")
    assert profile.quantity.unit_factors == (("千米", Fraction(1)), ("米", Fraction(1, 1000)))
    assert (profile.quantity.kind, profile.time.counts) == (QuantityKind.COLUMN, TimeField.END)


def test_every_fault_is_told_at_once():
    faulty = """
    format = "xlsx"
    encoding = "latin"
    colour = "green"
    [csv]
    delimiter = ";;"
    header = "yes"
    [numbers]
    decimal = ";"
    thousands = "x"
    [[filter]]
    column = "a"
    equals = "1"
    in = ["1"]
    [record_id]
    columns = []
    [user]
    [quantity]
    unit = "bushel"
    kind = "guess"
    [time]
    zone = "Chongqing"
    counts = "middle"
    [time.start]
    columns = ["at"]
    formats = ["%H:%M", "%Q"]
    """

    assert set(breaches_of(faulty)) == {
        "format",
        "encoding",
        "colour",
        "csv.delimiter",
        "csv.header",
        "numbers.decimal",
        "numbers.thousands",
        "filter[0]",
        "record_id.columns",
        "user.column",
        "quantity.unit",
        "quantity.kind",
        "time.zone",
        "time.counts",
        "time.start.formats[0]",
        "time.start.formats[1]",
    }


def test_an_empty_profile_lacks_everything():
    assert breaches_of("") == dict.fromkeys(("format", "record_id", "user", "quantity", "time"), "required")


@pytest.mark.parametrize("text", ["format =", "a = 1\na = 2", "\x00", "a = " + "[" * 5_000, "x" * 50_001])
def test_text_that_is_not_toml_is_refused(text: str):
    assert list(breaches_of(text)) == [""]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('format = "csv"', 'format = "json"\n[csv]\nheader = true', "csv"),
        ('format = "csv"', 'format = "csv"\n[csv]\nquote = ","', "csv.quote"),
        ('format = "csv"', 'format = "csv"\n[csv]\nheader = false', "csv.columns"),
        ('format = "csv"', 'format = "csv"\n[csv]\ncolumns = ["id"]', "csv.columns"),
        ('format = "csv"', 'format = "csv"\n[csv]\nheader = false\ncolumns = ["id", "id"]', "csv.columns"),
        ('format = "csv"', 'format = "csv"\n[csv]\nheader = false\ncolumns = ["id", "user"]', "csv.columns"),
        ('columns = ["id"]', 'columns = ["id", "id"]', "record_id.columns"),
        ('columns = ["id"]', 'columns = "id"', "record_id.columns"),
        ('unit = "km"', "", "quantity.unit"),
        ('column = "km"', "", "quantity.column"),
        ('column = "km"', 'column = "km"\nfactor = 0', "quantity.factor"),
        ('column = "km"', 'column = "km"\nfactor = -1', "quantity.factor"),
        ('column = "km"', 'column = "km"\nfactor = nan', "quantity.factor"),
        ('column = "km"', 'column = "km"\nfactor = true', "quantity.factor"),
        ('column = "km"', 'column = "km"\nunit_column = "u"', "quantity.units"),
        ('column = "km"', 'column = "km"\nunits = { km = 1 }', "quantity.unit_column"),
        ('column = "km"', 'column = "km"\nunit_column = "u"\nunits = {}', "quantity.units"),
        ('column = "km"', 'column = "km"\nvalue = 1', "quantity.value"),
        ('kind = "column"\ncolumn = "km"', 'kind = "constant"', "quantity.value"),
        ('kind = "column"\ncolumn = "km"', 'kind = "constant"\nvalue = 0', "quantity.value"),
        ('kind = "column"\ncolumn = "km"', 'kind = "constant"\nvalue = 1.0001', "quantity.value"),
        (
            'unit = "km"\nkind = "column"\ncolumn = "km"',
            'unit = "ride"\nkind = "distance"\nfrom = ["a", "b"]\nto = ["c", "d"]',
            "quantity.unit",
        ),
        ('unit = "km"\nkind = "column"\ncolumn = "km"', 'unit = "minute"\nkind = "duration"', "time"),
        (
            'kind = "column"\ncolumn = "km"',
            'kind = "distance"\nfrom = ["a"]\nto = ["b", "c"]',
            "quantity.from",
        ),
        ('zone = "Asia/Shanghai"', "", "time.zone"),
        ('zone = "Asia/Shanghai"', 'zone = "../etc"', "time.zone"),
        ('zone = "Asia/Shanghai"', 'zone = "/etc/localtime"', "time.zone"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia"', "time.zone"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai"\nadd_years = 10001', "time.add_years"),
        ('counts = "start"', 'counts = "end"', "time.end"),
        ('formats = ["%Y-%m-%d %H:%M:%S"]', "formats = []", "time.start.formats"),
        ('formats = ["%Y-%m-%d %H:%M:%S"]', 'formats = ["%Y-%m-%d %Y"]', "time.start.formats[0]"),
        ('formats = ["%Y-%m-%d %H:%M:%S"]', 'formats = ["%Y-%m-%d %"]', "time.start.formats[0]"),
        ('formats = ["%Y-%m-%d %H:%M:%S"]', 'formats = ["%m-%d"]', "time.start.formats[0]"),
    ],
)
def test_one_fault_is_told_with_its_path(old: str, new: str, path: str):
    assert list(with_change(old, new)) == [path]


def test_a_profile_must_be_in_the_unit_of_the_method():
    profiles.check_unit(rides(), Unit.KM)

    with pytest.raises(ProfileInvalid) as refusal:
        profiles.check_unit(rides(), Unit.RIDE)

    assert refusal.value.details["breaches"][0]["path"] == "quantity.unit"


def test_ten_thousand_years_may_be_added_and_no_more():
    assert rides(('counts = "start"', 'counts = "start"\nadd_years = 10000')).time.add_years == 10_000
    assert rides(('counts = "start"', 'counts = "start"\nadd_years = -10000')).time.add_years == -10_000
