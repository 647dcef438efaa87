"""Catalogues (译文): all `*.po` of a language are read at first use and joined into one.

One file for each part of the pages keeps them small. Nothing is compiled and kept: reading a
thousand messages takes a tenth of a second, once a process.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

import flask_babel
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER: Final = Path(__file__).parent


def parts(locale: str) -> dict[str, Catalog]:
    """Read every part of a language, by the name of its file."""
    found = {}
    for path in sorted((FOLDER / locale).glob("*.po")):
        with path.open("rb") as source:
            found[path.stem] = read_po(source, locale=locale)
    return found


def joined(locale: str) -> Catalog:
    """Join the parts of a language; where two translate one message, the first in order holds."""
    whole = Catalog(locale=locale)
    for part in parts(locale).values():
        for message in part:
            if message.id and message.string and message.id not in whole:
                whole[message.id] = message
    return whole


@lru_cache(maxsize=4)
def translations(locale: str) -> NullTranslations:
    """Return the translations of a language, or those that change nothing where it has none."""
    if not (FOLDER / locale).is_dir():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, joined(locale))
    compiled.seek(0)
    return Translations(compiled)


class Catalogues(flask_babel.Domain):  # type: ignore[misc]
    """The domain from which Flask-Babel takes its messages."""

    def get_translations(self) -> NullTranslations:
        """Return the translations for the language of the page."""
        locale = flask_babel.get_locale()
        return translations(locale.language) if locale is not None else NullTranslations()
