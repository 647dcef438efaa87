"""Shapes of a citizen's own things."""

import base64
import re
from datetime import date
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from app.api.fields import Day, In, Out, Text, Whole, nothing, one_of
from app.api.paging import MOST, USUAL, page_of, page_query
from app.reports.receipts import IssueReceipt
from points.queries import Line, Place, Receipt, Voucher
from points.values import Kind, RedemptionState

HUNDREDTHS: Final = {"description": "Hundredths of a point."}
KINDS: Final = validate.Length(min=1, max=50)
_PLACE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,18})", re.ASCII)


class AccountOut(Out):
    """A carbon account and what it holds (碳账户)."""

    number = fields.String()
    state = fields.String()
    opened_at = fields.DateTime(allow_none=True)
    available_hundredths = fields.Integer(metadata={"description": "Can be spent today."})
    reserved_hundredths = fields.Integer(metadata=HUNDREDTHS)
    issued_hundredths = fields.Integer(metadata=HUNDREDTHS)
    cancelled_hundredths = fields.Integer(metadata={"description": "Redeemed."})
    expired_hundredths = fields.Integer(metadata=HUNDREDTHS)
    closed_hundredths = fields.Integer(metadata=HUNDREDTHS)
    corrected_hundredths = fields.Integer(metadata=HUNDREDTHS)
    reduction_g = fields.Integer()
    entries = fields.Integer()
    head = fields.String(metadata={"description": "Commitment of the last entry, hexadecimal."})


class PlaceField(fields.Field[Place]):
    """Where a page of a statement begins."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Place:
        try:
            written = base64.b64decode(str(value).encode("ascii"), altchars=b"-_", validate=True).decode(
                "ascii"
            )
            day, seq = _PLACE.fullmatch(written).groups()  # type: ignore[union-attr]
            return Place(date.fromisoformat(day), int(seq))
        except (ValueError, AttributeError):
            raise ValidationError("Is not the `next` of a page of this list.") from None


def place_text(place: Place | None) -> str | None:
    """Return the text of a place in a statement."""
    if place is None:
        return None
    return base64.urlsafe_b64encode(f"{place.day.isoformat()}.{place.seq}".encode()).decode()


class StatementQuery(In):
    """Which entries."""

    limit = Whole(least=1, most=MOST, digits=True, load_default=USUAL)
    after = PlaceField(load_default=nothing, metadata={"pattern": "^[A-Za-z0-9_-]+=*$"})
    kind = one_of(*Kind, load_default=nothing)
    since = Day(load_default=nothing)
    until = Day(load_default=nothing)


class StatementFileQuery(In):
    """Which entries, in which language."""

    since = Day(load_default=nothing)
    until = Day(load_default=nothing)
    language = one_of("zh", "en", load_default="zh")


class LineOut(Out):
    """One entry with the balance it left (明细)."""

    acct_seq = fields.Integer(attribute="seq")
    at = fields.DateTime()
    day = fields.Date()
    kind = fields.String()
    amount_hundredths = fields.Integer(attribute="amount", metadata=HUNDREDTHS)
    change_hundredths = fields.Integer(attribute="change", metadata={"description": "Of what is available."})
    balance_hundredths = fields.Integer(attribute="balance_after", metadata=HUNDREDTHS)
    lot_issued_on = fields.Date()
    lot_last_valid_on = fields.Date()
    reduction_g = fields.Integer(allow_none=True)
    rule_version = fields.String(allow_none=True)
    redemption_id = fields.Integer(allow_none=True)
    offer = fields.String(allow_none=True)
    merchant = fields.String(allow_none=True)
    commitment = fields.String()


StatementPage = page_of(LineOut, "Statement")


class FactorOut(Out):
    """One number that went into a result."""

    zh = fields.String()
    en = fields.String()
    value = fields.String()
    unit = fields.String()
    source = fields.String()
    certainty = fields.String()


class ComputationOut(Out):
    """How a behaviour became grams and the grams became points."""

    scenario = fields.String(attribute="scenario_code")
    scenario_name = fields.String(attribute="scenario")
    source_id = fields.String()
    occurred_at = fields.DateTime()
    received_at = fields.DateTime()
    quantity_milli = fields.Integer()
    method = fields.String(attribute="computation.method")
    method_version = fields.Integer(attribute="computation.version")
    formula_zh = fields.String(attribute="computation.formula_zh")
    formula_en = fields.String(attribute="computation.formula_en")
    factors = fields.List(fields.Nested(FactorOut), attribute="computation.lines")
    unrounded = fields.String(attribute="computation.unrounded")
    computed_g = fields.Integer()
    cap = fields.String(allow_none=True)
    reduction_g = fields.Integer()
    rule_version = fields.String()
    grams_per_point = fields.Integer()


class ReceiptOut(Out):
    """Everything that an entry rests on, enough to compute it again (核算凭据)."""

    line = fields.Nested(LineOut)
    account_number = fields.String()
    pseudonym = fields.String()
    formula = fields.String(allow_none=True)
    encoding = fields.String(metadata={"description": "The text to which `commitment` commits with `salt`."})
    salt = fields.String()
    prev_commitment = fields.String()
    holds = fields.Boolean(metadata={"description": "The commitment follows from encoding and salt."})
    computation = fields.Nested(ComputationOut, allow_none=True)


class AuthorisationIn(In):
    """Leave for one scenario; text and kinds as they were shown."""

    scenario = Text(required=True, least=3, most=40)
    user = Text(
        required=True, least=1, most=200, metadata={"description": "The person's reference at the host."}
    )
    data_kinds = fields.List(Text(least=1, most=60), required=True, validate=KINDS)
    text_version = Text(required=True, least=1, most=60)


class AuthorisationOut(Out):
    """Leave to use behaviour data (授权)."""

    id = fields.Integer()
    scenario = fields.String()
    user = fields.String()
    data_kinds = fields.List(fields.String())
    text_version = fields.String()
    given_at = fields.DateTime()
    withdrawn_at = fields.DateTime(allow_none=True)


AuthorisationPage = page_of(AuthorisationOut)


class ProposalOut(Out):
    """A link that a host proposed and that waits for the citizen's answer."""

    id = fields.Integer()
    scenario = fields.String()
    user = fields.String()
    proposed_at = fields.DateTime()


ProposalPage = page_of(ProposalOut)


class ConfirmIn(In):
    """What was shown when a link was confirmed."""

    data_kinds = fields.List(Text(least=1, most=60), required=True, validate=KINDS)
    text_version = Text(required=True, least=1, most=60)


class RedemptionIn(In):
    """What is redeemed, at the price that was shown."""

    offer_id = Whole(required=True, least=1)
    price_hundredths = Whole(required=True, least=1, metadata={"description": "As shown and confirmed."})


class VoucherOut(Out):
    """A redemption as its holder sees it (兑换)."""

    id = fields.Integer()
    offer_id = fields.Integer()
    offer = fields.String()
    merchant = fields.String()
    price_hundredths = fields.Integer(metadata=HUNDREDTHS)
    code = fields.String(metadata={"description": "The code to be typed, in groups of four."})
    state = fields.String()
    created_at = fields.DateTime()
    reserved_until = fields.DateTime(metadata={"description": "Excluded."})
    settled_at = fields.DateTime(allow_none=True)
    reason = fields.String(allow_none=True)


VouchersQuery = page_query("vouchers", state=one_of(*RedemptionState, load_default=nothing))
VoucherPage = page_of(VoucherOut)


class DisplayCodeOut(Out):
    """The short-lived code for a voucher's QR."""

    text = fields.String()
    seconds = fields.Integer()
    expires_at = fields.DateTime()


def shown_account(account: Any, balance: Any) -> dict[str, Any]:
    """Return what `AccountOut` shows of an account and its balance."""
    sums = ("available", "reserved", "issued", "cancelled", "expired", "closed", "corrected")
    return {
        "number": account.number,
        "state": account.state,
        "opened_at": account.opened_at,
        **{f"{name}_hundredths": getattr(balance, name) for name in sums},
        "reduction_g": balance.reduction_g,
        "entries": balance.entries,
        "head": balance.head,
    }


def shown_statement(lines: list[Line], following: Place | None) -> dict[str, Any]:
    """Return what `StatementPage` shows of a page."""
    return {"items": lines, "next": place_text(following)}


def shown_receipt(receipt: Receipt, issue: IssueReceipt | None) -> dict[str, Any]:
    """Return what `ReceiptOut` shows of an entry."""
    names = ReceiptOut().fields.keys() - {"computation"}
    return {**{name: getattr(receipt, name) for name in names}, "computation": issue}


def shown_authorisation(given: Any, scenario_code: str) -> dict[str, Any]:
    """Return what `AuthorisationOut` shows of an authorisation."""
    return {
        "id": given.id,
        "scenario": scenario_code,
        "user": given.host_user,
        "data_kinds": given.data_kinds,
        "text_version": given.text_version,
        "given_at": given.given_at,
        "withdrawn_at": given.withdrawn_at,
    }


def shown_voucher(voucher: Voucher) -> dict[str, Any]:
    """Return what `VoucherOut` shows of a redemption."""
    redemption = voucher.redemption
    return {
        "id": redemption.id,
        "offer_id": redemption.offer_id,
        "offer": voucher.offer.title,
        "merchant": voucher.merchant.name,
        "price_hundredths": redemption.price,
        "code": voucher.code,
        "state": redemption.state,
        "created_at": redemption.created_at,
        "reserved_until": redemption.reserved_until,
        "settled_at": redemption.settled_at,
        "reason": redemption.reason,
    }
