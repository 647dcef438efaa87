"""Every refusal has a code of its own, a title for people, a kind that gives its status, a known source."""

import re

from app.kernel import errors
from app.kernel.errors import Refusal
from app.kernel.sources import register
from tests.promises.code import modules

KINDS = (
    errors.Malformed,
    errors.Unauthenticated,
    errors.Forbidden,
    errors.NotFound,
    errors.Conflict,
    errors.RuleBroken,
    errors.TooMany,
    errors.Unavailable,
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


def refusals() -> list[type[Refusal]]:
    """Return every kind of refusal of the code base."""
    modules()
    found: list[type[Refusal]] = []
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.split(".")[0] != "tests":
            found.append(kind)
    return list(dict.fromkeys(found))


def test_codes_are_unique_and_written_alike():
    codes: dict[str, list[str]] = {}
    for refusal in refusals():
        codes.setdefault(refusal.code, []).append(f"{refusal.__module__}.{refusal.__name__}")

    assert {code: who for code, who in codes.items() if len(who) > 1} == {}
    assert [code for code in codes if not CODE.fullmatch(code)] == []


def test_titles_are_chinese():
    assert [refusal.__name__ for refusal in refusals() if not CHINESE.search(refusal.title)] == []


def test_each_is_of_one_kind_that_has_a_status():
    unclear = [
        refusal.__name__
        for refusal in refusals()
        if refusal is not Refusal and sum(issubclass(refusal, kind) for kind in KINDS) != 1
    ]

    assert unclear == []


def test_sources_are_in_the_register():
    known = register()

    assert [
        refusal.__name__ for refusal in refusals() if refusal.source and refusal.source not in known
    ] == []
