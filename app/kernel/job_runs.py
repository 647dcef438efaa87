"""The run log of the timed jobs (定时任务日志): one row for each time a job was due."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base


class JobRun(Base):
    """One run of one job; the key lets only one process have it."""

    __tablename__ = "job_run"
    __table_args__ = (Index(None, "started_at"),)

    job: Mapped[str] = mapped_column(primary_key=True)
    scheduled_for: Mapped[datetime] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[str | None]
    error: Mapped[str | None]
