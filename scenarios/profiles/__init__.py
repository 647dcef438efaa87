"""Mapping profiles (映射配置): a host's file read into rows, one for every record. Pure.

profile = profiles.read_profile(toml_text)
profiles.survey(path, profile)   # refuses a bad file before anything is done
for row in profiles.read_rows(path, profile, max_quantity_milli=version.max_quantity_milli): ...
"""

from scenarios.profiles.canonical import ACCEPTED_UNITS, canonical_profile
from scenarios.profiles.definition import check_unit, read_profile
from scenarios.profiles.keys import content_hash, key_of, record_key
from scenarios.profiles.reading import Survey, read_objects, read_rows, sample, survey
from scenarios.profiles.values import FileFormat, Limits, Problem, Profile, ReadRow

__all__ = [
    "ACCEPTED_UNITS",
    "FileFormat",
    "Limits",
    "Problem",
    "Profile",
    "ReadRow",
    "Survey",
    "canonical_profile",
    "check_unit",
    "content_hash",
    "key_of",
    "read_objects",
    "read_profile",
    "read_rows",
    "record_key",
    "sample",
    "survey",
]
