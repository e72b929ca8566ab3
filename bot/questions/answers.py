"""What anybody may ask: the guide, the dates, their own language and watches, help."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.commands import Command, Takes
from bot.diagnosis import screens
from bot.people import preferences
from bot.people.permissions import Act
from bot.rollover import answers as rollover
from bot.slack import notices, refusals
from bot.slack.blocks import Screen
from bot.slack.context import Asker
from bot.watches import store as watch_store
from bot.watches.screens import listed
from knowledge.texts import Language
from provisioning.clock import today
from provisioning.errors import KnownError

_LANGUAGES: dict[str, Language] = {
    "english": "en",
    "saesneg": "en",
    "en": "en",
    "cymraeg": "cy",
    "welsh": "cy",
    "cy": "cy",
}


def _faq(asker: Asker, command: Command) -> Screen:
    known, day = asker.services.house.knowledge, today(asker.services.clock)
    if not command.about:
        every = [(entry, entry.in_force(day)) for entry in known.entries.values()]
        return screens.faq_list(every, asker.voice)
    entry = known.entries.get(command.about.casefold())
    if entry is None:
        raise KnownError("entry-unknown", entry=command.about, known=", ".join(known.entries))
    return screens.faq(entry, entry.in_force(day), asker.voice)


def _language(asker: Asker, command: Command) -> Screen:
    chosen = _LANGUAGES.get(command.about.casefold())
    if chosen is None:
        return notices.sentence("language.which", asker.voice)
    with asker.services.database.writing() as session:
        preferences.choose_language(session, asker.user, chosen)
    return notices.sentence("language.chosen", replace(asker.voice, language=chosen))


def _dates(asker: Asker, command: Command) -> Screen:
    return rollover.dates(asker.services, asker.voice, command.about, asker.schools(Act.LAST_RUN))


def watches(asker: Asker) -> Screen:
    """What somebody has asked to be told of, at the schools about which they may still ask."""
    allowed = {school.number: school for school in asker.schools(Act.DIAGNOSE)}
    with asker.services.database.reading() as session:
        own = [one for one in watch_store.every(session, asker.user) if one.school in allowed]
    return listed(own, allowed, asker.voice)


def _watches(asker: Asker, _command: Command) -> Screen:
    return watches(asker)


def help_(asker: Asker, _command: Command | None = None) -> Screen:
    """The verbs that somebody may use."""
    return refusals.help_(asker.caller().acts, asker.voice)


FREE: Mapping[Takes, Callable[[Asker, Command], Screen]] = {
    Takes.ENTRY: _faq,
    Takes.DATES: _dates,
    Takes.LANGUAGE: _language,
    Takes.OWN: _watches,
    Takes.NOTHING: help_,
}
"""What each kind of thing that a verb takes is answered by, where it tells nothing of anybody."""
