"""What a merchant's counter shows (受理台) of a voucher, found by its code."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.kernel.secrets import keyring
from points import queries, serials
from points.models import CarbonAccount, Merchant, Offer, Redemption


@dataclass(frozen=True, kw_only=True)
class ShownVoucher:
    """A voucher as its merchant may see it: of the holder, no more than tells one from another."""

    redemption: Redemption
    offer: Offer
    merchant: Merchant
    code: str
    holder: str | None  # `陈**`
    phone_tail: str


def shown_voucher(session: Session, merchant_id: int, code: str) -> ShownVoucher:
    """Return a merchant's own voucher by its typed code.

    Raises:
        VoucherMistyped, VoucherNotFound: no voucher of this merchant has the code.
    """
    found = queries.voucher(session, merchant_id, code)
    sealed, tail = session.execute(
        select(Person.name_sealed, Person.phone_tail)
        .join(CarbonAccount, CarbonAccount.person_id == Person.id)
        .where(CarbonAccount.id == found.redemption.account_id)
    ).one()
    name = keyring().decrypt(sealed, purpose="person.name") if sealed else None
    return ShownVoucher(
        redemption=found.redemption,
        offer=found.offer,
        merchant=found.merchant,
        code=serials.grouped(found.redemption.code),
        holder=f"{name[:1]}{'*' * (len(name) - 1)}" if name else None,
        phone_tail=tail,
    )
