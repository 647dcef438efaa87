"""Tables of scenarios: registration, methods, authorisations, intake."""

from scenarios.models.authorisations import Authorisation, LinkProposal
from scenarios.models.claims import Claim, ClaimStep
from scenarios.models.drafts import ApplicationDraft
from scenarios.models.intake import (
    Behaviour,
    HeldRow,
    IntakeKey,
    IntakeOutcome,
    MappingProfile,
    Upload,
)
from scenarios.models.methods import Method, PublishedMethod
from scenarios.models.registration import (
    EvaluationNorm,
    Scenario,
    ScenarioAssessment,
    ScenarioEvidence,
    ScenarioMethod,
    ScenarioStep,
)

__all__ = [
    "ApplicationDraft",
    "Authorisation",
    "Behaviour",
    "Claim",
    "ClaimStep",
    "EvaluationNorm",
    "HeldRow",
    "IntakeKey",
    "IntakeOutcome",
    "LinkProposal",
    "MappingProfile",
    "Method",
    "PublishedMethod",
    "Scenario",
    "ScenarioAssessment",
    "ScenarioEvidence",
    "ScenarioMethod",
    "ScenarioStep",
    "Upload",
]
