"""Builders of scenarios, methods, authorisations and uploads; single things go through commands."""

import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import documents
from app.kernel.actor import SYSTEM, Actor
from app.kernel.days import day_in_china
from app.kernel.documents import Received, record_document
from points import commands as points
from points.queries import rule_taken
from scenarios import commands, methods, queries
from scenarios.errors import NormNotFound
from scenarios.models import Scenario
from scenarios.values import Application, Evidence, Host, NormItem, Side
from tests.builders import people

DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
PROFILES: Final = Path(__file__).resolve().parents[1] / "profiles"
EARLY: Final = date(2010, 1, 1)
KINDS: Final = ("trip_time",)
ITEMS: Final = (
    NormItem(code="operation", zh="正在运行", en="In operation", most=40, required=True),
    NormItem(code="data", zh="数据质量", en="Quality of data", most=40),
    NormItem(code="benefit", zh="普惠性", en="Broad benefit", most=20),
)
_numbers = count(1)


def norm(session: Session, *, at: datetime, pass_score: int = 60) -> None:
    """Publish an evaluation norm where none holds."""
    try:
        queries.norm_in_force(session, day_in_china(at))
    except NormNotFound:
        commands.publish_norm(
            session,
            actor=SYSTEM,
            version=f"N{next(_numbers)}",
            items=ITEMS,
            pass_score=pass_score,
            valid_from=day_in_china(at),
            at=at,
        )


def method(session: Session, code: str, *, at: datetime, **changes: Any) -> str:
    """Publish a version of a seeded method that holds from early on, with changes such as `cap_count=2`.

    Returns:
        The code of the method.
    """
    seeded = methods.by_code(code)
    early = replace(seeded.versions[-1], **{"valid_from": EARLY, "valid_until": None, **changes})
    commands.publish_methods(
        session, actor=SYSTEM, at=at, published={code: replace(seeded, versions=(early,))}
    )
    return code


def uncapped(session: Session, code: str, *, at: datetime, **changes: Any) -> str:
    """Publish a version of a seeded method without any cap."""
    return method(
        session, code, at=at, **{"cap_count": None, "cap_grams": None, "cap_count_year": None, **changes}
    )


def evidence(session: Session, *, at: datetime) -> Evidence:
    """Record a document of evidence; its bytes lie nowhere."""
    number = next(_numbers)
    document = record_document(
        session,
        Received(number.to_bytes(32, "big"), 1),
        media_type="application/pdf",
        filename="operation.pdf",
        created_by="test",
        at=at,
    )
    return Evidence(document.id, "运营证明")


def application(session: Session, *, at: datetime, **changes: Any) -> Application:
    """Write an application that lacks nothing; the method must be published."""
    facts: dict[str, Any] = {
        "code": f"scenario-{next(_numbers)}",
        "name": "共享单车骑行",
        "life_field": "transport",
        "area_code": "500103",
        "description": "在重庆市主城区运营的共享单车。",
        "operating_since": date(2014, 1, 1),
        "data_kinds": KINDS,
        "authorisation_text": "我同意平台读取我的骑行时间。",
        "authorisation_version": "1",
        "methods": ("bicycle.ride",),
        "evidence": (),
    }
    facts.update(changes)
    if not facts["evidence"] and "evidence" not in changes:
        facts["evidence"] = (evidence(session, at=at),)
    return Application(**facts)


def host_of(session: Session, actor: Actor) -> Host:
    """Return what registration must know of the actor's organisation."""
    row = session.execute(
        text("select id, kind, country, credit_code from organisation where id = :id"),
        {"id": actor.organisation_id},
    ).one()
    return Host(organisation_id=row.id, kind=row.kind, country=row.country, credit_code=row.credit_code)


def applied(session: Session, host: Actor, *, at: datetime, **changes: Any) -> Scenario:
    """Apply for a scenario."""
    return commands.apply(
        session,
        actor=host,
        host=host_of(session, host),
        application=application(session, at=at, **changes),
        at=at,
    )


def listed(
    session: Session, host: Actor, *, at: datetime, lateness_days: int | None = None, **changes: Any
) -> Scenario:
    """Bring a scenario the whole way, from its application to the platform."""
    norm(session, at=at)
    made = applied(session, host, at=at, **changes)
    commands.take_up(session, actor=SYSTEM, scenario_id=made.id, at=at)
    commands.assess(
        session, actor=SYSTEM, scenario_id=made.id, scores={item.code: item.most for item in ITEMS}, at=at
    )
    commands.agree(session, actor=host, scenario_id=made.id, side=Side.HOST, at=at)
    commands.agree(session, actor=SYSTEM, scenario_id=made.id, side=Side.OPERATOR, at=at)
    commands.approve(session, actor=SYSTEM, scenario_id=made.id, at=at)
    commands.list_scenario(session, actor=SYSTEM, scenario_id=made.id, at=at)
    if lateness_days is not None:
        commands.change_lateness(
            session, actor=SYSTEM, scenario_id=made.id, days=lateness_days, reason="测试", at=at
        )
    return made


@dataclass(frozen=True)
class Ready:
    """A listed scenario with its host."""

    host: Actor
    scenario: Scenario

    @property
    def code(self) -> str:
        """The scenario's code."""
        return self.scenario.code


def ready(
    session: Session,
    *,
    at: datetime,
    method_code: str = "bicycle.ride",
    lateness_days: int = 30,
    sandbox: bool = False,
    **version: Any,
) -> Ready:
    """Make a listed scenario with one method, whose version holds from early on."""
    host = people.host(session, at=at)
    uncapped(session, method_code, at=at, **version)
    scenario = listed(
        session, host, at=at, methods=(method_code,), lateness_days=lateness_days, sandbox=sandbox
    )
    return Ready(host, scenario)


_LINK: Final = text("""
    with wanted as (
        select host_user, row_number() over () as place from unnest(cast(:users as text[])) as host_user
    ), fresh as (
        select host_user, sha256(convert_to(:salt || host_user, 'UTF8')) as hash,
               :salt || '-' || place as number from wanted
    ), people as (
        insert into person (phone_hash, phone_sealed, phone_tail, registered_at)
        select hash, hash, '0000', cast(:given_at as timestamptz) from fresh returning id, phone_hash
    ), accounts as (
        insert into carbon_account (number, person_id, state, pseudonym, applied_at, opened_at)
        select f.number, p.id, 'active', substr(f.hash, 1, 16), :given_at, :given_at
          from fresh f join people p on p.phone_hash = f.hash returning id, person_id
    )
    insert into authorisation (account_id, scenario_id, host_user, data_kinds, text_version, given_at)
    select a.id, :scenario, f.host_user, cast(:kinds as jsonb), '1', :given_at
      from fresh f join people p on p.phone_hash = f.hash join accounts a on a.person_id = p.id
    returning account_id, host_user
""")


def link(
    session: Session, scenario: Scenario, host_users: Iterable[str], *, given_at: datetime
) -> dict[str, int]:
    """Give every one of these users an open account and an authorisation, in one statement.

    Returns:
        The account of each user.
    """
    users = sorted(set(host_users))
    # planned for as many as there are: a plan for any number takes them for ten and compares all with all
    session.execute(text("set local plan_cache_mode = force_custom_plan"))
    rows = session.execute(
        _LINK,
        {
            "users": users,
            "salt": f"L{next(_numbers)}",
            "given_at": given_at,
            "scenario": scenario.id,
            "kinds": '["trip_time"]',
        },
    )
    return {row.host_user: row.account_id for row in rows}


def conversion_rule(session: Session, *, at: datetime, grams_per_point: int = 100) -> None:
    """Publish the rule from grams to points, to hold from the day after `at`, where none does."""
    version, valid_from = f"T{next(_numbers)}", day_in_china(at) + timedelta(days=1)
    if rule_taken(session, version=version, valid_from=valid_from):
        return
    points.publish_rule(
        session,
        actor=SYSTEM,
        version=version,
        grams_per_point=grams_per_point,
        validity_months=60,
        valid_from=valid_from,
        text_zh="规则",
        text_en="Rule",
        at=at,
    )


def profile(session: Session, made: Ready, name: str, *, at: datetime, body: str | None = None) -> str:
    """Save one of the profiles of `tests/profiles`, or the given text, for a scenario; return its name."""
    toml = body if body is not None else (PROFILES / f"{name}.toml").read_text("utf-8")
    short = name.replace("_", "-")
    commands.save_profile(session, actor=made.host, scenario_code=made.code, name=short, text=toml, at=at)
    return short


def stored(data: bytes | Path) -> Received:
    """Bring bytes, or a file's bytes, into the folder of documents."""
    chunks = [data] if isinstance(data, bytes) else _chunks(data)
    return documents.receive(chunks, limit=10**10)


def _chunks(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def csv_file(rows: Sequence[Sequence[object]], *, packed: bool = False) -> bytes:
    """Write rows `record_id, user, occurred_at, quantity, unit` as the product's own CSV."""
    lines = ["record_id,user,occurred_at,quantity,unit", *(",".join(map(str, row)) for row in rows)]
    data = ("\n".join(lines) + "\n").encode()
    return gzip.compress(data) if packed else data
