"""Tables of identity."""

from app.identity.models.access import ApiKey, OneTimeCode, WebhookEndpoint, WebSession
from app.identity.models.activations import StaffActivation
from app.identity.models.organisations import (
    District,
    Mandate,
    Membership,
    OperatorAppointment,
    Organisation,
    YearlyTarget,
)
from app.identity.models.people import Person, StaffUser

__all__ = [
    "ApiKey",
    "District",
    "Mandate",
    "Membership",
    "OneTimeCode",
    "OperatorAppointment",
    "Organisation",
    "Person",
    "StaffActivation",
    "StaffUser",
    "WebSession",
    "WebhookEndpoint",
    "YearlyTarget",
]
