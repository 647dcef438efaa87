"""Values of points: kinds, states, acts, and what pure calculation works on."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What an entry does to its lot; there is no kind that names a second account (CQ-34.8)."""

    ISSUE = "issue"  # 发放
    RESERVE = "reserve"  # 预留
    RELEASE = "release"  # 退回
    CANCEL = "cancel"  # 注销（已兑换）
    EXPIRE = "expire"  # 失效
    CLOSE = "close"  # 销户清零
    CORRECT = "correct"  # 更正


AVAILABLE_SIGN: Final = {
    Kind.ISSUE: 1,
    Kind.RESERVE: -1,
    Kind.RELEASE: 1,
    Kind.CANCEL: 0,
    Kind.EXPIRE: -1,
    Kind.CLOSE: -1,
    Kind.CORRECT: -1,
}
"""What one hundredth of an entry does to the account's available points."""


class AccountState(StrEnum):
    """Where a carbon account stands (碳账户状态)."""

    APPLIED = "applied"
    ACTIVE = "active"
    RESTRICTED = "restricted"  # from trading; points are not touched
    FROZEN = "frozen"  # after the holder's death; points run to expiry
    CLOSED = "closed"


class AccountAct(StrEnum):
    """What moves an account from one state to another."""

    APPLY = "apply"
    ACTIVATE = "activate"
    RESTRICT = "restrict"
    UNRESTRICT = "unrestrict"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    CLOSE = "close"


class MerchantState(StrEnum):
    """Where a merchant stands (权益提供单位状态)."""

    APPLIED = "applied"
    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    LEFT = "left"
    REJECTED = "rejected"


class MerchantAct(StrEnum):
    """What moves a merchant from one state to another."""

    APPLY = "apply"
    ADMIT = "admit"
    REJECT = "reject"
    SUSPEND = "suspend"
    RESUME = "resume"
    LEAVE = "leave"
    REJOIN = "rejoin"
    APPLY_AGAIN = "apply_again"


class OfferState(StrEnum):
    """Where an offer stands (权益状态)."""

    DRAFT = "draft"
    ON_SHELF = "on_shelf"
    OFF_SHELF = "off_shelf"
    BLOCKED = "blocked"  # by the operator


class OfferAct(StrEnum):
    """What moves an offer from one state to another."""

    SHELVE = "shelve"  # 上架
    UNSHELVE = "unshelve"  # 下架
    BLOCK = "block"
    UNBLOCK = "unblock"


class RedemptionState(StrEnum):
    """Where a redemption stands (兑换状态)."""

    RESERVED = "reserved"
    FULFILLED = "fulfilled"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"


class RedemptionAct(StrEnum):
    """What settles a redemption."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"


class CorrectionState(StrEnum):
    """Where a correction stands (更正状态)."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    ANSWERED = "answered"
    EXECUTED = "executed"
    WITHDRAWN = "withdrawn"


class CorrectionAct(StrEnum):
    """What moves a correction from one state to another."""

    CONFIRM = "confirm"
    OBJECT = "object"
    ANSWER = "answer"
    EXECUTE = "execute"
    WITHDRAW = "withdraw"


class OfferCategory(StrEnum):
    """What kind of benefit an offer or a merchant gives (权益类别)."""

    TRANSIT = "transit"
    FOOD = "food"
    GROCERIES = "groceries"
    CULTURE = "culture"
    SERVICES = "services"
    PUBLIC_BENEFIT = "public_benefit"


class Lot(NamedTuple):
    """What spending sees of a lot: its days and what is available, in hundredths of a point."""

    last_valid_on: date
    issued_on: date
    id: int
    available: int


class Part(NamedTuple):
    """What is taken from one lot, in hundredths of a point."""

    lot: Lot
    amount: int


class Change(NamedTuple):
    """One entry to be written: what happens to how much of which lot, and on what ground."""

    kind: Kind
    amount: int
    lot_id: int
    lot_issued_on: date
    lot_last_valid_on: date
    redemption_id: int | None = None
    correction_id: int | None = None

    @classmethod
    def of(
        cls,
        kind: Kind,
        part: Part,
        *,
        redemption_id: int | None = None,
        correction_id: int | None = None,
    ) -> "Change":
        """Say what happens to one part of a lot."""
        lot = part.lot
        return cls(kind, part.amount, lot.id, lot.issued_on, lot.last_valid_on, redemption_id, correction_id)


@dataclass(slots=True)
class Book:
    """A locked account's place in its chain; every posting moves it on.

    Attributes:
        last_seq: number of the account's last entry, 0 before the first.
        available: hundredths of a point, those of lots past their last day included.
        head: commitment of the last entry, empty before the first.
    """

    account_id: int
    person_id: int | None
    state: AccountState
    pseudonym: bytes
    last_seq: int
    available: int
    head: bytes


@dataclass(frozen=True, kw_only=True)
class Issued:
    """What a set of accepted behaviours earned; points in hundredths, grams of CO2e."""

    entries: int
    accounts: int
    reduction_g: int
    points: int
    rule_version: str


@dataclass(frozen=True, kw_only=True)
class OfferTerms:
    """What a merchant says of an offer; the price is in hundredths of a point and in nothing else.

    Attributes:
        stock: items in all, those already taken included.
        valid_from: redeemable from the start of this day.
        valid_until: to the end of this day.
        use_days: how long a voucher waits for the merchant, 1 to 7 days.
    """

    title: str
    description: str
    terms: str
    category: OfferCategory
    price: int
    stock: int
    per_person: int
    valid_from: date
    valid_until: date
    use_days: int = 7
    title_en: str | None = None
    area_code: str | None = None
    picture_id: int | None = None
    picture_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class DisplayText:
    """The short-lived code that a voucher's QR shows.

    Attributes:
        seconds: how long it can be scanned, from the moment it was made.
    """

    text: str
    seconds: int
    expires_at: datetime
