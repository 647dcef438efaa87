"""Publishing (信息公开): days added up without telling of few people, and the monthly snapshot."""

from app.journeys.disclosing.days import close_day, days_due
from app.journeys.disclosing.snapshots import correct_snapshot, months_due, publish_month

__all__ = ["close_day", "correct_snapshot", "days_due", "months_due", "publish_month"]
