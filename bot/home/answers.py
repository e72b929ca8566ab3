"""Answers of the verbs `mine`, `preferences`, `help` and `language`."""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands import Command, Takes, Verb
from bot.home import mine, mine_screens, preference_screens
from bot.people import audit, preferences
from bot.slack import notices
from bot.slack.blocks import Screen
from bot.slack.context import Answer, AskInModal, Context
from bot.slack.handlers import showing
from knowledge.texts import Language
from provisioning.clock import today
from provisioning.records.schools import School

_LANGUAGE_WORDS: dict[str, Language] = {
    "english": "en",
    "saesneg": "en",
    "en": "en",
    "cymraeg": "cy",
    "welsh": "cy",
    "cy": "cy",
}


def _language(context: Context, command: Command) -> Screen:
    chosen = _LANGUAGE_WORDS.get(command.about.casefold())
    if chosen is None:
        return notices.sentence("language.which", context.voice)
    with context.services.database.writing() as session:
        preferences.choose_language(session, context.user, chosen)
    return notices.sentence("language.chosen", replace(context.voice, language=chosen))


def _help(context: Context, _command: Command) -> Screen:
    return context.help()


def _preferences(context: Context, _command: Command, _allowed: Sequence[School]) -> Answer | AskInModal:
    if not context.caller().grants:
        return Answer(notices.sentence("refusal.no-grant", context.voice), outcome=audit.REFUSED)
    with context.services.database.reading() as session:
        now = preferences.digest_choice(session, context.user)
    return AskInModal(preference_screens.digest_form(now, context.services.settings.office, context.voice))


def _mine(context: Context, _command: Command) -> Screen:
    day = today(context.services.clock)
    own, notes = mine.tasks(context), mine.notices(context)
    return mine_screens.listed(own, mine.decisions(context), context.voice, day, notes)


VERBS = (
    Verb("mine", "fy-mhethau", Takes.OWN, showing(_mine)),
    Verb("preferences", "dewisiadau", Takes.OWN, _preferences),
    Verb("language", "iaith", Takes.LANGUAGE, showing(_language)),
    Verb("help", "cymorth", Takes.NOTHING, showing(_help)),
)
