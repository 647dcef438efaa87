"""Forms of staff (表单): what was typed, read field by field; a refused form is shown again as it was.

@blp.post("/offers")
@requires(Permission.MANAGE_OWN_OFFERS)
@shown_again(new_offer)
def create_offer() -> Response:
    typed = Typed(request.form)
    title = typed.text("title", most=80)
    typed.check()
    ...
    return moved("merchant.offers", gettext("已保存"))
"""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import wraps
from inspect import signature
from typing import Any, Final, ParamSpec, TypeVar

from flask import Response, flash, g, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from app.kernel.errors import Conflict, Malformed, Refusal, RuleBroken, TooMany
from app.kernel.idempotency import KeyReused
from app.web.errors import status_of
from app.web.forms import time_to_wait

E = TypeVar("E", bound=StrEnum)
P = ParamSpec("P")

USUAL: Final = (RuleBroken, Malformed, Conflict, TooMany)
"""Kinds of refusal after which the form is shown again; others have a page of their own."""
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_POINTS: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")


class FormIncomplete(RuleBroken):
    """Fields are missing or cannot be read; `breaches` names each."""

    code = "form.incomplete"
    title = "请检查填写的内容"


class Typed:
    """What somebody typed; faults are collected, and refused together by `check`."""

    def __init__(self, given: "MultiDict[str, str]") -> None:
        self.given = given
        self.breaches: dict[str, str] = {}

    def text(self, name: str, *, most: int = 200, required: bool = True) -> str:
        """Return a text without blanks around it."""
        found = self.given.get(name, "").replace("\r\n", "\n").replace("\0", "").strip()
        if required and not found:
            self.breach(name, "missing")
        if len(found) > most:
            self.breach(name, f"longer than {most}")
        return found

    def whole(self, name: str, *, least: int = 0, most: int = 10**12) -> int:
        """Return a whole number within bounds, both included; 0 with a breach where there is none."""
        found = self.text(name, most=20).replace(",", "").replace("，", "")
        if name in self.breaches:
            return 0
        if not _WHOLE.fullmatch(found):
            self.breach(name, "whole")
            return 0
        number = int(found)
        if not least <= number <= most:
            self.breach(name, f"{least}-{most}")
        return number

    def points(self, name: str) -> int:
        """Return hundredths of a point for points with at most two decimals."""
        found = self.text(name, most=20).replace(",", "").replace("，", "")
        if name in self.breaches:
            return 0
        if not _POINTS.fullmatch(found):
            self.breach(name, "points")
            return 0
        return int(Decimal(found) * 100)

    def day(self, name: str) -> date:
        """Return a day; the first of all days with a breach where there is none."""
        found = self.text(name, most=10)
        try:
            return date.fromisoformat(found)
        except ValueError:
            self.breach(name, "day" if found else "missing")
            return date.min

    def choice(self, name: str, kind: type[E]) -> E:
        """Return a member of an enumeration; the first with a breach where there is none."""
        found = self.given.get(name, "")
        if found in set(kind):
            return kind(found)
        self.breach(name, "choice")
        return next(iter(kind))

    def several(self, name: str) -> tuple[str, ...]:
        """Return the values that were ticked."""
        return tuple(dict.fromkeys(value for value in self.given.getlist(name) if value))

    def ticked(self, name: str) -> None:
        """Note a breach unless the box was ticked."""
        if not self.given.get(name):
            self.breach(name, "not ticked")

    def breach(self, name: str, message: str) -> None:
        """Note what is wrong with a field; the first fault of a field stands."""
        self.breaches.setdefault(name, message)

    def check(self) -> None:
        """Refuse when anything is wrong.

        Raises:
            FormIncomplete: with every breach by field.
        """
        if self.breaches:
            raise FormIncomplete(breaches=self.breaches)


def shown_again(
    page: Callable[..., Any], *, also: tuple[type[Refusal], ...] = ()
) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Answer a refused act with `page`, what was typed kept and the refusal told.

    Args:
        page: the view of the form; of the parts of the address it is given those it takes.
        also: further refusals after which the form is shown again.
    """

    refusals: tuple[type[Refusal], ...] = (*USUAL, *also)
    parts = tuple(signature(page).parameters)

    def mark(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def tried(*args: P.args, **given: P.kwargs) -> Any:
            try:
                return view(*args, **given)
            except refusals as refused:
                g.refusal = refused
                taken = {name: part for name, part in given.items() if name in parts}
                made: Any = page(**taken)
                if not isinstance(made, str):
                    return made  # there is nothing to show again: on to where the page leads
                return Response(made, status_of(refused), time_to_wait(refused), mimetype="text/html")

        return tried

    return mark


def refusal() -> Refusal | None:
    """Return why the form is shown again, None where it is shown for the first time."""
    found: Refusal | None = g.get("refusal")
    return found


def kept(defaults: Mapping[str, Any] | None = None) -> "MultiDict[str, Any]":
    """Return what the form shows: what was typed where it was refused, else the defaults."""
    if refusal() is not None:
        return MultiDict(request.form)
    return MultiDict(defaults or {})


def moved(endpoint: str, told: str = "", **values: Any) -> Any:
    """Send the browser to another page after an act, with a word on what was done."""
    if told:
        flash(told, "success")
    return redirect(url_for(endpoint, **values), code=303)


def fresh_key() -> str:
    """Return a key that makes the act of a form repeatable; the refused form keeps its own."""
    refused = refusal()
    if refused is None or isinstance(refused, KeyReused):
        return secrets.token_urlsafe(18)
    return request.form.get("idempotency_key", "") or secrets.token_urlsafe(18)


def whole_or_none(name: str) -> int | None:
    """Return a number of the address' query, None where there is none that can be read."""
    found = request.args.get(name, "")
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 18 else None
