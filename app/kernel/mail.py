"""E-mail (电子邮件): a port to whatever server an installation has; SMTP with TLS is the real one."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from app.kernel.errors import Unavailable

SECONDS: Final = 10
NEVER: Final = range(500, 600)
"""Answers of a server that mean: this will not do, now or later."""


class MailUnavailable(Unavailable):
    """No server takes the letter at present."""

    code = "mail.unavailable"
    title = "邮件暂时无法发送，请稍后再试"


class MailRefused(Exception):
    """The server says that this address will never do."""


class MailSender(Protocol):
    """Sends one letter."""

    def send(self, *, to: str, subject: str, text: str) -> None:
        """Hand a letter over.

        Raises:
            MailUnavailable: it was not taken; try again later.
            MailRefused: the address does not exist or takes nothing.
        """


class NoServer:
    """An installation without a mail server: nobody is told that a letter was sent."""

    def send(self, *, to: str, subject: str, text: str) -> None:  # noqa: ARG002
        """Refuse."""
        raise MailUnavailable


class NobodyReads:
    """A demonstration: nothing is sent."""

    def send(self, *, to: str, subject: str, text: str) -> None:
        """Do nothing."""


class SmtpServer:
    """A server that is spoken to by SMTP, over TLS unless it is on this very machine.

    Args:
        url: `smtps://user:password@host:465`, TLS from the first byte; `smtp://user:password@host:587`,
            STARTTLS, without which nothing is said.
        sender: the address from which letters come.
        context: of TLS; the system's own by default.
    """

    def __init__(self, url: str, sender: str, *, context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("a mail server is named by smtp:// or smtps://")
        if "@" not in sender or any(sign in sender for sign in "\r\n"):
            raise ValueError("letters come from an address")
        self.host = parts.hostname
        self.secure = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.secure else 587)
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")
        self.near = self.host in {"127.0.0.1", "localhost", "::1"}
        self.sender = sender
        self.context = context or ssl.create_default_context()

    def send(self, *, to: str, subject: str, text: str) -> None:
        """Speak SMTP."""
        letter = self._letter(to, subject, text)
        try:
            with self._connect() as server:
                if not self.secure and not (self.near and not server.has_extn("starttls")):
                    server.starttls(context=self.context)
                    server.ehlo()
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            code, _said = next(iter(refused.recipients.values()))
            raise (MailRefused if code in NEVER else MailUnavailable) from None
        except (smtplib.SMTPException, OSError):
            raise MailUnavailable from None

    def _connect(self) -> smtplib.SMTP:
        server: smtplib.SMTP = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=self.context)
            if self.secure
            else smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        )
        server.ehlo()
        return server

    def _letter(self, to: str, subject: str, text: str) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self.sender
        letter["To"] = to
        letter["Subject"] = subject
        letter["Date"] = formatdate()
        letter["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text)
        return letter


class _Port:
    """The sender of this process."""

    def __init__(self) -> None:
        self.sender: MailSender = NoServer()


_port = _Port()


def use_sender(sender: MailSender) -> None:
    """Set the sender of this process."""
    _port.sender = sender


def sender() -> MailSender:
    """Return the sender of this process."""
    return _port.sender
