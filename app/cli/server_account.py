"""Which account runs PostgreSQL, and what that account can reach.

PostgreSQL refuses to run as root. Started by root it runs as `postgres`, else as `nobody`; then
its data and its programs have to lie where that account may go. A checkout in root's own home does
not, so the server gets a folder of the system instead; nobody's permissions are widened.
"""

import hashlib
import os
import pwd
import shutil
from pathlib import Path

SYSTEM = Path("/var/lib")


class NoAccount(Exception):
    """Root asks for a server and there is nobody to run it."""


def account() -> pwd.struct_passwd | None:
    """Return the account that serves when root starts the server; None serves as oneself."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoAccount("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody.")


def can_reach(folder: Path, who: pwd.struct_passwd | None) -> bool:
    """Tell whether `who` may enter a folder and all those above it, as far as they exist."""
    if who is None:
        return True
    return all(
        above.stat().st_mode & 0o001 or above.stat().st_uid == who.pw_uid
        for above in (folder, *folder.parents)
        if above.exists()
    )


def server_folder(wanted: Path) -> Path:
    """Return where a server may live: the folder wanted, or one of the system named after it."""
    if can_reach(wanted, account()):
        return wanted
    name = hashlib.sha256(str(wanted.resolve()).encode()).hexdigest()[:12]
    return SYSTEM / f"tanhuitong-{name}"


def reachable_programs(programs: Path, folder: Path, who: pwd.struct_passwd | None) -> Path:
    """Return the programs where `who` can run them: in their place, or a copy inside `folder`."""
    if can_reach(programs, who) and (programs / "postgres").stat().st_mode & 0o001:
        return programs
    installed, package = programs.parent, programs.parent.parent
    copy = folder / "programs"
    whole, status = copy / "whole", (programs / "postgres").stat()
    version = f"{status.st_size} {status.st_mtime_ns}"
    if not whole.exists() or whole.read_text("utf-8") != version:
        shutil.rmtree(copy, ignore_errors=True)
        libraries = package.with_name(f"{package.name}.libs")  # where the programs look for them
        for source in (installed, libraries):
            if source.exists():
                shutil.copytree(source, copy / source.relative_to(package.parent), symlinks=True)
        for path in (copy, *copy.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
        whole.write_text(version, "utf-8")
    return copy / programs.relative_to(package.parent)
