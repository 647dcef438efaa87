"""Methods and versions to and from plain JSON: the database keeps them, a receipt is recomputed from them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from app.kernel.units import MILLI
from scenarios.methods.errors import MethodInvalid
from scenarios.methods.formulas import FORMULAS
from scenarios.methods.sections import Section
from scenarios.methods.values import Certainty, EvidenceClass, LifeField, Parameter, Unit
from scenarios.methods.versions import Method, MethodVersion


def version_to_plain(version: MethodVersion) -> dict[str, Any]:
    """Return the version as plain JSON: texts, whole numbers, `None`, tables."""
    return {
        "code": version.code,
        "version": version.version,
        "valid_from": version.valid_from.isoformat(),
        "valid_until": None if version.valid_until is None else version.valid_until.isoformat(),
        "unit": version.unit.value,
        "formula": version.formula,
        "formula_zh": version.formula_zh,
        "formula_en": version.formula_en,
        "parameters": {p.name: _parameter_to_plain(p) for p in version.parameters},
        "cap_count": version.cap_count,
        "cap_grams": version.cap_grams,
        "cap_count_year": version.cap_count_year,
        "max_quantity_milli": version.max_quantity_milli,
        "review_above_milli": version.review_above_milli,
        "evidence_class": version.evidence_class.value,
        "evidence_weight": str(version.evidence_weight),
        "source": version.source,
        "certainty": version.certainty.value,
    }


def _parameter_to_plain(parameter: Parameter) -> dict[str, Any]:
    return {
        "zh": parameter.zh,
        "en": parameter.en,
        "value": str(parameter.value),
        "unit": parameter.unit,
        "source": parameter.source,
        "certainty": parameter.certainty.value,
        "valid_from": parameter.valid_from.isoformat(),
    }


def version_from_plain(table: Mapping[str, Any]) -> MethodVersion:
    """Read a version back.

    Raises:
        MethodInvalid: with every fault and its path.
    """
    section = Section(table)
    version = read_version(section)
    if version is None:
        raise MethodInvalid(breaches=section.breaches)
    return version


def method_from_plain(table: Mapping[str, Any]) -> Method:
    """Read a method with its versions, which take code and unit from it.

    Raises:
        MethodInvalid: with every fault and its path.
    """
    section = Section(table)
    code = section.text("code", required=True)
    zh, en = section.text("zh", required=True), section.text("en", required=True)
    life_field = section.choice("life_field", LifeField, required=True)
    unit = section.choice("unit", Unit, required=True)
    versions = [read_version(child, code=code, unit=unit) for child in section.sections("version")]
    section.finish()

    read = sorted((version for version in versions if version), key=lambda version: version.valid_from)
    for earlier, later in pairwise(read):
        if earlier.valid_until is None or earlier.valid_until > later.valid_from:
            section.breach("version", f"{earlier.version} and {later.version} overlap")
    if not versions:
        section.breach("version", "required")
    if section.breaches or life_field is None or unit is None:
        raise MethodInvalid(code=code, breaches=section.breaches)
    return Method(code=code, zh=zh, en=en, life_field=life_field, unit=unit, versions=tuple(read))


def read_version(
    section: Section, *, code: str | None = None, unit: Unit | None = None
) -> MethodVersion | None:
    """Read one version; `None` when it has faults, which are in the section."""
    before = len(section.breaches)
    code = code or section.text("code", required=True)
    unit = unit or section.choice("unit", Unit, required=True)
    number = section.whole("version", required=True, least=1) or 0
    valid_from = section.day("valid_from", required=True) or date.min
    valid_until = section.day("valid_until")
    formula = section.text("formula", required=True)
    formula_zh = section.text("formula_zh", required=True)
    formula_en = section.text("formula_en", required=True)
    named = section.named_sections("parameters", required=True)
    parameters = tuple(_read_parameter(name, child) for name, child in named.items())
    cap_count, cap_grams = section.whole("cap_count", least=1), section.whole("cap_grams", least=1)
    cap_count_year = section.whole("cap_count_year", least=1)
    max_quantity_milli = _milli(section, "max_quantity", least=1)
    review_above_milli = _milli(section, "review_above", least=0)
    evidence_class = section.choice("evidence_class", EvidenceClass, required=True) or EvidenceClass.D
    evidence_weight = section.decimal("evidence_weight", required=True) or Decimal(0)
    source = section.text("source", required=True)
    certainty = section.choice("certainty", Certainty, required=True) or Certainty.UNCERTAIN
    section.finish()

    if valid_until is not None and valid_until <= valid_from:
        section.breach("valid_until", "must be after valid_from")
    if not 0 <= evidence_weight <= 1:
        section.breach("evidence_weight", "must be from 0 to 1")
    kept = tuple(parameter for parameter in parameters if parameter is not None)
    if len(kept) == len(named):
        _try_formula(section, formula, kept)
    if len(section.breaches) > before or unit is None:
        return None
    return MethodVersion(
        code=code,
        version=number,
        valid_from=valid_from,
        valid_until=valid_until,
        unit=unit,
        formula=formula,
        formula_zh=formula_zh,
        formula_en=formula_en,
        parameters=kept,
        cap_count=cap_count,
        cap_grams=cap_grams,
        cap_count_year=cap_count_year,
        max_quantity_milli=max_quantity_milli,
        review_above_milli=review_above_milli,
        evidence_class=evidence_class,
        evidence_weight=evidence_weight,
        source=source,
        certainty=certainty,
    )


def _read_parameter(name: str, section: Section) -> Parameter | None:
    before = len(section.breaches)
    zh, en = section.text("zh", required=True), section.text("en", required=True)
    value = section.decimal("value", required=True) or Decimal(0)
    unit, source = section.text("unit", required=True), section.text("source", required=True)
    certainty = section.choice("certainty", Certainty, required=True) or Certainty.UNCERTAIN
    valid_from = section.day("valid_from", required=True) or date.min
    section.finish()
    if len(section.breaches) > before:
        return None
    return Parameter(name, zh, en, value, unit, source, certainty, valid_from)


def _milli(section: Section, key: str, *, least: int) -> int | None:
    """Read a quantity, written in whole units (`max_quantity`) or in thousandths (`max_quantity_milli`)."""
    if section.has(f"{key}_milli"):
        return section.whole(f"{key}_milli", least=least)
    quantity = section.decimal(key)
    if quantity is None:
        return None
    milli = quantity * MILLI
    if milli != int(milli) or milli < least:
        section.breach(key, "must have three decimals at most and lie above the least")
        return None
    return int(milli)


def _try_formula(section: Section, name: str, parameters: tuple[Parameter, ...]) -> None:
    """Run the formula once, so that a missing parameter shows when the version is read."""
    formula = FORMULAS.get(name)
    if formula is None:
        section.breach("formula", "must be one of " + ", ".join(FORMULAS))
        return
    try:
        formula({p.name: Fraction(p.value) for p in parameters})
    except KeyError as missing:
        section.breach(f"parameters.{missing.args[0]}", "required by the formula")
