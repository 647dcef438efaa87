"""Links and profiles of a host's scenario (关联与映射配置)."""

from typing import Any

from app.api.link_schemas import (
    LinkedUserPage,
    LinkedUsersQuery,
    LinksIn,
    LinksOut,
    PreviewIn,
    PreviewPage,
    ProfileIn,
    ProfileOut,
    ProfilePage,
    shown_row,
)
from app.api.operations import Operations
from app.api.paging import dumped, page, whole
from app.door.access import current_actor, requires
from app.journeys import authorisations
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import own_scenarios
from scenarios import commands

blp = Operations("hosts", __name__, description="A host's users and the description of its files.")


@blp.post("/scenarios/<code:code>/links")
@blp.arguments(LinksIn)
@blp.response(200, LinksOut)
@requires(Permission.PROPOSE_LINKS)
def propose_links(sent: dict[str, Any], code: str) -> dict[str, Any]:
    """Propose which of the host's users have which telephone; each citizen confirms their own."""
    links = [(link["user"], link["phone"]) for link in sent["links"]]
    with transaction() as session:
        told = authorisations.propose_links(
            session, actor=current_actor(), scenario_code=code, links=links, at=clock.now()
        )
        return dumped(LinksOut, told)


@blp.get("/scenarios/<code:code>/authorisations")
@blp.arguments(LinkedUsersQuery, location="query")
@blp.response(200, LinkedUserPage)
@requires(Permission.PROPOSE_LINKS)
def list_linked_users(query: dict[str, Any], code: str) -> dict[str, Any]:
    """List the host's own users whose authorisation is in force."""
    limit = query["limit"]
    with transaction() as session:
        found = own_scenarios.linked_users(
            session, actor=current_actor(), scenario_code=code, after=query["after"], limit=limit + 1
        )
        return page(LinkedUserPage, found, name="linked_users", limit=limit, place=lambda row: row.id)


@blp.get("/scenarios/<code:code>/profiles")
@blp.response(200, ProfilePage)
@requires(Permission.MANAGE_PROFILES)
def list_profiles(code: str) -> dict[str, Any]:
    """List every version of the scenario's mapping profiles, the newest of each first."""
    with transaction() as session:
        return whole(ProfilePage, own_scenarios.profiles(session, actor=current_actor(), scenario_code=code))


@blp.post("/scenarios/<code:code>/profiles")
@blp.arguments(ProfileIn)
@blp.response(201, ProfileOut)
@requires(Permission.MANAGE_PROFILES)
def save_profile(sent: dict[str, Any], code: str) -> dict[str, Any]:
    """Save a version of a mapping profile; the same text again is the same version."""
    with transaction() as session:
        saved = commands.save_profile(
            session, actor=current_actor(), scenario_code=code, at=clock.now(), **sent
        )
        return dumped(ProfileOut, saved)


@blp.post("/scenarios/<code:code>/profiles/preview")
@blp.arguments(PreviewIn)
@blp.response(200, PreviewPage)
@requires(Permission.MANAGE_PROFILES)
def preview_profile(sent: dict[str, Any], code: str) -> dict[str, Any]:
    """Read the first rows of a file as a profile would; nothing is kept."""
    with transaction() as session:
        rows = commands.try_profile(
            session,
            actor=current_actor(),
            scenario_code=code,
            text=sent["text"],
            data=sent["sample"],
            method=sent["method"],
        )
        return whole(PreviewPage, [shown_row(row) for row in rows])
