"""Refusals of a mapping profile and of a whole file. A fault of one row is not a refusal: see `values`."""

from app.kernel.errors import Malformed


def shown(text: str, most: int = 200) -> str:
    """Return text of a file as it may be shown and stored: cut short, strange signs replaced."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:most])


class ProfileInvalid(Malformed):
    """The profile cannot be used; `breaches` names every fault with its path."""

    code = "profile.invalid"
    title = "映射配置有误"


class FileRefused(Malformed):
    """The file as a whole cannot be read; nothing of it was used."""

    code = "file.refused"
    title = "文件无法读取"


class FileEmpty(FileRefused):
    """There is nothing in the file, not even a header."""

    code = "file.empty"
    title = "文件为空"


class FileEncodingWrong(FileRefused):
    """The bytes are not text in the encoding that the profile names; `byte` and `line` say where."""

    code = "file.encoding"
    title = "文件编码与映射配置不符"


class ColumnsMissing(FileRefused):
    """The header lacks columns that the profile maps, or has one of them twice."""

    code = "file.columns"
    title = "文件缺少映射所需的列"


class LineTooLong(FileRefused):
    """A line or a record is longer than any true one; a quotation mark may be missing."""

    code = "file.line_too_long"
    title = "文件中有超长的行"


class QuoteUnclosed(FileRefused):
    """The file ends inside a quoted field."""

    code = "file.quote_unclosed"
    title = "文件在引号内结束"


class JsonBroken(FileRefused):
    """The file is not one JSON array of records."""

    code = "file.json"
    title = "文件不是有效的 JSON 数组"


class FileTruncated(FileRefused):
    """The compressed file ends too early."""

    code = "file.truncated"
    title = "压缩文件不完整"


class FileDamaged(FileRefused):
    """The compressed file is damaged or has something else behind it."""

    code = "file.damaged"
    title = "压缩文件已损坏"


class TooLargeWhenUnpacked(FileRefused):
    """The file unpacks to more than is allowed."""

    code = "file.too_large_when_unpacked"
    title = "文件解压后过大"
