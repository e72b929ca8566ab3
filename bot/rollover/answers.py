"""Answers of the verbs `rollover` and `dates`: the board of several schools, a school's stages, key dates."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.after_freeze import stages_after_freeze
from bot.authorities import schools_of
from bot.commands import Command, Takes, Verb
from bot.people.permissions import Act, Caller
from bot.people.reader import Reader
from bot.rollover import screens
from bot.rollover.actions import RolloverAction
from bot.rollover.boards import Board, Boards
from bot.rollover.date_screens import key_dates
from bot.rollover.spoken import alt_text
from bot.services import Services
from bot.slack import notices
from bot.slack.blocks import Screen, button
from bot.slack.context import Answer, AskInModal, Context
from bot.slack.handlers import at_one_school, showing
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from bot.slots import members
from diagnostics.readiness import readiness
from provisioning.calendars import NO_AUTHORITY, calendars
from provisioning.clock import today
from provisioning.records.schools import School
from provisioning.store.freezes import Freeze

_AT_ONCE = 12
"""Schools up to which the board is made at once; with more it is made in the background."""
_AUTHORITY, _PAGE = re.compile(r"[0-9]{3}"), re.compile(r"p([0-9]{1,4})")


class BoardForm(StrEnum):
    """The form in which a board is shown."""

    BLOCKS = "blocks"
    PICTURE = "picture"
    CSV = "csv"


_FORMS = {"picture": BoardForm.PICTURE, "llun": BoardForm.PICTURE, "csv": BoardForm.CSV}


@dataclass(frozen=True)
class BoardWords:
    """What the words after the verb ask for; `page` 0 is the first page of a board that is made now."""

    authority: str = ""
    page: int = 0
    form: BoardForm = BoardForm.BLOCKS


def board_words(about: str) -> BoardWords:
    """Parse the words after the verb (`about`); unknown words are ignored."""
    authority, page, form = "", 0, BoardForm.BLOCKS
    for word in about.casefold().split():
        if _AUTHORITY.fullmatch(word):
            authority = word
        elif number := _PAGE.fullmatch(word):
            page = int(number[1])
        else:
            form = _FORMS.get(word, form)
    return BoardWords(authority, page, form)


def board(services: Services, voice: Voice, about: str, allowed: Sequence[School], caller: Caller) -> Answer:
    """Return to `caller` the board of the `allowed` schools, or of those of the local authority in `about`.

    A page, a picture or a file is made from a board that was kept some minutes ago, if there is one.
    """
    wanted = board_words(about)
    chosen = schools_of(wanted.authority or None, allowed, open_on=today(services.clock))
    authorities = sorted({school.local_authority for school in allowed})
    boards = services.kept(Boards)

    def kept() -> Board | None:
        return boards.kept(chosen, services.clock.now())

    def made() -> Board:
        return boards.make(services, chosen)

    if wanted.form is not BoardForm.BLOCKS:
        making = notices.sentence("file.making", voice)
        return Answer(making, document=lambda: _document(kept() or made(), wanted.form, voice))

    def screen() -> Screen:
        found = (kept() if wanted.page else None) or made()
        return screens.board(found, wanted.page, wanted.authority, authorities, caller, voice)

    if len(chosen) <= _AT_ONCE or (wanted.page and kept() is not None):
        return Answer(screen())
    return Answer(notices.sentence("board.working", voice, count=len(chosen)), then=screen)


def school_stages(
    services: Services, voice: Voice, school: School, caller: Caller, freeze: Freeze | None
) -> Screen:
    """Return for `caller` the stages of `school` with their evidence, and for which schools its intake waits.

    `freeze` is the one for which its runs are frozen now.
    """
    provisioning = services.provisioning
    with provisioning.database.reading() as session:
        dates = provisioning.calendar(session, school.local_authority).in_focus(today(provisioning.clock))
    buttons = [
        button(RolloverAction.AGAIN, voice.plain("button.refresh"), f"rollover {school.number}"),
        button(RolloverAction.MISSING, voice.plain("button.missing"), f"missing {school.number}"),
        button(RolloverAction.LAST_RUN, voice.plain("button.last-run"), f"last-run {school.number}"),
    ]
    if caller.may(Act.RUN, school) and freeze is None:
        buttons.append(button(RolloverAction.RUN, voice.plain("button.run-now"), f"run {school.number}"))
    found = stages_after_freeze(readiness(provisioning, school.number), freeze)
    scheduled = members(services.settings.groups, [school])
    previous: dict[str, School] = {awaited.school.number: awaited.school for awaited in found.awaited}

    def told(numbers: Iterable[str]) -> Voice:
        return voice.to(caller, school, *(previous.get(number) for number in numbers))

    now = provisioning.clock.now()
    return screens.school_stages(found, scheduled, dates, told, now, buttons, frozen=freeze is not None)


def dates(services: Services, voice: Voice, about: str, schools: Sequence[School], caller: Caller) -> Screen:
    """Return the key dates of the authority in `about`; else of the only one of `schools`; else of Wales.

    Whose move a date is, is told to `caller` by their roles at those of `schools` to which the dates apply.
    """
    provisioning, day = services.provisioning, today(services.clock)
    callers = sorted({school.local_authority for school in schools})
    named = board_words(about).authority
    authority = named or (callers[0] if len(callers) == 1 else None)
    with provisioning.database.reading() as session:
        known = calendars(
            provisioning.knowledge.calendar,
            provisioning.local_dates,
            session,
            {*callers, authority or NO_AUTHORITY},
        )
    found = known[authority or NO_AUTHORITY]
    rollover = found.in_focus(day)
    others = [code for code in callers if code != authority and known[code].own(rollover.year)]
    there = [school for school in schools if authority in (None, school.local_authority)]
    told = replace(voice, reader=Reader(caller.roles(*there)))
    return key_dates(rollover, found.own(rollover.year), authority, others, day, told)


def _document(found: Board, form: BoardForm, voice: Voice) -> Document:
    title, alt = screens.title_of(found, voice), alt_text(found, voice)
    name = f"rollover-{found.dates.year}-{found.as_of:%Y-%m-%d}"
    if form is BoardForm.PICTURE:
        # Imported here, because the plotting library takes longer to load than most commands to run.
        from bot.rollover.picture import board_picture

        return Document(f"{name}.png", title, alt, board_picture(found, voice))
    return Document(f"{name}.csv", title, alt, screens.board_csv(found, voice))


def _rollover(context: Context, command: Command, allowed: Sequence[School]) -> Answer | AskInModal:
    """Answer with the stages of a school that is named or the only one, else with the board."""
    if command.school or len(allowed) == 1:
        return _stages_of_one(context, command, allowed)
    return board(context.services, context.voice, command.about, allowed, context.caller())


def _school_stages(context: Context, _command: Command, school: School) -> Answer:
    freeze = context.frozen([school]).get(school.number)
    return Answer(school_stages(context.services, context.voice, school, context.caller(), freeze))


def _dates(context: Context, command: Command) -> Screen:
    allowed = context.schools(Act.LAST_RUN)
    return dates(context.services, context.voice, command.about, allowed, context.caller())


_stages_of_one = at_one_school(_school_stages)
VERBS = (
    Verb("rollover", "trosglwyddo", Takes.SCHOOLS, _rollover, Act.BOARD),
    Verb("dates", "dyddiadau", Takes.DATES, showing(_dates)),
)
