"""Acts that may be sent again (幂等): the same key and content give the first answer."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.door.access import current_actor, idempotency_key
from app.kernel import clock
from app.kernel.idempotency import IdempotencyKey, claim

Answer = dict[str, Any]


def once(session: Session, act: str, content: Any, do: Callable[[], Answer]) -> Answer:
    """Do an act and keep its answer, or return the answer it had; all in the caller's transaction.

    Args:
        act: what is done, of what: `case.step:project:12`.
        content: all that decides what is done.

    Raises:
        KeyMissing: the request has no key.
        KeyReused: the key stands for other content.
    """
    actor, key = current_actor(), idempotency_key()
    told = json.loads(json.dumps(content, default=str, sort_keys=True))
    earlier = claim(session, actor=actor, act=act, key=key, content=told, at=clock.now())
    if earlier is not None:
        return earlier.result or {}
    answer = do()
    session.get_one(IdempotencyKey, (actor.ref, act, key)).result = answer
    session.flush()
    return answer
