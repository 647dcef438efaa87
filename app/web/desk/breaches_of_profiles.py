"""What is wrong with a mapping profile, in the words of the page (映射配置错误)."""

import re
from collections.abc import Callable
from typing import Final

from app.web.presentation.language import gettext

Told = Callable[[re.Match[str]], str]

PATTERNS: Final[tuple[tuple[str, Told], ...]] = (
    (r"unknown key", lambda _: gettext("未知的键，请检查拼写")),
    (r"not TOML: (.*)", lambda m: gettext("不是有效的 TOML：%(fault)s", fault=m[1])),
    (r"longer than (\d+) characters", lambda m: gettext("不超过 %(most)s 个字", most=m[1])),
    (r"must be a text", lambda _: gettext("应为文本")),
    (r"must be a list of texts", lambda _: gettext("应为文本列表")),
    (r"must be true or false", lambda _: gettext("应为 true 或 false")),
    (
        r"must be a whole number from (\S+) to (\S+)",
        lambda m: gettext("应为 %(least)s 到 %(most)s 的整数", least=m[1], most=m[2]),
    ),
    (r"must be an exact decimal number", lambda _: gettext("应为精确的小数")),
    (r"must be a day such as (\S+)", lambda m: gettext("应为日期，例如 %(day)s", day=m[1])),
    (r"must be one of (.*)", lambda m: gettext("应为其中之一：%(choices)s", choices=m[1])),
    (r"must be a list of tables", lambda _: gettext("应为表的列表")),
    (r"must be a table", lambda _: gettext("应为表")),
    (r"only for the format csv", lambda _: gettext("只用于 csv 格式")),
    (r"a duration needs both start and end", lambda _: gettext("时长需要开始和结束两个时间")),
    (r"names a column twice", lambda _: gettext("同一列写了两次")),
    (r"must differ from the delimiter", lambda _: gettext("不能与分隔符相同")),
    (r"only for a file without a header", lambda _: gettext("只用于没有表头的文件")),
    (r"required for a file without a header", lambda _: gettext("没有表头的文件必须写明")),
    (r"must be \. or ,", lambda _: gettext("应为 . 或 ,")),
    (
        r"must be \. , ' or a space, and not the decimal sign",
        lambda _: gettext("应为 . , ' 或空格，且不同于小数点"),
    ),
    (r"must be one character", lambda _: gettext("应为一个字符")),
    (
        r"must hold exactly one of equals, in, not_in, not_empty",
        lambda _: gettext("equals、in、not_in、not_empty 只能写一个"),
    ),
    (r"can only be true", lambda _: gettext("只能是 true")),
    (
        r"and `to` must each name latitude and longitude",
        lambda _: gettext("from 和 to 都应写明纬度列和经度列"),
    ),
    (
        r"must be (\S+) for the kind (\S+)",
        lambda m: gettext("种类为 %(kind)s 时应为 %(unit)s", kind=m[2], unit=m[1]),
    ),
    (r"must be above zero", lambda _: gettext("应大于零")),
    (
        r"must be above zero, with three decimals at most",
        lambda _: gettext("应大于零，最多三位小数"),
    ),
    (
        r"required, because it is the time that counts",
        lambda _: gettext("这是计入日期的时间，必须写明"),
    ),
    (
        r"must be the name of a time zone, such as (\S+)",
        lambda m: gettext("应为时区名称，例如 %(zone)s", zone=m[1]),
    ),
    (
        r"must be (\S+), the unit of the method, not (\S+)",
        lambda m: gettext("应为核算方法的单位 %(unit)s，而不是 %(given)s", unit=m[1], given=m[2]),
    ),
    (r"also names a column of the file", lambda _: gettext("与文件中的列重名")),
    (r"lacks the mapped column (.*)", lambda m: gettext("缺少映射用到的列 %(column)s", column=m[1])),
    (r"unknown directive (.*)", lambda m: gettext("未知的时间格式符 %(sign)s", sign=m[1])),
    (
        r"must hold year, month and day, or be one of (.*)",
        lambda m: gettext("应含年、月、日，或为其中之一：%(choices)s", choices=m[1]),
    ),
    (r"must not hold a directive twice", lambda _: gettext("同一格式符写了两次")),
    (r"maps no column of the file", lambda _: gettext("没有映射文件中的任何列")),
)
