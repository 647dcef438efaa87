"""The marker which says what a test proves."""

import pytest


def obligation(*ids: str) -> pytest.MarkDecorator:
    """Tie a test to the requirements it proves, entries of `app/kernel/sources.toml`.

    `pytest -m obligation` runs them all; a promise test refuses ids that the register lacks.
    """
    return pytest.mark.obligation(*ids)
