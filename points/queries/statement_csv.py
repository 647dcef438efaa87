"""The statement as CSV, for any spreadsheet, with no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from app.kernel.days import CHINA
from app.kernel.units import points_text
from points.queries.statement import Line, Place, statement
from points.values import Kind

BYTE_ORDER_MARK: Final = "\ufeff"

HEADS: Final = {
    "zh": (
        "序号",
        "时间（北京时间）",
        "类型",
        "增加积分",
        "减少积分",
        "余额",
        "批次发放日",
        "有效期至",
        "减排量（克）",
        "行为日期",
        "行为编号",
        "转换规则",
        "兑换编号",
        "权益",
        "商户",
        "存证",
    ),
    "en": (
        "No.",
        "Time (Beijing)",
        "Kind",
        "Points in",
        "Points out",
        "Balance",
        "Lot issued on",
        "Valid until",
        "Reduction (g)",
        "Behaviour day",
        "Behaviour",
        "Conversion rule",
        "Redemption",
        "Benefit",
        "Merchant",
        "Commitment",
    ),
}

KINDS: Final = {
    "zh": {
        Kind.ISSUE: "发放",
        Kind.RESERVE: "兑换预留",
        Kind.RELEASE: "退回",
        Kind.CANCEL: "兑换注销",
        Kind.EXPIRE: "到期失效",
        Kind.CLOSE: "销户作废",
        Kind.CORRECT: "更正",
    },
    "en": {
        Kind.ISSUE: "issued",
        Kind.RESERVE: "reserved",
        Kind.RELEASE: "released",
        Kind.CANCEL: "cancelled (redeemed)",
        Kind.EXPIRE: "expired",
        Kind.CLOSE: "closed",
        Kind.CORRECT: "corrected",
    },
}

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """Write a cell so that a spreadsheet shows it and does not run it."""
    written = "" if value is None else str(value)
    return f"'{written}" if written.startswith(_STARTS_A_FORMULA) else written


def statement_csv(
    session: Session,
    account_id: int,
    *,
    since: date | None = None,
    until: date | None = None,
    language: str = "zh",
) -> Iterator[str]:
    """Yield an account's statement as CSV text, the latest entry first, a few hundred lines at a time.

    Args:
        language: `zh` or `en`, of the heads and kinds.
    """
    kinds = KINDS[language]
    yield BYTE_ORDER_MARK + _rows([HEADS[language]])
    after: Place | None = None
    while True:
        page = statement(session, account_id, after=after, limit=500, since=since, until=until)
        yield _rows([_cells(line, kinds) for line in page.items])
        after = page.after
        if after is None:
            return


def _cells(line: Line, kinds: dict[Kind, str]) -> tuple[Any, ...]:
    plain = points_text(abs(line.change)).replace(",", "")
    return (
        line.seq,
        f"{line.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        kinds[line.kind],
        plain if line.change > 0 else "",
        plain if line.change < 0 else "",
        points_text(line.balance_after).replace(",", ""),
        line.lot_issued_on,
        line.lot_last_valid_on,
        line.reduction_g,
        line.behaviour_day,
        line.behaviour_id,
        line.rule_version,
        line.redemption_id,
        line.offer,
        line.merchant,
        line.commitment,
    )


def _rows(rows: list[tuple[Any, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue()
