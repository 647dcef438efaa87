"""Small profiles and files for the tests of the reader."""

from io import BytesIO

from hypothesis import settings

from scenarios import profiles
from scenarios.profiles import Limits, Profile, ReadRow

unhurried = settings(deadline=None)
"""For property tests: a machine shared with others is no failure."""

RIDES = """
format = "csv"
[record_id]
columns = ["id"]
[user]
column = "user"
[quantity]
unit = "km"
kind = "column"
column = "km"
[time]
zone = "Asia/Shanghai"
counts = "start"
[time.start]
columns = ["at"]
formats = ["%Y-%m-%d %H:%M:%S"]
"""

HEADER = "id,user,km,at\n"
GOOD = "r1,u1,1.5,2026-11-01 08:00:00\n"


def rides(*replacements: tuple[str, str], more: str = "") -> Profile:
    """Return the profile of rides with some of its text replaced and tables added at the end."""
    text = RIDES
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return profiles.read_profile(text + more)


def read(
    data: str | bytes,
    profile: Profile | None = None,
    *,
    limits: Limits | None = None,
    most: int | None = None,
) -> list[ReadRow]:
    """Return all rows of a file given as text or bytes."""
    stream = BytesIO(data.encode() if isinstance(data, str) else data)
    found = profiles.read_rows(stream, profile or rides(), limits=limits or Limits(), max_quantity_milli=most)
    return list(found)


def problem_of(line: str, profile: Profile | None = None, *, most: int | None = None) -> str | None:
    """Return outcome and reason of the one row that follows the usual header."""
    (row,) = read(HEADER + line, profile, most=most)
    return None if row.problem is None else "/".join(row.problem)
