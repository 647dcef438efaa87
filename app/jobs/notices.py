"""Tell holders what expires in 30 and in 7 days (到期提醒任务), each once."""

from datetime import datetime

from app.kernel.session import transaction
from points import commands


def run(at: datetime, *, catch_up_days: int = 3) -> str:
    """Write the notices of today and of days on which the job did not run.

    Args:
        catch_up_days: how many days back to look; who was told is not told again.
    """
    rounds = 0
    for days in commands.NOTICE_DAYS:
        after: int | None = 0
        while after is not None:
            with transaction() as session:
                after = commands.give_expiry_notices(
                    session, days=days, at=at, catch_up_days=catch_up_days, after=after
                )
            rounds += 1
    return f"{rounds} rounds"
