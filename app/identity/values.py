"""Values of identity: principals, sessions, kinds of papers and organisations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from app.identity.errors import ActivationNotValid, CodeNotValid, SignInFailed
from app.kernel.actor import Actor, ActorKind
from app.kernel.permissions import Permission, Role


class Principal(NamedTuple):
    """Who a session stands for."""

    kind: ActorKind
    id: int

    @classmethod
    def of(cls, actor: Actor) -> "Principal":
        """Return the principal of a citizen or a staff user."""
        number = actor.person_id if actor.kind is ActorKind.CITIZEN else actor.staff_id
        if number is None:
            raise ValueError("only people have sessions")
        return cls(actor.kind, number)

    @property
    def ref(self) -> str:
        """The reference of the actor: `citizen:12`."""
        return f"{self.kind.value}:{self.id}"

    @property
    def is_citizen(self) -> bool:
        """Tell whether it is a citizen."""
        return self.kind is ActorKind.CITIZEN


@dataclass
class SessionState:
    """What the server keeps of one browser's session.

    Attributes:
        replaces: token of the session that ends when this one begins.
    """

    data: dict[str, Any]
    principal: Principal | None = None
    organisation_id: int | None = None
    fresh_at: datetime | None = None
    seen_at: datetime | None = None
    public_id: str | None = None
    replaces: str | None = field(default=None, repr=False)


class DocumentType(StrEnum):
    """Papers that prove who somebody is (证件类型)."""

    RESIDENT_ID = "resident_id"  # 居民身份证
    HK_MACAO_PERMIT = "hk_macao_permit"  # 港澳居民来往内地通行证
    TAIWAN_PERMIT = "taiwan_permit"  # 台湾居民来往大陆通行证
    FOREIGN_RESIDENT_ID = "foreign_resident_id"  # 外国人永久居留身份证
    PASSPORT = "passport"  # 护照
    OTHER = "other"  # 其他身份证件


class OrganisationKind(StrEnum):
    """Kinds of organisations that may take part (CQ-5.1)."""

    ENTERPRISE = "enterprise"
    PUBLIC_INSTITUTION = "public_institution"
    SOCIAL_GROUP = "social_group"
    ASSOCIATION = "association"
    GOVERNMENT = "government"
    OTHER = "other"


class Authority(StrEnum):
    """The authorities among organisations."""

    BUREAU = "bureau"
    DISTRICT_BUREAU = "district_bureau"


class Institution(StrEnum):
    """The institutions that the Bureau entrusts with one of the scheme's systems (CQ-6.2, CQ-6.6)."""

    AGENCY = "agency"  # 管理服务机构
    EXCHANGE = "exchange"  # 交易机构


class Purpose(StrEnum):
    """What a one-time code is for."""

    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    CHANGE_PHONE = "change_phone"


class Measure(StrEnum):
    """What a yearly target counts (CQ-6.9)."""

    ACCOUNTS = "accounts"
    SCENARIOS = "scenarios"
    REDUCTION_G = "reduction_g"
    POINTS_REDEEMED = "points_redeemed"


class Identity(NamedTuple):
    """Who a person is, as their papers say."""

    name: str
    document_type: DocumentType
    number: str
    born_on: date


MACHINE_SCOPES: Final = frozenset(
    {
        Permission.UPLOAD_BEHAVIOURS,
        Permission.READ_OWN_UPLOADS,
        Permission.PROPOSE_LINKS,
        Permission.MANAGE_PROFILES,
        Permission.SETTLE_REDEMPTIONS,
        Permission.MANAGE_WEBHOOKS,
    }
)
"""What an API key may be allowed; acts of authorities and of the operator need a person."""

OFFICIAL_ROLES: Final = frozenset(
    {
        Role.OPERATOR_OFFICER,
        Role.OPERATOR_REVIEWER,
        Role.BUREAU_OFFICER,
        Role.DISTRICT_OFFICER,
        Role.AGENCY_OFFICER,
        Role.AGENCY_REVIEWER,
        Role.EXCHANGE_OFFICER,
    }
)
"""Offices of the institutions: of the operator, the bureaux, the agency and the exchange."""

OPERATOR_ROLES: Final = frozenset({Role.OPERATOR_OFFICER, Role.OPERATOR_REVIEWER})

INSTITUTION_OF: Final[Mapping[Role, Institution]] = MappingProxyType(
    {
        Role.AGENCY_OFFICER: Institution.AGENCY,
        Role.AGENCY_REVIEWER: Institution.AGENCY,
        Role.EXCHANGE_OFFICER: Institution.EXCHANGE,
    }
)
"""Roles that count only while their organisation is entrusted."""

PRIVACY_VERSION: Final = "2026-11"
"""The privacy notice that holds now; who accepted another is asked again."""


class Caller(NamedTuple):
    """From where a request comes: address and network."""

    address: str
    network: str


class IssuedCode(NamedTuple):
    """A one-time code that is to be sent, and to be forgotten then."""

    phone: str
    code: str


class CodeVerdict(NamedTuple):
    """Whether a one-time code was right; the try is counted either way, so nothing is raised yet."""

    accepted: bool

    def check(self) -> None:
        """Refuse a code that was not right.

        Raises:
            CodeNotValid: it was not.
        """
        if not self.accepted:
            raise CodeNotValid


class StaffVerdict(NamedTuple):
    """Whether a staff user's factors were right; a failure is counted either way.

    Attributes:
        must_enrol: the password was right, and there is no second factor yet.
    """

    staff_id: int | None
    must_enrol: bool = False

    def check(self) -> int:
        """Return the staff user.

        Raises:
            SignInFailed: the factors were not right.
        """
        if self.staff_id is None:
            raise SignInFailed
        return self.staff_id


class ActivationVerdict(NamedTuple):
    """Whether an activation code was right; the try is counted either way."""

    staff_id: int | None

    def check(self) -> int:
        """Return the staff user.

        Raises:
            ActivationNotValid: the code was not right.
        """
        if self.staff_id is None:
            raise ActivationNotValid
        return self.staff_id


class Colleague(NamedTuple):
    """Somebody who works, or worked, for an organisation in roles that it gives itself.

    Attributes:
        waits_until: until when the activation code holds that was not used yet.
    """

    staff_id: int
    login: str
    name: str
    roles: frozenset[Role]
    since: datetime
    ended_at: datetime | None
    waits_until: datetime | None
    is_set_up: bool


class PersonCard(NamedTuple):
    """What a person sees of themselves; the number of their paper stays hidden."""

    id: int
    phone: str
    nickname: str | None
    name: str | None
    document_type: DocumentType | None
    document_number: str | None
    born_on: date | None
    area_code: str | None
    locale: str
    privacy_version: str | None
    guardian_id: int | None
    guardian_consented_at: datetime | None


class Purposes(StrEnum):
    """What a person consents to separately (单独同意)."""

    IDENTITY = "identity"  # sensitive: name, kind and number of a paper, day of birth
    RANKING = "ranking"  # nickname and grams of the month shown to others of the district
    CREDIT_LIST = "credit_list"  # record of the last twelve months given to credit institutions


CONSENT_VERSIONS: Final = {
    Purposes.IDENTITY: "2026-11",
    Purposes.RANKING: "2026-11",
    Purposes.CREDIT_LIST: "2026-11",
}
"""The text of each consent that holds now."""


class MessageKind(StrEnum):
    """What a message is about, as far as a person may choose (消息种类)."""

    EXPIRY = "expiry"
    REDEMPTION = "redemption"
    CLAIM = "claim"
    RIGHTS = "rights"  # corrections and whatever takes points: always told
    SECURITY = "security"  # at once, at any hour


OPTIONAL_KINDS: Final = (MessageKind.EXPIRY, MessageKind.REDEMPTION, MessageKind.CLAIM)
BY_SMS: Final = (MessageKind.EXPIRY, MessageKind.CLAIM)
"""Those of them that are sent by SMS besides standing within the product."""


class Quiet(NamedTuple):
    """Hours of the day in China without messages, the last excluded; equal for none."""

    from_hour: int
    until_hour: int


NO_QUIET: Final = Quiet(0, 0)
