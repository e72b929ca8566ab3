"""Whose account lives on, by cause: the list of all causes, one of them opened, or either as a file."""

import re
from collections.abc import Container
from dataclasses import dataclass

from bot.commands import Command, Takes, Verb
from bot.people.permissions import Act
from bot.services import Services
from bot.slack import notices
from bot.slack.context import Answer, Context
from bot.slack.handlers import at_one_school
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from bot.still_active import screens
from diagnostics.still_active import StillActive, still_active
from provisioning.clock import today
from provisioning.records import School

CSV = "csv"
_PAGE = re.compile(r"page([0-9]{1,4})")


@dataclass(frozen=True)
class Words:
    """What was asked for beside the school: one cause, a page of it, a file."""

    cause: str = ""
    page: int = 1
    as_csv: bool = False


def words(about: str, causes: Container[str]) -> Words:
    """What words ask for; `causes` are the ids by which a group is named, and what is neither is left out."""
    found = about.casefold().split()
    return Words(
        cause=next((word for word in found if word in causes), ""),
        page=next((int(number[1]) for word in found if (number := _PAGE.fullmatch(word))), 1),
        as_csv=CSV in found,
    )


def answer(context: Context, command: Command, school: School) -> Answer:
    """The answer to `/hwb still-active` at a school, with the words that narrow it."""
    provisioning, voice = context.services.provisioning, context.voice
    wanted = words(command.about, provisioning.knowledge.causes)
    found = still_active(provisioning, school.number)
    if wanted.as_csv:
        making = notices.sentence("board.drawing", voice)
        return Answer(making, document=lambda: document(context.services, voice, found, wanted.cause))
    now = provisioning.clock.now()
    if wanted.cause:
        return Answer(screens.opened(found, wanted.cause, wanted.page, voice, now))
    return Answer(screens.overview(found, voice, now))


def document(services: Services, voice: Voice, found: StillActive, cause: str) -> Document:
    """The accounts of one cause, or of all, as a file."""
    title = screens.title_of(found, voice)
    name = f"still-active-{found.school.number}-{today(services.clock)}.csv"
    return Document(name, title, title, screens.still_active_csv(screens.groups_of(found, cause), voice))


VERBS = (Verb("still-active", "dal-yn-weithredol", Takes.COHORT, at_one_school(answer), Act.DIAGNOSE),)
