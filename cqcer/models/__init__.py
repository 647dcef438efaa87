"""Tables of the registry."""

from cqcer.models.accounts import AccountPaper, Beneficiary, HoldingAccount, Representative, TrustedParty
from cqcer.models.bodies import (
    Commission,
    KnownInterest,
    RecognitionStep,
    ReportFinding,
    ReportFlag,
    VvbPerson,
)
from cqcer.models.cases import (
    Batch,
    CaseDocument,
    CaseProposal,
    CaseStep,
    LikenessAnswer,
    RegistrationLetter,
    RegistryProject,
)
from cqcer.models.experts import Assignment, Expert, ExpertOpinion
from cqcer.models.methodologies import Methodology, MethodologyProposal, MethodologyStep, MethodologyVersion
from cqcer.models.neutrality import (
    NeutralityRecord,
)
from cqcer.models.notices import Opinion, OpinionAnswer, PublicNotice, Recomputation
from cqcer.models.offsets import (
    AllowanceUnit,
    OffsetApplication,
    OffsetRule,
    OffsetStep,
)
from cqcer.models.orders import (
    ApplicationBlock,
    CancellationOrder,
    Investigation,
    OrderStep,
)
from cqcer.models.papers import DocumentRemoval, LegacyApproval
from cqcer.models.provenance import BatchProvenance
from cqcer.models.reports import Recognition, RecognitionScope, ReportSupplement, VvReport
from cqcer.models.trading import (
    Discrepancy,
    ExchangeReconciliation,
    TradableProduct,
    TradeResult,
    TradingAccount,
    TradingRule,
)
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
from cqcer.models.uses import CancellationCertificate, JudicialListing, SigningKey

__all__ = [
    "AccountPaper",
    "AllowanceUnit",
    "ApplicationBlock",
    "Assignment",
    "Batch",
    "BatchProvenance",
    "Beneficiary",
    "BlockTally",
    "BooksAudit",
    "CancellationCertificate",
    "CancellationOrder",
    "CaseDocument",
    "CaseProposal",
    "CaseStep",
    "Commission",
    "Discrepancy",
    "DocumentRemoval",
    "ExchangeReconciliation",
    "Expert",
    "ExpertOpinion",
    "Holding",
    "HoldingAccount",
    "Investigation",
    "IssuedBlock",
    "JudicialListing",
    "KnownInterest",
    "LegacyApproval",
    "LifeStep",
    "LikenessAnswer",
    "Methodology",
    "MethodologyProposal",
    "MethodologyStep",
    "MethodologyVersion",
    "Movement",
    "MovementPart",
    "MovementStep",
    "NeutralityRecord",
    "NumberLine",
    "OffsetApplication",
    "OffsetRule",
    "OffsetStep",
    "Opinion",
    "OpinionAnswer",
    "OrderStep",
    "PublicNotice",
    "Recognition",
    "RecognitionScope",
    "RecognitionStep",
    "Recomputation",
    "RegistrationLetter",
    "RegistryProject",
    "ReportFinding",
    "ReportFlag",
    "ReportSupplement",
    "Representative",
    "SigningKey",
    "TradableProduct",
    "TradeResult",
    "TradingAccount",
    "TradingRule",
    "TrustedParty",
    "VvReport",
    "VvbPerson",
]
