"""Keys of the host's machines (接口密钥): made, shown once with a call that works, revoked."""

import json
from collections.abc import Sequence
from typing import Any, Final

from flask import render_template, request

from app.door.access import current_actor, requires, requires_fresh_factor
from app.identity import commands, queries
from app.identity.commands import NewKey
from app.kernel import clock
from app.kernel.days import CHINA
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import host_desk
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.presentation.language import gettext
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import host_id, own_scenario, own_scenarios
from scenarios.models import Scenario
from scenarios.rules import takes_data
from scenarios.values import REHEARSAL_USER

SCOPES: Final = (
    Permission.UPLOAD_BEHAVIOURS,
    Permission.READ_OWN_UPLOADS,
    Permission.PROPOSE_LINKS,
    Permission.MANAGE_PROFILES,
    Permission.MANAGE_WEBHOOKS,
)


@blp.get("/keys")
@requires(Permission.MANAGE_API_KEYS)
def keys() -> str:
    """List the keys of the organisation, revoked ones too."""
    with transaction() as session:
        found = queries.api_keys_of(session, host_id())
        names = {each.id: each for each in own_scenarios(session)}
    return render_template("scenario_host/keys.html", keys=found, scenarios=names, refusal=refusal())


@blp.get("/keys/new")
@requires(Permission.MANAGE_API_KEYS)
@requires_fresh_factor
def new_key() -> str:
    """Show the form of a new key."""
    with transaction() as session:
        mine = own_scenarios(session)
    return render_template(
        "scenario_host/key_form.html",
        scenarios=mine,
        scopes=[scope.value for scope in SCOPES],
        typed=kept({"code": request.args.get("code", "")}),
        refusal=refusal(),
    )


@blp.post("/keys")
@requires(Permission.MANAGE_API_KEYS)
@requires_fresh_factor
@shown_again(new_key)
def create_key() -> Any:
    """Make a key and show it, this once, with a call that works."""
    typed = Typed(request.form)
    name = typed.text("name", most=60)
    code = typed.text("code", most=40, required=False)
    scopes = [scope for scope in SCOPES if scope.value in typed.several("scopes")]
    if not scopes:
        typed.breach("scopes", "choice")
    typed.check()
    with transaction() as session:
        scenario = own_scenario(session, code) if code else None
        made = commands.create_api_key(
            session,
            actor=current_actor(),
            name=name,
            scopes=scopes,
            scenario_id=scenario.id if scenario else None,
            at=clock.now(),
        )
        shown = scenario or _to_try(own_scenarios(session))
        unit = host_desk.unit_of_first_call(session, shown) if shown else None
    return render_template(
        "scenario_host/key_made.html",
        key=made.key,
        credential=made.credential,
        scenario=shown,
        sends=Permission.UPLOAD_BEHAVIOURS in scopes and unit is not None,
        first_call=_first_call(made, shown, unit) if shown else "",
        base=request.url_root.rstrip("/"),
    ), 201


@blp.post("/keys/<int:api_key_id>/revoke")
@requires(Permission.MANAGE_API_KEYS)
@shown_again(keys)
def revoke_key(api_key_id: int) -> Any:
    """Revoke a key; it is worth nothing from then on."""
    with transaction() as session:
        key = commands.revoke_api_key(session, actor=current_actor(), api_key_id=api_key_id, at=clock.now())
    return moved("scenario_host.keys", gettext("已吊销 %(name)s。", name=key.name))


def _to_try(scenarios: Sequence[Scenario]) -> Scenario | None:
    """Return the scenario of the first call: one that takes data, a sandbox before others."""
    ready = [each for each in scenarios if takes_data(each.state, sandbox=each.sandbox)]
    return next(iter(sorted(ready, key=lambda each: not each.sandbox) or scenarios), None)


def _first_call(made: NewKey, scenario: Scenario, unit: str | None) -> str:
    """Return a call of the API that works as it stands, for what the key may do; nothing where it may not."""
    place = f"{request.url_root.rstrip('/')}/api/v1/scenarios/{scenario.code}"
    credential = f"-H 'Authorization: Bearer {made.credential}'"
    if Permission.UPLOAD_BEHAVIOURS.value in made.key.scopes and unit is not None:
        row = {
            "record_id": "TEST-0001",
            "user": f"{REHEARSAL_USER}1001" if scenario.sandbox else "u-1001",
            "occurred_at": clock.now().astimezone(CHINA).isoformat(timespec="seconds"),
            "quantity": 1,
            "unit": unit,
        }
        return (
            f"curl -X POST '{place}/behaviours' \\\n  {credential} \\\n"
            "  -H 'Content-Type: application/json' \\\n"
            f"  -H 'Idempotency-Key: first-call-{made.key.prefix}' \\\n"
            f"  -d '{json.dumps({'rows': [row]})}'"
        )
    if Permission.READ_OWN_UPLOADS.value in made.key.scopes:
        return f"curl '{place}/uploads' \\\n  {credential}"
    return ""
