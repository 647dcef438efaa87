"""Behaviours of a scenario host brought in and turned into points (数据接入).

A door calls `submit_file` and lets a worker `process` it, or `accept_rows` for a request of up to
1,000 rows; `release_held` and `reject_held` settle rows that waited for a person's look.
"""

from app.journeys.intake.batches import MOST_ROWS, BatchResult, accept_rows
from app.journeys.intake.processing import process, process_at_once
from app.journeys.intake.reading import refused_csv, refused_rows, upload_status, uploads_of
from app.journeys.intake.reviews import ReviewResult, reject_held, release_held
from app.journeys.intake.submitting import LARGEST_FILE, submit_file

__all__ = [
    "LARGEST_FILE",
    "MOST_ROWS",
    "BatchResult",
    "ReviewResult",
    "accept_rows",
    "process",
    "process_at_once",
    "refused_csv",
    "refused_rows",
    "reject_held",
    "release_held",
    "submit_file",
    "upload_status",
    "uploads_of",
]
