"""A draft with what stands beside it (草稿): what holds now, and what the draft would change."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.kernel import drafts
from app.kernel.drafts import Draft, DraftKind
from app.reports import rule_effect, rules_in_force
from app.reports.actor_names import ActorName, actor_names
from points.models import ConversionRule
from scenarios import queries
from scenarios.errors import NormNotFound
from scenarios.methods import MethodVersion
from scenarios.models import EvaluationNorm


@dataclass(frozen=True, kw_only=True)
class DraftPage:
    """A draft, who wrote it, and what it would follow.

    Attributes:
        effect: of a conversion rule, what it would have made of last month.
    """

    draft: Draft
    written_by: ActorName
    changed_by: ActorName
    rule: ConversionRule | None = None
    norm: EvaluationNorm | None = None
    latest: MethodVersion | None = None
    effect: rule_effect.Effect | None = None


def draft_page(session: Session, draft_id: int, *, today: date) -> DraftPage:
    """Return a draft for its page.

    Raises:
        DraftNotFound: there is none with this id.
    """
    found = drafts.draft(session, draft_id)
    names = actor_names(session, [found.created_by, found.changed_by])
    beside: dict[str, object] = {}
    if found.kind == DraftKind.RULE:
        beside["rule"] = rules_in_force.rule_on(session, today)
        beside["effect"] = rule_effect.effect(
            session, grams_per_point=int(found.content["grams_per_point"]), today=today
        )
    elif found.kind == DraftKind.METHOD:
        method = queries.method_by_code(session, found.content["code"])
        beside["latest"] = queries.published_versions(session, method.id)[-1].version
    else:
        beside["norm"] = _norm(session, today)
    return DraftPage(
        draft=found,
        written_by=names[found.created_by],
        changed_by=names[found.changed_by],
        **beside,  # type: ignore[arg-type]
    )


def _norm(session: Session, today: date) -> EvaluationNorm | None:
    try:
        return queries.norm_in_force(session, today)
    except NormNotFound:
        return None
