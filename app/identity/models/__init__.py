"""Tables of identity."""

from app.identity.models.access import ApiKey, OneTimeCode, WebhookEndpoint, WebSession
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
    "StaffUser",
    "WebSession",
    "WebhookEndpoint",
    "YearlyTarget",
]
