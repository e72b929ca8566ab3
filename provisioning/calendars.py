"""The key dates in force: published or derived, then the installation's file, then those set in the bot.

Runs, readiness and screens all use these, so that a date moved by a local authority moves for all of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from knowledge.keydates import Calendar, Local, LocalDatesError, local_years
from knowledge.models import LocalDates
from provisioning.errors import KnownError
from provisioning.store import dates

NO_AUTHORITY = ""
"""The code for dates without a local authority."""


def by_authority(published: Calendar, local: Local, session: Session) -> Callable[[str], Calendar]:
    """Return what gives the key dates in force in a local authority by its code, read in one statement.

    Inconsistent dates raise `KnownError` with the authority.
    """
    chosen = dates.every(session)
    return lambda code: checked(_with(filed(published, local, code), chosen.get(code, {})), code)


def calendar(published: Calendar, local: Local, session: Session, authority: str) -> Calendar:
    """Return the key dates in force in a local authority, as `by_authority` gives them."""
    return by_authority(published, local, session)(authority)


def calendars(
    published: Calendar, local: Local, session: Session, authorities: Iterable[str]
) -> Mapping[str, Calendar]:
    """Return what `calendar` returns for several local authorities, by code."""
    found = by_authority(published, local, session)
    return {code: found(code) for code in authorities}


def filed(published: Calendar, local: Local, authority: str) -> Calendar:
    """Return the key dates of a local authority by the installation's file alone."""
    return replace(published, local=local_years(local, authority))


def checked(found: Calendar, authority: str) -> Calendar:
    """Return `found` if all its local years are consistent; otherwise raise `KnownError`."""
    for year in found.local:
        try:
            found.of(year)
        except LocalDatesError as error:
            name = error.name.replace("_", "-")
            raise KnownError(
                "dates-unfit", authority=authority, year=year, name=name, why=error.problem
            ) from None
    return found


def _with(by_file: Calendar, chosen: Mapping[int, LocalDates]) -> Calendar:
    """Return the key dates by file, overridden by those that the authority has set."""
    local = dict(by_file.local)
    for year, changes in chosen.items():
        local[year] = (*local.get(year, ()), changes)
    return replace(by_file, local=local)
