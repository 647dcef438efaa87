"""A citizen's own account (个人碳账户): balance, statement, receipts."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Response

from app.api.citizen_schemas import (
    AccountOut,
    ReceiptOut,
    StatementFileQuery,
    StatementPage,
    StatementQuery,
    shown_account,
    shown_receipt,
    shown_statement,
)
from app.api.operations import Operations
from app.api.paging import dumped
from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import receipts
from points import queries
from points.values import Kind

blp = Operations("account", __name__, description="A citizen's own account.")
CSV_FILE = {"type": "string", "contentMediaType": "text/csv"}


@blp.get("/me/account")
@blp.response(200, AccountOut)
@requires(Permission.READ_OWN_ACCOUNT)
def get_own_account() -> dict[str, Any]:
    """Return the own account and what it holds today."""
    with transaction() as session:
        account = queries.account_of(session, current_actor().person_id)
        balance = queries.balance(session, account.id, day_in_china(clock.now()))
        return dumped(AccountOut, shown_account(account, balance))


@blp.get("/me/statement")
@blp.arguments(StatementQuery, location="query")
@blp.response(200, StatementPage)
@requires(Permission.READ_OWN_ACCOUNT)
def get_own_statement(query: dict[str, Any]) -> dict[str, Any]:
    """List the entries of the own account, the latest first."""
    kind = query.pop("kind")
    with transaction() as session:
        account = queries.account_of(session, current_actor().person_id)
        found = queries.statement(session, account.id, kinds=[Kind(kind)] if kind else None, **query)
        return dumped(StatementPage, shown_statement(found.items, found.after))


@blp.get("/me/statement.csv")
@blp.arguments(StatementFileQuery, location="query")
@blp.response(200, CSV_FILE, content_type="text/csv")
@requires(Permission.READ_OWN_ACCOUNT)
def get_own_statement_file(query: dict[str, Any]) -> Response:
    """Return the whole statement as CSV."""
    with transaction() as session:
        account = queries.account_of(session, current_actor().person_id)
    answer = Response(_lines(account.id, **query), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"statement-{account.number}.csv")
    return answer


@blp.get("/me/receipts/<int:acct_seq>")
@blp.response(200, ReceiptOut)
@requires(Permission.READ_OWN_ACCOUNT)
def get_own_receipt(acct_seq: int) -> dict[str, Any]:
    """Return everything that one entry rests on: data, factors, rule, commitment."""
    with transaction() as session:
        account = queries.account_of(session, current_actor().person_id)
        receipt = queries.receipt(session, account.id, acct_seq)
        issue = receipts.receipt(session, account_id=account.id, acct_seq=acct_seq).issue
        return dumped(ReceiptOut, shown_receipt(receipt, issue))


def _lines(account_id: int, *, since: date | None, until: date | None, language: str) -> Iterator[str]:
    with transaction() as session:
        yield from queries.statement_csv(session, account_id, since=since, until=until, language=language)
