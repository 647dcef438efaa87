"""What the whole code base keeps: small modules, telling names, layers, one place that ends transactions."""

import pytest

from tests.promises.code import DOMAINS, PACKAGES, ROOT, calls, docstring, imported, name_of, paths

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
WEB = {
    "flask",
    "flask_login",
    "flask_smorest",
    "flask_wtf",
    "flask_babel",
    "marshmallow",
    "werkzeug",
    "webargs",
}


def test_no_module_is_longer_than_400_lines():
    longer = {
        name_of(path): lines
        for path in paths(*PACKAGES, "tests", "migrations/env.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }

    assert longer == {}


def test_module_names_tell_what_is_inside():
    empty = [
        name_of(path)
        for path in paths(*PACKAGES, "tests")
        if EMPTY_NAMES & {path.stem, *path.parent.parts[-3:], *path.stem.split("_")}
    ]

    assert empty == []


@pytest.mark.parametrize("act", ["commit", "rollback", "begin"])
def test_transactions_begin_and_end_in_the_kernel_alone(act):
    allowed = {"app/kernel/session.py"}

    found = {name_of(path) for path in paths(*PACKAGES) if any(calls(path, act))}

    assert found <= allowed


def test_domains_and_kernel_know_no_web_framework():
    knowing = {
        name_of(path): sorted(web)
        for path in paths(*DOMAINS, "app/kernel", "app/journeys", "app/reports")
        if (web := {module.split(".")[0] for module in imported(path)} & WEB)
    }

    assert knowing == {}


def test_the_application_package_is_a_docstring_and_nothing_else():
    lines = (ROOT / "app/__init__.py").read_text("utf-8").strip().splitlines()

    assert len(lines) == 1
    assert lines[0].startswith('"""')


def test_every_module_says_what_it_is_for():
    silent = [name_of(path) for path in paths(*PACKAGES, "migrations") if not docstring(path)]

    assert silent == []


def test_the_clock_is_read_by_doors_alone():
    """Below routes, jobs and commands for the machine the instant is an argument."""
    reading = [
        name_of(path)
        for path in paths(*DOMAINS, "app/journeys", "app/reports")
        if "app.kernel.clock" in set(imported(path))
    ]

    assert reading == []
