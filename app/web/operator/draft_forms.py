"""What the forms of drafts ask, and what they were told, for each kind of draft (起草表单)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from app.kernel.drafts import DraftKind
from app.kernel.units import MILLI
from app.reports import rules_in_force
from app.web.desk.forms import Typed
from scenarios import methods, queries
from scenarios.errors import NormNotFound
from scenarios.methods import MethodVersion
from scenarios.methods.values import Certainty

ROWS: Final = 12
"""Lines of the checklist that the form of a norm has room for."""
_CAPS: Final = ("cap_count", "cap_grams", "cap_count_year")
_QUANTITIES: Final = ("max_quantity", "review_above")


class Said(NamedTuple):
    """What a form said: how the list calls the draft, and its content in plain JSON."""

    title: str
    content: dict[str, Any]


def start(session: Session, kind: DraftKind, *, method: str, today: date) -> dict[str, Any]:
    """Return the content from which a new draft of a kind sets out: what holds now, else nothing.

    Raises:
        MethodNotFound: no method has this code.
    """
    if kind is DraftKind.METHOD:
        found = queries.method_by_code(session, method)
        latest = queries.published_versions(session, found.id)[-1].version
        return {**methods.version_to_plain(latest), "version": latest.version + 1, "valid_from": ""}
    if kind is DraftKind.RULE:
        rule = rules_in_force.rule_on(session, today)
        if rule is None:
            return {}
        kept = ("grams_per_point", "validity_months", "text_zh", "text_en")
        return {name: getattr(rule, name) for name in kept}
    try:
        norm = queries.norm_in_force(session, today)
    except NormNotFound:
        return {"items": []}
    return {"pass_score": norm.pass_score, "items": [asdict(item) for item in queries.items_of(norm)]}


def fields_of(kind: DraftKind, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a draft's content by the names of the form's fields."""
    if kind is DraftKind.RULE:
        return dict(content)
    if kind is DraftKind.NORM:
        shown = {name: content.get(name, "") for name in ("version", "pass_score", "valid_from")}
        for place, item in enumerate(content["items"]):
            shown |= {f"item_{place}_{part}": value for part, value in item.items() if part != "required"}
            if item["required"]:
                shown[f"item_{place}_required"] = "on"
        return shown
    shown = {"valid_from": content["valid_from"] or "", "source": content["source"]}
    shown |= {name: content[name] if content[name] is not None else "" for name in _CAPS}
    for name in _QUANTITIES:
        milli = content[f"{name}_milli"]
        shown[name] = "" if milli is None else f"{Decimal(milli) / MILLI:f}"
    for name, parameter in content["parameters"].items():
        shown |= {f"{part}_{name}": parameter[part] for part in ("value", "source", "certainty")}
    return shown


def read(kind: DraftKind, typed: Typed, base: Mapping[str, Any]) -> Said:
    """Read a form; faults are noted in `typed`.

    Args:
        base: the content from which the form set out, for what it does not ask.
    """
    if kind is DraftKind.RULE:
        return _rule(typed)
    if kind is DraftKind.NORM:
        return _norm(typed)
    return _method(typed, base)


def _rule(typed: Typed) -> Said:
    content = {
        "version": typed.text("version", most=40),
        "grams_per_point": typed.whole("grams_per_point", least=1, most=1_000_000),
        "validity_months": typed.whole("validity_months", least=1, most=60),
        "valid_from": typed.day("valid_from").isoformat(),
        "text_zh": typed.text("text_zh", most=4_000),
        "text_en": typed.text("text_en", most=4_000),
    }
    return Said(str(content["version"]), content)


def _norm(typed: Typed) -> Said:
    items = []
    for place in range(ROWS):
        names = {part: f"item_{place}_{part}" for part in ("code", "zh", "en", "most", "required")}
        if not any(typed.given.get(names[part], "").strip() for part in ("code", "zh", "en", "most")):
            continue  # an empty line of the form is no line of the norm
        items.append(
            {
                "code": typed.text(names["code"], most=40),
                "zh": typed.text(names["zh"]),
                "en": typed.text(names["en"]),
                "most": typed.whole(names["most"], least=1, most=1_000),
                "required": bool(typed.given.get(names["required"])),
            }
        )
    if not items:
        typed.breach("item_0_zh", "missing")
    version = typed.text("version", most=40)
    content = {
        "version": version,
        "pass_score": typed.whole("pass_score", least=1, most=100_000),
        "valid_from": typed.day("valid_from").isoformat(),
        "items": items,
    }
    return Said(version, content)


def _method(typed: Typed, base: Mapping[str, Any]) -> Said:
    valid_from = typed.day("valid_from").isoformat()
    content = {
        **base,
        "valid_from": valid_from,
        "valid_until": None,
        "source": typed.text("source", most=2_000),
    }
    for name in _CAPS:
        content[name] = typed.whole(name, least=1) if typed.given.get(name, "").strip() else None
    for name in _QUANTITIES:
        content[f"{name}_milli"] = _milli(typed, name)
    content["parameters"] = {
        name: _parameter(typed, name, parameter, valid_from) for name, parameter in base["parameters"].items()
    }
    return Said(f"{base['code']} {base['version']}", content)


def _parameter(typed: Typed, name: str, before: Mapping[str, Any], valid_from: str) -> dict[str, Any]:
    value = _decimal(typed, f"value_{name}", typed.text(f"value_{name}", most=30))
    source = typed.text(f"source_{name}", most=2_000)
    certainty = typed.choice(f"certainty_{name}", Certainty).value
    said = {"value": str(value), "source": source, "certainty": certainty}
    same = all(said[part] == before[part] for part in said)
    return {**before, **said, "valid_from": before["valid_from"] if same else valid_from}


def _milli(typed: Typed, name: str) -> int | None:
    text = typed.text(name, most=20, required=False)
    if not text:
        return None
    number = _decimal(typed, name, text) * MILLI
    if number != int(number) or number < 0:
        typed.breach(name, "three decimals")
    return int(number)


def _decimal(typed: Typed, name: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        typed.breach(name, "decimal")
        return Decimal(0)
    return number


def changes(before: MethodVersion | None, content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what a draft of a method would change: path, value before, value after."""
    if before is None:
        return []
    old, new = methods.version_to_plain(before), content
    found = [
        (name, _shown(old[name]), _shown(new[name]))
        for name in (*_CAPS, "max_quantity_milli", "review_above_milli", "source")
        if old[name] != new[name]
    ]
    for name, parameter in new["parameters"].items():
        for part in ("value", "source", "certainty"):
            earlier = old["parameters"][name][part]
            if earlier != parameter[part]:
                found.append((f"{part}_{name}", earlier, parameter[part]))
    return found


def _shown(value: Any) -> str:
    return "—" if value is None else str(value)
