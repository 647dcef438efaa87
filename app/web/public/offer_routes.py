"""Benefits and who provides them (权益与权益提供单位), to be read by everybody."""

from flask import Response, render_template, request, send_file

from app.door.access import requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.documents import path_of
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import mall, public_figures
from app.web.public.blueprint import blp

A_DAY = 86_400


@blp.get("/offers")
@requires(Permission.READ_PUBLIC)
def offers() -> str:
    """List what points can be redeemed for, those sold out included."""
    today, asked = day_in_china(clock.now()), mall.Asked.of(request.args)
    with transaction() as session:
        shelf = mall.shelf(session, asked, today=today)
        categories = mall.categories(session, today=today)
    return render_template("public/offers.html", asked=asked, shelf=shelf, categories=categories)


@blp.get("/offers/<int:offer_id>")
@requires(Permission.READ_PUBLIC)
def offer(offer_id: int) -> str:
    """Show one benefit with its terms."""
    today = day_in_china(clock.now())
    with transaction() as session:
        shown = mall.one(session, offer_id, today=today)
    return render_template("public/offer.html", today=today, shown=shown)


@blp.get("/offers/<int:offer_id>/picture")
@requires(Permission.READ_PUBLIC)
def picture(offer_id: int) -> Response:
    """Send the picture that the merchant gave to its offer."""
    with transaction() as session:
        found = mall.picture(session, offer_id)
    return send_file(path_of(found.sha256), mimetype=found.media_type, max_age=A_DAY)


@blp.get("/merchants")
@requires(Permission.READ_PUBLIC)
def merchants() -> str:
    """List the benefit providers."""
    with transaction() as session:
        found = public_figures.admitted_merchants(session)
    return render_template("public/merchants.html", merchants=found)
