"""Words of methodologies, of the cases of projects and batches, and of public notices."""

from enum import StrEnum


class MethodologyState(StrEnum):
    """Where a methodology's version stands (方法学)."""

    PROPOSED = "proposed"
    DRAFTING = "drafting"
    UNDER_REVIEW = "under_review"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    ABOLISHED = "abolished"


class MethodologyAct(StrEnum):
    """What is done to a methodology's version."""

    PROPOSE = "propose"
    TAKE_UP = "take_up"
    SEND_TO_REVIEW = "send_to_review"
    ASK_FOR_CHANGES = "ask_for_changes"
    ISSUE = "issue"
    SUPERSEDE = "supersede"
    ABOLISH = "abolish"


class Subject(StrEnum):
    """What a case, a notice or a letter is about."""

    PROJECT = "project"
    BATCH = "batch"


class ProposalState(StrEnum):
    """Where a proposal of a methodology stands (方法学建议)."""

    RECEIVED = "received"
    TAKEN_UP = "taken_up"
    DECLINED = "declined"


class ProposalAct(StrEnum):
    """What is done about a proposal of a methodology."""

    PROPOSE = "propose"
    TAKE_UP = "take_up"
    DECLINE = "decline"


class CaseState(StrEnum):
    """Where a project (项目) or a batch of reductions (批次) stands on its way to registration."""

    LEGACY_APPROVED = "legacy_approved"
    DRAFT = "draft"
    UPLOADED = "uploaded"
    RETURNED_INCOMPLETE = "returned_incomplete"
    ON_NOTICE = "on_notice"
    ANSWERING_OBJECTIONS = "answering_objections"
    CLEARED = "cleared"
    SUBMITTED = "submitted"
    NORMATIVITY_RETURNED = "normativity_returned"
    IN_EVALUATION = "in_evaluation"
    REVISION_DUE = "revision_due"
    SECOND_EVALUATION = "second_evaluation"
    EVALUATION_FAILED = "evaluation_failed"
    AWAITING_LETTER = "awaiting_letter"
    LETTER_ISSUED = "letter_issued"
    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"  # fraud found before registration, Q-56
    CANCELLED = "cancelled"
    REVOKED = "revoked"


class CaseAct(StrEnum):
    """What somebody does to a case."""

    BRING_OVER = "bring_over"  # approved before 2024-01-20, CQ-43.1
    BEGIN = "begin"
    UPLOAD = "upload"
    RETURN_INCOMPLETE = "return_incomplete"
    OPEN_NOTICE = "open_notice"
    CHANGE_DOCUMENTS = "change_documents"
    CLOSE_NOTICE_WITH_OBJECTIONS = "close_notice_with_objections"
    CLEAR = "clear"
    SUBMIT = "submit"
    RETURN_AFTER_REVIEW = "return_after_review"
    PASS_REVIEW = "pass_review"  # noqa: S105
    ASK_FOR_REVISION = "ask_for_revision"
    TAKE_REVISION = "take_revision"  # filed, or its day has passed
    PASS_EVALUATION = "pass_evaluation"  # noqa: S105
    FAIL_EVALUATION = "fail_evaluation"
    ISSUE_LETTER = "issue_letter"
    REGISTER = "register"
    WITHDRAW = "withdraw"
    REFUSE_FOR_FRAUD = "refuse_for_fraud"
    CANCEL = "cancel"
    REVOKE = "revoke"


class NoticeState(StrEnum):
    """Where a public notice stands (公示)."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED_PENDING_ANSWERS = "closed_pending_answers"
    CLEARED = "cleared"
    ABORTED = "aborted"


class NoticeAct(StrEnum):
    """What happens to a public notice."""

    SCHEDULE = "schedule"
    OPEN = "open"
    CLOSE_WITH_OBJECTIONS = "close_with_objections"
    CLEAR = "clear"
    ABORT = "abort"


class OpinionKind(StrEnum):
    """Whether an opinion must be answered before submission."""

    OBJECTION = "objection"  # 异议
    COMMENT = "comment"  # 意见
