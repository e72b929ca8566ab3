"""The Unique Pupil Number: 13 characters with a check letter.

Source: Department for Education, "Unique pupil numbers (UPNs)". Welsh local authority codes are valid. A
final letter marks a temporary UPN.
"""

import re
from enum import StrEnum
from functools import lru_cache

from provisioning.ids import Upn

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_VALUE = {**{str(digit): digit for digit in range(10)}, **{letter: i for i, letter in enumerate(LETTERS)}}
_SHAPE = re.compile(rf"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]")
WRITTEN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z](?:[ -]?[0-9]){11}(?:[ -]?[0-9]|[A-Za-z])(?![0-9A-Za-z])")
"""What people and programs write for a UPN in a text: in any case, with spaces or hyphens."""
HIDDEN = re.compile(r"(?:(?<![A-Za-z])[A-Za-z][ -]?|[A-Za-z])[0-9](?:[ -]?[0-9]){10}[ -]?[0-9A-Za-z]")
"""What is masked as a UPN: `WRITTEN`, and what stands without a gap behind letters of another word.

A telephone number behind a word is none: "ring 029 2018 0000 or write".
"""
_BEGUN = re.compile(r"[A-Z][0-9]{6}")
_DIGITS = set("0123456789")


class UpnFault(StrEnum):
    """Which part of an identifier keeps it from being a UPN."""

    LENGTH = "length"
    CHECK_LETTER_SHAPE = "check-letter-shape"
    DIGITS = "digits"
    LAST = "last"
    CHECK_LETTER = "check-letter"


def normalise(text: str) -> Upn:
    """Return a UPN for comparison: without spaces and invisible characters, in capitals."""
    if text.isupper() and text.isalnum() and text.isascii():
        return Upn(text)  # as nearly all are written
    if not text.isprintable():
        text = "".join(character for character in text if character.isprintable())
    return Upn("".join(text.split()).upper())


def read(written: str) -> Upn:
    """Return the UPN of a text that `WRITTEN` found."""
    return normalise(written.replace("-", ""))


def check_letter(body: str) -> str:
    """Return the check letter for characters 2 to 13: weights 2 to 13, sum modulo 23."""
    # Few distinct halves occur: school and year repeat within a school, serials across schools.
    return LETTERS[(_weighed(body[:9], 2) + _weighed(body[9:], 11)) % 23]


@lru_cache(maxsize=16_384)
def _weighed(characters: str, first: int) -> int:
    """Return the weighted sum of `characters`, with weights from `first` up."""
    return sum(weight * _VALUE[character] for weight, character in enumerate(characters, start=first))


def is_valid(upn: str) -> bool:
    """Return whether a normalised UPN has the right shape and check letter."""
    return _SHAPE.fullmatch(upn) is not None and upn[0] == check_letter(upn[1:])


def is_temporary(upn: str) -> bool:
    """Return whether a valid UPN is a temporary one, to be replaced by the permanent one."""
    return upn[-1] not in _DIGITS


def fault(upn: str) -> UpnFault | None:
    """Return the first thing wrong with a normalised UPN; None where it is valid."""
    if len(upn) != 13:
        return UpnFault.LENGTH
    if upn[0] not in LETTERS:
        return UpnFault.CHECK_LETTER_SHAPE
    if not set(upn[1:12]) <= _DIGITS:
        return UpnFault.DIGITS
    if upn[12] not in _VALUE:
        return UpnFault.LAST
    return None if is_valid(upn) else UpnFault.CHECK_LETTER


def looks_like(identifier: str) -> bool:
    """Return whether `identifier` is meant as a UPN rather than a staff code.

    Staff codes are a few characters; ten or more, or a letter before six digits, is a UPN, perhaps mistyped.
    """
    upn = normalise(identifier)
    return len(upn) >= 10 or _BEGUN.match(upn) is not None
