"""Identifiers that look alike: typed, scanned or turned into one another by a spreadsheet."""

_LOOKS = str.maketrans("OIS", "015")


def look_alike(identifier: str, other: str) -> bool:
    """Return whether two identifiers differ only by characters that look alike.

    These are O for 0, I for 1, S for 5, zeros that were lost, case, and what is neither letter nor digit.
    """
    here, there = _looks(identifier), _looks(other)
    if not here or not there:
        return False
    lost = len(here) != len(there) and here.replace("0", "") == there.replace("0", "") != ""
    return here == there or lost


def _looks(identifier: str) -> str:
    return "".join(filter(str.isalnum, identifier.upper())).translate(_LOOKS)
