"""The statement (明细), receipts, the calendar of expiry; the whole as CSV."""

from flask import Response, render_template, request, stream_with_context

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import expiry, holders, receipts, statement, vouchers
from app.web.citizen.blueprint import blp
from app.web.citizen.wishes import number_of, one_of
from app.web.presentation.language import current_language
from app.web.presentation.preferences import Language
from points import chain, queries


@blp.get("/statement", endpoint="statement")
@requires(Permission.READ_OWN_ACCOUNT)
def show_statement() -> str:
    """Show every change with the balance it left, the latest first."""
    today = day_in_china(clock.now())
    part = one_of(statement.Part, request.args.get("part"), otherwise=statement.Part.ALL)
    before = number_of(request.args.get("before"))
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        page = statement.page(session, account_id=holder.account_id, part=part, before=before)
    return render_template(
        "citizen/statement.html", today=today, holder=holder, part=part, page=page, later=before is not None
    )


@blp.get("/statement.csv")
@requires(Permission.READ_OWN_ACCOUNT)
def statement_csv() -> Response:
    """Send the whole statement as a table for spreadsheets."""
    at = clock.now()
    language = "en" if current_language() is Language.ENGLISH else "zh"
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=day_in_china(at))
        lines = list(queries.statement_csv(session, holder.account_id, language=language))
    return Response(
        stream_with_context(iter(lines)),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="statement-{day_in_china(at).isoformat()}.csv"'
        },
    )


@blp.get("/receipts/<int:acct_seq>")
@requires(Permission.READ_OWN_ACCOUNT)
def receipt(acct_seq: int) -> str:
    """Show why one entry is what it is."""
    today = day_in_china(clock.now())
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        found = receipts.receipt(session, account_id=holder.account_id, acct_seq=acct_seq)
        sealed = queries.receipt(session, holder.account_id, acct_seq)
        parts = vouchers.parts(session, found.redemption["id"]) if found.redemption else ()
    return render_template(
        "citizen/receipt.html",
        today=today,
        found=found,
        sealed=sealed,
        parts=parts,
        prefix=chain.PREFIX.decode("ascii", "backslashreplace"),
    )


@blp.get("/expiry", endpoint="expiry")
@requires(Permission.READ_OWN_ACCOUNT)
def show_expiry() -> str:
    """Show how many points end when."""
    today = day_in_china(clock.now())
    year, month = number_of(request.args.get("year")), number_of(request.args.get("month"))
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=today)
        calendar = expiry.calendar(
            session,
            account_id=holder.account_id,
            today=today,
            year=year if year is not None and today.year <= year <= expiry.furthest_year(today) else None,
            month=month if month is not None and 1 <= month <= 12 else None,
        )
    return render_template("citizen/expiry.html", today=today, holder=holder, calendar=calendar)
