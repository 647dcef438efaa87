"""Checks of trades that the exchange posts, 6001 and on (成交结果校验)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cqcer.checks import Check, unless


class TradeAct(StrEnum):
    """The one act that trades are checked before."""

    POST = "post"


@dataclass(frozen=True, kw_only=True)
class TradeFacts:
    """What the checks of one trade are told."""

    product: str
    products: frozenset[str]  # that the Bureau lists
    method: str
    methods: frozenset[str]  # that the rule in force names
    seller_known: bool
    buyer_known: bool
    seller_state: str | None
    buyer_state: str | None
    same: bool
    quantity: int
    price_fen: int
    available: int  # units of the product that the seller has in trading
    in_future: bool
    differs: bool  # registry and exchange differ on one of the two accounts


_POST: Final = frozenset({TradeAct.POST})

TRADE_CHECKS: Final[tuple[Check[TradeFacts], ...]] = (
    Check(
        code=6001,
        zh="该产品不在可交易产品名单内",
        en="The product is not on the list of what may be traded.",
        source="CQ-23.1",
        at=_POST,
        finds=lambda f: unless(f.product in f.products, product=f.product, listed=sorted(f.products)),
    ),
    Check(
        code=6002,
        zh="交易方式不在现行交易规则之内",
        en="The trade method is not among those the rules in force name.",
        source="CQ-25.2",
        at=_POST,
        finds=lambda f: unless(f.method in f.methods, method=f.method, allowed=sorted(f.methods)),
    ),
    Check(
        code=6003,
        zh="卖方没有有效的交易账户",
        en="The seller has no active trading account.",
        source="CQ-8.2",
        at=_POST,
        finds=lambda f: unless(f.seller_known and f.seller_state == "active", state=f.seller_state),
    ),
    Check(
        code=6004,
        zh="买方没有有效的交易账户",
        en="The buyer has no active trading account.",
        source="CQ-8.2",
        at=_POST,
        finds=lambda f: unless(f.buyer_known and f.buyer_state == "active", state=f.buyer_state),
    ),
    Check(
        code=6005,
        zh="买卖双方不得为同一主体",
        en="Seller and buyer must be two.",
        source="CQ-25.3",
        at=_POST,
        applies=lambda f: f.seller_known and f.buyer_known,
        finds=lambda f: unless(not f.same),
    ),
    Check(
        code=6006,
        zh="数量须为不少于 1 的整数吨，价格不得为负",
        en="The quantity is a whole number of tonnes, at least 1; the price is not negative.",
        source="Q-28",
        at=_POST,
        finds=lambda f: unless(
            f.quantity >= 1 and f.price_fen >= 0, quantity=f.quantity, price_fen=f.price_fen
        ),
    ),
    Check(
        code=6007,
        zh="卖方在交易中的该产品数量不足",
        en="The seller has too few units of the product in trading.",
        source="CQ-6.6",
        at=_POST,
        applies=lambda f: f.seller_known,
        finds=lambda f: unless(f.quantity <= f.available, available=f.available, asked=f.quantity),
    ),
    Check(
        code=6008,
        zh="成交时间晚于当前时间",
        en="The trade lies in the future.",
        source="CQ-30.1",
        at=_POST,
        finds=lambda f: unless(not f.in_future),
    ),
    Check(
        code=6009,
        zh="登记与交易数据不一致，核清前暂停交易",
        en="Registry and exchange differ on this account; nothing is traded until both have settled it.",
        source="Q-53",
        at=_POST,
        finds=lambda f: unless(not f.differs),
    ),
)
