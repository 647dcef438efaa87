"""Shapes of the registry's rules."""

from typing import Any

from marshmallow import fields

from app.api.fields import In, Out, nothing, one_of
from app.api.paging import page_of, page_query
from app.api.registry.past import as_of_field
from app.reports.registry.open_rules import OpenMethodology
from cqcer.values import Category, RulebookCode


class MethodologyOut(Out):
    """A version of a methodology (方法学)."""

    id = fields.Integer()
    code = fields.String()
    version = fields.String()
    rulebook = fields.String()
    category = fields.String()
    title = fields.String()
    title_en = fields.String()
    field = fields.String()
    state = fields.String()
    issued_on = fields.Date()
    ended_on = fields.Date(
        allow_none=True, metadata={"description": "First day on which it cannot be chosen."}
    )
    crediting_years = fields.Integer(allow_none=True)
    sector_departments = fields.List(fields.String())
    parts = fields.Dict(keys=fields.String())
    formula = fields.Dict(keys=fields.String(), allow_none=True)


class LifeStepOut(Out):
    """One step of a life: any other is refused by the database itself."""

    life = fields.String()
    from_state = fields.String(metadata={"description": "Empty where it begins."})
    act = fields.String()
    to_state = fields.String()


class CheckOut(Out):
    """A numbered check (编号校验)."""

    code = fields.Integer()
    zh = fields.String()
    en = fields.String()
    source = fields.String()
    severity = fields.String()
    acts = fields.List(fields.String())


class RulebookValueOut(Out):
    """One value of a rulebook with the provision behind it."""

    name = fields.String()
    value = fields.Raw(allow_none=True)
    source = fields.String()


class RulebookOut(Out):
    """A rulebook (规则集)."""

    code = fields.String()
    values = fields.List(fields.Nested(RulebookValueOut))


class AuditOut(Out):
    """A second computation of all holdings from movements alone (账册复核)."""

    id = fields.Integer()
    at = fields.DateTime()
    agrees = fields.Boolean()
    movements = fields.Integer()
    units = fields.Integer()
    findings = fields.List(fields.String(), metadata={"description": "Codes of what disagreed."})


class RulebookQuery(In):
    """Which rulebook."""

    code = one_of(*(one.value for one in RulebookCode), load_default=RulebookCode.CQCER.value)


def methodology_filters() -> dict[str, fields.Field[Any]]:
    """Return what a list of methodologies can be narrowed by."""
    return {
        "as_of": as_of_field(),
        "category": one_of(*(one.value for one in Category), load_default=nothing),
    }


MethodologyPage = page_of(MethodologyOut)
MethodologiesQuery = page_query("registry_methodologies", **methodology_filters())
MethodologiesFileQuery = In.from_dict(methodology_filters(), name="RegistryMethodologiesFileQuery")
LifeStepPage = page_of(LifeStepOut)
CheckPage = page_of(CheckOut)
AuditPage = page_of(AuditOut)
AuditsQuery = page_query("registry_audits")


def shown_methodology(found: OpenMethodology) -> dict[str, Any]:
    """Return what `MethodologyOut` shows of a version."""
    named, version = found.methodology, found.version
    return {
        **{name: getattr(named, name) for name in ("code", "category", "title", "title_en", "field")},
        **{
            name: getattr(version, name)
            for name in ("id", "version", "rulebook", "issued_on", "crediting_years", "parts", "formula")
        },
        "sector_departments": version.sector_departments or [],
        "state": found.state,
        "ended_on": found.ended_on,
    }
