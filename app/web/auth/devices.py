"""Devices (登录设备): a browser's own description, in words that people know."""

from typing import Final

_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_BROWSERS: Final = (
    ("MicroMessenger", "微信"),
    ("AlipayClient", "支付宝"),
    ("Edg/", "Edge"),
    ("HuaweiBrowser", "HUAWEI Browser"),
    ("MiuiBrowser", "MIUI Browser"),
    ("QQBrowser", "QQ Browser"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def device_name(user_agent: str | None) -> str:
    """Return system and browser as people call them; nothing where neither is known."""
    told = user_agent or ""
    parts = [next((name for mark, name in known if mark in told), None) for known in (_SYSTEMS, _BROWSERS)]
    return " · ".join(part for part in parts if part)
