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
from bot.slack.context import Context
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


def _faq(context: Context, command: Command) -> Screen:
    known, day = context.services.provisioning.knowledge, today(context.services.clock)
    if not command.about:
        every = [(entry, entry.in_force(day)) for entry in known.entries.values()]
        return screens.faq_list(every, context.voice)
    entry = known.entries.get(command.about.casefold())
    if entry is None:
        raise KnownError("entry-unknown", entry=command.about, known=", ".join(known.entries))
    return screens.faq(entry, entry.in_force(day), context.voice)


def _language(context: Context, command: Command) -> Screen:
    chosen = _LANGUAGES.get(command.about.casefold())
    if chosen is None:
        return notices.sentence("language.which", context.voice)
    with context.services.database.writing() as session:
        preferences.choose_language(session, context.user, chosen)
    return notices.sentence("language.chosen", replace(context.voice, language=chosen))


def _dates(context: Context, command: Command) -> Screen:
    return rollover.dates(context.services, context.voice, command.about, context.schools(Act.LAST_RUN))


def watches(context: Context) -> Screen:
    """What somebody has asked to be told of, at the schools about which they may still ask."""
    allowed = {school.number: school for school in context.schools(Act.DIAGNOSE)}
    with context.services.database.reading() as session:
        own = [one for one in watch_store.every(session, context.user) if one.school in allowed]
    return listed(own, allowed, context.voice)


def _watches(context: Context, _command: Command) -> Screen:
    return watches(context)


def help_(context: Context, _command: Command | None = None) -> Screen:
    """The verbs that somebody may use."""
    return refusals.help_(context.caller().acts, context.voice)


FREE: Mapping[Takes, Callable[[Context, Command], Screen]] = {
    Takes.ENTRY: _faq,
    Takes.DATES: _dates,
    Takes.LANGUAGE: _language,
    Takes.OWN: _watches,
    Takes.NOTHING: help_,
}
"""What each kind of thing that a verb takes is answered by, where it tells nothing of anybody."""
