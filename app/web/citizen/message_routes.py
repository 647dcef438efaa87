"""Messages (消息): what happened, inside the application."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.door.access import current_actor, requires
from app.journeys import reading
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import holders, messages
from app.web.citizen.blueprint import blp
from app.web.citizen.message_texts import shown
from app.web.citizen.wishes import number_of


@blp.get("/messages", endpoint="messages")
@requires(Permission.READ_OWN_ACCOUNT)
def show_messages() -> str:
    """Show the messages, the latest first."""
    with transaction() as session:
        person = holders.person(session, current_actor())
        page = messages.page(session, person_id=person.id, before=number_of(request.args.get("before")))
    return render_template(
        "citizen/messages.html",
        today=day_in_china(clock.now()),
        page=page,
        messages=[shown(message) for message in page.messages],
        later="before" in request.args,
    )


@blp.post("/messages/read")
@requires(Permission.USE_OWN_SESSION)
def read_messages() -> Response:
    """Mark what was shown as read."""
    with transaction() as session:
        reading.mark_read(
            session, actor=current_actor(), up_to=number_of(request.form.get("up_to")) or 0, at=clock.now()
        )
    return redirect(url_for("citizen.messages"), code=303)
