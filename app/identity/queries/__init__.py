"""Reads of identity."""

from app.identity.queries.actors import actor_of_api_key, actor_of_person, actor_of_staff
from app.identity.queries.sessions import session_state

__all__ = ["actor_of_api_key", "actor_of_person", "actor_of_staff", "session_state"]
