"""A rollover's key dates as a calendar (iCalendar, RFC 5545), to which people and other systems subscribe."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from bot.services import Services
from knowledge.keydates import KeyDateEvent, events
from knowledge.texts import Catalogue, Language
from knowledge.visible import seen
from provisioning.calendars import NO_AUTHORITY
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.store import schools

FIRST_YEAR, LAST_YEAR = 2000, 2200
_ANEW_EVERY = timedelta(days=1)
"""How often programs are asked to read the calendar again."""


@dataclass(frozen=True)
class WantedDates:
    """The dates of which `year` (None: the rollover in focus) and `authority` (None: the published ones)."""

    year: int | None
    authority: str | None
    language: Language


def feed(services: Services, wanted: WantedDates) -> bytes:
    """Return the calendar; raises `KnownError` for an authority of no school, and for a year out of reach."""
    if wanted.year is not None and not FIRST_YEAR <= wanted.year <= LAST_YEAR:
        raise KnownError("api-parameter", name="year")
    provisioning, catalogue, language = services.provisioning, services.catalogue, wanted.language
    with services.database.reading() as session:
        known = {school.local_authority for school in schools.every(session)}
        if wanted.authority is not None and wanted.authority not in known:
            raise KnownError("api-parameter", name="la")
        dates = provisioning.calendar(session, wanted.authority or NO_AUTHORITY)
    chosen = dates.of(wanted.year) if wanted.year else dates.in_focus(today(services.clock))
    title = catalogue.say("api.calendar", language, year=chosen.year)
    made = Calendar()
    made.add("prodid", "-//hwb-rollover//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", title)
    made.add("x-wr-calname", title)
    made.add("refresh-interval", _ANEW_EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "P1D")
    count: Counter[str] = Counter()
    for event in events(chosen):
        count[event.id] += 1
        uid = f"{chosen.year}-{wanted.authority or 'all'}-{event.id}-{count[event.id]}@hwb-rollover"
        made.add_component(_entry(event, uid, services.clock.now(), catalogue, language))
    found: bytes = made.to_ical()
    return found


def _entry(event: KeyDateEvent, uid: str, now: datetime, catalogue: Catalogue, language: Language) -> Event:
    """Return a date as an entry of whole days; `uid` is kept where the date moves, so that it moves too."""
    last: date = event.until or event.day
    entry = Event()
    entry.add("uid", uid)
    entry.add("dtstamp", now)
    entry.add("dtstart", event.day)
    entry.add("dtend", last + timedelta(days=1))  # the first day after it
    entry.add("summary", seen(catalogue.say(f"date.{event.id}.what", language, **event.values)))
    if event.who != "nobody":
        entry.add("description", seen(catalogue.say(f"who.{event.who}", language)))
    entry.add("transp", "TRANSPARENT")
    return entry
