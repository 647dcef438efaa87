"""The actor (操作者): who acts, in whose name, with which permissions."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.kernel.errors import Forbidden, Unauthenticated
from app.kernel.permissions import ANYONE, AUDIENCE_OF, Audience, Permission, Role


class ActorKind(StrEnum):
    """What kind of principal acts."""

    ANONYMOUS = "anonymous"
    CITIZEN = "citizen"
    STAFF = "staff"
    MACHINE = "machine"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts; made by a door from a session, an API key or a command's `--as`.

    `permissions` are derived anew for each request from roles whose appointment or recognition
    is current; nothing of it is stored in a session.
    """

    kind: ActorKind
    person_id: int | None = None
    staff_id: int | None = None
    api_key_id: int | None = None
    organisation_id: int | None = None
    scenario_id: int | None = None
    area_code: str | None = None  # of a district officer: the only area they may look into
    name: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    permissions: frozenset[Permission] = ANYONE

    @property
    def signed_in(self) -> bool:
        """Tell whether somebody is signed in."""
        return self.kind is not ActorKind.ANONYMOUS

    @property
    def ref(self) -> str:
        """Return a stable reference for audit lines and idempotency keys: `citizen:12`."""
        number = self.person_id or self.staff_id or self.api_key_id or 0
        return f"{self.kind.value}:{number}"

    @property
    def audience(self) -> Audience:
        """Return the part of the web that is this actor's home."""
        for role in Role:
            if role in self.roles:
                return AUDIENCE_OF[role]
        return Audience.PUBLIC

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor holds `permission`."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Refuse unless the actor holds `permission`.

        Raises:
            Unauthenticated: nobody is signed in.
            Forbidden: the actor's roles do not hold it.
        """
        if permission in self.permissions:
            return
        if not self.signed_in:
            raise Unauthenticated
        raise Forbidden(permission=permission.value)


ANONYMOUS: Final = Actor(kind=ActorKind.ANONYMOUS)
SYSTEM: Final = Actor(kind=ActorKind.SYSTEM, name="system", permissions=frozenset(Permission))
