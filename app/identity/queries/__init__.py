"""Reads of identity."""

from app.identity.queries.actors import (
    actor_of_api_key,
    actor_of_person,
    actor_of_staff,
    current_roles,
    entrusted_on,
    operator_on,
)
from app.identity.queries.colleagues import Colleagues, colleagues_of
from app.identity.queries.credit_list import credit_list_on, credit_list_turns
from app.identity.queries.letters import OwnEmail, own_email
from app.identity.queries.offices import offices_of
from app.identity.queries.organisations import (
    Workplace,
    api_keys_of,
    appointment,
    appointment_on,
    appointments,
    current_operator,
    districts,
    institution_on,
    mandates,
    members_of,
    organisation,
    organisation_by_credit_code,
    organisations,
    targets_of,
    workplaces_of,
)
from app.identity.queries.people import (
    check_may_hold_account,
    person_by_phone,
    person_card,
    phone_of,
    staff_by_login,
    wards_of,
)
from app.identity.queries.sessions import devices_of, session_state
from app.identity.queries.wishes import MessageWishes, consents_of, message_wishes, send_after

__all__ = [
    "Colleagues",
    "MessageWishes",
    "OwnEmail",
    "Workplace",
    "actor_of_api_key",
    "actor_of_person",
    "actor_of_staff",
    "api_keys_of",
    "appointment",
    "appointment_on",
    "appointments",
    "check_may_hold_account",
    "colleagues_of",
    "consents_of",
    "credit_list_on",
    "credit_list_turns",
    "current_operator",
    "current_roles",
    "devices_of",
    "districts",
    "entrusted_on",
    "institution_on",
    "mandates",
    "members_of",
    "message_wishes",
    "offices_of",
    "operator_on",
    "organisation",
    "organisation_by_credit_code",
    "organisations",
    "own_email",
    "person_by_phone",
    "person_card",
    "phone_of",
    "send_after",
    "session_state",
    "staff_by_login",
    "targets_of",
    "wards_of",
    "workplaces_of",
]
