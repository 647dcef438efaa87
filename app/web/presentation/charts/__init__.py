"""Charts (图表): SVG made by the server, readable without script, each with a table as its twin.

All take a `caption`, which names the chart, and numbers as they are; `shown` writes a number for
people (`grams`, `points`, …). Colours are classes, so that they follow the theme; no chart tells
anything by colour alone. `twin` says where the table is: `"hidden"` for screen readers only,
`"details"` to be opened by anybody, `"none"` where the page has the numbers beside the chart.
"""

from app.web.presentation.charts.bars import bars, ranks
from app.web.presentation.charts.expiry import expiry_calendar
from app.web.presentation.charts.lines import lines, sparkline
from app.web.presentation.charts.shares import progress, share

__all__ = ["bars", "expiry_calendar", "lines", "progress", "ranks", "share", "sparkline"]
