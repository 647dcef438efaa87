"""The exchange's port (交易机构接口): trading accounts, and results of trades, all or nothing."""

from typing import Any

from marshmallow import fields, validate

from app.api.fields import In, Instant, Out, Text, Whole, one_of
from app.api.operations import Operations
from app.api.paging import dumped, page_of, whole
from app.api.registry.case_schemas import TONNES
from app.api.registry.repeating import once
from app.door.access import current_actor, idempotency_key, requires
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from cqcer import commands
from cqcer.values import Participant, PostedTrade

blp = Operations("registry-exchange", __name__, description="What the exchange tells the registry.")
REFERENCE = "[A-Za-z0-9._-]+"


class TradingAccountIn(In):
    """A trading account that the exchange opened for the holder of a holding account."""

    number = Text(least=1, most=60, pattern=REFERENCE, required=True)
    holding_account = Text(least=14, most=14, pattern="[0-9]{14}", required=True)
    participant = one_of(*(one.value for one in Participant), required=True)


class TradingAccountOut(Out):
    """A trading account (交易账户)."""

    id = fields.Integer()
    number = fields.String()
    participant = fields.String()
    state = fields.String()
    opened_at = fields.DateTime()


class TradeIn(In):
    """One trade as the exchange tells it."""

    reference = Text(least=1, most=60, pattern=REFERENCE, required=True)
    product = Text(least=1, most=40, pattern="[A-Za-z0-9_-]+", required=True)
    method = Text(least=1, most=40, pattern="[a-z_]+", required=True)
    seller = Text(least=1, most=60, pattern=REFERENCE, required=True)
    buyer = Text(least=1, most=60, pattern=REFERENCE, required=True)
    quantity_t = Whole(least=1, most=10**12, required=True, metadata=TONNES)
    price_fen = Whole(most=10**9, required=True, metadata={"description": "Of one unit."})
    traded_at = Instant(required=True)


class TradesIn(In):
    """Trades in their order; where one is refused, none is delivered."""

    trades = fields.List(fields.Nested(TradeIn), required=True, validate=validate.Length(min=1, max=1000))


class TradeOut(Out):
    """A delivered trade."""

    reference = fields.String()
    movement_id = fields.Integer()
    quantity_t = fields.Integer(attribute="quantity", metadata=TONNES)
    posted_at = fields.DateTime()


TradePage = page_of(TradeOut, "DeliveredTrade")


@blp.post("/registry/exchange/trading-accounts")
@blp.arguments(TradingAccountIn)
@blp.response(201, TradingAccountOut)
@blp.repeatable
@requires(Permission.RUN_THE_EXCHANGE)
def open_trading_account(sent: dict[str, Any]) -> dict[str, Any]:
    """Tell that the exchange opened a trading account; the holding account comes first."""
    with transaction() as session:
        return once(
            session,
            "trading_account.open",
            sent,
            lambda: dumped(
                TradingAccountOut,
                commands.open_trading_account(
                    session,
                    actor=current_actor(),
                    number=sent["number"],
                    account_number=sent["holding_account"],
                    participant=Participant(sent["participant"]),
                    at=clock.now(),
                ),
            ),
        )


@blp.post("/registry/exchange/trades")
@blp.arguments(TradesIn)
@blp.response(200, TradePage)
@blp.repeatable
@requires(Permission.RUN_THE_EXCHANGE)
def post_trades(sent: dict[str, Any]) -> dict[str, Any]:
    """Deliver trades against units in trading, all or none; the same key has the same answer."""
    trades = [
        PostedTrade(quantity=one.pop("quantity_t"), **one) for one in (dict(one) for one in sent["trades"])
    ]
    with transaction() as session:
        made = commands.post_trades(
            session, actor=current_actor(), trades=trades, key=idempotency_key(), at=clock.now()
        )
        return whole(TradePage, made)
