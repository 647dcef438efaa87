"""Pictures for sharing (分享图), set by the server; every text comes in, in the language of the page."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from app.kernel.errors import Unavailable

FONTS: Final = Path(__file__).resolve().parents[4] / "build" / "fonts"
YEAR: Final = Path(__file__).with_name("year.typ")
PIXELS_PER_INCH: Final = 144.0
"""The page is 540 points wide, so that the picture is 1,080 pixels."""


class TypefaceMissing(Unavailable):
    """The typeface of pictures was not brought to this machine."""

    code = "picture.typeface_missing"
    title = "暂时无法生成图片"


def year(told: Mapping[str, Any]) -> bytes:
    """Return the picture of a year as PNG, 1,080 by 1,350 pixels.

    Raises:
        TypefaceMissing: the typeface was not brought to this machine.
    """
    if not any(FONTS.glob("*.ttf")):
        raise TypefaceMissing
    made = typst.compile(
        YEAR,
        format="png",
        ppi=PIXELS_PER_INCH,
        font_paths=_fonts(),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError(type(made).__name__)
    return made


@cache
def _fonts() -> typst.Fonts:
    # reading twenty megabytes of outlines takes longer than setting a page
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
