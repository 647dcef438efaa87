"""Acts of the registry."""

from cqcer.commands.accounts import (
    apply_for_account,
    appoint_representative,
    end_representative,
    enter_beneficiary,
    open_account,
    restrict_account,
    trust_party,
)
from cqcer.commands.audits import audit_books
from cqcer.commands.confirming import (
    confirm_movement,
    execute_due,
    lapse_due,
    refuse_movement,
    withdraw_movement,
)
from cqcer.commands.moving import dry_run, propose_movement

__all__ = [
    "apply_for_account",
    "appoint_representative",
    "audit_books",
    "confirm_movement",
    "dry_run",
    "end_representative",
    "enter_beneficiary",
    "execute_due",
    "lapse_due",
    "open_account",
    "propose_movement",
    "refuse_movement",
    "restrict_account",
    "trust_party",
    "withdraw_movement",
]
