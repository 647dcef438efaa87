"""The kernel's tables in one place, for migrations to compare with."""

from app.kernel.audit import AuditLine
from app.kernel.calendar import CalendarDay, CalendarEdition, CalendarYear
from app.kernel.documents import Document
from app.kernel.drafts import Draft
from app.kernel.idempotency import IdempotencyKey
from app.kernel.installation import Installation
from app.kernel.job_runs import JobRun
from app.kernel.limits import RateCounter
from app.kernel.outbox import OutboxMessage
from app.kernel.papers import PaperReceipt

__all__ = [
    "AuditLine",
    "CalendarDay",
    "CalendarEdition",
    "CalendarYear",
    "Document",
    "Draft",
    "IdempotencyKey",
    "Installation",
    "JobRun",
    "OutboxMessage",
    "PaperReceipt",
    "RateCounter",
]
