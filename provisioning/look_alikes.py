"""Identifiers that look alike: what a hand, a scanner or a spreadsheet makes of one of them."""

_LOOKS = str.maketrans("OIS", "015")


def look_alike(one: str, other: str) -> bool:
    """Return whether two identifiers differ by look-alikes alone.

    O for 0, I for 1, S for 5, zeros that were lost, case, and what is neither letter nor digit.
    """
    here, there = _looks(one), _looks(other)
    if not here or not there:
        return False
    lost = len(here) != len(there) and here.replace("0", "") == there.replace("0", "") != ""
    return here == there or lost


def _looks(identifier: str) -> str:
    return "".join(filter(str.isalnum, identifier.upper())).translate(_LOOKS)
