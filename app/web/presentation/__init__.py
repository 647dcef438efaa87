"""What templates have at hand (呈现): filters, globals, languages, charts. `install(app)` brings it all."""

from typing import Any

import flask_babel
from flask import Flask

from app.kernel.sources import register
from app.web.presentation import (
    addresses,
    amounts,
    assets,
    charts,
    dates,
    masks,
    navigation,
    preferences,
)
from app.web.presentation.icons import icon
from app.web.presentation.qr_codes import qr_svg
from app.web.presentation.tables import Column
from app.web.translations.catalogues import Catalogues


class _Babel(flask_babel.Babel):  # type: ignore[misc]
    """Flask-Babel with catalogues read from their sources, so that nothing has to be compiled."""

    domain_instance = Catalogues()


def install(app: Flask) -> None:
    """Register filters, globals and languages with the application."""
    _Babel(
        app,
        default_locale=preferences.Language.CHINESE.locale,
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: preferences.current().language.locale,
    )
    assets.install(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        points=amounts.points,
        grams=amounts.grams,
        grams_parts=amounts.grams_parts,
        tonnes=amounts.tonnes,
        money=amounts.money,
        grouped=amounts.grouped,
        milli=amounts.milli,
        file_size=amounts.file_size,
        day=dates.day,
        short_day=dates.short_day,
        month=dates.month,
        month_only=dates.month_only,
        weekday=dates.weekday,
        time_of_day=dates.time_of_day,
        instant=dates.instant,
        near=dates.near,
        days_left=dates.days_left,
        iso=dates.iso,
        masked_phone=masks.masked_phone,
        masked_name=masks.masked_name,
        masked_number=masks.masked_number,
        in_groups=masks.in_groups,
    )
    helpers: dict[str, Any] = {
        "charts": charts,
        "cited": register().get,
        "col": Column,
        "here": addresses.here,
        "icon": icon,
        "percent": amounts.percent,
        "places_of": navigation.places_of,
        "preferences": preferences.current,
        "qr_svg": qr_svg,
        "sections_of": navigation.sections_of,
        "text_sizes": preferences.TEXT_SIZES,
        "with_query": addresses.with_query,
    }
    app.jinja_env.globals.update(helpers)
