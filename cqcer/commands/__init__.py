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
from cqcer.commands.blocks import (
    end_block,
)
from cqcer.commands.bodies import decide_recognition, end_person, name_person, recognise_body, record_interest
from cqcer.commands.cases import begin_batch, begin_project, dry_run_case, file_document, take_step
from cqcer.commands.commissions import accept_commission, commission_body, decline_commission, end_commission
from cqcer.commands.confirming import (
    confirm_movement,
    execute_due,
    lapse_due,
    refuse_movement,
    withdraw_movement,
)
from cqcer.commands.endings import (
    ask_to_cancel_project,
    confirm_ending,
    decide_revocation,
    file_investigation,
    propose_ending,
    refuse_for_fraud,
)
from cqcer.commands.experts import assign_expert, end_invitation, file_expert_opinion, invite_expert
from cqcer.commands.falling_due import notices_due, pass_revision_day, revisions_due
from cqcer.commands.findings import record_finding, review_flag
from cqcer.commands.legacy import apply_again, bring_over_list, bring_over_project
from cqcer.commands.likeness import answer_likeness
from cqcer.commands.methodologies import (
    abolish_version,
    answer_proposal,
    ask_for_changes,
    draft_version,
    found_methodology,
    issue_version,
    propose_methodology,
    send_to_review,
)
from cqcer.commands.moving import dry_run, propose_movement
from cqcer.commands.neutrality import (
    declare_emissions,
    propose_neutrality,
)
from cqcer.commands.notices import answer_opinion, close_notice, file_opinion, open_notice, recompute_notice
from cqcer.commands.offset_rules import (
    end_allowance_unit,
    enter_offset_rule,
    list_allowance_unit,
)
from cqcer.commands.offsets import (
    begin_offset,
    confirm_offset,
    propose_offset_cancellation,
    refuse_offset,
    return_offset,
    submit_offset,
    withdraw_offset,
)
from cqcer.commands.orders import (
    find_shortfall,
    force_order,
    issue_order,
    orders_due,
    pass_due_date,
    propose_ordered,
)
from cqcer.commands.papers import kept_until, read_paper, remove_paper
from cqcer.commands.provenance import tie_behaviours
from cqcer.commands.reconciling import (
    reconcile,
    settle_discrepancy,
)
from cqcer.commands.registering import (
    confirm_registration,
    file_report,
    issue_letter,
    propose_registration,
    supplement_report,
)
from cqcer.commands.trading import (
    enter_trading_rule,
    list_product,
    open_trading_account,
    post_trades,
    set_trading_account,
)
from cqcer.commands.uses import (
    certify,
    end_listing,
    list_for_subscription,
)

__all__ = [
    "abolish_version",
    "accept_commission",
    "answer_likeness",
    "answer_opinion",
    "answer_proposal",
    "apply_again",
    "apply_for_account",
    "appoint_representative",
    "ask_for_changes",
    "ask_to_cancel_project",
    "assign_expert",
    "audit_books",
    "begin_batch",
    "begin_offset",
    "begin_project",
    "bring_over_list",
    "bring_over_project",
    "certify",
    "close_notice",
    "commission_body",
    "confirm_ending",
    "confirm_movement",
    "confirm_offset",
    "confirm_registration",
    "decide_recognition",
    "decide_revocation",
    "declare_emissions",
    "decline_commission",
    "draft_version",
    "dry_run",
    "dry_run_case",
    "end_allowance_unit",
    "end_block",
    "end_commission",
    "end_invitation",
    "end_listing",
    "end_person",
    "end_representative",
    "enter_beneficiary",
    "enter_offset_rule",
    "enter_trading_rule",
    "execute_due",
    "file_document",
    "file_expert_opinion",
    "file_investigation",
    "file_opinion",
    "file_report",
    "find_shortfall",
    "force_order",
    "found_methodology",
    "invite_expert",
    "issue_letter",
    "issue_order",
    "issue_version",
    "kept_until",
    "lapse_due",
    "list_allowance_unit",
    "list_for_subscription",
    "list_product",
    "name_person",
    "notices_due",
    "open_account",
    "open_notice",
    "open_trading_account",
    "orders_due",
    "pass_due_date",
    "pass_revision_day",
    "post_trades",
    "propose_ending",
    "propose_methodology",
    "propose_movement",
    "propose_neutrality",
    "propose_offset_cancellation",
    "propose_ordered",
    "propose_registration",
    "read_paper",
    "recognise_body",
    "recompute_notice",
    "reconcile",
    "record_finding",
    "record_interest",
    "refuse_for_fraud",
    "refuse_movement",
    "refuse_offset",
    "remove_paper",
    "restrict_account",
    "return_offset",
    "review_flag",
    "revisions_due",
    "send_to_review",
    "set_trading_account",
    "settle_discrepancy",
    "submit_offset",
    "supplement_report",
    "take_step",
    "tie_behaviours",
    "trust_party",
    "withdraw_movement",
    "withdraw_offset",
]
