"""Icons (图标): the line drawings of Lucide, written into the page."""

import re
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Final
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from markupsafe import Markup

_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
_SHAPES: Final = frozenset({"path", "circle", "rect", "line", "polyline", "polygon", "ellipse"})


class IconDoesNotExist(LookupError):
    """The set of icons has no drawing of this name."""


@lru_cache(maxsize=1)
def _drawings() -> ZipFile:
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))


@lru_cache(maxsize=512)
def _shapes(name: str) -> Markup:
    try:
        drawing = _drawings().read(f"{name}.svg")
    except KeyError as missing:
        raise IconDoesNotExist(name) from missing
    parts: list[str] = []
    for shape in ET.fromstring(drawing):  # noqa: S314  the package's own file, locked by hash
        tag = shape.tag.removeprefix(_NAMESPACE)
        if tag in _SHAPES:
            attributes = "".join(f' {key}="{value}"' for key, value in shape.attrib.items())
            parts.append(f"<{tag}{attributes}/>")
    return Markup("".join(parts))  # noqa: S704


def icon(name: str, label: str = "", css: str = "") -> Markup:
    """Draw an icon in the colour and size of its text.

    Args:
        name: the name in Lucide's set, as `train-front`.
        label: the accessible name; without one the icon is hidden from screen readers.
        css: further classes.

    Raises:
        IconDoesNotExist: the set has no such icon.
    """
    return _drawing(name, str(label), css)


@lru_cache(maxsize=2048)
def _drawing(name: str, label: str, css: str) -> Markup:
    classes = re.sub(r"\s+", " ", f"icon {css}".strip())
    voice = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup(
        '<svg class="{}" {} viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{}</svg>'
    ).format(classes, voice, _shapes(name))
