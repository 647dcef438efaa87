"""One bucket of rows: decided, kept and turned into points, within one transaction."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.kernel.errors import Unavailable
from app.kernel.session import savepoint
from points import commands as points
from scenarios.commands import deciding
from scenarios.commands.deciding import Bucket, Counts

TRIES: Final = 5


class UploadsCollide(Unavailable):
    """Other uploads with the same records were first, again and again."""

    code = "intake.collision"
    title = "同一批记录正由其他上传处理，请稍后再试"


def settle_bucket(session: Session, bucket: Bucket, *, sandbox: bool, at: datetime) -> tuple[Counts, int]:
    """Decide a bucket, keep what came of it and issue its points.

    In a sandbox everything is decided and nothing kept but outcomes and counts: no behaviour, no
    key, no held row, no point. Users that the host made up count as authorised there.

    Returns:
        What became of the rows, and the points issued in hundredths.

    Raises:
        UploadsCollide: five times another upload took one of the record ids meanwhile.
    """
    deciding.match(session, bucket)
    cannot_earn = points.lock_accounts_in(session, deciding.LINKED_TABLE)
    deciding.leave_out(session, cannot_earn)
    if sandbox:
        deciding.rehearse(session, bucket)
        deciding.decide(session, bucket)
        return deciding.keep_outcomes(session, bucket), 0
    for tried in range(TRIES):
        deciding.decide(session, bucket, again=tried > 0)
        with savepoint(session) as take_back:
            first = deciding.write(session, bucket)
            if not first:
                take_back()
        if first:
            issued = points.issue_accepted(session, at=at).points
            return deciding.keep_outcomes(session, bucket), issued
    raise UploadsCollide(upload=bucket.upload_id)
