"""Amounts as people read them (数量): points, grams, tonnes, money, shares. Always rounded down."""

from typing import Final, NamedTuple

MINUS: Final = "\u2212"
GRAMS_PER_KG: Final = 1_000
GRAMS_PER_TONNE: Final = 1_000_000


class Amount(NamedTuple):
    """A number and its unit, kept apart so that a page can set them in two sizes."""

    number: str
    unit: str

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"


def _signed(value: int, text: str, *, signed: bool) -> str:
    if value < 0:
        return MINUS + text
    return f"+{text}" if signed and value else text


def _hundredths(value: int) -> str:
    whole, rest = divmod(value, 100)
    return f"{whole:,}.{rest:02d}"


def grouped(value: int) -> str:
    """Write a whole number with thousands separators: 1860 → `1,860`."""
    return _signed(value, f"{abs(value):,}", signed=False)


def points(hundredths: int, *, signed: bool = False) -> str:
    """Write points with at most two decimals: 186000 → `1,860`, 110 → `1.1`.

    Args:
        hundredths: hundredths of a point.
        signed: put a plus before gains.
    """
    text = _hundredths(abs(hundredths)).rstrip("0").rstrip(".")
    return _signed(hundredths, text, signed=signed)


def grams_parts(grams: int, *, signed: bool = False) -> Amount:
    """Return grams as number and unit, in kg from 1,000 g and in t from 1,000,000 g."""
    size = abs(grams)
    if size < GRAMS_PER_KG:
        return Amount(_signed(grams, str(size), signed=signed), "g")
    if size < GRAMS_PER_TONNE:
        return Amount(_signed(grams, _hundredths(size // 10), signed=signed), "kg")
    return Amount(_signed(grams, _hundredths(size // 10_000), signed=signed), "t")


def grams(value: int, *, signed: bool = False) -> str:
    """Write grams with their unit: 860 → `860 g`, 128460 → `128.46 kg`, 2500000 → `2.50 t`."""
    return str(grams_parts(value, signed=signed))


def tonnes(value: int) -> str:
    """Write whole tonnes: 167000 → `167,000 t`."""
    return f"{grouped(value)} t"


def money(fen: int) -> str:
    """Write fen as yuan: 120050 → `¥1,200.50`."""
    return _signed(fen, f"¥{_hundredths(abs(fen))}", signed=False)


def percent(part: int, whole: int) -> str:
    """Write a share with one decimal, rounded down; a dash where there is no whole."""
    if whole <= 0:
        return "–"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}%"


def milli(value: int) -> str:
    """Write a quantity in thousandths without idle zeros: 1500 → `1.5`, 1000 → `1`."""
    whole, rest = divmod(abs(value), 1000)
    text = f"{whole:,}.{rest:03d}".rstrip("0").rstrip(".")
    return _signed(value, text, signed=False)


def file_size(octets: int) -> str:
    """Write the size of a file: 12345678 → `12.3 MB`."""
    size = float(octets)
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
