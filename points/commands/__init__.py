"""Acts of points (操作): each locks, looks, decides, changes; none commits."""

from points.commands.accounts import (
    activate_account,
    apply_for_account,
    close_account,
    close_organisation_account,
    freeze_account,
    restrict_account,
    unfreeze_account,
    unrestrict_account,
)
from points.commands.books import lock_accounts, lock_accounts_in
from points.commands.conversion import publish_rule
from points.commands.correcting import (
    answer_objection,
    confirm_correction,
    execute_correction,
    object_to_correction,
    propose_correction,
    withdraw_correction,
)
from points.commands.expiring import NOTICE_DAYS, Swept, expire_due, give_expiry_notices
from points.commands.issuing import issue_accepted
from points.commands.merchants import (
    Particulars,
    admit_merchant,
    apply_as_merchant,
    change_merchant,
    leave_as_merchant,
    reject_merchant,
    rejoin_as_merchant,
    resume_merchant,
    suspend_merchant,
)
from points.commands.offers import (
    block_offer,
    change_offer,
    create_offer,
    shelve_offer,
    unblock_offer,
    unshelve_offer,
)
from points.commands.redeeming import redeem
from points.commands.settling import accept_voucher, lapse_due, refuse_voucher, withdraw_redemption

__all__ = [
    "NOTICE_DAYS",
    "Particulars",
    "Swept",
    "accept_voucher",
    "activate_account",
    "admit_merchant",
    "answer_objection",
    "apply_as_merchant",
    "apply_for_account",
    "block_offer",
    "change_merchant",
    "change_offer",
    "close_account",
    "close_organisation_account",
    "confirm_correction",
    "create_offer",
    "execute_correction",
    "expire_due",
    "freeze_account",
    "give_expiry_notices",
    "issue_accepted",
    "lapse_due",
    "leave_as_merchant",
    "lock_accounts",
    "lock_accounts_in",
    "object_to_correction",
    "propose_correction",
    "publish_rule",
    "redeem",
    "refuse_voucher",
    "reject_merchant",
    "rejoin_as_merchant",
    "restrict_account",
    "resume_merchant",
    "shelve_offer",
    "suspend_merchant",
    "unblock_offer",
    "unfreeze_account",
    "unrestrict_account",
    "unshelve_offer",
    "withdraw_correction",
    "withdraw_redemption",
]
