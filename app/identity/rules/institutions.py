"""What organisations, appointments, mandates, targets and areas must be (单位与委托规则)."""

import re
from datetime import date, timedelta
from typing import Final

from app.identity.errors import (
    AppointmentMalformed,
    MandateMalformed,
    NoteEmpty,
    OrganisationMalformed,
    OutsideArea,
    TargetMalformed,
)
from app.identity.values import (
    OrganisationKind,
)
from app.kernel.check_digits import credit_code_is_valid
from app.kernel.sources import cites

LONGEST_NOTE: Final = 2_000
LONGEST_REASON: Final = 1_000
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_FOREIGN_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{1,39}")


@cites("CQ-5.1", "CQ-8.1")
def check_organisation(
    *, name: str, kind: str, country: str, credit_code: str | None, foreign_number: str | None
) -> None:
    """Accept an organisation, domestic by its credit code, foreign by its own number (单位信息).

    Raises:
        OrganisationMalformed: with the breaches by field.

    Source: CQ-5.1, CQ-8.1.
    """
    breaches: dict[str, str] = {}
    if not 2 <= len(name) <= 120 or not name.isprintable():
        breaches["name"] = "malformed"
    if kind not in set(OrganisationKind):
        breaches["kind"] = "unknown"
    if not _COUNTRY.fullmatch(country):
        breaches["country"] = "malformed"
    elif country == "CN":
        if foreign_number:
            breaches["foreign_number"] = "not_for_domestic"
        if not credit_code or not credit_code_is_valid(credit_code):
            breaches["credit_code"] = "malformed"
    else:
        if credit_code:
            breaches["credit_code"] = "not_for_foreign"
        if not foreign_number or not _FOREIGN_NUMBER.fullmatch(foreign_number):
            breaches["foreign_number"] = "malformed"
    if breaches:
        raise OrganisationMalformed(**breaches)


@cites("CQ-6.8")
def check_appointment(
    *, selection_reference: str, starts_on: date, ends_on: date, authority: str | None
) -> None:
    """Accept an appointment with its open selection and its days, both included (公开竞争比选).

    Raises:
        AppointmentMalformed: with the breaches by field.

    Source: CQ-6.8.
    """
    breaches: dict[str, str] = {}
    if not 2 <= len(selection_reference.strip()) <= 200:
        breaches["selection_reference"] = "missing"
    if ends_on < starts_on:
        breaches["ends_on"] = "before_start"
    elif ends_on - starts_on > timedelta(days=366 * 20):
        breaches["ends_on"] = "too_late"
    if authority is not None:
        breaches["organisation_id"] = "is_authority"
    if breaches:
        raise AppointmentMalformed(**breaches)


@cites("CQ-6.2", "CQ-6.6")
def check_mandate(*, ground: str, starts_on: date, ends_on: date, authority: str | None) -> None:
    """Accept a mandate of the agency or the exchange with its ground and its days, both included (委托).

    Raises:
        MandateMalformed: with the breaches by field.

    Source: CQ-6.2, CQ-6.6.
    """
    breaches: dict[str, str] = {}
    if not 2 <= len(ground.strip()) <= 200:
        breaches["ground"] = "missing"
    if ends_on < starts_on:
        breaches["ends_on"] = "before_start"
    elif ends_on - starts_on > timedelta(days=366 * 20):
        breaches["ends_on"] = "too_late"
    if authority is not None:
        breaches["organisation_id"] = "is_authority"
    if breaches:
        raise MandateMalformed(**breaches)


@cites("CQ-6.8", "Q-42")
def check_early_end(*, last_day: date, reason: str, starts_on: date, ends_on: date, today: date) -> str:
    """Return the reason for ending an appointment early, on a day that is not over yet (提前终止).

    Raises:
        AppointmentMalformed: with the breaches by field.

    Source: CQ-6.8, Q-42.
    """
    breaches: dict[str, str] = {}
    told = reason.strip()
    if not max(today, starts_on) <= last_day < ends_on:
        breaches["last_day"] = "early_end"
    if not told:
        breaches["reason"] = "missing"
    elif len(told) > LONGEST_REASON:
        breaches["reason"] = f"longer than {LONGEST_REASON}"
    if breaches:
        raise AppointmentMalformed(**breaches)
    return told


@cites("CQ-6.9")
def check_target(*, year: int, goal: int) -> None:
    """Accept a yearly target (年度目标任务).

    Raises:
        TargetMalformed: with the breaches by field.

    Source: CQ-6.9.
    """
    breaches: dict[str, str] = {}
    if not 2021 <= year <= 2100:
        breaches["year"] = "out_of_range"
    if not 0 <= goal < 1 << 62:
        breaches["goal"] = "out_of_range"
    if breaches:
        raise TargetMalformed(**breaches)


@cites("CQ-4.3")
def check_inside(area: str | None, *, own: str | None) -> str:
    """Return the area of something that lies in one's own area (辖区内).

    Raises:
        OutsideArea: it lies elsewhere or nowhere, or one has no area.

    Source: CQ-4.3.
    """
    if own is None or area != own:
        raise OutsideArea
    return own


@cites("CQ-4.3")
def check_note(text: str) -> str:
    """Return a note without blanks around it (批注).

    Raises:
        NoteEmpty: nothing is said, or more than 2,000 characters.

    Source: CQ-4.3.
    """
    said = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not 1 <= len(said) <= LONGEST_NOTE:
        raise NoteEmpty(breaches={"text": f"1-{LONGEST_NOTE}" if said else "missing"})
    return said
