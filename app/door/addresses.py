"""Network addresses (网络地址): shortened before they are kept, whole only while a request runs."""

import ipaddress

from flask import Request, request


def address_prefix(asked: Request) -> str | None:
    """Return the network of the caller, /24 or /48: enough to see a stranger, too little to follow one."""
    try:
        address = ipaddress.ip_address(asked.remote_addr or "")
    except ValueError:
        return None
    bits = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))


def caller() -> tuple[str, str]:
    """Return the caller's address and network, for limits."""
    return request.remote_addr or "unknown", address_prefix(request) or "unknown"


def from_this_machine() -> bool:
    """Tell whether the request comes from this machine itself and not through a proxy on it."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
