"""Acts that were refused (受拒): the page they were started from is shown again, saying why and what now."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from app.kernel.errors import Conflict, RuleBroken
from app.web.errors import status_of

View = TypeVar("View", bound=Callable[..., Any])


def answered_by(show: Callable[..., str]) -> Callable[[View], View]:
    """Let a page answer the refusals that a person can do something about.

    Args:
        show: makes the page; it is given `refusal` and the view's arguments.
    """

    def around(view: View) -> View:
        @wraps(view)
        def acted(**arguments: Any) -> Any:
            try:
                return view(**arguments)
            except (Conflict, RuleBroken) as refusal:
                return show(refusal=refusal, **arguments), status_of(refusal)

        return cast(View, acted)

    return around
