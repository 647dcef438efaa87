"""Days and instants as people read them (日期): 2026年11月20日, 20 Nov 2026. Always China's time."""

from datetime import date, datetime, timedelta
from typing import Final

from app.kernel.days import CHINA, day_in_china
from app.web.presentation.language import current_language, gettext, ngettext
from app.web.presentation.preferences import Language

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS: Final = {
    Language.CHINESE: ("一", "二", "三", "四", "五", "六", "日"),
    Language.ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def _in_chinese() -> bool:
    return current_language() is Language.CHINESE


def _as_day(value: date) -> date:
    return day_in_china(value) if isinstance(value, datetime) else value


def day(value: date) -> str:
    """Write a day in full: `2026年11月20日`, `20 Nov 2026`. An instant is its day in China."""
    value = _as_day(value)
    if _in_chinese():
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """Write a day without its year: `11月20日`, `20 Nov`."""
    value = _as_day(value)
    if _in_chinese():
        return f"{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]}"


def month(value: date) -> str:
    """Write a month: `2026年11月`, `Nov 2026`."""
    value = _as_day(value)
    if _in_chinese():
        return f"{value.year}年{value.month}月"
    return f"{MONTHS[value.month - 1]} {value.year}"


def month_only(value: date) -> str:
    """Write a month without its year: `11月`, `Nov`."""
    value = _as_day(value)
    return f"{value.month}月" if _in_chinese() else MONTHS[value.month - 1]


def weekday(value: date) -> str:
    """Write the day of the week in its shortest form: `五`, `Fri`."""
    return WEEKDAYS[current_language()][_as_day(value).weekday()]


def time_of_day(at: datetime) -> str:
    """Write the time of an instant in China: `09:12`."""
    return f"{at.astimezone(CHINA):%H:%M}"


def instant(at: datetime, *, seconds: bool = False) -> str:
    """Write an instant in China's time: `2026年11月20日 09:12`."""
    local = at.astimezone(CHINA)
    return f"{day(local.date())} {local:%H:%M:%S}" if seconds else f"{day(local.date())} {local:%H:%M}"


def near(at: datetime, today: date) -> str:
    """Write an instant as seen from `today`: `09:12`, `昨天 18:40`, `11月18日`, or in full."""
    on = day_in_china(at)
    if on == today:
        return time_of_day(at)
    if on == today - timedelta(days=1):
        return gettext("昨天 %(time)s", time=time_of_day(at))
    return short_day(on) if on.year == today.year else day(on)


def days_left(last: date, today: date) -> str:
    """Write how long something still holds, the last day included: `还有 12 天`, `今天到期`."""
    left = (last - today).days
    if left < 0:
        return gettext("已过期")
    if left == 0:
        return gettext("今天到期")
    return ngettext("还有 %(num)s 天", "还有 %(num)s 天", left)


def iso(value: date) -> str:
    """Write a day or an instant for the `datetime` attribute of `<time>`."""
    return value.isoformat()
