"""From plain bytes to text, and from text to lines, with the place of every fault."""

import codecs
from collections.abc import Iterable, Iterator
from io import StringIO

from scenarios.profiles.errors import FileEncodingWrong, LineTooLong
from scenarios.profiles.values import Encoding, Limits

_UTF_8_MARK = codecs.BOM_UTF8
_MARK = "\ufeff"


def decoded(blocks: Iterable[bytes], encoding: Encoding) -> Iterator[str]:
    """Yield the text of `blocks` without the byte order mark.

    Raises:
        FileEncodingWrong: with the offset of the first wrong byte, from 0, and its line, from 1.
    """
    decoder = codecs.getincrementaldecoder(encoding.value)("strict")
    offset, lines, first = 0, 0, True
    for block in blocks:
        if first and encoding not in {Encoding.UTF_8, Encoding.UTF_16} and block.startswith(_UTF_8_MARK):
            raise FileEncodingWrong(encoding=encoding.value, byte=0, line=1, found="utf-8")
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as fault:
            before = fault.object[: fault.start].decode(encoding.value, "ignore").count("\n")
            raise FileEncodingWrong(
                encoding=encoding.value, byte=offset - waiting + fault.start, line=lines + before + 1
            ) from None
        except UnicodeError:  # UTF-16 without a byte order mark
            raise FileEncodingWrong(encoding=encoding.value, byte=0, line=1) from None
        offset += len(block)
        lines += text.count("\n")
        if first and text:
            text, first = text.removeprefix(_MARK), False
        if text:
            yield text
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise FileEncodingWrong(encoding=encoding.value, byte=offset, line=lines + 1) from None


def lines_of(texts: Iterable[str], limits: Limits) -> Iterator[list[str]]:
    """Yield lists of whole lines, each with its line feed; nothing but a line feed ends a line.

    Raises:
        LineTooLong: before more of such a line is read than is allowed.
    """
    longest, count, rest = limits.max_record_chars, 0, ""
    for text in texts:
        lines = StringIO(rest + text, newline="\n").readlines()
        rest = "" if lines[-1].endswith("\n") else lines.pop()
        if max(map(len, lines), default=0) > longest:
            number = next(number for number, line in enumerate(lines, 1) if len(line) > longest)
            raise LineTooLong(line=count + number, max_chars=longest)
        if len(rest) > longest:
            raise LineTooLong(line=count + len(lines) + 1, max_chars=longest)
        count += len(lines)
        yield lines
    if rest:
        yield [rest]
