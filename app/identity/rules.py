"""Decisions of identity: which roles count, which papers and appointments are accepted."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from app.identity.errors import (
    AppointmentMalformed,
    ConsentNotForChildren,
    GuardianUnfit,
    IdentityMalformed,
    IdentityMissing,
    LoginMalformed,
    MandateMalformed,
    OrganisationMalformed,
    PasswordWeak,
    RolesExclude,
    RoleUnfit,
    TargetMalformed,
)
from app.identity.methods import papers, passwords
from app.identity.values import (
    INSTITUTION_OF,
    OPERATOR_ROLES,
    Authority,
    Identity,
    Institution,
    OrganisationKind,
)
from app.kernel.check_digits import credit_code_is_valid
from app.kernel.days import add_years
from app.kernel.permissions import ANYONE, PERMISSIONS_OF, Permission, Role
from app.kernel.sources import cites

CONSENT_UNTIL: Final = 14
OF_AGE: Final = 18
OLDEST: Final = 130
_OWN_PART: Final = re.compile(r"[a-z0-9][a-z0-9_-]{1,29}")
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_FOREIGN_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{1,39}")
_GROUPS: Final = (
    frozenset({Role.BUREAU_OFFICER, Role.DISTRICT_OFFICER}),
    frozenset({Role.OPERATOR_OFFICER}),
    frozenset({Role.OPERATOR_REVIEWER}),
    frozenset(
        {
            Role.MERCHANT_CLERK,
            Role.MERCHANT_MANAGER,
            Role.HOST_STAFF,
            Role.HOST_CLERK,
            Role.OWNER_STAFF,
            Role.ALLOWANCE_STAFF,
        }
    ),
    frozenset({Role.VVB_STAFF}),
    frozenset({Role.EXPERT}),
    frozenset({Role.AGENCY_OFFICER}),
    frozenset({Role.AGENCY_REVIEWER}),
    frozenset({Role.EXCHANGE_OFFICER}),
    frozenset({Role.ADMINISTRATOR}),
)


@cites("CQ-4.1", "CQ-4.3", "CQ-6.2", "CQ-6.6", "CQ-6.8")
def roles_in_force(
    held: Iterable[Role],
    *,
    authority: str | None,
    is_operator: bool,
    entrusted: Collection[Institution] = (),
) -> frozenset[Role]:
    """Return those of the roles held that count in this organisation today (角色生效).

    Roles of the Bureau count in the Bureau only, those of a district in its bureau only, those of
    the operator only while the organisation is appointed, those of the agency and the exchange only
    while it is entrusted.

    Source: CQ-4.1, CQ-4.3, CQ-6.2, CQ-6.6, CQ-6.8.
    """

    def counts(role: Role) -> bool:
        if role in OPERATOR_ROLES:
            return is_operator
        if role in INSTITUTION_OF:
            return authority is None and INSTITUTION_OF[role] in entrusted
        return fits_organisation(role, authority=authority)

    return frozenset(role for role in held if counts(role))


@cites("CQ-4.1", "CQ-4.3")
def fits_organisation(role: Role, *, authority: str | None) -> bool:
    """Tell whether a role can be held in an organisation that is this authority, or none.

    Source: CQ-4.1, CQ-4.3.
    """
    if role is Role.BUREAU_OFFICER:
        return authority == Authority.BUREAU
    if role is Role.DISTRICT_OFFICER:
        return authority == Authority.DISTRICT_BUREAU
    if role is Role.CITIZEN:
        return False
    return role is Role.ADMINISTRATOR or authority is None


@cites("CQ-35.2")
def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return what a staff user with these roles may do; with none, see to their own session only.

    Source: CQ-35.2.
    """
    allowed = ANYONE | {Permission.USE_OWN_SESSION}
    for role in roles:
        allowed |= PERMISSIONS_OF[role]
    return allowed


@cites("T-48", "CQ-4.1")
def check_grant(role: Role, *, held: Iterable[Role], authority: str | None) -> None:
    """Allow a role to somebody who holds others, here or elsewhere.

    Raises:
        RoleUnfit: there is no such role in this kind of organisation.
        RolesExclude: the person supervises, or is supervised by, whoever holds it.

    Source: T-48, CQ-4.1, CQ-37.1.
    """
    if not fits_organisation(role, authority=authority):
        raise RoleUnfit(role=role.value)
    group = next(group for group in _GROUPS if role in group)
    if excluded := sorted(other.value for other in held if other not in group):
        raise RolesExclude(role=role.value, held=excluded)


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


COLLEAGUES_OF: Final[Mapping[Role, frozenset[Role]]] = {
    Role.MERCHANT_MANAGER: frozenset({Role.MERCHANT_CLERK, Role.MERCHANT_MANAGER}),
    Role.HOST_STAFF: frozenset({Role.HOST_CLERK, Role.HOST_STAFF}),
}
"""The roles that somebody with a role gives to colleagues, and takes back."""


@cites("CQ-35.2")
def roles_to_give(held: Iterable[Role]) -> frozenset[Role]:
    """Return the roles that somebody may give to colleagues of their own organisation (本单位岗位).

    Source: CQ-35.2.
    """
    return frozenset[Role]().union(*(COLLEAGUES_OF.get(role, frozenset()) for role in held))


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
