"""A citizen's own authorisations (授权), and the links that hosts proposed."""

from typing import Any

from app.api.citizen_schemas import (
    AuthorisationIn,
    AuthorisationOut,
    AuthorisationPage,
    ConfirmIn,
    ProposalPage,
    shown_authorisation,
)
from app.api.operations import Operations
from app.api.paging import dumped, whole
from app.door.access import current_actor, requires
from app.journeys import authorisations
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from scenarios import queries

blp = Operations("authorisations", __name__, description="A citizen's leave to use data.")


@blp.get("/me/authorisations")
@blp.response(200, AuthorisationPage)
@requires(Permission.AUTHORISE_SCENARIO)
def list_own_authorisations() -> dict[str, Any]:
    """List the own authorisations, those in force first."""
    with transaction() as session:
        found = authorisations.authorisations(session, actor=current_actor())
        return whole(AuthorisationPage, [shown_authorisation(given, at.code) for given, at in found])


@blp.post("/me/authorisations")
@blp.arguments(AuthorisationIn)
@blp.response(201, AuthorisationOut)
@requires(Permission.AUTHORISE_SCENARIO)
def give_authorisation(sent: dict[str, Any]) -> dict[str, Any]:
    """Give leave for one scenario from now on; given again, it is the one in force."""
    with transaction() as session:
        given = authorisations.authorise(
            session,
            actor=current_actor(),
            scenario_code=sent["scenario"],
            host_user=sent["user"],
            data_kinds=sent["data_kinds"],
            text_version=sent["text_version"],
            at=clock.now(),
        )
        return dumped(AuthorisationOut, shown_authorisation(given, sent["scenario"]))


@blp.delete("/me/authorisations/<int:authorisation_id>")
@blp.response(200, AuthorisationOut)
@requires(Permission.AUTHORISE_SCENARIO)
def withdraw_authorisation(authorisation_id: int) -> dict[str, Any]:
    """Withdraw one authorisation at once; points issued stay."""
    with transaction() as session:
        ended = authorisations.withdraw(
            session, actor=current_actor(), authorisation_id=authorisation_id, at=clock.now()
        )
        scenario = queries.scenario(session, ended.scenario_id)
        return dumped(AuthorisationOut, shown_authorisation(ended, scenario.code))


@blp.get("/me/link-proposals")
@blp.response(200, ProposalPage)
@requires(Permission.AUTHORISE_SCENARIO)
def list_own_proposals() -> dict[str, Any]:
    """List the links that hosts proposed and that wait for an answer."""
    with transaction() as session:
        found = authorisations.proposals(session, actor=current_actor())
        shown = [
            {
                "id": proposal.id,
                "scenario": scenario.code,
                "user": proposal.host_user,
                "proposed_at": proposal.proposed_at,
            }
            for proposal, scenario in found
        ]
        return whole(ProposalPage, shown)


@blp.post("/me/link-proposals/<int:proposal_id>/confirm")
@blp.arguments(ConfirmIn)
@blp.response(201, AuthorisationOut)
@requires(Permission.AUTHORISE_SCENARIO)
def confirm_proposal(sent: dict[str, Any], proposal_id: int) -> dict[str, Any]:
    """Confirm a proposed link; the authorisation begins now."""
    with transaction() as session:
        given = authorisations.confirm_link(
            session, actor=current_actor(), proposal_id=proposal_id, at=clock.now(), **sent
        )
        scenario = queries.scenario(session, given.scenario_id)
        return dumped(AuthorisationOut, shown_authorisation(given, scenario.code))


@blp.post("/me/link-proposals/<int:proposal_id>/decline")
@blp.response(204)
@requires(Permission.AUTHORISE_SCENARIO)
def decline_proposal(proposal_id: int) -> None:
    """Decline a proposed link; nothing of it takes effect."""
    with transaction() as session:
        authorisations.decline_link(session, actor=current_actor(), proposal_id=proposal_id, at=clock.now())
