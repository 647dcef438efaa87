"""A year to look back on and to share (年度回顾): a page, and a picture made by the server."""

from datetime import date
from typing import Any, Final

from flask import Response, render_template

from app.door.access import current_actor, requires
from app.door.rates import limited
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.errors import NotFound
from app.kernel.limits import Limit
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import equivalents, holders, year_review
from app.web.citizen import pictures, presenting
from app.web.citizen.blueprint import blp
from app.web.presentation import amounts, dates
from app.web.presentation.language import current_language, gettext
from app.web.public.labels import in_language

BEST: Final = 3
DRAWING: Final = (Limit(30, 3_600),)
"""Pictures of one person: more than anybody shares, less than would keep a processor busy."""


class NoSuchYear(NotFound):
    """The account did not exist in that year, or the year has not begun."""

    code = "year.not_found"
    title = "这一年没有记录"


@blp.get("/year", endpoint="year_now")
@requires(Permission.READ_OWN_ACCOUNT)
def show_this_year() -> str:
    """Show the present year."""
    return _page(day_in_china(clock.now()).year)


@blp.get("/year/<int:year>", endpoint="year")
@requires(Permission.READ_OWN_ACCOUNT)
def show_year(year: int) -> str:
    """Show one year."""
    return _page(year)


@blp.get("/year/<int:year>/picture.png", endpoint="year_picture")
@requires(Permission.READ_OWN_ACCOUNT)
@limited("year-picture", DRAWING)
def draw_year(year: int) -> Response:
    """Send the picture of one year; it names the nickname and no number of the account."""
    holder, review, _ = _of(year)
    answer = Response(pictures.year(_told(holder, review)), mimetype="image/png")
    answer.headers["Content-Disposition"] = f'inline; filename="tanhuitong-{year}.png"'
    return answer


def _of(year: int) -> tuple[holders.Holder, year_review.YearReview, list[int]]:
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        first = day_in_china(holder.opened_at).year if holder.opened_at else today.year
        if not first <= year <= today.year:
            raise NoSuchYear(year=year)
        review = year_review.of_year(session, account_id=holder.account_id, year=year)
    return holder, review, list(range(today.year, first - 1, -1))


def _page(year: int) -> str:
    holder, review, years = _of(year)
    named = [dates.month_only(date(year, place, 1)) for place in range(1, year_review.MONTHS + 1)]
    in_kg = max(review.months, default=0) >= presenting.GRAMS_PER_KG
    return render_template(
        "citizen/year.html",
        holder=holder,
        review=review,
        years=years,
        best=review.scenarios[:BEST],
        equivalents=equivalents.of_grams(review.reduction_g),
        months=list(zip(named, review.months, strict=True)),
        unit=gettext("千克") if in_kg else gettext("克"),
        shown=presenting.kilograms if in_kg else presenting.plain_grams,
    )


def _told(holder: holders.Holder, review: year_review.YearReview) -> dict[str, Any]:
    saved = amounts.grams_parts(review.reduction_g)
    like = equivalents.of_grams(review.reduction_g)[0]
    return {
        "lang": current_language().value.split("-")[0],
        "who": holder.nickname or gettext("山城低碳人"),
        "title": gettext("我的 %(year)s 低碳年", year=review.year),
        "saved": gettext("这一年减少二氧化碳"),
        "number": saved.number,
        "unit": saved.unit,
        "like": gettext("约等于少用 %(number)s 度电", number=presenting.tenths(like.tenths)),
        "facts": [
            [gettext("低碳的日子"), amounts.grouped(review.days)],
            [gettext("低碳行为"), amounts.grouped(review.behaviours)],
            [gettext("得到积分"), amounts.points(review.points)],
        ],
        "by_month": gettext("每个月的减碳量"),
        "months": [[str(place + 1), grams] for place, grams in enumerate(review.months)],
        "scenarios": [
            [in_language(one.name, one.name_en), amounts.grams(one.reduction_g)]
            for one in review.scenarios[:BEST]
        ],
        "source": gettext(
            "重庆碳惠通 · 按公布的方法核算 · 电力因子 %(factor)s 克/度", factor=like.grams_per_unit
        ),
    }
