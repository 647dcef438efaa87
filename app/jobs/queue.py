"""Queue work (队列): what every jobs process does all the time, beside the leader's timetable."""

import threading
import time
from collections.abc import Callable
from typing import Final

from app.jobs import outbox, webhooks
from app.jobs.uploads import Uploads
from app.kernel import clock
from app.kernel.logs import log

IDLE_SECONDS: Final = 1.0
"""How long a worker waits when there is nothing to do."""
TROUBLE_SECONDS: Final = 5.0
"""How long it waits when something went wrong, such as a lost database."""

_log = log("jobs.queue")

Step = Callable[[Callable[[], bool]], bool]
"""Does one piece of work, asking now and then whether to stop; tells whether there was any."""


class Worker(threading.Thread):
    """Does one kind of queue work until it is to stop; then it finishes the chunk in hand."""

    def __init__(self, name: str, step: Step, stop: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.step = step
        self.stop = stop

    def run(self) -> None:
        """Work."""
        while not self.stop.is_set():
            began = time.monotonic()
            try:
                wait = 0.0 if self.step(self.stop.is_set) else IDLE_SECONDS
            except Exception:  # noqa: BLE001  a worker outlives whatever it meets
                _log.exception("worker met trouble", worker=self.name)
                wait = TROUBLE_SECONDS
            self.stop.wait(max(wait, 0.01) if wait else max(0.0, 0.01 - (time.monotonic() - began)))


def workers(stop: threading.Event) -> list[Worker]:
    """Return the workers of one process, not started."""
    return [
        Worker("uploads", Uploads().work, stop),
        Worker("outbox", lambda _: outbox.run(clock.now()) > 0, stop),
        Worker("webhooks", lambda _: webhooks.run(clock.now()).sent > 0, stop),
    ]
