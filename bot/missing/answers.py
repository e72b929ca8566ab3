"""Who is missing, by group: the list of all groups, one of them opened, or either as a file."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.commands import Command, Takes, Verb
from bot.missing import screens
from bot.missing.cohort_words import words_to_cohort
from bot.people import permissions
from bot.people.permissions import Act
from bot.requests.recipients import alone
from bot.requests.wanted import of_group
from bot.services import Services
from bot.slack import notices
from bot.slack.blocks import Screen
from bot.slack.context import Answer, Context
from bot.slack.handlers import at_one_school
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from diagnostics.missing import Missing, missing
from provisioning.clock import today
from provisioning.records import School


@dataclass(frozen=True)
class MissingAnswer:
    """What to show now, and a file for whoever asked, if one is wanted."""

    now: Screen
    document: Callable[[], Document] | None = None


def missing_answer(services: Services, voice: Voice, school: School, about: str, user: str) -> MissingAnswer:
    """The answer to `/hwb missing` at a school, with the words that narrow it."""
    provisioning = services.provisioning
    what = words_to_cohort(about, provisioning.knowledge.causes)
    now = provisioning.clock.now()
    found = missing(provisioning, school.number, what.cohort)
    if what.as_csv:
        making = notices.sentence("board.drawing", voice)
        return MissingAnswer(making, lambda: document(services, voice, found, what.cause))
    askable = _askable(services, found, user)
    if what.cause:
        return MissingAnswer(screens.opened(found, what.cause, what.page, askable, voice, now))
    return MissingAnswer(screens.overview(found, askable, voice, now))


def _askable(services: Services, found: Missing, user: str) -> frozenset[str]:
    """The causes for which there is somebody else to ask: whoever runs a client."""
    with services.database.reading() as session:
        grants = permissions.in_force(session, today(services.clock))
    return frozenset(
        group.cause
        for group in found.groups
        if any(not alone(user, want.school, grants) for want in of_group(group, found.school))
    )


def document(services: Services, voice: Voice, found: Missing, cause: str) -> Document:
    """The people of a group, or of all groups, as a file."""
    groups = screens.groups_of(found, cause)
    if not cause:
        groups += found.unplaced
    title = screens.title_of(found, voice)
    name = f"missing-{found.school.number}-{today(services.clock)}.csv"
    return Document(name, title, title, screens.missing_csv(groups, voice))


def _missing(context: Context, command: Command, school: School) -> Answer:
    found = missing_answer(context.services, context.voice, school, command.about, context.user)
    return Answer(found.now, document=found.document)


VERBS = (Verb("missing", "ar-goll", Takes.COHORT, at_one_school(_missing), Act.DIAGNOSE),)
