"""Both languages are complete: every message has its English, with the same parameters."""

import re

import pytest

from app.web.translations import catalogues
from app.web.translations.extraction import messages, refusal_titles

WANTED = messages()
ENGLISH = catalogues.joined("en")
PARAMETERS = re.compile(r"%\((\w+)\)|%%")
CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
LET_STAND = {"中文"}


def texts(name):
    found = ENGLISH.get(name)
    return [] if found is None else [*found.string] if isinstance(found.string, tuple) else [found.string]


def test_every_message_has_its_english():
    missing = {str(name): found.places[0] for name, found in WANTED.items() if not any(texts(name))}

    assert missing == {}, "run `python -m app.web.translations` and write the English"


def test_no_message_is_fuzzy():
    assert [message.id for message in ENGLISH if message.id and message.fuzzy] == []


def test_parameters_survive_translation():
    lost = {}
    for name in WANTED:
        wanted = set(PARAMETERS.findall(name if isinstance(name, str) else name[0]))
        for english in texts(name):
            if set(PARAMETERS.findall(english)) - {""} != wanted - {""}:
                lost[name] = english

    assert lost == {}


def test_no_chinese_is_left_in_the_english():
    left = {
        name: english
        for name in WANTED
        for english in texts(name)
        if CHINESE.search(english) and english not in LET_STAND
    }

    assert left == {}


def test_two_parts_never_translate_one_message_in_two_ways():
    seen: dict[object, tuple[str, object]] = {}
    differing = {}
    for part, catalogue in catalogues.parts("en").items():
        for message in catalogue:
            if not message.id or not message.string:
                continue
            key = message.id if isinstance(message.id, str) else tuple(message.id)
            if key in seen and seen[key][1] != message.string:
                differing[key] = (seen[key][0], part)
            seen.setdefault(key, (part, message.string))

    assert differing == {}


def test_titles_of_refusals_are_collected():
    source = """
class NotEnough(Refusal):
    code = "points.insufficient"
    title: ClassVar[str] = "积分余额不足"

class Chapter:
    title = "不是拒绝"
"""

    assert [title for _, _, title, _ in refusal_titles(source.encode())] == ["积分余额不足"]


@pytest.mark.parametrize("place", ["app/kernel/errors.py", "app/web/templates/components/forms.html"])
def test_python_and_templates_are_both_searched(place):
    assert any(where == place for found in WANTED.values() for where, _ in found.places)
