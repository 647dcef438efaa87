"""Tables of the registry."""

from cqcer.models.accounts import AccountPaper, Beneficiary, HoldingAccount, Representative, TrustedParty
from cqcer.models.cases import (
    Batch,
    CaseDocument,
    CaseProposal,
    CaseStep,
    RegistrationLetter,
    RegistryProject,
)
from cqcer.models.methodologies import Methodology, MethodologyVersion
from cqcer.models.notices import Opinion, OpinionAnswer, PublicNotice, Recomputation
from cqcer.models.reports import Recognition, RecognitionScope, ReportSupplement, VvReport
from cqcer.models.units import (
    BlockTally,
    BooksAudit,
    Holding,
    IssuedBlock,
    LifeStep,
    Movement,
    MovementPart,
    MovementStep,
    NumberLine,
)

__all__ = [
    "AccountPaper",
    "Batch",
    "Beneficiary",
    "BlockTally",
    "BooksAudit",
    "CaseDocument",
    "CaseProposal",
    "CaseStep",
    "Holding",
    "HoldingAccount",
    "IssuedBlock",
    "LifeStep",
    "Methodology",
    "MethodologyVersion",
    "Movement",
    "MovementPart",
    "MovementStep",
    "NumberLine",
    "Opinion",
    "OpinionAnswer",
    "PublicNotice",
    "Recognition",
    "RecognitionScope",
    "Recomputation",
    "RegistrationLetter",
    "RegistryProject",
    "ReportSupplement",
    "Representative",
    "TrustedParty",
    "VvReport",
]
