"""How one quantity became grams, line by line, for the holder's eyes (核算明细)."""

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from app.kernel.sources import cites
from app.kernel.units import quantity_text
from scenarios.methods.values import UNIT_NAMES
from scenarios.methods.versions import MethodVersion


@dataclass(frozen=True)
class ReceiptLine:
    """One number that went into the result, with its source."""

    zh: str
    en: str
    value: str
    unit: str
    source: str
    certainty: str


@dataclass(frozen=True)
class Receipt:
    """The whole computation of one behaviour's reduction.

    `unrounded` is exact: a decimal text where the decimals end, otherwise a fraction such as `1948/3`.
    """

    method: str
    version: int
    formula_zh: str
    formula_en: str
    lines: tuple[ReceiptLine, ...]
    unrounded: str
    grams: int

    def to_plain(self) -> dict[str, Any]:
        """Return the receipt as plain JSON."""
        plain = asdict(self)
        plain["lines"] = list(plain["lines"])
        return plain


@cites("CQ-31.3")
def explain(version: MethodVersion, quantity_milli: int) -> Receipt:
    """Write out how `quantity_milli` becomes grams: inputs, factors, exact result, result rounded down.

    Source: CQ-31.3.
    """
    zh, en = UNIT_NAMES[version.unit]
    quantity = ReceiptLine(
        f"数量（{zh}）", f"Quantity ({en})", quantity_text(quantity_milli), version.unit.value, "", ""
    )
    weight = ReceiptLine(
        f"证据等级 {version.evidence_class} 的权重",
        f"Weight of evidence class {version.evidence_class}",
        exact_text(Fraction(version.evidence_weight)),
        "1",
        "",
        "",
    )
    factors = (
        ReceiptLine(p.zh, p.en, exact_text(Fraction(p.value)), p.unit, p.source, p.certainty.value)
        for p in version.parameters
    )
    return Receipt(
        method=version.code,
        version=version.version,
        formula_zh=version.formula_zh,
        formula_en=version.formula_en,
        lines=(quantity, *factors, weight),
        unrounded=exact_text(version.exact_grams(quantity_milli)),
        grams=version.calculator()(quantity_milli),
    )


def exact_text(value: Fraction) -> str:
    """Write a number exactly: as a decimal where its decimals end, else as a fraction in lowest terms."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if value < 0 else text
