"""How one person wants the pages (偏好): language, theme, elder view 长辈版, size of text.

Kept in cookies of this host, so that they hold before and after signing in. Nothing else is
stored in them, and no other cookie is read here.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from flask import Request, g, has_request_context, request
from werkzeug.wrappers import Response

COOKIE_DAYS: Final = 400
TEXT_SIZES: Final = (18, 22, 26, 30)


class Language(StrEnum):
    """A language of the pages; the value is what stands in `<html lang>`."""

    CHINESE = "zh-CN"
    ENGLISH = "en"

    @property
    def locale(self) -> str:
        """The name by which Babel knows it."""
        return self.value.replace("-", "_")


class Theme(StrEnum):
    """A set of colours; `auto` follows the device."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the person chose, or what holds until they choose."""

    language: Language = Language.CHINESE
    theme: Theme = Theme.AUTO
    elder: bool = False
    text_px: int = TEXT_SIZES[0]

    def changed(self, wishes: dict[str, str]) -> "Preferences":
        """Return these preferences with every valid wish applied; others are left as they are."""
        chosen = self
        if wishes.get("language") in set(Language):
            chosen = replace(chosen, language=Language(wishes["language"]))
        if wishes.get("theme") in set(Theme):
            chosen = replace(chosen, theme=Theme(wishes["theme"]))
        if wishes.get("elder") in {"on", "off"}:
            chosen = replace(chosen, elder=wishes["elder"] == "on")
        if wishes.get("text") in {str(size) for size in TEXT_SIZES}:
            chosen = replace(chosen, text_px=int(wishes["text"]))
        return chosen

    def as_cookies(self) -> dict[str, str]:
        """Return the cookies that keep these preferences."""
        return {
            "language": self.language.value,
            "theme": self.theme.value,
            "elder": "on" if self.elder else "off",
            "text": str(self.text_px),
        }


def of_request(asked: Request) -> Preferences:
    """Read the preferences that a request brings."""
    return Preferences().changed(dict(asked.cookies))


def current() -> Preferences:
    """Return the preferences of the person for whom this page is made."""
    if not has_request_context():
        return Preferences()
    if "preferences" not in g:
        g.preferences = of_request(request)
    kept: Preferences = g.preferences
    return kept


def hold(chosen: Preferences) -> None:
    """Let `chosen` hold for the rest of this request; for pages that show how others look."""
    g.preferences = chosen


def keep(response: Response, chosen: Preferences, *, secure: bool) -> None:
    """Store the preferences with the browser."""
    for name, value in chosen.as_cookies().items():
        response.set_cookie(
            name, value, max_age=COOKIE_DAYS * 86_400, samesite="Lax", secure=secure, httponly=True
        )
