"""Answers of `/hwb missing`: the list of groups, an opened group, or a file of either."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.commands import Command, Takes, Verb
from bot.missing import screens
from bot.missing.cohort_words import words_to_cohort
from bot.people.permissions import Act
from bot.services import Services
from bot.slack import notices
from bot.slack.blocks import Block, Screen
from bot.slack.context import Answer, Context
from bot.slack.handlers import at_one_school
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from diagnostics.missing import Missing, missing
from provisioning.clock import today
from provisioning.records.schools import School


@dataclass(frozen=True)
class MissingAnswer:
    """The screen to show now, and what makes the file for the caller, if a file is wanted."""

    now: Screen
    document: Callable[[], Document] | None = None


def missing_answer(context: Context, school: School, about: str) -> MissingAnswer:
    """Answer `/hwb missing` at `school`; `about` are the words that narrow it."""
    services, voice, provisioning = context.services, context.voice, context.services.provisioning
    what = words_to_cohort(about, provisioning.knowledge.causes)
    now = provisioning.clock.now()
    found = missing(provisioning, school.number, what.cohort)
    if what.as_csv:
        making = notices.sentence("board.drawing", voice)
        return MissingAnswer(making, lambda: document(services, voice, found, what.cause))
    offered = _offered(context, found)
    if what.cause:
        return MissingAnswer(screens.opened(found, what.cause, what.page, offered, voice, now))
    return MissingAnswer(screens.overview(found, offered, voice, now))


def _offered(context: Context, found: Missing) -> Mapping[str, Sequence[Block]]:
    """Return the buttons of contributors, by the cause of the group under which they stand."""
    offered: dict[str, list[Block]] = {}
    for contribute in context.features.group_buttons:
        for cause, buttons in contribute(context, found, partial(screens.line, found)).items():
            offered.setdefault(cause, []).extend(buttons)
    return offered


def document(services: Services, voice: Voice, found: Missing, cause: str) -> Document:
    """Return a file of the people in the group of `cause`, or in all groups."""
    groups = screens.groups_of(found, cause)
    if not cause:
        groups += found.unplaced
    title = screens.title_of(found, voice)
    name = f"missing-{found.school.number}-{today(services.clock)}.csv"
    return Document(name, title, title, screens.missing_csv(groups, voice))


def _missing(context: Context, command: Command, school: School) -> Answer:
    found = missing_answer(context, school, command.about)
    return Answer(found.now, document=found.document)


VERBS = (Verb("missing", "ar-goll", Takes.COHORT, at_one_school(_missing), Act.DIAGNOSE),)
