"""The process of timed and queued work: `python -m app.jobs`. SIGTERM lets it finish the chunk in hand."""

import signal
import sys
import threading
from types import FrameType
from typing import Final

from app.jobs.leader import lead
from app.jobs.queue import workers
from app.kernel.logs import log
from app.settings import Settings, SettingsWrong, prepare_process

PATIENCE_SECONDS: Final = 15.0


def main() -> int:
    """Prepare the process, work until a signal, end in order."""
    try:
        prepare_process(Settings.from_environment())
    except SettingsWrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    team = workers(stop)
    for worker in team:
        worker.start()
    log("jobs").info("jobs started")
    lead(stop)
    for worker in team:
        worker.join(PATIENCE_SECONDS)
    log("jobs").info("jobs stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
