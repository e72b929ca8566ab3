"""Which schools are meant where a local authority is named by its code."""

from collections.abc import Iterable
from datetime import date

from provisioning.errors import KnownError
from provisioning.records.schools import School


def schools_of(code: str | None, among: Iterable[School], open_on: date | None = None) -> list[School]:
    """Return the schools of the local authority with a `code`, `among` some; without a code all of these.

    A blank code, as of a script whose variable is not set, is that of no authority. With `open_on` only those
    that are not closed on that day. Raises `KnownError` for an authority of no school, and for one whose
    schools have all closed.
    """
    found = [school for school in among if code is None or school.local_authority == code]
    if code is not None and not found:
        raise KnownError("authority-unknown", code=code)
    left = [school for school in found if open_on is None or not school.is_closed(open_on)]
    if code is not None and not left:
        raise KnownError("authority-closed", code=code)
    return left
