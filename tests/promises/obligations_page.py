"""The page of obligations (义务对照表): each id, the rules that keep it, the tests that prove it.

`python -m tests.promises.obligations_page` writes `docs/obligations.md` anew from the code.
"""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from tests.promises.code import PACKAGES, ROOT, calls, name_of, paths, strings, tree

PAGE: Final = ROOT / "docs" / "obligations.md"
NO_SOFTWARE: Final = re.compile(r"^No software|no further software")
FOR_THE_TRADING_SYSTEM: Final = frozenset({"CQ-6.7", "CQ-25.3", "CQ-36.2", "CQ-36.3"})
"""Left for the trading system, which is not built yet."""
OPEN: Final = frozenset(
    {
        # inspections, experts and the four principles of a methodology
        "CQ-6.4",
        "CQ-42.7",
        "CQ-42.11",
        # the methodology of a reduction, lists for credit institutions, the seven gases
        "CQ-16.4",
        "CQ-40.1",
        # projects from before, and what cancelled and revoked mean for an owner
        "CQ-43.1",
        "CQ-43.2",
        "CQ-X.7",
    }
)
"""Ids that had neither rule nor test when this page began; the list only shrinks."""
MOST: Final = 4
"""How many rules or tests a line names; the others are counted."""


class Line(NamedTuple):
    """One obligation with what keeps and what proves it."""

    key: str
    article: str
    text: str
    rules: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def needs_software(self) -> bool:
        """Tell whether the register asks software for anything."""
        return not NO_SOFTWARE.search(self.text)


@cache
def lines() -> tuple[Line, ...]:
    """Return every obligation of the Chongqing table, in the order of the register."""
    register = tomllib.loads((ROOT / "app/kernel/sources.toml").read_text("utf-8"))
    rules, tests = cited(), proved()
    return tuple(
        Line(
            key,
            entry.get("article", ""),
            entry.get("text", ""),
            tuple(sorted(rules.get(key, ()))),
            tuple(sorted(tests.get(key, ()))),
        )
        for key, entry in register.items()
        if key.startswith("CQ-")
    )


def cited() -> dict[str, set[str]]:
    """Return by id the functions and classes that cite it, and the refusals and checks whose source it is."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in paths(*PACKAGES):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for key in _marks(node, "cites"):
                    found[key].add(f"{name_of(path)}: {node.name}")
            if isinstance(node, ast.ClassDef):
                for key in _source_of(node):
                    found[key].add(f"{name_of(path)}: {node.name}")
        for call in calls(path, "Check"):
            given = {one.arg: one.value.value for one in call.keywords if isinstance(one.value, ast.Constant)}
            source, code = given.get("source"), given.get("code")
            if isinstance(source, str) and isinstance(code, int):
                found[source].add(f"check {code}")
    return found


def proved() -> dict[str, set[str]]:
    """Return by id the tests that are marked with it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in paths("tests"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for key in _marks(node, "obligation"):
                    found[key].add(f"{name_of(path).removeprefix('tests/')}: {node.name}")
    return found


def written() -> str:
    """Return the page."""
    parts = [
        "# Obligations",
        "",
        "Each obligation that the register (`app/kernel/sources.toml`) takes from the Chongqing measure,",
        "the rules that keep it and the tests that prove it. Written from the code by",
        "`python -m tests.promises.obligations_page`; a test fails when it is stale.",
        "*Left* are the ids that wait for the trading system, *open* those that nothing keeps yet.",
        "",
        "| id | article | rule | test |",
        "|---|---|---|---|",
    ]
    for line in lines():
        if not line.needs_software:
            rule = test = "no software"
        else:
            rule, test = _few(line.rules), _few(line.tests)
            if line.key in FOR_THE_TRADING_SYSTEM:
                rule = rule or "*left*"
                test = test or "*left*"
            elif not line.rules and not line.tests:
                rule = test = "*open*"
        parts.append(f"| {line.key} | {line.article} | {rule or '—'} | {test or '—'} |")
    return "\n".join(parts) + "\n"


def _few(names: tuple[str, ...]) -> str:
    shown = [f"`{name}`" for name in names[:MOST]]
    if len(names) > MOST:
        shown.append(f"and {len(names) - MOST} more")
    return "<br>".join(shown)


def _marks(node: ast.FunctionDef | ast.ClassDef, name: str) -> Iterator[str]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == name:
            yield from strings(mark)


def _source_of(node: ast.ClassDef) -> Iterator[str]:
    for inner in node.body:
        if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant):
            named = {target.id for target in inner.targets if isinstance(target, ast.Name)}
            if "source" in named and isinstance(inner.value.value, str):
                yield inner.value.value


def write(to: Path = PAGE) -> None:
    """Write the page."""
    to.write_text(written(), "utf-8")


if __name__ == "__main__":
    write()
