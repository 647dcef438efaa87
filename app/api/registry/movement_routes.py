"""What a holder does with its units (减排量业务): proposes, confirms by a second person, withdraws."""

from typing import Any

from sqlalchemy.orm import Session

from app.api.operations import Operations
from app.api.paging import dumped, page
from app.api.registry.file_schemas import DryRunOut, shown_report
from app.api.registry.movement_schemas import (
    HoldingAccountOut,
    MovementIn,
    MovementOut,
    MovementPage,
    MovementsQuery,
    RefusalIn,
    shown_movement,
)
from app.api.registry.repeating import once
from app.door.access import current_actor, idempotency_key, requires, requires_fresh_factor
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports.registry import own_units
from cqcer import commands
from cqcer.values import MovementKind, MovementOrder, Purpose, UnitState

blp = Operations("registry-movements", __name__, description="What holders do with their units.")


@blp.get("/registry/me/account")
@blp.response(200, HoldingAccountOut)
@requires(Permission.MOVE_OWN_UNITS)
def get_holding_account() -> dict[str, Any]:
    """Return the own holding account and how many units it has in each state."""
    with transaction() as session:
        account = own_units.own_account(session, current_actor())
        held = own_units.sums(session, account.id)
        return dumped(HoldingAccountOut, {"number": account.number, "state": account.state, "units_t": held})


@blp.get("/registry/me/movements")
@blp.arguments(MovementsQuery, location="query")
@blp.response(200, MovementPage)
@requires(Permission.MOVE_OWN_UNITS)
def list_own_movements(query: dict[str, Any]) -> dict[str, Any]:
    """List movements from and to the own account, the latest first."""
    limit = query["limit"]
    with transaction() as session:
        account = own_units.own_account(session, current_actor())
        found = own_units.movements(session, account.id, before=query["after"], limit=limit + 1)
        return page(
            MovementPage,
            found,
            name="registry_movements",
            limit=limit,
            place=lambda row: row.movement.id,
            show=shown_movement,
        )


@blp.get("/registry/me/movements/<int:movement_id>")
@blp.response(200, MovementOut)
@requires(Permission.MOVE_OWN_UNITS)
def get_own_movement(movement_id: int) -> dict[str, Any]:
    """Return one movement from or to the own account."""
    with transaction() as session:
        return _shown(session, movement_id)


@blp.post("/registry/me/movements/dry-run")
@blp.arguments(MovementIn)
@blp.response(200, DryRunOut)
@requires(Permission.MOVE_OWN_UNITS)
def try_movement(sent: dict[str, Any]) -> dict[str, Any]:
    """Return what every numbered check finds of a movement; nothing is written and nothing reserved."""
    with transaction() as session:
        report = commands.dry_run(session, actor=current_actor(), order=_order(session, sent))
        return dumped(DryRunOut, shown_report(report))


@blp.post("/registry/me/movements")
@blp.arguments(MovementIn)
@blp.response(201, MovementOut)
@blp.repeatable
@requires(Permission.MOVE_OWN_UNITS)
def propose_own_movement(sent: dict[str, Any]) -> dict[str, Any]:
    """Propose to move own units: reserved at once, moved when the other representative confirms."""
    key = idempotency_key()  # asked for before anything is looked up
    with transaction() as session:
        made = commands.propose_movement(
            session,
            actor=current_actor(),
            order=_order(session, sent),
            key=key,
            at=clock.now(),
        )
        return _shown(session, made.id)


@blp.post("/registry/me/movements/<int:movement_id>/confirmation")
@blp.response(200, MovementOut)
@blp.repeatable
@requires_fresh_factor
@requires(Permission.MOVE_OWN_UNITS)
def confirm_own_movement(movement_id: int) -> dict[str, Any]:
    """Confirm, with a fresh factor, what the other representative proposed."""

    def confirm() -> dict[str, Any]:
        commands.confirm_movement(
            session, actor=current_actor(), movement_id=movement_id, second_factor=True, at=clock.now()
        )
        return _shown(session, movement_id)

    with transaction() as session:
        _shown(session, movement_id)
        return once(session, f"movement.confirm:{movement_id}", {}, confirm)


@blp.post("/registry/me/movements/<int:movement_id>/refusal")
@blp.arguments(RefusalIn)
@blp.response(200, MovementOut)
@blp.repeatable
@requires(Permission.MOVE_OWN_UNITS)
def refuse_own_movement(sent: dict[str, Any], movement_id: int) -> dict[str, Any]:
    """Refuse what the other representative proposed; its units are as they were."""

    def refuse() -> dict[str, Any]:
        commands.refuse_movement(
            session, actor=current_actor(), movement_id=movement_id, reason=sent["reason"], at=clock.now()
        )
        return _shown(session, movement_id)

    with transaction() as session:
        _shown(session, movement_id)
        return once(session, f"movement.refuse:{movement_id}", sent, refuse)


@blp.post("/registry/me/movements/<int:movement_id>/withdrawal")
@blp.response(200, MovementOut)
@blp.repeatable
@requires(Permission.MOVE_OWN_UNITS)
def withdraw_own_movement(movement_id: int) -> dict[str, Any]:
    """Withdraw an own proposal before it is executed."""

    def withdraw() -> dict[str, Any]:
        commands.withdraw_movement(session, actor=current_actor(), movement_id=movement_id, at=clock.now())
        return _shown(session, movement_id)

    with transaction() as session:
        _shown(session, movement_id)
        return once(session, f"movement.withdraw:{movement_id}", {}, withdraw)


def _order(session: Session, sent: dict[str, Any]) -> MovementOrder:
    kind = MovementKind(sent["kind"])
    named = sent["taking_account"]
    taking = None if named is None else own_units.account_numbered(session, named)
    return MovementOrder(
        kind=kind,
        quantity=sent["quantity_t"],
        giving_account_id=own_units.own_account(session, current_actor()).id,
        taking_account_id=None if taking is None else taking.id,
        block_id=sent["block_id"],
        from_state=UnitState.IN_TRADING if kind is MovementKind.WITHDRAW else UnitState.HELD,
        purpose=None if sent["purpose"] is None else Purpose(sent["purpose"]),
        beneficiary_id=sent["beneficiary_id"],
        usage={} if sent["emissions_t"] is None else {"emissions_t": sent["emissions_t"]},
        note=sent["note"],
    )


def _shown(session: Session, movement_id: int) -> dict[str, Any]:
    """Return a movement of the own account; another's is not there."""
    account = own_units.own_account(session, current_actor())
    return dumped(MovementOut, shown_movement(own_units.movement(session, account.id, movement_id)))
