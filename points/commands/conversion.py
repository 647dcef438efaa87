"""Publishing the conversion rule (公布积分转换规则)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from points import queries, rules
from points.errors import RuleTaken
from points.models import ConversionRule


@cites("CQ-31.4", "CQ-34.9", "CQ-36.5", "CQ-42.14", "Q-50")
def publish_rule(
    session: Session,
    *,
    actor: Actor,
    version: str,
    grams_per_point: int,
    validity_months: int,
    valid_from: date,
    text_zh: str,
    text_en: str,
    at: datetime,
) -> ConversionRule:
    """Publish a version of the one rule for all scenarios; it holds from a later day on, for new points.

    Args:
        grams_per_point: grams of CO2e for one point.
        validity_months: how long points stay valid from their issue, 1 to 60 months.
        valid_from: first day on which it holds, after the day of publication.

    Raises:
        RuleInvalid, RuleNotAhead: the version may not say this.
        RuleTaken: its name or first day is another's.

    Source: CQ-31.4, CQ-34.9, CQ-36.5, CQ-42.14, Q-50.
    """
    actor.require(Permission.PUBLISH_RULES)
    rules.check_version(version)
    rules.check_rule(
        grams_per_point=grams_per_point,
        validity_months=validity_months,
        valid_from=valid_from,
        text_zh=text_zh,
        text_en=text_en,
        today=day_in_china(at),
    )
    if queries.rule_taken(session, version=version, valid_from=valid_from):
        raise RuleTaken(version=version, valid_from=valid_from.isoformat())
    rule = ConversionRule(
        version=version,
        grams_per_point=grams_per_point,
        validity_months=validity_months,
        valid_from=valid_from,
        text_zh=text_zh.strip(),
        text_en=text_en.strip(),
        published_by=actor.ref,
        published_at=at,
    )
    session.add(rule)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="points.rule.publish",
        subject=("conversion_rule", rule.id),
        at=at,
        version=version,
        grams_per_point=grams_per_point,
        validity_months=validity_months,
        valid_from=valid_from.isoformat(),
    )
    session.flush()
    return rule
