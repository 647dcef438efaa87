"""Tokens: every pair of colours that meets on a page can be read, in every theme."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[3] / "app/web/static/css"
TOKENS = (STYLES / "tokens.css").read_text("utf-8")

LIGHT = ":root"
DARK = '[data-theme="dark"]'
ELDER = '[data-elder="on"]'
ELDER_DARK = '[data-elder="on"][data-theme="dark"]'
THEMES = {
    "light": (LIGHT,),
    "dark": (LIGHT, DARK),
    "elder": (LIGHT, ELDER),
    "elder and dark": (LIGHT, DARK, ELDER, ELDER_DARK),
}

TONES = ("green", "blue", "amber", "red", "violet", "cyan", "pink")
MEANINGS = ("good", "warn", "bad", "info", "quiet")
READ = [
    *[(ink, ground) for ink in ("ink", "ink-2") for ground in ("ground", "surface", "sunken")],
    *[(ink, ground) for ink in ("brand", "bad", "good", "accent") for ground in ("ground", "surface")],
    ("brand", "sunken"),
    ("on-button", "button"),
    ("on-button", "button-hover"),
    ("on-brand-soft", "brand-soft"),
    ("brand", "brand-soft"),
    ("on-head", "head-from"),
    ("on-head", "head-to"),
    ("on-count", "count"),
    *[(tone, f"{tone}-soft") for tone in (*TONES, *MEANINGS)],
    *[("ink", f"{tone}-soft") for tone in MEANINGS],
    *[("ink-2", f"{tone}-soft") for tone in (*MEANINGS, "accent", "brand")],
    *[(tone, "surface") for tone in (*TONES, *MEANINGS)],
]
SEEN = [
    ("line-strong", "surface"),
    ("line-strong", "ground"),
    ("focus", "surface"),
    ("focus", "ground"),
    *[(tone, "surface") for tone in TONES],
]


def declared(selector: str) -> dict[str, str]:
    """Return the tokens of the first block of a selector."""
    block = re.search(rf"^\s*{re.escape(selector)} \{{(.*?)^\s*\}}", TOKENS, re.MULTILINE | re.DOTALL)
    assert block is not None, selector
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", block[1]))


def tokens(theme: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for selector in THEMES[theme]:
        found |= declared(selector)
    return found


def luminance(colour: str) -> float:
    assert re.fullmatch(r"#[0-9a-f]{6}", colour), colour
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_every_ground_it_stands_on(theme):
    colours = tokens(theme)

    weak = {
        f"{ink} on {ground}": round(found, 2)
        for ink, ground in READ
        if (found := contrast(colours[ink], colours[ground])) < 4.5
    }

    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
def test_borders_focus_and_series_can_be_seen(theme):
    colours = tokens(theme)

    weak = {
        f"{ink} on {ground}": round(found, 2)
        for ink, ground in SEEN
        if (found := contrast(colours[ink], colours[ground])) < 3
    }

    assert weak == {}


def test_a_dark_device_gets_the_very_colours_of_the_dark_theme():
    assert declared('[data-theme="auto"]') == declared(DARK)
    assert declared('[data-elder="on"][data-theme="auto"]') == declared(ELDER_DARK)


def test_colours_stand_in_the_tokens_alone():
    strangers = {
        path.name: found
        for path in STYLES.glob("*.css")
        if path.name not in {"tokens.css", "print.css"}
        and (
            found := [
                colour
                for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text("utf-8"))
                if colour not in {"#ffffff", "#000000", "#075a4a"}
            ]
        )
    }

    assert strangers == {}


def test_no_style_sets_text_below_sixteen_pixels_or_lines_below_one_and_a_half():
    small = []
    for path in STYLES.glob("*.css"):
        if path.name == "print.css":
            continue
        text = path.read_text("utf-8")
        small += [
            size
            for size, unit in re.findall(r"font-size:\s*(?:clamp\()?([\d.]+)(px|rem|em)", text)
            if float(size) < (16 if unit == "px" else 1)
        ]
        small += [
            height for height in re.findall(r"line-height:\s*([\d.]+)", text) if 1 < float(height) < 1.5
        ]

    assert small == []


def test_all_styles_together_are_small():
    import gzip

    size = sum(len(gzip.compress(path.read_bytes())) for path in STYLES.glob("*.css"))

    assert size < 30_000
