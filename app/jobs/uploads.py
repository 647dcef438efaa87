"""Work on the uploads that wait (上传处理任务)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from app.journeys import intake
from app.kernel import clock
from app.kernel.logs import log
from app.kernel.session import transaction
from app.kernel.sources import cites
from scenarios.queries import waiting_uploads

LONGEST_REST: Final = timedelta(minutes=5)

_log = log("jobs.uploads")


class Uploads:
    """One worker's way through the uploads; one that broke rests for a while, longer each time."""

    def __init__(self) -> None:
        self.rests: dict[int, tuple[int, datetime]] = {}

    @cites("CQ-35.1", "Q-31")
    def work(self, stopping: Callable[[], bool]) -> bool:
        """Work on the upload that waits longest and that nobody else has; False when there is none.

        Source: CQ-35.1, Q-31.
        """
        with transaction() as session:
            waiting = waiting_uploads(session)
        worked = False
        for upload_id in waiting:
            if stopping():
                break
            if self._rests(upload_id):
                continue
            worked = self._try(upload_id, stopping) or worked
        return worked

    def _try(self, upload_id: int, stopping: Callable[[], bool]) -> bool:
        try:
            finished = intake.process(upload_id, now=clock.now, stopping=stopping)
        except Exception:  # noqa: BLE001  one upload must not stop the others
            tries = self.rests.get(upload_id, (0, clock.now()))[0] + 1
            rest = min(LONGEST_REST, timedelta(seconds=2**tries))
            self.rests[upload_id] = (tries, clock.now() + rest)
            _log.exception("upload broke off", upload_id=upload_id, tries=tries)
            return False
        if finished:
            self.rests.pop(upload_id, None)
            _log.info("upload finished", upload_id=upload_id)
        return finished

    def _rests(self, upload_id: int) -> bool:
        return upload_id in self.rests and self.rests[upload_id][1] > clock.now()
