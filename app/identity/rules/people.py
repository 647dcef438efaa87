"""Who somebody may be, how they sign in, who consents for them (人员规则)."""

import re
import unicodedata
from datetime import date
from typing import Final

from app.identity.errors import (
    ConsentNotForChildren,
    GuardianUnfit,
    IdentityMalformed,
    IdentityMissing,
    LoginMalformed,
    PasswordWeak,
)
from app.identity.methods import papers, passwords
from app.identity.values import (
    Identity,
)
from app.kernel.days import add_years
from app.kernel.sources import cites

CONSENT_UNTIL: Final = 14
OF_AGE: Final = 18
OLDEST: Final = 130
_OWN_PART: Final = re.compile(r"[a-z0-9][a-z0-9_-]{1,29}")
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


@cites("CQ-8.1", "Q-37")
def check_identity(identity: Identity, *, today: date) -> Identity:
    """Return an identity in its written form, or every reason why it cannot be right (身份信息).

    Papers of every country are accepted; where a number holds a check digit and the day of birth,
    both must fit.

    Raises:
        IdentityMalformed: with the breaches by field.

    Source: CQ-8.1, Q-37.
    """
    breaches: dict[str, str] = {}
    name = " ".join(unicodedata.normalize("NFC", identity.name).split())
    if not 1 <= len(name) <= 80 or not name.isprintable():
        breaches["name"] = "malformed"
    number = papers.paper_number(identity.number)
    if not papers.number_fits(identity.document_type, number):
        breaches["number"] = "malformed"
    elif (
        papers.states_birth_day(identity.document_type, number)
        and papers.birth_day_in(number) != identity.born_on
    ):
        breaches["born_on"] = "differs_from_number"
    if identity.born_on > today:
        breaches["born_on"] = "in_future"
    elif identity.born_on < date(today.year - OLDEST, 1, 1):
        breaches["born_on"] = "too_long_ago"
    if breaches:
        raise IdentityMalformed(**breaches)
    return Identity(name, identity.document_type, number, identity.born_on)


@cites("Q-37")
def needs_guardian(born_on: date, *, today: date) -> bool:
    """Tell whether somebody is under 14 and needs a guardian's consent (不满十四周岁).

    On the 14th birthday they no longer do.

    Source: Q-37.
    """
    return today < add_years(born_on, CONSENT_UNTIL)


@cites("Q-37")
def check_guardian(*, guardian_id: int, ward_id: int, born_on: date | None, today: date) -> None:
    """Allow somebody to consent for a child.

    Raises:
        GuardianUnfit: under 18, identity not known, or the child itself.

    Source: Q-37.
    """
    if guardian_id == ward_id or born_on is None or today < add_years(born_on, OF_AGE):
        raise GuardianUnfit


@cites("T-49")
def colleague_login(own_part: str, *, organisation_id: int) -> str:
    """Return the login of a colleague, `wang.42`: it ends in their organisation, so that asking for one
    tells nothing of the logins of others.

    Raises:
        LoginMalformed: other signs, too short or too long.

    Source: T-49.
    """
    plain = unicodedata.normalize("NFKC", own_part).strip().lower()
    if not _OWN_PART.fullmatch(plain):
        raise LoginMalformed
    return check_login(f"{plain}.{organisation_id}")


@cites("CQ-35.2")
def check_login(login: str) -> str:
    """Return a login in its written form.

    Raises:
        LoginMalformed: other signs, too short or too long.

    Source: CQ-35.2.
    """
    plain = unicodedata.normalize("NFKC", login).strip().lower()
    if not _LOGIN.fullmatch(plain):
        raise LoginMalformed
    return plain


@cites("CQ-35.2")
def check_password(password: str, *, login: str) -> None:
    """Accept a password of twelve signs or more that is not among the first to be tried.

    Raises:
        PasswordWeak: with the reason.

    Source: CQ-35.2.
    """
    if reason := passwords.weakness(password, login=login):
        raise PasswordWeak(reason=reason)


@cites("T-63")
def check_may_be_ranked(born_on: date | None, *, today: date) -> None:
    """Rank nobody of whom it is not known that they are 14 or older.

    Raises:
        IdentityMissing: the day of birth is not known.
        ConsentNotForChildren: under 14.

    Source: T-63.
    """
    if born_on is None:
        raise IdentityMissing
    if needs_guardian(born_on, today=today):
        raise ConsentNotForChildren
