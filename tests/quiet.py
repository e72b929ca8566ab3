"""What no log may carry: a UPN, or the name of anybody in the tests or the trial."""

import re

from provisioning.upn import LETTERS

OURS = ("bot", "diagnostics", "provisioning", "knowledge")
"""The loggers that operators hear from `INFO` on; of libraries they hear what went wrong."""

_UPN = re.compile(rf"\b[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]\b")
_NAMES = re.compile(r"Blodeuwedd|Gwrhydfawr|Bowen|\b(?:Seren|Dylan|Evans|Angharad|Osian|Si[oô]n)\b")


def names_somebody(line: str) -> bool:
    """Whether a line says who somebody is."""
    return _UPN.search(line) is not None or _NAMES.search(line) is not None
