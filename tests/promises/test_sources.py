"""Every decision has a source, and every source that the code names is in the register."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.promises.code import DOMAINS, PACKAGES, ROOT, calls, functions, name_of, paths, strings, tree

KEY = re.compile(r"\b[A-Z]{1,4}-(?:X|\d+)(?:\.\d+)*[a-z]?\b")
SOURCE_LINE = re.compile(r"^\s*Source:\s*(.+(?:\n\s+.+)*)", re.MULTILINE)


@cache
def register() -> frozenset[str]:
    """Return the keys of the register."""
    raw = tomllib.loads((ROOT / "app/kernel/sources.toml").read_text("utf-8"))
    return frozenset(raw) - {"documents"}


def cited(path: Path) -> Iterator[str]:
    """Name every key a file cites: by decorator, by `Source:` in a docstring, or by a refusal's `source`."""
    for call in calls(path, "cites"):
        yield from strings(call)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for line in SOURCE_LINE.findall(ast.get_docstring(node) or ""):
                yield from KEY.findall(line)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            if "source" in names and isinstance(node.value.value, str):
                yield node.value.value


def is_decision(path: Path, function: ast.FunctionDef) -> bool:
    """Tell whether a function is a command, a rule, or an act of somebody on two packages."""
    inside = path.relative_to(ROOT).with_suffix("").parts
    if inside[:2] == ("app", "journeys"):
        return "actor" in {argument.arg for argument in function.args.kwonlyargs}
    return bool({"commands", "rules"} & set(inside))


def test_the_keys_of_the_register_are_written_alike():
    assert len(register()) > 100
    assert [key for key in register() if not KEY.fullmatch(key)] == []


def test_every_key_in_the_code_is_in_the_register():
    unknown = {
        name_of(path): sorted(keys) for path in paths(*PACKAGES) if (keys := set(cited(path)) - register())
    }

    assert unknown == {}


def test_every_command_and_rule_has_a_source():
    without = [
        f"{name_of(path)}: {function.name}"
        for path in paths(*DOMAINS, "app/journeys")
        for function in functions(path)
        if is_decision(path, function)
        and not SOURCE_LINE.search(ast.get_docstring(function) or "")
        and not any(
            isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "cites"
            for mark in function.decorator_list
        )
    ]

    assert without == []


def test_every_obligation_of_a_test_is_in_the_register():
    claimed = {
        key: name_of(path)
        for path in paths("tests")
        for call in calls(path, "obligation")
        for key in strings(call)
    }

    unknown = {key: where for key, where in claimed.items() if key not in register()}

    assert unknown == {}
