"""Collecting of messages (提取): templates, Python, and the titles of refusals."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file, extract_python

ROOT: Final = Path(__file__).parents[3]
PACKAGES: Final = ("app", "scenarios", "points", "cqcer")
TEMPLATES: Final = Path("app/web/templates")
DESIGN: Final = frozenset({"base", "components", "errors"})
SAMPLES: Final = frozenset({"design_samples.py", "design_routes.py"})
KEYWORDS: Final = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}

MessageId = str | tuple[str, ...]


@dataclass
class Found:
    """A message id and the places where it stands."""

    id: MessageId
    places: list[tuple[str, int]] = field(default_factory=list)

    @property
    def part(self) -> str:
        """The catalogue to which it belongs, told by its first place."""
        return part_of(Path(self.places[0][0]))


def part_of(path: Path) -> str:
    """Return the part of the catalogue for messages of a file: the audience, or what it is about."""
    if path.is_relative_to(TEMPLATES):
        folder = path.relative_to(TEMPLATES).parts[0]
        return "samples" if folder == "design" else "design" if folder in DESIGN else folder
    inner = path.parts
    if inner[0] != "app":
        return inner[0]
    if inner[:2] == ("app", "web") and inner[2] in SAMPLES:
        return "samples"
    if inner[:2] == ("app", "web"):
        return "design" if len(inner) == 3 or inner[2] in {"presentation", "translations"} else inner[2]
    return inner[1]


def python_messages(
    fileobj: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[Any, ...]]:
    """Yield the messages of a Python file, and the titles of its refusals: an extractor for Babel."""
    yield from extract_python(fileobj, keywords, comment_tags, {**(options or {}), "encoding": "utf-8"})
    fileobj.seek(0)
    yield from refusal_titles(fileobj.read())


def refusal_titles(source: bytes) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield the `title` of every class that also has a `code`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            texts = dict(_texts(node.body))
            if "code" in texts and "title" in texts:
                title, line = texts["title"]
                yield line, "gettext", title, []


def _texts(body: Iterable[ast.stmt]) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield name, text and line of every text that is given a name in a class."""
    for line in body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        value = getattr(line, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield target.id, (value.value, line.lineno)


def _of_file(path: Path) -> Iterator[tuple[int, MessageId]]:
    method: Any = "jinja2" if path.suffix == ".html" else python_messages
    options = {"encoding": "utf-8", "extensions": "jinja2.ext.do"}
    for line, found, *_ in extract_from_file(method, path, keywords=KEYWORDS, options=options):
        yield line, found if isinstance(found, str) else tuple(found)


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Yield every file that may hold messages."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix == ".py" or (
                path.suffix == ".html" and TEMPLATES in path.relative_to(root).parents
            ):
                yield path


def messages(root: Path = ROOT) -> dict[MessageId, Found]:
    """Collect every message of the product, with its places."""
    found: dict[MessageId, Found] = {}
    for path in sources(root):
        for line, text in _of_file(path):
            if text:
                place = (path.relative_to(root).as_posix(), line)
                found.setdefault(text, Found(text)).places.append(place)
    return found
