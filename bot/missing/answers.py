"""Answers of `/hwb missing`: the list of groups, an opened group, or a file of either."""

from collections.abc import Mapping, Sequence
from functools import partial

from bot.after_freeze import missing_after_freeze
from bot.commands import Command, Takes, Verb
from bot.missing import screens
from bot.missing.cohort_words import words_to_cohort
from bot.missing.screens import Offered
from bot.missing.wording import missing_csv, title_of
from bot.people.permissions import Act
from bot.services import Services
from bot.slack import notices
from bot.slack.blocks import Block
from bot.slack.context import Answer, Context
from bot.slack.handlers import at_one_school
from bot.slack.own_moves import started_by_reader
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from diagnostics.missing import Missing, missing
from provisioning.clock import today
from provisioning.records.schools import School


def _offered(context: Context, found: Missing) -> Mapping[str, Sequence[Block]]:
    """Return the buttons of contributors, by the cause of the group under which they stand."""
    offered: dict[str, list[Block]] = {}
    for contribute in context.features.group_buttons:
        for cause, buttons in contribute(context, found, partial(screens.line, found)).items():
            offered.setdefault(cause, []).extend(buttons)
    return offered


def _notes(context: Context, found: Missing) -> Mapping[str, Sequence[str]]:
    """Return the lines of contributors, by the cause of the group about which they are."""
    notes: dict[str, list[str]] = {}
    for contribute in context.features.group_notes:
        for cause, lines in contribute(context, found).items():
            notes.setdefault(cause, []).extend(lines)
    return notes


def document(services: Services, voice: Voice, found: Missing, cause: str) -> Document:
    """Return a file of the people in the group of `cause`; of all groups where it is blank."""
    groups = screens.groups_of(found, cause)
    if not cause:
        groups += found.unplaced
    title = title_of(found, voice)
    name = f"missing-{found.school.number}-{today(services.clock)}.csv"
    return Document(name, title, title, missing_csv(groups, voice))


def _missing(context: Context, command: Command, school: School) -> Answer:
    provisioning, voice = context.services.provisioning, context.voice
    wanted = words_to_cohort(command.about, provisioning.knowledge.causes)
    now = provisioning.clock.now()
    found = missing_after_freeze(missing(provisioning, school.number, wanted.cohort), context.frozen)
    if wanted.as_csv:
        making = notices.sentence("file.making", voice)
        return Answer(making, document=lambda: document(context.services, voice, found, wanted.cause))
    offered = Offered(_offered(context, found), _notes(context, found))
    starts = started_by_reader(context, found.groups)
    if wanted.cause:
        return Answer(screens.opened(found, wanted.cause, wanted.page, offered, starts, voice, now))
    return Answer(screens.overview(found, offered, starts, voice, now))


VERBS = (Verb("missing", "ar-goll", Takes.COHORT, at_one_school(_missing), Act.DIAGNOSE),)
