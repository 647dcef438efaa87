"""One careful POST to an address that others named (对外请求).

The name is resolved once, the address is checked and that very address is called, so that a name
which changes its mind leads nowhere. No redirect is followed, and the whole takes five seconds.
"""

import http.client
import socket
import ssl
import threading
from typing import Final

from app.journeys.webhooks.addresses import Target, resolve, target_of
from app.kernel.sources import cites

SECONDS: Final = 5.0
_GONE: Final = 410


class DeliveryFailed(Exception):
    """The address did not take it; `final` when it says that it never will."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class _Pinned(http.client.HTTPConnection):
    """A connection to a target through one checked address."""

    def __init__(self, target: Target, address: str, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self.target = target
        self.address = address
        self.late = False

    def connect(self) -> None:
        """Call the checked address; TLS is asked for the name."""
        called = socket.create_connection((self.address, self.target.port), self.timeout)
        if self.target.secure:
            called = ssl.create_default_context().wrap_socket(
                called, server_hostname=self.target.host, do_handshake_on_connect=False
            )
            self.sock = called
            called.do_handshake()
        self.sock = called


@cites("T-56")
def post(url: str, *, body: bytes, headers: dict[str, str], seconds: float = SECONDS) -> None:
    """Send a body and expect a status from 200 to 299.

    Raises:
        AddressRefused: the address is not one that we call.
        DeliveryFailed: no connection, no answer in time, or another status.

    Source: T-56.
    """
    target = target_of(url)
    connection = _Pinned(target, resolve(target), seconds)
    hurry = threading.Timer(seconds, _hang_up, (connection,))
    hurry.daemon = True
    hurry.start()
    try:
        connection.request("POST", target.path, body=body, headers={"Host": _host(target), **headers})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as trouble:
        raise DeliveryFailed(f"no answer: {type(trouble).__name__}") from None
    finally:
        hurry.cancel()
        connection.close()
    if connection.late:
        raise DeliveryFailed("no answer in time")
    if not 200 <= status <= 299:
        raise DeliveryFailed(f"status {status}", final=status == _GONE)


def _host(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == (443 if target.secure else 80) else f"{host}:{target.port}"


def _hang_up(connection: _Pinned) -> None:
    """End a call that takes too long in all, however alive it seems."""
    connection.late = True
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended by itself
