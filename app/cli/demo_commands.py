"""`flask demo …`: the demonstration world and how to sign in to it."""

import unicodedata

import click
import pyotp
from flask import current_app

from app.cli.demonstration import loading
from app.cli.demonstration.residents import residents
from app.cli.demonstration.shops import MERCHANTS
from app.cli.demonstration.world import PASSWORD, SCENARIOS, TOTP_SECRET
from app.cli.group import Group
from app.settings import Mode

cli = Group("demo", help="The demonstration world: load it once, show its sign-ins.")


@cli.command("load")
def load() -> None:
    """Make the demonstration world; does nothing where it is there already."""
    if current_app.config["MODE"] != Mode.DEMO.value:
        raise click.ClickException("Demonstration data belong in a database of demonstrations only.")
    if loading.is_loaded():
        click.echo("The demonstration world is there.")
        return
    loading.load(lambda line: click.echo(f"  {line}"))


@cli.command("sign-ins")
def sign_ins() -> None:
    """Print who can sign in, by audience."""
    first = residents()[0]
    listed = next(s for s in SCENARIOS if s.stops_at == "listed")
    table = (
        ("citizen 公众", "/sign-in", first.phone, "code is shown on the page"),
        ("merchant 权益提供单位", "/staff/sign-in", MERCHANTS[0].login, PASSWORD),
        ("scenario host 场景方", "/staff/sign-in", listed.login, PASSWORD),
        ("operator 运营主体", "/staff/sign-in", "operator", PASSWORD),
        ("operator, second person", "/staff/sign-in", "reviewer", PASSWORD),
        ("operator, keeper of staff", "/staff/sign-in", "personnel", PASSWORD),
        ("Bureau 市生态环境局", "/staff/sign-in", "bureau", PASSWORD),
        ("district bureau 区县局", "/staff/sign-in", "district", PASSWORD),
    )
    click.echo("Demonstration sign-ins (invented people; the second factor is shown on the page)")
    for audience, page, login, secret in table:
        click.echo(f"  {_padded(audience, 28)}{page:<18}{login:<14}{secret}")
    click.echo(f"  TOTP secret of every staff sign-in: {TOTP_SECRET} (now {pyotp.TOTP(TOTP_SECRET).now()})")


def _padded(text: str, width: int) -> str:
    """Pad a text to a width on the screen, where a Chinese character is two wide."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return text + " " * (width - len(text) - wide)
