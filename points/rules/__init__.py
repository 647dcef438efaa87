"""Decisions of points: facts in, verdict or number out (规则)."""

from points.rules.accounts import check_closing, check_may_spend, check_reason, may_receive
from points.rules.conversion import check_rule, check_version, points_of
from points.rules.corrections import (
    amount_to_take,
    check_execution_time,
    check_objection_time,
    check_proposal,
    check_second_person,
    objection_end,
)
from points.rules.mall import (
    check_in_time,
    check_limit,
    check_merchant,
    check_offer,
    check_on_sale,
    check_price,
    check_rejoin,
    check_stock,
    reserved_until,
)

__all__ = [
    "amount_to_take",
    "check_closing",
    "check_execution_time",
    "check_in_time",
    "check_limit",
    "check_may_spend",
    "check_merchant",
    "check_objection_time",
    "check_offer",
    "check_on_sale",
    "check_price",
    "check_proposal",
    "check_reason",
    "check_rejoin",
    "check_rule",
    "check_second_person",
    "check_stock",
    "check_version",
    "may_receive",
    "objection_end",
    "points_of",
    "reserved_until",
]
