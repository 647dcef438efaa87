"""Acts of identity."""

from app.identity.commands.api_keys import NewKey, create_api_key, note_key_use, revoke_api_key
from app.identity.commands.appointments import appoint_operator, end_appointment, set_target
from app.identity.commands.codes import forget_codes, issue_code, try_code
from app.identity.commands.colleagues import (
    Activation,
    activate_staff,
    end_colleague,
    invite_colleague,
    renew_activation,
    restore_colleague,
)
from app.identity.commands.credit_list import turn_credit_list
from app.identity.commands.factors import (
    begin_second_factor,
    confirm_second_factor,
    try_second_factor,
    try_staff_sign_in,
)
from app.identity.commands.letters import (
    choose_letters,
    note_undeliverable,
    remove_email,
    set_email,
    try_email_code,
)
from app.identity.commands.mandates import end_mandate, entrust
from app.identity.commands.organisations import end_role, grant_role, register_organisation
from app.identity.commands.partners import Partner, register_partner
from app.identity.commands.people import (
    change_own_details,
    change_phone,
    complete_identity,
    consent_as_guardian,
    name_guardian,
    register_person,
    withdraw_consent,
)
from app.identity.commands.sessions import (
    end_all_sessions,
    end_own_session,
    end_session,
    forget_sessions,
    keep_session,
    start_session,
    touch_session,
)
from app.identity.commands.staff import change_password, create_staff, disable_staff, reset_staff
from app.identity.commands.wishes import choose_messages, give_consent, withdraw_own_consent

__all__ = [
    "Activation",
    "NewKey",
    "Partner",
    "activate_staff",
    "appoint_operator",
    "begin_second_factor",
    "change_own_details",
    "change_password",
    "change_phone",
    "choose_letters",
    "choose_messages",
    "complete_identity",
    "confirm_second_factor",
    "consent_as_guardian",
    "create_api_key",
    "create_staff",
    "disable_staff",
    "end_all_sessions",
    "end_appointment",
    "end_colleague",
    "end_mandate",
    "end_own_session",
    "end_role",
    "end_session",
    "entrust",
    "forget_codes",
    "forget_sessions",
    "give_consent",
    "grant_role",
    "invite_colleague",
    "issue_code",
    "keep_session",
    "name_guardian",
    "note_key_use",
    "note_undeliverable",
    "register_organisation",
    "register_partner",
    "register_person",
    "remove_email",
    "renew_activation",
    "reset_staff",
    "restore_colleague",
    "revoke_api_key",
    "set_email",
    "set_target",
    "start_session",
    "touch_session",
    "try_code",
    "try_email_code",
    "try_second_factor",
    "try_staff_sign_in",
    "turn_credit_list",
    "withdraw_consent",
    "withdraw_own_consent",
]
