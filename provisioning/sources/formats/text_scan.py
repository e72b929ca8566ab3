"""A first look at the bytes of a text file: its encoding, its size, and whether it ends with a line end."""

import codecs
import hashlib
import re
from typing import IO, NamedTuple

from provisioning.errors import ExtractProblem
from provisioning.sources.limits import MAX_LINE, MAX_LINES

_CHUNK = 1 << 16
# Letters and marks as UTF-8 writes them, which hardly any text in Windows-1252 has side by side.
_UTF8_LETTERS = re.compile(
    rb"[\xc3-\xc5][\x80-\xbf]|\xe2\x80[\x93\x94\x98-\x9d]|\xe1\xba[\x80-\x85]|\xe1\xbb[\xb2\xb3]|\xef\xbb\xbf"
)
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Scan(NamedTuple):
    """What the first look found."""

    encoding: str
    line_end: bool


def scan(file: IO[bytes], name: str, digest: "hashlib._Hash") -> Scan:
    """Return which encoding a file is in, found by reading it; the digest takes it in.

    UTF-8, UTF-16 or Windows-1252; what is in none of them, or in two, raises `ExtractProblem`. So does a line
    too long for any person to have written, before it is held in memory.
    """
    start = file.read(2)
    wide = _UTF16.get(start) or _utf16_unmarked(start)
    decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder(wide or "utf-8")()
    decodes = True
    lines, unended, tail, chunk = 1, 0, b"", start
    while chunk:
        digest.update(chunk)
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        unended = unended + len(chunk) if end < 0 else len(chunk) - end
        if unended > MAX_LINE:
            raise ExtractProblem("extract-line-too-long", file=name, line=lines, limit=MAX_LINE)
        lines += chunk.count(b"\n") or chunk.count(b"\r")
        if lines > MAX_LINES:
            raise ExtractProblem("extract-too-many-rows", file=name, limit=MAX_LINES)
        if wide is None and b"\0" in chunk:
            raise ExtractProblem("extract-undecodable", file=name)
        decodes = decodes and _decodes(decoder, chunk)
        tail = (tail + chunk)[-8:]
        chunk = file.read(_CHUNK)
    digest.update(b"\0")
    decodes = decodes and _decodes(decoder, b"", final=True)
    file.seek(0)
    if wide is not None and not decodes:
        raise ExtractProblem("extract-undecodable", file=name)
    return Scan(wide or ("utf-8-sig" if decodes else _single_bytes(file, name)), _ends_line(tail))


def _utf16_unmarked(start: bytes) -> str | None:
    """Return which UTF-16 a file without a byte order mark is in, by a first character that is ASCII."""
    if len(start) < 2 or (start[0] == 0) == (start[1] == 0):
        return None
    return "utf-16-be" if start[0] == 0 else "utf-16-le"


def _ends_line(tail: bytes) -> bool:
    """Return whether a file ends with a line end, or with one before the old end mark Ctrl-Z."""
    return tail.replace(b"\0", b"").rstrip(b"\x1a \t").endswith((b"\n", b"\r"))


def _single_bytes(file: IO[bytes], name: str) -> str:
    """Return Windows-1252 for a file that is not UTF-8; refuse one that is partly UTF-8."""
    utf8 = other = 0
    for number, line in enumerate(file, start=1):
        if line.isascii():
            continue
        rest = _UTF8_LETTERS.sub(b"", line)
        utf8 = utf8 or (number if len(rest) < len(line) else 0)
        other = other or (0 if rest.isascii() else number)
        if utf8 and other:
            raise ExtractProblem("extract-two-encodings", file=name, line=max(utf8, other))
        if not _decodes(codecs.getincrementaldecoder("cp1252")(), line):
            raise ExtractProblem("extract-undecodable", file=name)
    file.seek(0)
    return "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
