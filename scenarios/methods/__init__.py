"""Accounting methods (核算方法): from a quantity of behaviour to whole grams of CO2e. Pure.

version = methods.by_code("bicycle.km").on(day)
grams_of = version.calculator()   # bound once, called for every row
methods.explain(version, 12_345).to_plain()
"""

from scenarios.methods.catalogue import by_code, seeded
from scenarios.methods.plain import method_from_plain, version_from_plain, version_to_plain
from scenarios.methods.receipts import Receipt, ReceiptLine, explain
from scenarios.methods.values import Certainty, EvidenceClass, LifeField, Parameter, Unit
from scenarios.methods.versions import Method, MethodVersion, grams, version_on

__all__ = [
    "Certainty",
    "EvidenceClass",
    "LifeField",
    "Method",
    "MethodVersion",
    "Parameter",
    "Receipt",
    "ReceiptLine",
    "Unit",
    "by_code",
    "explain",
    "grams",
    "method_from_plain",
    "seeded",
    "version_from_plain",
    "version_on",
    "version_to_plain",
]
