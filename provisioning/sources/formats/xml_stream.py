"""XML from outside as a stream of events; external references and entity expansion are refused.

lxml rather than defusedxml: it is released several times a year (defusedxml last in 2021), and its
parser target sees a DOCTYPE before anything declared in it is read, and builds no tree. A document with a
DOCTYPE is refused whatever stands in it: entities can be declared nowhere else, so neither expansion
(CWE-776) nor external entities (CWE-611) can happen. None of our formats has one.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import IO, NamedTuple

from lxml import etree

from provisioning.errors import ExtractProblem
from provisioning.sources.limits import MAX_DEPTH, MAX_ELEMENTS

_PORTION = 1 << 16


class Start(NamedTuple):
    """An element begins; names of elements and attributes come without their namespace."""

    name: str
    attributes: Mapping[str, str]
    line: int


class EndOfElement(NamedTuple):
    """An element ends."""

    name: str


class Words(NamedTuple):
    """A piece of text."""

    text: str


Event = Start | EndOfElement | Words


def events(
    file: IO[bytes], name: str, digest: "hashlib._Hash | None" = None, most: int = MAX_ELEMENTS
) -> Iterator[Event]:
    """Yield the events of a document in order; the digest takes in its bytes.

    What is not well-formed, declares a document type, or is too deep or too long raises `ExtractProblem`
    with the line.
    """
    target = _Target(most)
    parser = etree.XMLParser(
        target=target, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        while portion := file.readline(_PORTION):
            if digest is not None:
                digest.update(portion)
            parser.feed(portion)
            target.line += portion.endswith(b"\n")
            yield from target.events
            target.events.clear()
        parser.close()
    except _DocumentType:
        raise ExtractProblem("extract-xml-doctype", file=name, line=target.line) from None
    except _TooMuch:
        raise ExtractProblem("extract-xml-too-much", file=name, line=target.line) from None
    except etree.XMLSyntaxError:
        raise ExtractProblem("extract-xml-broken", file=name, line=target.line) from None
    yield from target.events


class _DocumentType(Exception):
    """A document declares its type."""


class _TooMuch(Exception):
    """Elements too deep in one another, or too many of them."""


class _Target:
    """The parser's target, which turns its calls into events."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.events: list[Event] = []
        self.line = 1
        self._depth = self._elements = 0

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise _DocumentType

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > self._most:
            raise _TooMuch
        plain = {_plain(key): value for key, value in attributes.items()} if attributes else _NONE
        self.events.append(Start(_plain(name), plain, self.line))

    def end(self, name: str) -> None:
        self._depth -= 1
        self.events.append(EndOfElement(_plain(name)))

    def data(self, text: str) -> None:
        self.events.append(Words(text))

    def comment(self, _text: str) -> None:
        """Ignore comments."""

    def pi(self, _target: str, _text: str | None = None) -> None:
        """Ignore processing instructions."""

    def close(self) -> None:
        """End without a result, for nothing was built."""


_NONE: Mapping[str, str] = {}


def _plain(name: str) -> str:
    return name.rpartition("}")[2] if name[0] == "{" else name
