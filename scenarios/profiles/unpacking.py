"""From a stored file to plain bytes, block by block, within limits. Gzip is known by its first two bytes."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from scenarios.profiles.errors import FileDamaged, FileTruncated, TooLargeWhenUnpacked
from scenarios.profiles.values import Limits

_READ = 64 * 1024
_BLOCK = 256 * 1024
_MOST_MEMBERS = 100_000
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


def plain_blocks(source: Path | BinaryIO, limits: Limits) -> Iterator[bytes]:
    """Yield the plain bytes of `source` in blocks of a few hundred kilobytes, whatever the file is made of.

    Raises:
        FileTruncated: the gzip data ends too early.
        FileDamaged: the gzip data is broken or followed by something else.
        TooLargeWhenUnpacked: more bytes, or more bytes for each compressed one, than allowed.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield from _blocks(stream, limits)
    else:
        yield from _blocks(source, limits)


def _blocks(stream: BinaryIO, limits: Limits) -> Iterator[bytes]:
    first = stream.read(_READ)
    plain, gathered, size = 0, [], 0
    for piece in _gunzip(first, stream, limits) if first.startswith(_GZIP) else _as_stored(first, stream):
        plain += len(piece)
        if plain > limits.max_plain_bytes:
            raise TooLargeWhenUnpacked(max_bytes=limits.max_plain_bytes)
        gathered.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def _as_stored(piece: bytes, stream: BinaryIO) -> Iterator[bytes]:
    while piece:
        yield piece
        piece = stream.read(_READ)


def _gunzip(packed: bytes, stream: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """Unpack one gzip member after another; what follows the last may only be zero bytes."""
    stored, plain, members = len(packed), 0, 1
    member = zlib.decompressobj(_GZIP_WINDOW)
    while packed:
        try:
            piece = member.decompress(packed, _BLOCK)
        except zlib.error as fault:
            raise FileDamaged(message=str(fault)) from None
        plain += len(piece)
        if plain > max(limits.ratio_from_bytes, stored * limits.max_ratio):
            raise TooLargeWhenUnpacked(max_ratio=limits.max_ratio)
        if piece:
            yield piece

        packed = member.unused_data.lstrip(b"\0") if member.eof else member.unconsumed_tail
        while not packed and (more := stream.read(_READ)):
            stored += len(more)
            packed = more.lstrip(b"\0") if member.eof else more
        if member.eof and packed:
            members += 1
            if members > _MOST_MEMBERS or not packed.startswith(_GZIP[: len(packed)]):
                raise FileDamaged(message="something else follows the gzip data, or too many parts")
            member = zlib.decompressobj(_GZIP_WINDOW)
    if not member.eof:
        raise FileTruncated(bytes_read=stored)
