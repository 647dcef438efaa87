"""Help and statements (帮助、无障碍声明): how things are done, and how the pages are made for everybody."""

from flask import render_template

from app.door.access import requires
from app.kernel.permissions import Permission
from app.web.public.blueprint import blp


@blp.get("/help")
@requires(Permission.READ_PUBLIC)
def help_page() -> str:
    """Answer what people ask most, with the way to the page where it is done."""
    return render_template("public/help.html")


@blp.get("/accessibility")
@requires(Permission.READ_PUBLIC)
def accessibility() -> str:
    """Say to which standard the pages are made, how that is tested, and what to do about a fault."""
    return render_template("public/accessibility.html")
