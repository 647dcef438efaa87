"""Addresses of static files (静态文件) that change with the file, so that browsers may keep it for long."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask

_known: dict[tuple[Path, int], str] = {}


def version(path: Path) -> str | None:
    """Return the beginning of the file's digest, or None where there is no file."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return None
    if (path, changed) not in _known:
        _known[path, changed] = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
    return _known[path, changed]


def install(app: Flask) -> None:
    """Add `?v=…` to every address that `url_for('static', …)` makes."""

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint != "static" or "v" in values or app.static_folder is None:
            return
        found = version(Path(app.static_folder) / str(values.get("filename", "")))
        if found:
            values["v"] = found
