"""`python -m app.web.translations [PART …]`: bring the English parts up to what the sources hold.

New messages are added without a text to the part where they belong, which the tests then refuse
until somebody has written it; messages that stand nowhere any more are taken out. A message that
several parts use has its text in one of them. Without a PART
all parts are brought up to date. The exit status is 1 while a text is missing.
"""

import sys
from collections.abc import Sequence

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from app.web.translations.catalogues import FOLDER, parts
from app.web.translations.extraction import Found, messages

LANGUAGE = "en"


def update(only: Sequence[str] = (), language: str = LANGUAGE) -> list[str]:
    """Rewrite the parts of a language, or `only` some of them; return what still has no text."""
    known, homes = {}, {}
    for name, part in parts(language).items():
        for message in part:
            if message.id and (message.string or message.id not in homes):
                known[message.id], homes[message.id] = message.string, name
    wanted: dict[str, list[Found]] = {}
    for found in messages().values():
        wanted.setdefault(homes.get(found.id, found.part), []).append(found)
    missing = []
    for name, founds in wanted.items():
        if only and name not in only:
            continue
        part = Catalog(locale=language, project="tanhuitong", charset="utf-8", fuzzy=False)
        for found in sorted(founds, key=lambda each: each.places[0]):
            text = known.get(found.id)
            part.add(found.id, text, locations=[(found.places[0][0], 0)])
            if not text or (isinstance(text, tuple) and not all(text)):
                missing.append(f"{name}.po: {found.id}")
        with (FOLDER / language / f"{name}.po").open("wb") as target:
            write_po(target, part, width=0, include_lineno=False, omit_header=True)
    for path in (FOLDER / language).glob("*.po"):
        if path.stem not in wanted and (not only or path.stem in only):
            path.unlink()
    return missing


if __name__ == "__main__":
    absent = update(sys.argv[1:])
    sys.stdout.write("\n".join([*absent, f"{len(absent)} without an English text", ""]))
    sys.exit(1 if absent else 0)
