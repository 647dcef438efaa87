"""Lists of a snapshot (公开清单): scenarios, merchants, rules, methods as they stood when a month ended.

Each is read from the steps and versions that were written before that moment, so that the same
month gives the same lists however late it is asked for. Names are those of today.
"""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.identity.models import Organisation
from app.kernel.days import day_in_china
from points.models import ConversionRule, Merchant, MerchantStep
from points.values import MerchantState
from scenarios.models import Method, PublishedMethod, Scenario, ScenarioStep
from scenarios.states import State

KNOWN: Final = (State.LISTED.value, State.SUSPENDED.value)


def scenarios(session: Session, *, before: datetime) -> list[dict[str, Any]]:
    """Return the scenarios that were listed or suspended at an instant."""
    latest = (
        select(ScenarioStep.scenario_id, ScenarioStep.to_state)
        .where(ScenarioStep.at < before)
        .ext(distinct_on(ScenarioStep.scenario_id))
        .order_by(ScenarioStep.scenario_id, ScenarioStep.id.desc())
        .subquery()
    )
    rows = session.execute(
        select(Scenario, Organisation.name, Organisation.name_en, latest.c.to_state)
        .join(latest, latest.c.scenario_id == Scenario.id)
        .join(Organisation, Organisation.id == Scenario.host_id)
        .where(Scenario.sandbox.is_(False), latest.c.to_state.in_(KNOWN))
        .order_by(Scenario.code)
    )
    return [
        {
            "code": scenario.code,
            "name": scenario.name,
            "name_en": scenario.name_en,
            "host": host,
            "host_en": host_en,
            "life_field": scenario.life_field,
            "area_code": scenario.area_code,
            "state": state,
            "listed_on": _day(scenario.listed_at),
        }
        for scenario, host, host_en, state in rows
    ]


def merchants(session: Session, *, before: datetime) -> list[dict[str, Any]]:
    """Return the merchants that were admitted at an instant."""
    latest = (
        select(MerchantStep.merchant_id, MerchantStep.to_state)
        .where(MerchantStep.at < before)
        .ext(distinct_on(MerchantStep.merchant_id))
        .order_by(MerchantStep.merchant_id, MerchantStep.id.desc())
        .subquery()
    )
    rows = session.scalars(
        select(Merchant)
        .join(latest, latest.c.merchant_id == Merchant.id)
        .where(latest.c.to_state == MerchantState.ADMITTED.value)
        .order_by(Merchant.id)
    )
    return [
        {
            "id": merchant.id,
            "name": merchant.name,
            "name_en": merchant.name_en,
            "category": merchant.category,
            "area_code": merchant.area_code,
            "admitted_on": _day(merchant.admitted_at),
        }
        for merchant in rows
    ]


def conversion_rules(session: Session, *, published_before: datetime) -> list[dict[str, Any]]:
    """Return the conversion rules that had been published, in the order in which they hold."""
    rules = session.scalars(
        select(ConversionRule)
        .where(ConversionRule.published_at < published_before)
        .order_by(ConversionRule.valid_from)
    )
    return [
        {
            "version": rule.version,
            "grams_per_point": rule.grams_per_point,
            "validity_months": rule.validity_months,
            "valid_from": rule.valid_from.isoformat(),
            "published_at": rule.published_at.isoformat(timespec="seconds"),
        }
        for rule in rules
    ]


def methods(session: Session, *, on: date) -> list[dict[str, Any]]:
    """Return the versions of the accounting methods that were in force on a day."""
    held: ColumnElement[bool] = func.daterange(PublishedMethod.valid_from, PublishedMethod.valid_until).op(
        "@>"
    )(on)
    rows = session.execute(
        select(Method.code, PublishedMethod)
        .join(PublishedMethod, PublishedMethod.method_id == Method.id)
        .where(held)
        .order_by(Method.code)
    )
    return [
        {
            "code": code,
            "version": version.version,
            "valid_from": version.valid_from.isoformat(),
            "valid_until": version.valid_until.isoformat() if version.valid_until else None,
        }
        for code, version in rows
    ]


def _day(at: datetime | None) -> str | None:
    return day_in_china(at).isoformat() if at else None
