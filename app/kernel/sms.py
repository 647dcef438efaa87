"""Short messages (短信): a port to whatever gateway an installation has."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from typing import Final, Protocol
from urllib.parse import urlsplit

from app.kernel.errors import Unavailable

SIGN: Final = "【重庆碳惠通】"
SECONDS: Final = 5


class SmsUnavailable(Unavailable):
    """No gateway takes the message at present."""

    code = "sms.unavailable"
    title = "短信暂时无法发送，请稍后再试"


class SmsSender(Protocol):
    """Sends one short message."""

    def send(self, *, phone: str, text: str) -> None:
        """Hand a message over.

        Raises:
            SmsUnavailable: it was not taken.
        """


class NoGateway:
    """An installation without a gateway: nobody is told that a message was sent."""

    def send(self, *, phone: str, text: str) -> None:  # noqa: ARG002
        """Refuse."""
        raise SmsUnavailable


class ScreenOnly:
    """A demonstration: nothing is sent, the page shows the code instead."""

    def send(self, *, phone: str, text: str) -> None:
        """Do nothing."""


class HttpGateway:
    """A gateway that takes signed JSON: `{"phone": …, "text": …}`.

    Args:
        url: where to post; the signature is in `X-Signature`, HMAC-SHA256 of the body with `key`.
    """

    def __init__(self, url: str, key: bytes) -> None:
        parts = urlsplit(url)
        near = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
        if not near and (parts.scheme != "https" or not parts.hostname):
            raise ValueError("a gateway is called over TLS")
        self.url = url
        self.key = key

    def send(self, *, phone: str, text: str) -> None:
        """Post the message."""
        body = json.dumps({"phone": phone, "text": text}, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Signature": hmac.digest(self.key, body, hashlib.sha256).hex(),
        }
        asked = urllib.request.Request(self.url, body, headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=SECONDS):  # noqa: S310
                return
        except (urllib.error.URLError, TimeoutError, OSError):
            raise SmsUnavailable from None


class _Port:
    """The sender of this process."""

    def __init__(self) -> None:
        self.sender: SmsSender = NoGateway()


_port = _Port()


def use_sender(sender: SmsSender) -> None:
    """Set the sender of this process."""
    _port.sender = sender


def sender() -> SmsSender:
    """Return the sender of this process."""
    return _port.sender


def code_text(code: str) -> str:
    """Write the message that carries a one-time code."""
    return f"{SIGN}验证码{code}，5分钟内有效，请勿告诉他人。如非本人操作，请忽略。"
