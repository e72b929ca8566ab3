"""The key dates in force at a place: published or derived, then the installation's file, then what was set.

Runs, readiness and whoever shows dates all ask here, so that a date moved by a local authority is moved
for all of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from knowledge.keydates import Calendar, Local, LocalDatesError, local_years
from knowledge.models import LocalDates
from provisioning.errors import KnownError
from provisioning.store import dates

NO_AUTHORITY = ""
"""The code for what holds where no local authority is meant."""


def calendar(published: Calendar, local: Local, session: Session, authority: str) -> Calendar:
    """The key dates in force in a local authority.

    Dates that do not fit together are a known error that names the authority.
    """
    return checked(_with(filed(published, local, authority), dates.of(session, authority)), authority)


def calendars(
    published: Calendar, local: Local, session: Session, authorities: Iterable[str]
) -> Mapping[str, Calendar]:
    """The same for several local authorities at once."""
    chosen = dates.every(session)
    return {
        code: checked(_with(filed(published, local, code), chosen.get(code, {})), code)
        for code in authorities
    }


def filed(published: Calendar, local: Local, authority: str) -> Calendar:
    """The key dates of a local authority by the installation's file alone."""
    return replace(published, local=local_years(local, authority))


def checked(found: Calendar, authority: str) -> Calendar:
    """A calendar all of whose years are consistent."""
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
    """The key dates with what the authority has set on top."""
    local = dict(by_file.local)
    for year, changes in chosen.items():
        local[year] = (*local.get(year, ()), changes)
    return replace(by_file, local=local)
