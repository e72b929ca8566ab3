"""The schools whose extracts are too old, for `hwb check`: by the times of their files alone."""

from bot.service.bootstrap import clock_for, local_dates_for
from bot.settings import Settings
from knowledge.loading import load_knowledge
from provisioning.calendars import calendar
from provisioning.clock import today, uk_date
from provisioning.errors import KnownError
from provisioning.rules import is_stale
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import schools
from provisioning.store.database import Database

_NAMED = 10
"""Schools that are named; the others are counted."""


def require_current_extracts(settings: Settings) -> None:
    """Raise `KnownError` where the extracts of schools that are not closed are too old to be believed."""
    stale = _stale(settings)
    if stale:
        more = f" (+{len(stale) - _NAMED})" if len(stale) > _NAMED else ""
        raise KnownError("extracts-stale", count=len(stale), schools=", ".join(stale[:_NAMED]) + more)


def _stale(settings: Settings) -> list[str]:
    """Return the numbers of the schools, each with the day of its extract."""
    known, day, folder = load_knowledge(), today(clock_for(settings)), ExtractFolder(settings.extracts)
    local = local_dates_for(settings, known.calendar)
    database, found = Database(settings.database_url), []
    try:
        database.prepare()
        with database.reading() as session:
            for school in schools.every(session):
                written = folder.written_at(school.number)
                if written is None or school.is_closed(day):
                    continue
                dates = calendar(known.calendar, local, session, school.local_authority).of(day.year)
                if is_stale(uk_date(written), day, dates.end_of_year_deadline):
                    found.append(f"{school.number} ({uk_date(written).isoformat()})")
    finally:
        database.close()
    return found
