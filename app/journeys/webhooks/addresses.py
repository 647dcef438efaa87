"""Where a webhook may go (推送地址限制): public addresses over TLS, never into our own network."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from app.kernel.errors import RuleBroken
from app.kernel.sources import cites

PORTS: Final = frozenset({443, 8443})
LONGEST: Final = 500
_PLAIN = re.compile(r"[!-~]+")
_NAME = re.compile(r"[a-z0-9.:-]+", re.IGNORECASE)
_CARRIES_IPV4: Final = tuple(
    ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(RuleBroken):
    """Nothing is sent to such an address."""

    code = "webhook.address_refused"
    title = "推送地址不被允许"
    source = "T-56"


class Target(NamedTuple):
    """An address taken apart; `path` holds the query too."""

    secure: bool
    host: str
    port: int
    path: str


@dataclass
class _Reach:
    """How far this process sends."""

    loopback: bool = False


_reach = _Reach()


def allow_loopback(allowed: bool) -> None:
    """Let webhooks go to this very machine, without TLS too; for demonstrations and tests only."""
    _reach.loopback = allowed


@cites("T-56")
def target_of(url: str) -> Target:
    """Take a webhook's address apart.

    Raises:
        AddressRefused: not `https://name[:443|8443]/…`, or with anything that could be misread.

    Source: T-56.
    """
    if len(url) > LONGEST or not _PLAIN.fullmatch(url) or "\\" in url:
        raise AddressRefused(reason="characters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressRefused(reason="unreadable") from None
    if parts.scheme not in ({"https", "http"} if _reach.loopback else {"https"}):
        raise AddressRefused(reason="scheme")
    if "@" in parts.netloc or "#" in url:
        raise AddressRefused(reason="user_or_fragment")
    if not _NAME.fullmatch(host) or host.startswith((".", "-")):
        raise AddressRefused(reason="host")
    secure = parts.scheme == "https"
    if port is None:
        port = 443 if secure else 80
    if port not in PORTS and not _reach.loopback:
        raise AddressRefused(reason="port")
    _refuse_literal(host)
    path = parts.path or "/"
    return Target(secure, host, port, f"{path}?{parts.query}" if parts.query else path)


@cites("T-56")
def resolve(target: Target) -> str:
    """Return the one address to connect to, so that what was checked is what is called.

    Raises:
        AddressRefused: the name is unknown, or any of its addresses is not public.

    Source: T-56.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused(reason="unknown_name") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_reachable(address) for address in addresses):
        raise AddressRefused(reason="not_public")
    return addresses[0]


@cites("T-56")
def is_reachable(address: str) -> bool:
    """Tell whether webhooks may be sent to a numeric address.

    Private, link-local, loopback, shared, reserved and multicast ranges are not public, nor are
    IPv6 ranges that carry an IPv4 address within.

    Source: T-56.
    """
    try:
        parsed: IPAddress = ipaddress.ip_address(address)
    except ValueError:
        return False  # such as an address with a zone
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        return _reach.loopback
    if parsed.is_multicast or not parsed.is_global:
        return False
    return not any(parsed.version == 6 and parsed in network for network in _CARRIES_IPV4)


def _refuse_literal(host: str) -> None:
    """Refuse a numeric address at once; names are looked at when they are resolved."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if host.lower().rstrip(".") == "localhost" and not _reach.loopback:
            raise AddressRefused(reason="not_public") from None
        return
    if not is_reachable(host):
        raise AddressRefused(reason="not_public")
