"""Formulas of transport (行). Each takes exact parameters and returns an exact line; none rounds."""

from collections.abc import Mapping
from fractions import Fraction

from app.kernel.sources import cites
from scenarios.methods.values import Line

_MINUTES_OF_AN_HOUR = 60


@cites("CQ-31.3")
def bus_ride(p: Mapping[str, Fraction]) -> Line:
    """Credit every bus ride alike (公交出行).

    `g = rides × factor`

    Source: CQ-31.3.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def metro_distance(p: Mapping[str, Fraction]) -> Line:
    """Compare a person's kilometre by rail with the mean of all motorised modes (轨道交通).

    `g = km × (baseline − rail)`

    Source: CQ-31.3.
    """
    return Line(p["baseline"] - p["rail"])


@cites("CQ-31.3")
def bicycle_ride(p: Mapping[str, Fraction]) -> Line:
    """Credit a ride on a shared bicycle as one of typical length (共享单车，按次).

    `g = rides × typical_distance × factor`

    Source: CQ-31.3.
    """
    return Line(p["typical_distance"] * p["factor"])


@cites("CQ-31.3")
def bicycle_distance(p: Mapping[str, Fraction]) -> Line:
    """Credit the kilometres ridden on a shared bicycle (共享单车，按里程).

    `g = km × factor`

    Source: CQ-31.3.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def bicycle_duration(p: Mapping[str, Fraction]) -> Line:
    """Credit the time of a ride at an assumed speed, up to a longest ride (共享单车，按时长).

    `g = min(minutes, longest) ÷ 60 × speed × factor`

    Source: CQ-31.3.
    """
    return Line(p["speed"] * p["factor"] / _MINUTES_OF_AN_HOUR, up_to=p["longest"])


@cites("CQ-31.3")
def ebike_distance(p: Mapping[str, Fraction]) -> Line:
    """Credit the kilometres ridden on a shared electric bicycle (共享电单车).

    `g = km × factor`

    Source: CQ-31.3.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def walking_steps(p: Mapping[str, Fraction]) -> Line:
    """Credit the steps of a walk (步行).

    `g = steps × factor`

    Source: CQ-31.3.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def electric_car_distance(p: Mapping[str, Fraction]) -> Line:
    """Credit the kilometres of a battery electric car in place of a petrol one (纯电动车出行).

    `g = km × factor`, the factor being `petrol use ÷ 100 × petrol factor − power use ÷ 100 × grid factor`
    in whole tens of grams, downwards, because its parts are assumed.

    Source: CQ-31.3, CQ-42.12.
    """
    return Line(p["factor"])


@cites("CQ-31.3")
def public_charging(p: Mapping[str, Fraction]) -> Line:
    """Credit the energy charged by a car that would otherwise burn petrol (新能源车充电).

    `g = kWh × factor`, the factor being `100 ÷ power use × petrol use ÷ 100 × petrol factor − grid factor`
    in whole grams, downwards.

    Source: CQ-31.3, CQ-42.12.
    """
    return Line(p["factor"])
