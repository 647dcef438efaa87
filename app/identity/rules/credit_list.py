"""Who may be on the list for credit institutions (信用名单), and when it may be switched on or off."""

from datetime import date
from typing import Final

from app.identity.errors import IdentityMissing
from app.identity.rules.people import OF_AGE
from app.kernel.days import add_years
from app.kernel.errors import Conflict, RuleBroken
from app.kernel.sources import cites

LONGEST_RECIPIENTS: Final = 300
LONGEST_REASON: Final = 1_000


class CreditListOff(Conflict):
    """The list is switched off: nobody consents to it, sees it or takes it away."""

    code = "credit_list.off"
    title = "信用名单功能没有开启"
    source = "CQ-40.1"


class CreditListUnchanged(Conflict):
    """The switch already stands so."""

    code = "credit_list.unchanged"
    title = "信用名单已经是这个状态"
    source = "CQ-40.1"


class CreditListMalformed(RuleBroken):
    """A turn of the switch says why, and names the recipients when it is turned on; the breach is named."""

    code = "credit_list.malformed"
    title = "请填写原因；开启时还要写明接收机构"
    source = "CQ-40.1"


class ConsentForAdultsOnly(RuleBroken):
    """Nobody under 18 is listed."""

    code = "consent.adults_only"
    title = "未满十八周岁不列入信用名单"
    source = "CQ-40.1"


@cites("CQ-40.1")
def check_turn(*, is_on: bool, was_on: bool, recipients: str, reason: str) -> None:
    """Take a turn of the switch that changes something, says why, and names who gets the list.

    Raises:
        CreditListMalformed: with the breaches by field.
        CreditListUnchanged: it already stands so.

    Source: CQ-40.1.
    """
    breaches: dict[str, str] = {}
    if not 1 <= len(reason) <= LONGEST_REASON:
        breaches["reason"] = f"1-{LONGEST_REASON}" if reason else "missing"
    if is_on and not 1 <= len(recipients) <= LONGEST_RECIPIENTS:
        breaches["recipients"] = f"1-{LONGEST_RECIPIENTS}" if recipients else "missing"
    if breaches:
        raise CreditListMalformed(breaches=breaches)
    if is_on == was_on:
        raise CreditListUnchanged


@cites("CQ-40.1")
def check_may_be_listed(born_on: date | None, *, is_on: bool, today: date) -> None:
    """List nobody while the list is switched off, and nobody of whom it is not known that they are of age.

    Raises:
        CreditListOff: it is switched off.
        IdentityMissing: the day of birth is not known.
        ConsentForAdultsOnly: under 18.

    Source: CQ-40.1.
    """
    if not is_on:
        raise CreditListOff
    if born_on is None:
        raise IdentityMissing
    if today < add_years(born_on, OF_AGE):
        raise ConsentForAdultsOnly
