"""The formulas by name. A formula that changes stays beside its successor, under another name."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from scenarios.methods.formulas import home_and_goods, transport
from scenarios.methods.values import Line

Formula = Callable[[Mapping[str, Fraction]], Line]

FORMULAS: Final[Mapping[str, Formula]] = {
    formula.__name__: formula
    for formula in (
        transport.bus_ride,
        transport.metro_distance,
        transport.bicycle_ride,
        transport.bicycle_distance,
        transport.bicycle_duration,
        transport.ebike_distance,
        transport.walking_steps,
        transport.electric_car_distance,
        transport.public_charging,
        home_and_goods.electricity_saved,
        home_and_goods.water_saved,
        home_and_goods.hotel_without_disposables,
        home_and_goods.cutlery_declined,
        home_and_goods.clean_plate,
        home_and_goods.carton_returned,
        home_and_goods.plastic_boxes_recycled,
        home_and_goods.second_hand_phone,
        home_and_goods.own_shopping_bag,
    )
}
