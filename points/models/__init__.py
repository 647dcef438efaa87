"""Tables of points: accounts, lots, entries, rules, the mall, corrections."""

from points.models.accounts import AccountBalance, AccountClosing, AccountStep, CarbonAccount
from points.models.corrections import Correction
from points.models.ledger import BehaviourIssue, ConversionRule, EntrySalt, PointEntry, PointLot
from points.models.mall import DisplayCode, Merchant, MerchantStep, Offer, Redemption, RedemptionPart

__all__ = [
    "AccountBalance",
    "AccountClosing",
    "AccountStep",
    "BehaviourIssue",
    "CarbonAccount",
    "ConversionRule",
    "Correction",
    "DisplayCode",
    "EntrySalt",
    "Merchant",
    "MerchantStep",
    "Offer",
    "PointEntry",
    "PointLot",
    "Redemption",
    "RedemptionPart",
]
