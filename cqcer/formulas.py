"""Formulas of methodologies as data (核算公式): read strictly, computed exactly, rounded down once.

A formula names its parameters, its steps in order and its result; expressions know the four operations,
brackets, `min` and `max`, and nothing else. Numbers are fractions, so that nothing is lost on the way.
"""

import ast
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from app.kernel.sources import cites
from cqcer.errors.parties import FormulaMalformed, InputsMalformed

GASES: Final = frozenset({"CO2", "CH4", "N2O", "HFCs", "PFCs", "SF6", "NF3"})
KG_PER: Final[Mapping[str, int]] = {"t": 1000, "kg": 1}
LONGEST: Final = 500  # signs of an expression
MOST: Final = 200  # parameters, and steps
BITS: Final = 2048  # of a numerator or denominator on the way


class Parameter(NamedTuple):
    """What goes into a formula: monitored by the owner, or fixed by the methodology."""

    name: str
    unit: str
    fixed: Fraction | None
    least: Fraction | None
    most: Fraction | None


class Formula(NamedTuple):
    """A formula that has been read."""

    gases: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    steps: tuple[tuple[str, ast.expr], ...]
    result: str
    kg_per_unit: int
    vectors: tuple[tuple[dict[str, str], int], ...]  # inputs, and the tonnes that they give


class Replay(NamedTuple):
    """What a formula gives: each step as text, whole tonnes, and the grams left out by rounding down."""

    steps: dict[str, str]
    tonnes: int
    remainder_g: int


@cites("CQ-42.1", "CQ-42.5", "CQ-16.2")
def read(data: Mapping[str, Any]) -> Formula:
    """Read a formula, or say everything that is wrong with it; its test vectors must come out.

    Raises:
        FormulaMalformed: with the breaches by place.

    Source: CQ-42.1, CQ-42.5, CQ-16.2.
    """
    breaches: dict[str, str] = {}
    gases = tuple(str(gas) for gas in _list(data.get("gases")))
    if not gases or not set(gases) <= GASES:
        breaches["gases"] = "unknown"
    parameters = _parameters(_list(data.get("parameters")), breaches)
    known = {one.name for one in parameters}
    steps = _steps(_list(data.get("steps")), known, breaches)
    result, unit = str(data.get("result")), str(data.get("unit"))
    if result not in {name for name, _ in steps}:
        breaches["result"] = "unknown"
    if unit not in KG_PER:
        breaches["unit"] = "unknown"
    vectors = _vectors(_list(data.get("vectors")), breaches)
    if breaches:
        raise FormulaMalformed(**breaches)
    formula = Formula(gases, parameters, steps, result, KG_PER[unit], vectors)
    for number, (inputs, tonnes) in enumerate(vectors):
        try:
            found = compute(formula, inputs).tonnes
        except InputsMalformed as error:
            breaches[f"vectors.{number}"] = ", ".join(sorted(error.details))
            continue
        if found != tonnes:
            breaches[f"vectors.{number}"] = f"gives {found}"
    if breaches:
        raise FormulaMalformed(**breaches)
    return formula


@cites("CQ-42.12", "CQ-16.2", "Q-28")
def compute(formula: Formula, inputs: Mapping[str, Any]) -> Replay:
    """Compute a formula for monitored inputs, given as decimal text or whole numbers (复算).

    Whole tonnes are rounded down, once, at the end; a negative reduction is none.

    Raises:
        InputsMalformed: an input is missing, unknown, unreadable, out of its bounds, or a step
            divides by nothing.

    Source: CQ-42.12, CQ-16.2, Q-28.
    """
    breaches: dict[str, str] = {}
    values: dict[str, Fraction] = {}
    monitored = {one.name for one in formula.parameters if one.fixed is None}
    for name in sorted(set(inputs) - monitored):
        breaches[name[:60]] = "unknown"
    for one in formula.parameters:
        value = one.fixed if one.fixed is not None else _number(inputs.get(one.name))
        if value is None:
            breaches[one.name] = "missing" if one.name not in inputs else "unreadable"
        elif (one.least is not None and value < one.least) or (one.most is not None and value > one.most):
            breaches[one.name] = "out_of_range"
        else:
            values[one.name] = value
    if breaches:
        raise InputsMalformed(**breaches)
    told: dict[str, str] = {}
    for name, expression in formula.steps:
        try:
            values[name] = _bounded(_value(expression, values))
        except (ZeroDivisionError, OverflowError) as error:
            why = "divides_by_zero" if isinstance(error, ZeroDivisionError) else "too_large"
            raise InputsMalformed(**{name: why}) from error
        told[name] = _text(values[name])
    kilograms = max(values[formula.result] * formula.kg_per_unit, Fraction(0))
    tonnes = kilograms // 1000
    return Replay(told, int(tonnes), int((kilograms - tonnes * 1000) * 1000))


def _value(node: ast.expr, values: Mapping[str, Fraction]) -> Fraction:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=str(text)):
            return Fraction(text)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _bounded(_value(left, values)), _bounded(_value(right, values))
            match op:
                case ast.Add():
                    return one + other
                case ast.Sub():
                    return one - other
                case ast.Mult():
                    return one * other
            return one / other
        case ast.Call(func=ast.Name(id=called), args=args):
            found = [_value(arg, values) for arg in args]
            return min(found) if called == "min" else max(found)
    raise TypeError(type(node).__name__)  # `_expression` lets nothing else in


def _expression(text: str, known: set[str]) -> ast.expr | str:
    """Return the tree of an expression, or in a word what is wrong with it."""
    if not 1 <= len(text) <= LONGEST or not text.isascii():
        return "malformed"
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "malformed"
    return _strict(tree, text, known)


def _strict(node: ast.expr, text: str, known: set[str]) -> ast.expr | str:
    parts: Sequence[ast.expr] = ()
    match node:
        case ast.Name(id=name):
            return node if name in known else f"unknown {name[:60]}"
        case ast.Constant(value=value) if type(value) in (int, float):
            # the text, not the float that was made of it
            written = ast.get_source_segment(text, node) or ""
            return "malformed" if _number(written) is None else ast.Constant(value=written)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            parts = (operand,)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            parts = (left, right)
        case ast.Call(func=ast.Name(id="min" | "max"), args=args, keywords=[]) if args:
            parts = args
        case _:
            return "not_allowed"
    checked = [_strict(part, text, known) for part in parts]
    if wrong := next((one for one in checked if isinstance(one, str)), None):
        return wrong
    trees = [one for one in checked if isinstance(one, ast.expr)]
    if isinstance(node, ast.UnaryOp):
        return ast.UnaryOp(op=node.op, operand=trees[0])
    if isinstance(node, ast.BinOp):
        return ast.BinOp(left=trees[0], op=node.op, right=trees[1])
    return ast.Call(func=node.func, args=trees, keywords=[])


def _parameters(given: list[Any], breaches: dict[str, str]) -> tuple[Parameter, ...]:
    found: list[Parameter] = []
    if not 1 <= len(given) <= MOST:
        breaches["parameters"] = "missing"
    for number, raw in enumerate(given[:MOST]):
        place = f"parameters.{number}"
        one = raw if isinstance(raw, dict) else {}
        name, kind = str(one.get("name")), one.get("kind")
        fixed = _number(one.get("value"))
        if not _is_name(name) or any(name == other.name for other in found):
            breaches[place] = "name"
        elif not str(one.get("unit") or "").strip():
            breaches[place] = "unit"
        elif kind not in {"monitored", "fixed"} or (kind == "fixed") != (fixed is not None):
            breaches[place] = "value"
        elif kind == "fixed" and not str(one.get("source") or "").strip():
            breaches[place] = "source"
        elif "conservative" in one and not str(one["conservative"]).strip():
            breaches[place] = "conservative"
        else:
            found.append(
                Parameter(name, str(one["unit"]), fixed, _number(one.get("min")), _number(one.get("max")))
            )
    return tuple(found)


def _steps(given: list[Any], known: set[str], breaches: dict[str, str]) -> tuple[tuple[str, ast.expr], ...]:
    found: list[tuple[str, ast.expr]] = []
    if not 1 <= len(given) <= MOST:
        breaches["steps"] = "missing"
    for number, raw in enumerate(given[:MOST]):
        one = raw if isinstance(raw, dict) else {}
        name = str(one.get("name"))
        tree = _expression(str(one.get("expression")), known)
        if not _is_name(name) or name in known:
            breaches[f"steps.{number}"] = "name"
        elif isinstance(tree, str):
            breaches[f"steps.{number}"] = tree
        else:
            found.append((name, tree))
            known.add(name)
    return tuple(found)


def _vectors(given: list[Any], breaches: dict[str, str]) -> tuple[tuple[dict[str, str], int], ...]:
    found = []
    for number, raw in enumerate(given[:MOST]):
        one = raw if isinstance(raw, dict) else {}
        inputs, tonnes = one.get("inputs"), one.get("tonnes")
        if not isinstance(inputs, dict) or type(tonnes) is not int:
            breaches[f"vectors.{number}"] = "malformed"
        else:
            found.append(({str(name): str(value) for name, value in inputs.items()}, tonnes))
    if not given:
        breaches["vectors"] = "missing"
    return tuple(found)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_name(name: str) -> bool:
    return name.isascii() and name.isidentifier() and len(name) <= 60 and name not in {"min", "max"}


def _number(value: Any) -> Fraction | None:
    """Return a plain decimal number; floats, exponents and signs of other scripts are none."""
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not text.isascii() or len(text) > 60:
        return None
    body = text.removeprefix("-")
    whole, point, part = body.partition(".")
    if not whole.isdigit() or (point and not part.isdigit()):
        return None
    return Fraction(text)


def _bounded(value: Fraction) -> Fraction:
    if value.numerator.bit_length() > BITS or value.denominator.bit_length() > BITS:
        raise OverflowError
    return value


def _text(value: Fraction) -> str:
    """Write a fraction with at most nine decimals, cut off, for people to follow."""
    sign, rest = ("-" if value < 0 else ""), abs(value)
    whole, part = divmod(int(rest * 10**9), 10**9)
    return f"{sign}{whole}.{part:09d}".rstrip("0").rstrip(".")
