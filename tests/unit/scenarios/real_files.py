"""Real files outside the repository, and the profiles that read them."""

from pathlib import Path

import pytest

from scenarios import profiles

ROOT = Path(__file__).parents[3]
FOLDER = ROOT.parent / "shared" / "data"
PROFILES = ROOT / "tests" / "profiles"

needs_real_files = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="../shared/data is absent: these tests read the real files in it"
)
"""The only reason for which a test on real files may be skipped."""


def profile(name: str) -> profiles.Profile:
    """Return the profile `tests/profiles/<name>.toml`."""
    return profiles.read_profile((PROFILES / f"{name}.toml").read_text("utf-8"))


def real_file(path: str) -> Path:
    """Return a real file; one that is missing from a folder that exists is a failure, not a skip."""
    found = FOLDER / path
    assert found.is_file(), f"{path} is missing from {FOLDER}"
    return found
