"""The ledger as somebody would keep it on paper: slow, plain, with nothing shared with the product."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
COLUMNS = ("issued", "available", "reserved", "cancelled", "expired", "closed", "corrected")


def today(at: datetime) -> date:
    """Return the day in China."""
    return at.astimezone(CHINA).date()


def midnight_after(day: date) -> datetime:
    """Return the first instant after a day in China."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)


def last_day(issued_on: date, months: int) -> date:
    """Count the months one by one and step back a day, unless the month is too short for the date."""
    year, month = issued_on.year, issued_on.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    reached, day = None, issued_on.day + 1
    while reached is None:
        day -= 1
        with suppress(ValueError):
            reached = date(year, month, day)
    return reached if day < issued_on.day else reached - timedelta(days=1)


@dataclass
class PaperLot:
    """One row of paper."""

    issued_on: date
    last_valid_on: date
    amounts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))

    def move(self, source: str | None, target: str, amount: int) -> None:
        """Move an amount from one column to another; what is issued comes from outside."""
        if source is None:
            self.amounts["issued"] += amount
        else:
            self.amounts[source] -= amount
            assert self.amounts[source] >= 0
        self.amounts[target] += amount


@dataclass
class PaperRedemption:
    """What was taken from which lot, and until when."""

    parts: list[tuple[PaperLot, int]]
    until: datetime
    state: str = "reserved"


@dataclass
class PaperAccount:
    """An account's lots and redemptions."""

    lots: list[PaperLot] = field(default_factory=list)
    redemptions: dict[int, PaperRedemption] = field(default_factory=dict)
    closed: bool = False

    def issue(self, at: datetime, grams: int, grams_per_point: int, months: int) -> tuple[PaperLot, int]:
        """Issue for one behaviour; return the lot and the hundredths."""
        day = today(at)
        last = last_day(day, months)
        lot = next((lot for lot in self.lots if (lot.issued_on, lot.last_valid_on) == (day, last)), None)
        if lot is None:
            lot = PaperLot(day, last)
            self.lots.append(lot)
        points = (grams * 100 - grams * 100 % grams_per_point) // grams_per_point
        lot.move(None, "available", points)
        return lot, points

    def spendable(self, at: datetime) -> int:
        """Add up what has not passed its last day."""
        return sum(lot.amounts["available"] for lot in self.lots if lot.last_valid_on >= today(at))

    def reserve(self, number: int, at: datetime, price: int, use_days: int) -> PaperRedemption | None:
        """Reserve a price, the earliest to expire first; None if there is not enough."""
        if self.spendable(at) < price:
            return None
        parts, missing = [], price
        for lot in sorted(self.lots, key=lambda lot: (lot.last_valid_on, lot.issued_on)):
            amount = min(missing, lot.amounts["available"])
            if lot.last_valid_on >= today(at) and amount:
                lot.move("available", "reserved", amount)
                parts.append((lot, amount))
                missing -= amount
        limit = min(midnight_after(last_day(lot.issued_on, 60)) for lot, _amount in parts)
        made = PaperRedemption(parts, min(at + timedelta(days=use_days), limit))
        self.redemptions[number] = made
        return made

    def settle(self, number: int, at: datetime, state: str) -> None:
        """End a redemption; what comes back to a lot that is over expires with all that the lot holds."""
        redemption = self.redemptions[number]
        redemption.state = state
        for lot, amount in redemption.parts:
            lot.move("reserved", "cancelled" if state == "fulfilled" else "available", amount)
            if state != "fulfilled" and lot.last_valid_on < today(at):
                lot.move("available", "expired", lot.amounts["available"])

    def expire(self, at: datetime) -> None:
        """Sweep."""
        for lot in self.lots:
            if lot.last_valid_on < today(at):
                lot.move("available", "expired", lot.amounts["available"])

    def close(self, at: datetime) -> None:
        """Give back what is open, expire what is over, close the rest."""
        for number, redemption in self.redemptions.items():
            if redemption.state == "reserved":
                self.settle(number, at, "withdrawn" if at < redemption.until else "timed_out")
        self.expire(at)
        for lot in self.lots:
            lot.move("available", "closed", lot.amounts["available"])
        self.closed = True

    def correct(self, at: datetime, lot: PaperLot, amount: int) -> int:
        """Take what is unspent of one lot; of a lot that is over nothing is."""
        taken = min(amount, lot.amounts["available"]) if lot.last_valid_on >= today(at) else 0
        lot.move("available", "corrected", taken)
        return taken

    def rows(self) -> list[tuple[object, ...]]:
        """Return the paper as rows to compare."""
        return sorted(
            (lot.last_valid_on, lot.issued_on, *(lot.amounts[column] for column in COLUMNS))
            for lot in self.lots
        )
