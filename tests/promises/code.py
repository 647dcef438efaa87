"""The code base as the promise tests see it: its modules, read and not run."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "scenarios", "points", "cqcer")
DOMAINS = ("scenarios", "points", "cqcer", "app/identity", "app/disclosure", "app/oversight")


@cache
def paths(*folders: str) -> tuple[Path, ...]:
    """Return the Python files below these folders of the repository."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """Return a file, parsed."""
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path: Path) -> str:
    """Return a path as people say it."""
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    """Name every module that a file imports, wherever the import stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Return the public functions of a module."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def docstring(path: Path) -> str:
    """Return the docstring of a module."""
    return ast.get_docstring(tree(path)) or ""


def strings(call: ast.Call) -> list[str]:
    """Return the literal strings a call is given."""
    return [
        argument.value
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def calls(path: Path, name: str) -> Iterator[ast.Call]:
    """Return the calls of a function or method of that name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = node.func
            if (isinstance(called, ast.Name) and called.id == name) or (
                isinstance(called, ast.Attribute) and called.attr == name
            ):
                yield node


@cache
def modules() -> tuple[ModuleType, ...]:
    """Import the whole code base and return its modules."""
    found = []
    for package in PACKAGES:
        root = importlib.import_module(package)
        found.append(root)
        found += [
            importlib.import_module(module.name)
            for module in pkgutil.walk_packages(root.__path__, f"{package}.")
            if not module.name.endswith("__main__")
        ]
    return tuple(found)
