"""Tables of identity."""

from app.identity.models.access import ApiKey, OneTimeCode, WebhookEndpoint, WebSession
from app.identity.models.activations import StaffActivation
from app.identity.models.area_notes import AreaNote
from app.identity.models.credit_list import CreditListSwitch
from app.identity.models.letters import PersonEmail
from app.identity.models.organisations import (
    District,
    Mandate,
    Membership,
    OperatorAppointment,
    Organisation,
    YearlyTarget,
)
from app.identity.models.people import Person, StaffUser
from app.identity.models.wishes import DistrictRank, MessagePreference, PersonConsent, QuietHours

__all__ = [
    "ApiKey",
    "AreaNote",
    "CreditListSwitch",
    "District",
    "DistrictRank",
    "Mandate",
    "Membership",
    "MessagePreference",
    "OneTimeCode",
    "OperatorAppointment",
    "Organisation",
    "Person",
    "PersonConsent",
    "PersonEmail",
    "QuietHours",
    "StaffActivation",
    "StaffUser",
    "WebSession",
    "WebhookEndpoint",
    "YearlyTarget",
]
