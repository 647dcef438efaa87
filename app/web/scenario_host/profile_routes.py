"""Mapping profiles (映射配置): how the host's file is read, in versions, tried on a sample beforehand."""

from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from app.door.access import current_actor, requires, takes_uploads
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import host_desk
from app.web.desk import files
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.presentation.language import gettext
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import host_id, own_scenario, own_scenarios
from scenarios import commands, queries
from scenarios.errors import ProfileNotFound
from scenarios.methods.values import Unit
from scenarios.profiles import ReadRow, drafting
from scenarios.profiles.drafting import EACH_ROW, Choice, Sample

SAMPLE: Final = 1 << 20
"""Bytes of a dropped file that are looked at."""
ROWS: Final = 20


@blp.get("/profiles")
@requires(Permission.MANAGE_PROFILES)
def profiles() -> str:
    """List the profiles of each scenario in their newest version."""
    with transaction() as session:
        found = host_desk.profiles(session, host_id())
        mine = own_scenarios(session)
    return render_template("scenario_host/profiles.html", profiles=found, scenarios=mine)


@blp.get("/scenarios/<code>/profiles/new")
@requires(Permission.MANAGE_PROFILES)
def new_profile(code: str) -> str:
    """Show the form of a version, filled with the newest one or with the commented example."""
    return _form(code, rows=None)


@blp.get("/scenarios/<code>/profiles/<int:profile_id>")
@requires(Permission.MANAGE_PROFILES)
def profile(code: str, profile_id: int) -> str:
    """Show one version of a profile as it was kept."""
    with transaction() as session:
        scenario = own_scenario(session, code)
        found = queries.mapping_profile(session, profile_id)
        if found.scenario_id != scenario.id:
            raise ProfileNotFound(profile_id=profile_id)
        versions = [each for each in queries.profiles_of(session, scenario.id) if each.name == found.name]
    return render_template("scenario_host/profile.html", scenario=scenario, profile=found, versions=versions)


@blp.post("/scenarios/<code>/profiles")
@requires(Permission.MANAGE_PROFILES)
@takes_uploads
@shown_again(new_profile)
def save_profile(code: str) -> Any:
    """Keep a new version."""
    typed = Typed(request.form)
    name, text = typed.text("name", most=40), typed.text("text", most=50_000)
    method = typed.text("method", most=60, required=False)
    typed.check()
    with transaction() as session:
        own_scenario(session, code)
        saved = commands.save_profile(
            session,
            actor=current_actor(),
            scenario_code=code,
            name=name,
            text=text,
            method=method or None,
            at=clock.now(),
        )
    told = gettext("已保存为 %(name)s 第 %(version)s 版。", name=saved.name, version=saved.version)
    return moved("scenario_host.profile", told, code=code, profile_id=saved.id)


@blp.post("/scenarios/<code>/profiles/try")
@requires(Permission.MANAGE_PROFILES)
@takes_uploads
@shown_again(new_profile)
def try_profile(code: str) -> Any:
    """Show the first rows of a dropped file as the profile would read them; nothing is kept."""
    typed = Typed(request.form)
    text = typed.text("text", most=50_000)
    method = typed.text("method", most=60, required=False)
    sample = files.given("file")
    if sample is None:
        typed.breach("file", "missing")
    typed.check()
    assert sample is not None
    with transaction() as session:
        own_scenario(session, code)
        rows = commands.try_profile(
            session,
            actor=current_actor(),
            scenario_code=code,
            text=text,
            data=sample.stream.read(SAMPLE),
            method=method or None,
            rows=ROWS,
        )
    return _form(code, rows=rows)


@blp.post("/scenarios/<code>/profiles/draft")
@requires(Permission.MANAGE_PROFILES)
@takes_uploads
@shown_again(new_profile)
def draft_profile(code: str) -> Any:
    """Write a profile for a dropped file, by the columns that were chosen or as they seem to be meant.

    The profile and the first rows as it reads them are shown; nothing is kept.
    """
    typed = Typed(request.form)
    method = typed.text("method", most=60, required=False)
    given = files.given("file")
    if given is None:
        typed.breach("file", "missing")
    typed.check()
    assert given is not None
    data = given.stream.read(SAMPLE)
    sample = drafting.look(data)
    with transaction() as session:
        scenario = own_scenario(session, code)
        chosen = queries.method_of_scenario(session, scenario.id, method or None)
        unit = queries.unit_of(queries.published_versions(session, chosen.id), chosen.code)
        choice = _chosen(sample, unit)
        text = drafting.written(sample, choice, unit)
        rows = commands.try_profile(
            session,
            actor=current_actor(),
            scenario_code=code,
            text=text,
            data=data,
            method=method or None,
            rows=ROWS,
        )
    return _form(code, rows=rows, drafted=Drafted(sample=sample, choice=choice, text=text))


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A profile that was written for a sample."""

    sample: Sample
    choice: Choice
    text: str


def _chosen(sample: Sample, unit: Unit) -> Choice:
    """Return the columns that were chosen, where the file has them; else what they seem to mean."""
    guessed = drafting.guess(sample, unit)

    def of(part: str) -> str:
        wanted = request.form.get(f"column_{part}")
        known = wanted in sample.columns or (part == "quantity" and wanted == EACH_ROW)
        return str(wanted) if wanted is not None and known else str(getattr(guessed, part))

    return Choice(record_id=of("record_id"), user=of("user"), start=of("start"), quantity=of("quantity"))


def _form(code: str, *, rows: list[ReadRow] | None, drafted: Drafted | None = None) -> str:
    name = request.args.get("name", "")
    with transaction() as session:
        scenario = own_scenario(session, code)
        methods = queries.methods_of(session, scenario.id)
        known = [each for each in queries.profiles_of(session, scenario.id) if each.name == name]
        units = {
            method.code: queries.unit_of(queries.published_versions(session, method.id), method.code).value
            for method in methods
        }
    text = known[0].text if known else example()
    typed = kept({"name": name, "text": text}) if rows is None else MultiDict(request.form)
    if drafted is not None:
        typed["text"] = drafted.text
    return render_template(
        "scenario_host/profile_form.html",
        scenario=scenario,
        methods=methods,
        units=units,
        rows=rows,
        drafted=drafted,
        is_example=not known and rows is None and refusal() is None,
        typed=typed,
        refusal=refusal(),
    )


def example() -> str:
    """Return the commented example of a profile with every key it may have."""
    return resources.files("scenarios.profiles").joinpath("example.toml").read_text("utf-8")
