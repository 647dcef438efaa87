"""QR codes (二维码) drawn into the page."""

import segno
from markupsafe import Markup


def qr_svg(text: str, label: str) -> Markup:
    """Draw `text` as a QR code, dark on whatever lies below; that ground must be white.

    Args:
        label: the accessible name, which says what the code is for and not its content.
    """
    code = segno.make(text, error="m", micro=False)
    side = code.symbol_size(border=2)[0]
    runs = "".join(
        f"M{start} {line}h{end - start}v1h-{end - start}z"
        for line, row in enumerate(code.matrix_iter(border=2))
        for start, end in _runs(bytes(row))
    )
    return Markup(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<path fill="#000000" d="{}"/></svg>'
    ).format(label, side, side, runs)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Return start and end of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for place, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            runs.append((start, place))
            start = None
    return runs
