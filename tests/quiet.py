"""What no log may carry: a UPN, or the name of a person in the tests or the trial."""

import re

from provisioning.upn import LETTERS

OURS = ("bot", "diagnostics", "provisioning", "knowledge")
"""The loggers that operators hear from `INFO` on; of libraries they hear what went wrong."""

_UPN = re.compile(rf"\b[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]\b")
_NAMES = re.compile(r"Blodeuwedd|Gwrhydfawr|Bowen|\b(?:Seren|Dylan|Evans|Angharad|Osian|Si[oô]n)\b")


def identifies_a_person(line: str) -> bool:
    """Whether `line` identifies a person."""
    return _UPN.search(line) is not None or _NAMES.search(line) is not None
