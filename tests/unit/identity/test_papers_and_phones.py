"""Numbers of papers, phones and organisations are read as meant and checked (CQ-8.1, Q-37, CQ-5.1)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity import rules
from app.identity.errors import (
    AppointmentMalformed,
    GuardianUnfit,
    IdentityMalformed,
    OrganisationMalformed,
    PhoneMalformed,
)
from app.identity.methods import papers, passwords
from app.identity.methods.codes import code_digits
from app.identity.methods.phones import phone_number
from app.identity.values import DocumentType, Identity
from app.kernel.check_digits import (
    credit_code_check_digit,
    credit_code_is_valid,
    resident_check_digit,
    resident_number_is_valid,
)
from tests.obligations import obligation

TODAY = date(2026, 11, 20)
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_the_standard_for_resident_numbers_hold(number):
    assert resident_number_is_valid(number)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "9144030071526726XG"])
def test_published_credit_codes_hold(code):
    assert credit_code_is_valid(code)


@given(st.from_regex(r"[1-8][0-9]{16}", fullmatch=True), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_found_in_a_resident_number(first, place, by):
    number = first + resident_check_digit(first)
    digit = number[place]
    if digit == "X":
        return
    wrong = number[:place] + str((int(digit) + by) % 10) + number[place + 1 :]

    assert resident_number_is_valid(number)
    assert not resident_number_is_valid(wrong)


@given(
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17),
    st.integers(0, 16),
    st.integers(1, 30),
)
def test_one_wrong_sign_is_found_in_a_credit_code(first, place, by):
    code = first + credit_code_check_digit(first)
    sign = SIGNS[(SIGNS.index(code[place]) + by) % 31]

    assert credit_code_is_valid(code)
    assert not credit_code_is_valid(code[:place] + sign + code[place + 1 :])


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13812345678", "+8613812345678"),
        (" 138-1234-5678 ", "+8613812345678"),
        ("+86 138 1234 5678", "+8613812345678"),
        ("0086 13812345678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("+44 7700 900123", "+447700900123"),
        ("+852 5123-4567", "+85251234567"),
    ],
)
def test_a_phone_has_one_written_form(typed, number):
    assert phone_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "1", "12812345678", "1381234567", "138123456789", "+861381234567", "+", "++8613812345678",
              "13812345678\0", "1381234567a", "٠١٣٨١٢٣٤٥٦٧٨", "+0447700900123", "+" + "9" * 16]
)  # fmt: skip
def test_what_is_no_phone_is_refused(typed):
    with pytest.raises(PhoneMalformed):
        phone_number(typed)


@given(st.text(max_size=30))
def test_no_text_upsets_the_reading_of_phones_and_codes(typed):
    digits = code_digits(typed)
    assert digits is None or (len(digits) == 6 and digits.isascii() and digits.isdigit())
    try:
        number = phone_number(typed)
    except PhoneMalformed:
        return
    assert phone_number(number) == number


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        ("１２３４５６", "123456"),
        ("12345", None),
        ("1234567", None),
        ("12345a", None),
        ("١٢٣٤٥٦", None),
        ("²34567", "234567"),
    ],
)
def test_typed_codes_are_read_always_alike(typed, digits):
    assert code_digits(typed) == digits


@obligation("CQ-8.1")
@obligation("Q-37")
@pytest.mark.parametrize(
    ("kind", "number", "born_on"),
    [
        (DocumentType.RESIDENT_ID, "11010519491231002x", date(1949, 12, 31)),
        (DocumentType.PASSPORT, "e1234 5678", date(1990, 1, 1)),
        (DocumentType.PASSPORT, "GB1234567", date(1990, 1, 1)),
        (DocumentType.HK_MACAO_PERMIT, "H12345678", date(1990, 1, 1)),
        (DocumentType.TAIWAN_PERMIT, "12345678", date(1990, 1, 1)),
        (DocumentType.FOREIGN_RESIDENT_ID, "USA110123456789", date(1990, 1, 1)),
        (DocumentType.OTHER, "AB-12/34".replace("/", ""), date(1990, 1, 1)),
    ],
)
def test_papers_of_every_country_are_accepted(kind, number, born_on):
    kept = rules.check_identity(Identity("Ada Lovelace", kind, number, born_on), today=TODAY)

    assert kept.number == papers.paper_number(number)
    assert kept.number == papers.paper_number(kept.number)


@obligation("CQ-8.1")
@pytest.mark.parametrize(
    ("changed", "breaches"),
    [
        ({"number": "110105194912310021"}, {"number": "malformed"}),
        ({"number": "110105194902300029"}, {"number": "malformed"}),
        ({"number": ""}, {"number": "malformed"}),
        ({"born_on": date(1949, 12, 30)}, {"born_on": "differs_from_number"}),
        ({"name": " "}, {"name": "malformed"}),
        ({"name": "a\0b"}, {"name": "malformed"}),
        ({"name": "长" * 81, "number": "1"}, {"name": "malformed", "number": "malformed"}),
    ],
)
def test_every_breach_of_an_identity_is_named(changed, breaches):
    right = Identity("张三", DocumentType.RESIDENT_ID, "11010519491231002X", date(1949, 12, 31))

    with pytest.raises(IdentityMalformed) as refusal:
        rules.check_identity(right._replace(**changed), today=TODAY)

    assert refusal.value.details == breaches


@pytest.mark.parametrize(
    ("born_on", "breach"), [(date(2026, 11, 21), "in_future"), (date(1880, 1, 1), "too_long_ago")]
)
def test_a_day_of_birth_lies_within_a_life(born_on, breach):
    with pytest.raises(IdentityMalformed) as refusal:
        rules.check_identity(Identity("甲", DocumentType.PASSPORT, "E12345678", born_on), today=TODAY)

    assert refusal.value.details == {"born_on": breach}


@obligation("Q-37")
@pytest.mark.parametrize(
    ("born_on", "today", "needs"),
    [
        (date(2012, 11, 20), date(2026, 11, 19), True),
        (date(2012, 11, 20), date(2026, 11, 20), False),
        (date(2012, 2, 29), date(2026, 2, 27), True),
        (date(2012, 2, 29), date(2026, 2, 28), False),
    ],
)
def test_from_the_fourteenth_birthday_nobody_has_to_consent(born_on, today, needs):
    assert rules.needs_guardian(born_on, today=today) is needs


@obligation("Q-37")
@pytest.mark.parametrize(
    ("guardian", "born_on", "fit"),
    [
        (2, date(2008, 11, 20), True),
        (2, date(2008, 11, 21), False),
        (2, None, False),
        (1, date(1980, 1, 1), False),
    ],
)
def test_a_guardian_is_another_person_of_age(guardian, born_on, fit):
    if fit:
        rules.check_guardian(guardian_id=guardian, ward_id=1, born_on=born_on, today=TODAY)
    else:
        with pytest.raises(GuardianUnfit):
            rules.check_guardian(guardian_id=guardian, ward_id=1, born_on=born_on, today=TODAY)


@obligation("CQ-5.1")
@obligation("CQ-8.1")
@pytest.mark.parametrize(
    ("given", "breaches"),
    [
        ({}, None),
        ({"country": "SG", "credit_code": None, "foreign_number": "201912345K"}, None),
        ({"credit_code": "91350100M000100Y44"}, {"credit_code": "malformed"}),
        ({"credit_code": None}, {"credit_code": "malformed"}),
        ({"country": "SG"}, {"credit_code": "not_for_foreign", "foreign_number": "malformed"}),
        ({"foreign_number": "1"}, {"foreign_number": "not_for_domestic"}),
        ({"country": "China"}, {"country": "malformed"}),
        ({"kind": "cartel", "name": "x"}, {"kind": "unknown", "name": "malformed"}),
    ],
)
def test_organisations_are_known_by_their_number(given, breaches):
    right = {
        "name": "某某公司",
        "kind": "enterprise",
        "country": "CN",
        "credit_code": "91350100M000100Y43",
        "foreign_number": None,
    }
    if breaches is None:
        rules.check_organisation(**(right | given))
        return
    with pytest.raises(OrganisationMalformed) as refusal:
        rules.check_organisation(**(right | given))

    assert refusal.value.details == breaches


@obligation("CQ-6.8")
@pytest.mark.parametrize(
    ("given", "breaches"),
    [
        ({}, None),
        ({"ends_on": date(2026, 1, 1)}, None),
        ({"ends_on": date(2025, 12, 31)}, {"ends_on": "before_start"}),
        ({"selection_reference": " "}, {"selection_reference": "missing"}),
        ({"authority": "bureau"}, {"organisation_id": "is_authority"}),
    ],
)
def test_an_appointment_names_its_selection_and_its_days(given, breaches):
    right = {
        "selection_reference": "比选〔2026〕1号",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2028, 12, 31),
        "authority": None,
    }
    if breaches is None:
        rules.check_appointment(**(right | given))
        return
    with pytest.raises(AppointmentMalformed) as refusal:
        rules.check_appointment(**(right | given))

    assert refusal.value.details == breaches


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("correct horse battery", None),
        ("山城夜景灯火两江游船十二点", None),
        ("elevensigns", "too_short"),
        ("x" * 12, "common"),
        ("abcabcabcabc", "common"),
        ("Password1234", "common"),
        ("host.bike1234", "like_login"),
        ("a1B" * 43, "too_long"),
    ],
)
def test_long_passwords_are_good_and_common_ones_are_not(password, weakness):
    assert passwords.weakness(password, login="host.bike") == weakness


def test_a_password_is_kept_as_argon2id_with_nineteen_mebibytes():
    kept = passwords.hashed("correct horse battery")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.fits("correct horse battery", kept)
    assert not passwords.fits("correct horse batterz", kept)
    assert not passwords.fits("correct horse battery", None)
