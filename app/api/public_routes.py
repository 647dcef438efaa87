"""What anyone may read (公开数据): scenarios, the mall, rules, methods, figures, the calendar."""

from typing import Any

from app.api.operations import Operations
from app.api.paging import dumped, page, whole
from app.api.public_schemas import (
    CalendarDayPage,
    ConversionRulePage,
    DistrictPage,
    FiguresOut,
    MerchantPage,
    MerchantsQuery,
    MethodPage,
    OfferPage,
    OffersQuery,
    ScenarioOut,
    ScenarioPage,
    ScenariosQuery,
    WorkingDaysQuery,
    shown_method,
    shown_offer,
    shown_scenario,
)
from app.door.access import requires
from app.kernel import calendar, clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import catalogue, public_figures, published_figures

blp = Operations("public", __name__, description="What anyone may read.")


@blp.get("/scenarios")
@blp.arguments(ScenariosQuery, location="query")
@blp.response(200, ScenarioPage)
@requires(Permission.READ_PUBLIC)
def list_scenarios(query: dict[str, Any]) -> dict[str, Any]:
    """List the scenarios that citizens can authorise."""
    limit, area = query.pop("limit"), query.pop("area_code")
    with transaction() as session:
        found = catalogue.scenarios(session, limit=limit + 1, area=area, **query)
        return page(
            ScenarioPage,
            found,
            name="scenarios",
            limit=limit,
            place=lambda row: row.scenario.id,
            show=shown_scenario,
        )


@blp.get("/scenarios/<code:code>")
@blp.response(200, ScenarioOut)
@requires(Permission.READ_PUBLIC)
def get_scenario(code: str) -> dict[str, Any]:
    """Return one scenario that is or was listed."""
    with transaction() as session:
        return dumped(ScenarioOut, shown_scenario(catalogue.scenario(session, code=code)))


@blp.get("/merchants")
@blp.arguments(MerchantsQuery, location="query")
@blp.response(200, MerchantPage)
@requires(Permission.READ_PUBLIC)
def list_merchants(query: dict[str, Any]) -> dict[str, Any]:
    """List the merchants of the mall."""
    limit = query["limit"]
    with transaction() as session:
        found = catalogue.merchants(session, after=query["after"], limit=limit + 1)
        return page(MerchantPage, found, name="merchants", limit=limit, place=lambda row: row.id)


@blp.get("/offers")
@blp.arguments(OffersQuery, location="query")
@blp.response(200, OfferPage)
@requires(Permission.READ_PUBLIC)
def list_offers(query: dict[str, Any]) -> dict[str, Any]:
    """List the offers that can be redeemed today."""
    limit, today = query.pop("limit"), day_in_china(clock.now())
    with transaction() as session:
        found = catalogue.offers(session, today=today, limit=limit + 1, **query)
        return page(
            OfferPage, found, name="offers", limit=limit, place=lambda row: row.offer.id, show=shown_offer
        )


@blp.get("/conversion-rules")
@blp.response(200, ConversionRulePage)
@requires(Permission.READ_PUBLIC)
def list_conversion_rules() -> dict[str, Any]:
    """List every version of the rule from grams to points, the latest first."""
    with transaction() as session:
        return whole(ConversionRulePage, public_figures.conversion_rules(session))


@blp.get("/methods")
@blp.response(200, MethodPage)
@requires(Permission.READ_PUBLIC)
def list_methods() -> dict[str, Any]:
    """List the accounting methods, each with every version, its parameters and their sources."""
    with transaction() as session:
        return whole(MethodPage, [shown_method(method) for method in catalogue.methods(session)])


@blp.get("/figures")
@blp.response(200, FiguresOut)
@requires(Permission.READ_PUBLIC)
def get_figures() -> dict[str, Any]:
    """Return the published sums of the platform, up to the end of `up_to`."""
    with transaction() as session:
        return dumped(FiguresOut, published_figures.figures(session))


@blp.get("/working-days")
@blp.arguments(WorkingDaysQuery, location="query")
@blp.response(200, CalendarDayPage)
@requires(Permission.READ_PUBLIC)
def list_working_days(query: dict[str, Any]) -> dict[str, Any]:
    """Say of each day whether it is a working day."""
    with transaction() as session:
        return whole(CalendarDayPage, calendar.days(session, query["first"], query["last"]))


@blp.get("/districts")
@blp.response(200, DistrictPage)
@requires(Permission.READ_PUBLIC)
def list_districts() -> dict[str, Any]:
    """List the districts and counties of Chongqing."""
    with transaction() as session:
        return whole(DistrictPage, catalogue.districts(session))
