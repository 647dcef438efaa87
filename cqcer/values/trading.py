"""Words of trading: who takes part, by which methods, what the exchange posts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Participant(StrEnum):
    """Who may take part in trading (交易主体).

    Source: CQ-25.1.
    """

    GOVERNMENT = "government"  # 机关
    ENTERPRISE = "enterprise"  # 企事业单位
    SOCIAL_GROUP = "social_group"  # 社会团体
    OTHER_ORGANISATION = "other_organisation"  # 其他社会组织
    INDIVIDUAL = "individual"  # 个人


class TradeMethod(StrEnum):
    """The methods that the measure names; a rule may allow others (交易方式).

    Source: CQ-25.2.
    """

    AGREEMENT_TRANSFER = "agreement_transfer"  # 协议转让
    OPEN_BIDDING = "open_bidding"  # 公开竞价


@dataclass(frozen=True, kw_only=True)
class PostedTrade:
    """One trade as the exchange tells it.

    Attributes:
        reference: the exchange's, unique for ever.
        price_fen: of one unit.
    """

    reference: str
    product: str
    method: str
    seller: str  # numbers of trading accounts
    buyer: str
    quantity: int
    price_fen: int
    traded_at: datetime

    def content(self) -> dict[str, object]:
        """Return the trade as plain JSON, to tell a repeated posting from another."""
        return {**vars(self), "traded_at": self.traded_at.isoformat()}
