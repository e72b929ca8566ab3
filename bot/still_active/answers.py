"""Answers of `/hwb still-active`: the list of groups by cause, an opened group, or a file of either."""

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import partial

from bot.after_freeze import still_active_after_freeze
from bot.commands import Command, Takes, Verb
from bot.people.permissions import Act
from bot.services import Services
from bot.slack import notices
from bot.slack.blocks import Block
from bot.slack.context import Answer, Context
from bot.slack.handlers import at_one_school
from bot.slack.own_moves import started_by_reader
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from bot.still_active import screens
from bot.still_active.wording import still_active_csv, title_of
from diagnostics.still_active import StillActive, still_active
from provisioning.clock import today
from provisioning.records.schools import School

_PAGE = re.compile(r"page([0-9]{1,4})")


@dataclass(frozen=True)
class StillActiveWords:
    """What the words ask for: the group of `cause` and a page of it, or a file; else the list of groups."""

    cause: str = ""
    page: int = 1
    as_csv: bool = False


def still_active_words(about: str, causes: Container[str]) -> StillActiveWords:
    """Parse the words after the verb (`about`); `causes` are the ids of causes. Other words are ignored."""
    words = about.casefold().split()
    return StillActiveWords(
        cause=next((word for word in words if word in causes), ""),
        page=next((int(number[1]) for word in words if (number := _PAGE.fullmatch(word))), 1),
        as_csv=screens.CSV in words,
    )


def document(services: Services, voice: Voice, found: StillActive, cause: str) -> Document:
    """Return a file of the accounts in the group of `cause`; of all groups where it is blank."""
    title = title_of(found, voice)
    name = f"still-active-{found.school.number}-{today(services.clock)}.csv"
    return Document(name, title, title, still_active_csv(screens.groups_of(found, cause), voice))


def _still_active(context: Context, command: Command, school: School) -> Answer:
    provisioning, voice = context.services.provisioning, context.voice
    wanted = still_active_words(command.about, provisioning.knowledge.causes)
    found = still_active_after_freeze(still_active(provisioning, school.number), context.frozen)
    if wanted.as_csv:
        making = notices.sentence("file.making", voice)
        return Answer(making, document=lambda: document(context.services, voice, found, wanted.cause))
    now = provisioning.clock.now()
    offered: dict[str, list[Block]] = {}
    for contribute in context.features.ending_buttons:
        for cause, buttons in contribute(context, found, partial(screens.line, found)).items():
            offered.setdefault(cause, []).extend(buttons)
    starts = started_by_reader(context, found.groups)
    if wanted.cause:
        return Answer(screens.opened(found, wanted.cause, wanted.page, offered, starts, voice, now))
    return Answer(screens.overview(found, offered, starts, voice, now))


VERBS = (Verb("still-active", "dal-yn-weithredol", Takes.COHORT, at_one_school(_still_active), Act.DIAGNOSE),)
