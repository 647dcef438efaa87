"""Builders of points: the rule, holders with points, merchants with offers, all through commands.

Behaviours are written by plain SQL as the application's role: the intake is not asked here, the
database's own conditions are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM, Actor, ActorKind
from app.kernel.days import day_in_china
from app.kernel.permissions import PERMISSIONS_OF, Role
from points import commands, queries
from points.models import CarbonAccount, ConversionRule, Merchant, Offer
from points.values import Issued, OfferCategory, OfferTerms
from tests.builders import scenarios

NOON: Final = datetime(2026, 3, 10, 4, tzinfo=UTC)
"""Noon in China on 10 March 2026."""

CLAUSE: Final = "第六条 错误发放的积分按本规则更正。"
_numbers = count(1)


@dataclass(frozen=True)
class Holder:
    """A person with an open account."""

    actor: Actor
    account: CarbonAccount

    @property
    def id(self) -> int:
        """The account's id."""
        return self.account.id


@dataclass(frozen=True)
class Shop:
    """An admitted merchant with those who work for it."""

    merchant: Merchant
    manager: Actor
    clerk: Actor


class Done(NamedTuple):
    """A behaviour: whose, on which day, how many grams."""

    account_id: int
    day: date
    grams: int


def acting(role: Role, *, person_id: int | None = None, organisation_id: int | None = None) -> Actor:
    """Return somebody in a role, without asking identity: quick, for tests of points alone."""
    staff = role is not Role.CITIZEN
    return Actor(
        kind=ActorKind.STAFF if staff else ActorKind.CITIZEN,
        person_id=person_id,
        staff_id=next(_numbers) + 10_000 if staff else None,
        organisation_id=organisation_id,
        roles=frozenset({role}),
        permissions=PERMISSIONS_OF[role],
    )


def rule(
    session: Session,
    *,
    at: datetime = NOON,
    grams_per_point: int = 100,
    months: int = 60,
    valid_from: date | None = None,
) -> ConversionRule:
    """Publish a conversion rule that holds from the day of `at`, or from another."""
    first = valid_from or day_in_china(at)
    return commands.publish_rule(
        session,
        actor=SYSTEM,
        version=f"T{next(_numbers)}",
        grams_per_point=grams_per_point,
        validity_months=months,
        valid_from=first,
        text_zh=f"积分转换规则\n{CLAUSE}",
        text_en="Conversion rule",
        at=min(at, datetime.combine(first, datetime.min.time(), UTC)) - timedelta(days=1),
    )


def person(session: Session, *, at: datetime = NOON) -> Actor:
    """Write a person of whom nothing is known, and return them as a citizen."""
    number = next(_numbers).to_bytes(32, "big")
    made = session.execute(
        text("""
            insert into person (phone_hash, phone_sealed, phone_tail, registered_at)
            values (:hash, :hash, '0000', :at) returning id
        """),
        {"hash": b"points-" + number, "at": at},
    ).scalar_one()
    return acting(Role.CITIZEN, person_id=made)


def holder(session: Session, *, at: datetime = NOON) -> Holder:
    """Open an account for a new person."""
    actor = person(session, at=at)
    account = commands.apply_for_account(session, actor=actor, person_id=actor.person_id, at=at)
    return Holder(actor, commands.activate_account(session, actor=SYSTEM, account_id=account.id, at=at))


def scene(session: Session, *, at: datetime = NOON) -> scenarios.Ready:
    """Make a listed scenario whose method holds from early on."""
    return scenarios.ready(session, at=at)


def authorise(
    session: Session, scenario_id: int, account_ids: Iterable[int], *, given_at: datetime
) -> dict[int, int]:
    """Write an authorisation for each account that has none; return them by account."""
    wanted = sorted(set(account_ids))
    session.execute(
        text("""
            insert into authorisation (account_id, scenario_id, host_user, data_kinds, text_version, given_at)
            select a, :scenario, 'user-' || a, '["trip_time"]', '1', :at
              from unnest(cast(:accounts as bigint[])) as a
             where not exists (select from authorisation x
                                where x.account_id = a and x.scenario_id = :scenario)
        """),
        {"scenario": scenario_id, "accounts": wanted, "at": given_at},
    )
    rows = session.execute(
        text("""
            select account_id, id from authorisation
             where scenario_id = :scenario and account_id = any(cast(:accounts as bigint[]))
        """),
        {"scenario": scenario_id, "accounts": wanted},
    )
    return {row.account_id: row.id for row in rows}


def behave(session: Session, ready: scenarios.Ready, done: Sequence[Done], *, at: datetime) -> list[int]:
    """Write behaviours received at `at`, leave them in the temporary table `accepted`, return their ids."""
    given = authorise(
        session,
        ready.scenario.id,
        {one.account_id for one in done},
        given_at=datetime(2020, 1, 1, tzinfo=UTC),
    )
    version = session.execute(
        text("""
            select v.id from scenario_method s join method_version v using (method_id)
             where s.scenario_id = :scenario order by v.valid_from limit 1
        """),
        {"scenario": ready.scenario.id},
    ).scalar_one()
    session.execute(text("drop table if exists accepted"))
    session.execute(
        text("""
            create temporary table accepted (behaviour_id bigint, account_id bigint, day date, grams bigint,
                                             method_version_id bigint) on commit drop
        """)
    )
    rows = session.execute(
        text("""
            with fresh as (
                insert into behaviour (account_id, day, id, scenario_id, upload_id, row_no, authorisation_id,
                                       method_version_id, source_id, occurred_at, received_at, quantity_milli,
                                       computed_g, reduction_g)
                select account_id, day, nextval('behaviour_id_seq'), :scenario, 0, place, authorisation_id,
                       :version, 'trip-' || place, (day + time '00:00:01') at time zone 'Asia/Shanghai', :at,
                       1000, grams, grams
                  from unnest(cast(:accounts as bigint[]), cast(:days as date[]), cast(:grams as bigint[]),
                              cast(:authorisations as bigint[])) with ordinality
                       as d(account_id, day, grams, authorisation_id, place)
                returning id, account_id, day, reduction_g, method_version_id
            ), kept as (
                insert into accepted select id, account_id, day, reduction_g, method_version_id from fresh
            )
            select id from fresh order by id
        """),
        {
            "scenario": ready.scenario.id,
            "version": version,
            "at": at,
            "accounts": [one.account_id for one in done],
            "days": [one.day for one in done],
            "grams": [one.grams for one in done],
            "authorisations": [given[one.account_id] for one in done],
        },
    )
    return [row.id for row in rows]


def earn(
    session: Session,
    ready: scenarios.Ready,
    account_id: int,
    *grams: int,
    at: datetime = NOON,
    day: date | None = None,
) -> list[int]:
    """Let an account do behaviours worth these grams and issue their points; return the behaviours' ids.

    Args:
        day: of the behaviours; the day of `at` if not given.
    """
    on = day or day_in_china(at)
    made = behave(session, ready, [Done(account_id, on, each) for each in grams], at=at)
    issue(session, at=at)
    return made


def issue(session: Session, *, at: datetime) -> Issued:
    """Issue what `accepted` holds, as the intake does."""
    refused = commands.lock_accounts_in(session, "accepted")
    assert not refused
    return commands.issue_accepted(session, at=at)


def shop(session: Session, *, at: datetime = NOON, name: str = "渝味小面") -> Shop:
    """Make an organisation whose application as a merchant was admitted."""
    number = next(_numbers)
    organisation_id = session.execute(
        text("""
            insert into organisation (name, kind, country, foreign_number, registered_at)
            values (:name, 'enterprise', 'SG', :number, :at) returning id
        """),
        {"name": name, "number": f"P{number}", "at": at},
    ).scalar_one()
    manager = acting(Role.MERCHANT_MANAGER, organisation_id=organisation_id)
    clerk = acting(Role.MERCHANT_CLERK, organisation_id=organisation_id)
    made = commands.apply_as_merchant(session, actor=manager, particulars=particulars(name=name), at=at)
    commands.admit_merchant(session, actor=operator(), merchant_id=made.id, at=at)
    return Shop(made, manager, clerk)


def particulars(**changes: Any) -> commands.Particulars:
    """Return a merchant's particulars that lack nothing."""
    said: dict[str, Any] = {
        "name": "渝味小面",
        "category": OfferCategory.FOOD,
        "area_code": "500103",
        "address": "渝中区解放碑1号",
    }
    return commands.Particulars(**{**said, **changes})


def terms(*, at: datetime = NOON, **changes: Any) -> OfferTerms:
    """Return an offer's particulars that lack nothing: 50 points, ten items, a month."""
    today = day_in_china(at)
    said: dict[str, Any] = {
        "title": "公交乘车券",
        "description": "一次免费乘车",
        "terms": "限本人使用",
        "category": OfferCategory.TRANSIT,
        "price": 50_00,
        "stock": 10,
        "per_person": 5,
        "valid_from": today,
        "valid_until": today + timedelta(days=30),
        "use_days": 7,
    }
    return OfferTerms(**{**said, **changes})


def offer(session: Session, at_shop: Shop, *, at: datetime = NOON, **changes: Any) -> Offer:
    """Put an offer on a merchant's shelf."""
    made = commands.create_offer(session, actor=at_shop.manager, terms=terms(at=at, **changes), at=at)
    return commands.shelve_offer(session, actor=at_shop.manager, offer_id=made.id, at=at)


def operator(role: Role = Role.OPERATOR_OFFICER) -> Actor:
    """Return somebody of the operator."""
    return acting(role, organisation_id=1)


def typed(session: Session, account: Holder, redemption_id: int) -> str:
    """Return the code that a holder reads out."""
    return queries.own_voucher(session, account.id, redemption_id).code
