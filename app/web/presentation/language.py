"""The language of a page (语言): message ids are the zh-CN texts, English is a complete catalogue.

Use `gettext` while a request runs and `lazy_gettext` for texts that stand at module level. Both are
Flask-Babel's, with types.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import flask_babel

from app.web.presentation.preferences import Language


def gettext(text: str, **values: Any) -> str:
    """Return `text` in the language of the page, with `%(name)s` filled in."""
    return cast(str, flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, number: int, **values: Any) -> str:
    """Return the form of the message that fits `number`; `%(num)s` stands for it."""
    return cast(str, flask_babel.ngettext(one, many, number, **values))


def lazy_gettext(text: str, **values: Any) -> str:
    """Return a text that is translated each time it is shown."""
    return cast(str, flask_babel.lazy_gettext(text, **values))


def current_language() -> Language:
    """Return the language of this page, or Chinese where there is no page."""
    locale = flask_babel.get_locale()
    return Language.ENGLISH if locale is not None and locale.language == "en" else Language.CHINESE


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Write what is rendered within the block in `language`: for messages to one person."""
    with flask_babel.force_locale(language.locale):
        yield
