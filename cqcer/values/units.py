"""Words of units and their movements, and ranges of numbers."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class UnitState(StrEnum):
    """In which state units are held (减排量的状态)."""

    HELD = "held"
    RESERVED = "reserved"
    IN_TRADING = "in_trading"
    FROZEN_OFFSET = "frozen_offset"
    FROZEN_ORDER = "frozen_order"
    CANCELLED = "cancelled"


class MovementKind(StrEnum):
    """What a movement does to units once it is executed."""

    ISSUE = "issue"  # 签发
    GIFT = "gift"  # 无偿提供
    SUCCEED = "succeed"  # 承继
    DEPOSIT = "deposit"  # 转入交易
    WITHDRAW = "withdraw"  # 转出交易
    TRADE = "trade"  # 交易
    FREEZE = "freeze"  # 冻结
    UNFREEZE = "unfreeze"  # 解冻
    HOLD_FOR_OFFSET = "hold_for_offset"
    RELEASE_FROM_OFFSET = "release_from_offset"
    CANCEL = "cancel"  # 注销


class Purpose(StrEnum):
    """Why units are cancelled.

    Source: CQ-22.2, CQ-22.3, CQ-24.1, CQ-24.3, CQ-27.1, CQ-27.2, CQ-27.3, CQ-39.2, CQ-39.3.
    """

    COMPLIANCE_OFFSET = "compliance_offset"  # 履约抵销
    EVENT_NEUTRALITY = "event_neutrality"  # 会议（活动）碳中和
    OWN_OPERATIONS = "own_operations"  # 自身运营
    PERSONAL = "personal"  # 个人
    JUDICIAL = "judicial"  # 司法认购
    PUBLIC_BENEFIT = "public_benefit"  # 公益
    ORDERED = "ordered"  # 责令注销
    FORCED = "forced"  # 强制注销
    OWNER_LOST = "owner_lost"  # 主体灭失


class MovementState(StrEnum):
    """Where a movement stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    EXECUTED = "executed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    FAILED_CHECKS = "failed_checks"


class MovementAct(StrEnum):
    """What is done with a movement."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    WAIT = "wait"
    EXECUTE = "execute"
    FAIL_CHECKS = "fail_checks"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


class Range(NamedTuple):
    """Numbers of units from the first to the last, both included; each is one tonne.

    Source: CQ-26.4, Q-28.
    """

    first: int
    last: int

    @property
    def quantity(self) -> int:
        """Return how many units these are."""
        return self.last - self.first + 1


class HeldPart(NamedTuple):
    """A range that one account holds in one state, and since which movement."""

    range: Range
    block_id: int
    account_id: int
    state: UnitState
    acquired_by: int


@dataclass(frozen=True, kw_only=True)
class MovementOrder:
    """What somebody asks to be moved; units are taken oldest first unless a block is named."""

    kind: MovementKind
    quantity: int
    giving_account_id: int | None = None
    taking_account_id: int | None = None
    batch_id: int | None = None
    block_id: int | None = None
    from_state: UnitState | None = UnitState.HELD
    purpose: Purpose | None = None
    beneficiary_id: int | None = None
    usage: dict[str, Any] = field(default_factory=dict)
    ground_document_id: int | None = None
    order_id: int | None = None
    offset_id: int | None = None
    neutrality_id: int | None = None
    parts: tuple[Range, ...] | None = None  # these very units, and no others
    note: str | None = None
    price_fen: int = 0

    def content(self) -> dict[str, Any]:
        """Return the order as plain JSON, to tell a repeated request from another."""
        return {name: value for name, value in vars(self).items() if value is not None}
