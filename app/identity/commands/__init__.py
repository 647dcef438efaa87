"""Acts of identity."""

from app.identity.commands.api_keys import note_key_use
from app.identity.commands.sessions import (
    end_all_sessions,
    end_own_session,
    end_session,
    forget_sessions,
    keep_session,
    start_session,
    touch_session,
)

__all__ = [
    "end_all_sessions",
    "end_own_session",
    "end_session",
    "forget_sessions",
    "keep_session",
    "note_key_use",
    "start_session",
    "touch_session",
]
