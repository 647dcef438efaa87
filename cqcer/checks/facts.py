"""What the checks are told: facts of one case or one movement, gathered once (校验事实)."""

from dataclasses import dataclass
from datetime import date

from cqcer.values import (
    AccountState,
    Category,
    MovementKind,
    Period,
    Purpose,
    Rulebook,
    UnitState,
)


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """A validation or verification report as it stands."""

    filed: bool = False
    positive: bool | None = None
    findings: frozenset[str] = frozenset()  # points with a positive finding, or judged not applicable
    not_applicable: frozenset[str] = frozenset()
    commitment: bool = False
    signed_on: date | None = None
    supplemented: bool = False
    body_recognised: bool = False  # on the day of signature
    body_in_scope: bool = False
    interest_in_owner: bool = False
    commissioned: bool = False
    awaits_review: bool = False  # flagged, and not found to stand
    verified_t: int | None = None


@dataclass(frozen=True, kw_only=True)
class CommissionFacts:
    """A body that is commissioned for a case, or signs a report on it."""

    own: bool  # the actor acts for this body, or as the owner commissions it
    recognised: bool  # on the day that counts
    in_scope: bool
    bound_to_owner: bool  # by a relation that is recorded, or as the owner itself
    declared: frozenset[str]  # what the side that acts declares that there is none of
    validated_it: bool  # the body validated the project whose batch it would verify
    in_force: bool = False  # the commission, when a report is signed
    signer_named: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What a project and a batch have in common."""

    rulebook: Rulebook
    on: date  # day of the act, in China
    category: Category
    documents: frozenset[str]
    declared: frozenset[str]  # items of the owner's declaration of responsibility
    uniqueness_declared: bool
    missing_conditions: tuple[str, ...]  # of the Bureau's checklist in force
    owner_blocked_until: date | None
    case_blocked_until: date | None
    notice_cleared: bool
    notice_over: bool
    body_named: bool  # a body is commissioned, so that the notice can name it
    open_objections: int
    report: ReportFacts
    letter: bool
    letter_tonnes: int | None = None
    expert_opinions: int = 0  # of assigned experts, in this round of the evaluation

    @property
    def answers_for(self) -> frozenset[str]:
        """Return what the owner answers for in so many words."""
        return frozenset(self.rulebook.responsibility)


@dataclass(frozen=True, kw_only=True)
class ProjectFacts(CaseFacts):
    """A project that applies."""

    owner_is_person: bool
    ownership_proved: bool
    area_code: str | None
    project_date: date | None  # of operation, under the national rules of the start of construction
    crediting: Period | None
    methodology_category: Category | None
    methodology_in_force: bool
    under_duty: bool
    in_allowance_management: bool
    like_cancelled: tuple[str, ...] = ()  # numbers of cancelled projects that it resembles
    like_others: tuple[str, ...] = ()  # numbers of other projects that it resembles
    likeness_answered: bool = False


@dataclass(frozen=True, kw_only=True)
class BatchFacts(CaseFacts):
    """A batch of reductions that applies."""

    project_registered: bool
    crediting: Period
    period: Period
    other_periods: tuple[Period, ...]
    other_case_running: bool
    registered_on: tuple[date, ...]
    claimed_t: int
    replayed_t: int | None
    evidence_linked: bool
    within_chongqing: bool
    verified_by_validator: bool
    replay_agrees: bool = False  # inputs and formula give what is written

    @property
    def answers_for(self) -> frozenset[str]:
        """Return what the owner answers for: nationally uniqueness is a matter of the project (CCER-21.3)."""
        return frozenset(self.rulebook.batch_responsibility)


@dataclass(frozen=True, kw_only=True)
class MovementFacts:
    """A movement of units that is proposed, confirmed or executed."""

    kind: MovementKind
    quantity: int
    available: int  # units of the giving account in the state from which they are taken
    from_state: UnitState | None
    giving_state: AccountState | None
    taking_state: AccountState | None
    same_account: bool = False
    given_by_owner: bool = True  # the giving account is that of the project's owner, for every unit
    price_fen: int = 0
    purpose: Purpose | None = None
    purposes: frozenset[str] = frozenset()
    beneficiary_kind: str | None = "public"
    categories: frozenset[Category] = frozenset()
    judicially_listed: bool = False
    emissions_t: int | None = None
    ground: bool = False  # an order, an investigation or other document stands behind it
    holder_is_barred_staff: bool = False
    may_trade: bool = True  # an active trading account, where one is needed
    exchange_differs: bool = False  # registry and exchange differ on one of the accounts, unsettled
    books_agree: bool = True
