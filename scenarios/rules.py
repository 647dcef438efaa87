"""Decisions on scenarios: who may apply, what an assessment comes to, what may be authorised."""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, Final

from app.kernel.check_digits import credit_code_is_valid
from app.kernel.sources import cites
from scenarios.errors import (
    AnotherPersonNeeded,
    ApplicationIncomplete,
    ClaimDayWrong,
    ClaimSaysNothing,
    DataKindsWrong,
    HostNotDomestic,
    HostUserWrong,
    LatenessOutOfBounds,
    MethodNotAhead,
    NormInvalid,
    ReasonMissing,
    ScoresInvalid,
    VersionNotNext,
)
from scenarios.methods.values import LifeField
from scenarios.methods.versions import MethodVersion
from scenarios.profiles.cells import LONGEST_NAME, is_strange
from scenarios.states import State
from scenarios.values import DOMESTIC, HOST_KINDS, Application, Host, NormItem, Score

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{2,39}")
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_LONGEST: Final = {"name": 80, "description": 4_000, "authorisation_text": 8_000, "authorisation_version": 20}

LONGEST_LATENESS: Final = 3_650
LONGEST_CLAIM: Final = 1_000
_DIFFERENCES: Final = frozenset({"electricity_saved", "water_saved"})

Breaches = list[dict[str, str]]


@cites("CQ-32.4")
def bureau_approves(today: date) -> bool:
    """Tell whether the Bureau approves a scenario before it is listed (switch `bureau_approves_scenarios`).

    Source: CQ-32.4.
    """
    return bool(_in_force("bureau_approves_scenarios", today))


@cites("Q-31")
def usual_lateness_days(today: date) -> int:
    """Return after how many days a new scenario's rows come too late.

    Source: Q-31.
    """
    return int(_in_force("lateness_days", today))


@cache
def _parameters() -> dict[str, list[dict[str, Any]]]:
    text = resources.files("scenarios").joinpath("parameters", "registration.toml").read_text("utf-8")
    return tomllib.loads(text)


def _in_force(name: str, today: date) -> Any:
    """Return the value with the latest first day up to `today`; before all of them, the first."""
    dated = sorted(_parameters()[name], key=lambda entry: entry["valid_from"])
    held = [entry["value"] for entry in dated if entry["valid_from"] <= today]
    return held[-1] if held else dated[0]["value"]


@cites("CQ-32.1", "CQ-5.1")
def check_host(host: Host) -> None:
    """Let domestic organisations run scenarios, and nobody else (国内企事业单位、团体、协会和其他社会组织).

    Raises:
        HostNotDomestic: foreign, a government body, or without a valid credit code.

    Source: CQ-32.1, CQ-5.1.
    """
    valid = host.credit_code is not None and credit_code_is_valid(host.credit_code)
    if host.country != DOMESTIC or host.kind not in HOST_KINDS or not valid:
        raise HostNotDomestic(country=host.country, kind=host.kind, credit_code_valid=valid)


@cites("CQ-32.2", "CQ-2.1", "CQ-42.8")
def check_application(application: Application, *, today: date) -> None:
    """Refuse an application that lacks something, naming everything at once.

    The scenario must already be in operation and show evidence of it.

    Args:
        today: day in China.

    Raises:
        ApplicationIncomplete: with every breach and its path.

    Source: CQ-32.2, CQ-2.1, CQ-42.8.
    """
    breaches: Breaches = []
    if not _CODE.fullmatch(application.code):
        breaches.append(_breach("code", "3 to 40 lower-case letters, digits and hyphens"))
    for field, most in _LONGEST.items():
        text = getattr(application, field).strip()
        if not text or len(text) > most:
            breaches.append(_breach(field, f"required, {most} characters at most"))
    if application.life_field not in set(LifeField):
        breaches.append(_breach("life_field", "must be one of " + ", ".join(LifeField)))
    if application.operating_since > today:
        breaches.append(_breach("operating_since", "the scenario must already be in operation"))
    if not application.evidence:
        breaches.append(_breach("evidence", "at least one document that shows it in operation"))
    if any(not piece.title.strip() for piece in application.evidence):
        breaches.append(_breach("evidence", "each document needs a title"))
    if not application.methods:
        breaches.append(_breach("methods", "at least one accounting method"))
    kinds = application.data_kinds
    if not kinds or len(set(kinds)) < len(kinds) or not all(map(_WORD.fullmatch, kinds)):
        breaches.append(_breach("data_kinds", "at least one word each once, such as trip_time"))
    if breaches:
        raise ApplicationIncomplete(breaches=breaches)


@cites("CQ-34.2", "CQ-34.1")
def takes_data(state: str, *, sandbox: bool) -> bool:
    """Tell whether behaviours are taken in: of listed scenarios, and of sandboxes as soon as they are open.

    Source: CQ-34.2, CQ-34.1.
    """
    return state == State.LISTED or (sandbox and state == State.APPLIED)


@cites("CQ-32.1")
def check_sandbox(*, code: str, name: str, methods: Collection[str]) -> None:
    """Refuse a sandbox that lacks something, naming everything at once.

    Raises:
        ApplicationIncomplete: with every breach and its path.

    Source: CQ-32.1.
    """
    breaches: Breaches = []
    if not _CODE.fullmatch(code):
        breaches.append(_breach("code", "3 to 40 lower-case letters, digits and hyphens"))
    if not name.strip() or len(name.strip()) > _LONGEST["name"]:
        breaches.append(_breach("name", f"required, {_LONGEST['name']} characters at most"))
    if not methods:
        breaches.append(_breach("methods", "at least one accounting method"))
    if breaches:
        raise ApplicationIncomplete(breaches=breaches)


def check_reason(reason: str | None) -> str:
    """Return the reason without blanks around it.

    Raises:
        ReasonMissing: there is none.

    Source: CQ-32.4.
    """
    text = (reason or "").strip()
    if not text:
        raise ReasonMissing
    return text


@cites("Q-31")
def check_lateness(days: int) -> None:
    """Keep the lateness of a scenario within ten years.

    Raises:
        LatenessOutOfBounds: not from 0 to 3,650 days.

    Source: Q-31.
    """
    if not 0 <= days <= LONGEST_LATENESS:
        raise LatenessOutOfBounds(days=days, most=LONGEST_LATENESS)


@cites("CQ-31.2")
def check_norm(
    items: Sequence[NormItem], *, version: str, pass_score: int, valid_from: date, today: date
) -> None:
    """Refuse an evaluation norm that cannot be scored or would hold backwards (低碳场景评价规范).

    Raises:
        NormInvalid: with every breach.

    Source: CQ-31.2.
    """
    breaches: Breaches = []
    if not version.strip():
        breaches.append(_breach("version", "required"))
    if valid_from < today:
        breaches.append(_breach("valid_from", "must not lie before today"))
    codes = [item.code for item in items]
    if not items or len(set(codes)) < len(codes) or not all(map(_WORD.fullmatch, codes)):
        breaches.append(_breach("items", "at least one, each with a code of its own"))
    if any(item.most < 1 or not item.zh.strip() or not item.en.strip() for item in items):
        breaches.append(_breach("items", "each needs both texts and a highest score above 0"))
    if not 1 <= pass_score <= sum(item.most for item in items):
        breaches.append(_breach("pass_score", "must be reachable and above 0"))
    if breaches:
        raise NormInvalid(breaches=breaches)


@cites("CQ-31.3", "Q-38")
def check_next_version(version: MethodVersion, *, latest: MethodVersion, today: date) -> None:
    """Let a version follow the latest one: next number, same formula and unit, from a later day on.

    Raises:
        VersionNotNext: another number, formula or unit.
        MethodNotAhead: its first day is not after today.

    Source: CQ-31.3, Q-38.
    """
    same = (version.formula, version.unit) == (latest.formula, latest.unit)
    if version.version != latest.version + 1 or not same or version.valid_until is not None:
        raise VersionNotNext(method=version.code, version=version.version, latest=latest.version)
    if version.valid_from <= today:
        raise MethodNotAhead(valid_from=version.valid_from.isoformat(), today=today.isoformat())


@cites("CQ-31.2", "CQ-32.3")
def score(items: Iterable[NormItem], scores: Mapping[str, int], *, pass_score: int) -> Score:
    """Add up an assessment; it passes at the pass score and with no 0 on a required line.

    Raises:
        ScoresInvalid: a line is missing, unknown, or outside 0 to its highest score.

    Source: CQ-31.2, CQ-32.3.
    """
    by_code = {item.code: item for item in items}
    breaches = [_breach(code, "not a line of the norm") for code in scores if code not in by_code]
    for code, item in by_code.items():
        if not 0 <= scores.get(code, -1) <= item.most:
            breaches.append(_breach(code, f"from 0 to {item.most}"))
    if breaches:
        raise ScoresInvalid(breaches=breaches)
    total = sum(scores.values())
    whole = all(scores[code] > 0 for code, item in by_code.items() if item.required)
    return Score(total, passed=whole and total >= pass_score)


@cites("Q-57", "CQ-34.1")
def check_data_kinds(named: Iterable[str], *, needed: Iterable[str]) -> list[str]:
    """Return the named kinds of data in order; they must be those that the scenario reads, each named.

    Raises:
        DataKindsWrong: one is missing or not read by the scenario.

    Source: Q-57, CQ-34.1.
    """
    given, wanted = set(named), set(needed)
    if given != wanted:
        raise DataKindsWrong(missing=sorted(wanted - given), unknown=sorted(given - wanted))
    return sorted(given)


@cites("Q-38")
def is_a_difference(formula: str) -> bool:
    """Tell whether a method's quantity is a difference, which may honestly be below zero.

    Source: Q-38.
    """
    return formula in _DIFFERENCES


def check_host_user(host_user: str) -> str:
    """Return a person's reference at the host without blanks around it.

    Raises:
        HostUserWrong: empty, longer than 200 characters, or with characters that do not print.

    Source: CQ-34.1.
    """
    text = host_user.strip()
    if not text or len(text) > LONGEST_NAME or is_strange(text):
        raise HostUserWrong(longest=LONGEST_NAME)
    return text


@cites("Q-71")
def check_claim_day(day: date, *, today: date, lateness_days: int) -> None:
    """Allow a claim about today or a day from which the scenario still takes late data (补登申诉).

    Raises:
        ClaimDayWrong: the day is ahead, or too long ago.

    Source: Q-71.
    """
    first = today - timedelta(days=lateness_days)
    if not first <= day <= today:
        raise ClaimDayWrong(day=day.isoformat(), first=first.isoformat(), last=today.isoformat())


@cites("Q-71")
def check_claim_text(said: str) -> str:
    """Return what a claim says without blanks around it.

    Raises:
        ClaimSaysNothing: it says nothing, or more than 1,000 characters.

    Source: Q-71.
    """
    text = said.strip()
    if not 1 <= len(text) <= LONGEST_CLAIM:
        raise ClaimSaysNothing(longest=LONGEST_CLAIM)
    return text


@cites("Q-71")
def check_another_person(*, refused_by: str | None, actor: str) -> None:
    """Let an appeal be decided by another person than the one who refused (换人复核).

    Raises:
        AnotherPersonNeeded: it is the same person.

    Source: Q-71.
    """
    if refused_by == actor:
        raise AnotherPersonNeeded


def _breach(path: str, message: str) -> dict[str, str]:
    return {"path": path, "message": message}
