"""The rows of the open datasets (开放数据的行): plain values, in an order that does not change."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.disclosure import queries
from app.disclosure.models import DisclosureSnapshot
from app.identity.models import Organisation
from app.kernel.days import day_in_china
from app.reports import published_methods
from app.reports.catalogue import methods_of
from points.models import ConversionRule, Merchant
from scenarios.models import Scenario

Row = dict[str, Any]
SHOWN: Final = ("listed", "suspended")


def figures(session: Session) -> Iterator[Row]:
    """Yield what each cell of each measure came to in each month."""
    for month, each in queries.cells_by_month(session):
        yield {
            "month": f"{month:%Y-%m}",
            "measure": each.measure.value,
            "cell": each.cell,
            "amount": each.amount,
        }


def scenarios(session: Session) -> Iterator[Row]:
    """Yield the scenarios that are listed or suspended."""
    found = session.execute(
        select(Scenario, Organisation.name)
        .join(Organisation, Organisation.id == Scenario.host_id)
        .where(Scenario.sandbox.is_(False), Scenario.state.in_(SHOWN))
        .order_by(Scenario.code)
    ).all()
    codes = methods_of(session, [scenario.id for scenario, _ in found])
    for scenario, host in found:
        yield {
            "code": scenario.code,
            "name": scenario.name,
            "name_en": scenario.name_en,
            "host": host,
            "life_field": scenario.life_field,
            "area_code": scenario.area_code,
            "state": scenario.state,
            "listed_on": _day(scenario.listed_at),
            "methods": " ".join(codes.get(scenario.id, ())),
        }


def merchants(session: Session) -> Iterator[Row]:
    """Yield the merchants that are admitted."""
    for merchant in session.scalars(
        select(Merchant).where(Merchant.state == "admitted").order_by(Merchant.id)
    ):
        yield {
            "id": merchant.id,
            "name": merchant.name,
            "name_en": merchant.name_en,
            "category": merchant.category,
            "area_code": merchant.area_code,
            "address": merchant.address,
            "admitted_on": _day(merchant.admitted_at),
        }


def conversion_rules(session: Session) -> Iterator[Row]:
    """Yield every conversion rule in the order in which they hold."""
    rules = session.scalars(select(ConversionRule).order_by(ConversionRule.valid_from)).all()
    for place, rule in enumerate(rules):
        ends = rules[place + 1].valid_from if place + 1 < len(rules) else None
        yield {
            "version": rule.version,
            "grams_per_point": rule.grams_per_point,
            "validity_months": rule.validity_months,
            "valid_from": _iso(rule.valid_from),
            "valid_until": _iso(ends),
            "published_at": rule.published_at.isoformat(timespec="seconds"),
            "text_zh": rule.text_zh,
            "text_en": rule.text_en,
        }


def methods(session: Session) -> Iterator[Row]:
    """Yield every version of every method."""
    for method in published_methods.every(session):
        for version in method.versions:
            yield {
                "method": method.code,
                "name": method.zh,
                "name_en": method.en,
                "version": version.version,
                "valid_from": _iso(version.valid_from),
                "valid_until": _iso(version.valid_until),
                "unit": version.unit.value,
                "formula": version.formula_zh,
                "formula_en": version.formula_en,
                "cap_count": version.cap_count,
                "cap_grams": version.cap_grams,
                "cap_count_year": version.cap_count_year,
                "evidence_class": version.evidence_class.value,
                "evidence_weight": str(version.evidence_weight),
                "certainty": version.certainty.value,
                "source": version.source,
            }


def factors(session: Session) -> Iterator[Row]:
    """Yield every number of every version of every method."""
    for method in published_methods.every(session):
        for version in method.versions:
            for parameter in version.parameters:
                yield {
                    "method": method.code,
                    "version": version.version,
                    "parameter": parameter.name,
                    "name": parameter.zh,
                    "name_en": parameter.en,
                    "value": str(parameter.value),
                    "unit": parameter.unit,
                    "certainty": parameter.certainty.value,
                    "source": parameter.source,
                    "valid_from": _iso(parameter.valid_from),
                    "method_valid_from": _iso(version.valid_from),
                    "method_valid_until": _iso(version.valid_until),
                }


def snapshots(session: Session) -> Iterator[Row]:
    """Yield the chain of snapshots, the first first."""
    found = session.scalars(select(DisclosureSnapshot).order_by(DisclosureSnapshot.id)).all()
    numbers = {each.id: each.number for each in found}
    for each in found:
        yield {
            "number": each.number,
            "month": f"{each.month:%Y-%m}",
            "edition": each.edition,
            "corrects": numbers.get(each.corrects_id or 0),
            "reason": each.reason,
            "made_at": each.made_at.isoformat(timespec="seconds"),
            "prev_sha256": each.prev_hash.hex(),
            "sha256": each.hash.hex(),
        }


def _day(at: datetime | None) -> str | None:
    return day_in_china(at).isoformat() if at else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
