"""Quiet hours, kinds of messages, who may be ranked."""

from datetime import UTC, date, datetime

import pytest

from app.identity import rules
from app.identity.errors import ConsentNotForChildren, ConsentOutdated, HoursWrong, IdentityMissing
from app.identity.methods import wishes
from app.identity.values import MessageKind, Quiet
from app.kernel.days import CHINA
from tests.obligations import obligation

NIGHT = Quiet(22, 8)


def china(day, hour, minute=0):
    """Return an instant by the clock of China, in November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC).replace(tzinfo=CHINA).astimezone(UTC)


@obligation("Q-73")
@pytest.mark.parametrize(
    ("at", "quiet", "leaves"),
    [
        (china(20, 21, 59), NIGHT, china(20, 21, 59)),
        (china(20, 22), NIGHT, china(21, 8)),
        (china(21, 3), NIGHT, china(21, 8)),
        (china(21, 8), NIGHT, china(21, 8)),
        (china(20, 12, 30), Quiet(12, 14), china(20, 14)),
        (china(20, 3), Quiet(0, 0), china(20, 3)),
        (china(20, 3), Quiet(7, 7), china(20, 3)),
    ],
)
def test_a_message_waits_for_the_end_of_the_quiet_hours(at, quiet, leaves):
    assert wishes.after_quiet(at, quiet) == leaves


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("points.expiry_notice", MessageKind.EXPIRY),
        ("redemption.refused", MessageKind.REDEMPTION),
        ("claim.resolved", MessageKind.CLAIM),
        ("correction.notice", MessageKind.RIGHTS),
        ("person.phone_changed", MessageKind.SECURITY),
        ("something.new", MessageKind.RIGHTS),
    ],
)
def test_what_nobody_knows_cannot_be_switched_off(template, kind):
    assert wishes.kind_of_message(template) is kind


@obligation("T-63")
def test_nobody_under_fourteen_is_ranked():
    today = date(2026, 11, 20)

    rules.check_may_be_ranked(date(2012, 11, 20), today=today)
    with pytest.raises(ConsentNotForChildren):
        rules.check_may_be_ranked(date(2012, 11, 21), today=today)
    with pytest.raises(IdentityMissing):
        rules.check_may_be_ranked(None, today=today)


def test_a_consent_is_to_the_present_text():
    wishes.check_consent_text("2026-11", present="2026-11")
    with pytest.raises(ConsentOutdated):
        wishes.check_consent_text("", present="2026-11")


@pytest.mark.parametrize("hours", [(-1, 8), (22, 24)])
def test_quiet_hours_are_hours(hours):
    wishes.check_quiet_hours(0, 23)
    with pytest.raises(HoursWrong):
        wishes.check_quiet_hours(*hours)
