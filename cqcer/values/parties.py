"""Words of accounts, recognitions, orders, application blocks and offset applications."""

from enum import StrEnum


class AccountState(StrEnum):
    """Where a holding account stands (持有账户)."""

    APPLIED = "applied"
    INCOMPLETE_LEGACY = "incomplete_legacy"
    ACTIVE = "active"
    RESTRICTED = "restricted"
    CLOSED = "closed"


class AccountAct(StrEnum):
    """What is done to a holding account; a locked sign-in is no state of it."""

    APPLY = "apply"
    BRING_OVER = "bring_over"
    ACTIVATE = "activate"
    RESTRICT = "restrict"
    UNRESTRICT = "unrestrict"
    CLOSE = "close"


class RepresentativeRole(StrEnum):
    """What a representative may do for an account; two natural persons, never one."""

    INITIATING = "initiating"  # 发起代表
    CONFIRMING = "confirming"  # 确认代表


class RecognitionState(StrEnum):
    """Where a body's recognition stands (认可)."""

    RECOGNISED = "recognised"
    SUSPENDED = "suspended"
    ENDED = "ended"


class RecognitionAct(StrEnum):
    """What the Bureau does to a recognition."""

    RECOGNISE = "recognise"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"


class CommissionState(StrEnum):
    """Where a commission of a body stands (委托)."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    ENDED = "ended"


class CommissionAct(StrEnum):
    """What is done about a commission: the owner proposes, the body accepts and signs under it."""

    PROPOSE = "propose"
    ACCEPT = "accept"
    DECLINE = "decline"
    END = "end"
    SIGN = "sign"  # a report; the commission stays as it is


class Activity(StrEnum):
    """What a body is recognised and commissioned for."""

    VALIDATION = "validation"  # 审定
    VERIFICATION = "verification"  # 核查


class InterestKind(StrEnum):
    """How a body or an expert is bound to an owner (资产、管理等方面利益关系)."""

    ASSETS = "assets"
    MANAGEMENT = "management"
    FUNDING = "funding"
    CONSULTING = "consulting"
    AUTHORSHIP = "authorship"
    EMPLOYMENT = "employment"
    OTHER = "other"


class InvestigationKind(StrEnum):
    """What an investigation is about (调查)."""

    OWNER_LOST = "owner_lost"  # 主体灭失
    PROJECT_GONE = "project_gone"  # 不复存续
    FRAUD = "fraud"  # 弄虚作假


class OrderState(StrEnum):
    """Where an order to cancel units stands (责令注销)."""

    ISSUED = "issued"
    MET = "met"
    OVERDUE = "overdue"
    FORCED = "forced"
    SHORTFALL = "shortfall"


class OrderAct(StrEnum):
    """What happens to an order."""

    ISSUE = "issue"
    MEET = "meet"
    PASS_DUE_DATE = "pass_due_date"  # noqa: S105
    FORCE = "force"
    FIND_SHORTFALL = "find_shortfall"


class BlockingState(StrEnum):
    """Whether applications are refused (不再受理)."""

    RUNNING = "running"
    ENDED = "ended"


class BlockingAct(StrEnum):
    """What happens to an application block."""

    BEGIN = "begin"
    END = "end"


class OffsetState(StrEnum):
    """Where an application for compliance offset stands (履约抵销)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class OffsetAct(StrEnum):
    """What is done to an application for compliance offset."""

    BEGIN = "begin"
    SUBMIT = "submit"
    RETURN = "return"
    REFUSE = "refuse"
    CONFIRM = "confirm"
    COMPLETE = "complete"
    WITHDRAW = "withdraw"
