"""Screens of the rollover board, and of a school's own stages."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from bot.people.permissions import Caller
from bot.rollover.actions import RolloverAction
from bot.rollover.boards import Board
from bot.rollover.date_screens import authorities
from bot.rollover.next_words import who_next
from bot.rollover.spoken import page_aloud
from bot.rollover.standing_words import open_names, state_of, state_words
from bot.slack import limits
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    context_block,
    divider,
    escape,
    option,
    section,
    select,
)
from bot.slack.csv_files import csv_file
from bot.slack.findings import MARKS, next_line, stage_line, starts_here, whose_move
from bot.slack.fit import cut, paragraphs
from bot.slack.freeze_words import board_notice, few_words
from bot.slack.paging import Page, page_buttons, page_of
from bot.slack.table_blocks import Column, Holds, table_or_list
from bot.slack.voice import Voice
from diagnostics.readiness import Awaited, Readiness
from diagnostics.school_stages import SchoolStages
from diagnostics.tally import SchoolState, standing
from diagnostics.verdict import Outcome, Verdict
from diagnostics.wording import stage_sentence
from knowledge.models import KeyDates
from provisioning.clock import uk_date

PAGE = 20
"""Schools on a page, whose text stays well within a message's limits."""
_NAME_LENGTH = 100
"""Characters of a school's name on the board."""
_SPOKEN_NAME_LENGTH = 50
"""Characters of a name that leave room for a number in a button's label."""


def board(
    found: Board, number: int, authority: str, others: Sequence[str], caller: Caller, voice: Voice
) -> Screen:
    """Return the page `number` of a board to `caller`: what is open at each school, and who acts next.

    `authority` is the code to which the board is narrowed, or blank; `others` are the codes to choose from.
    """
    page = page_of(found.schools, number, PAGE)
    title, rest = title_of(found, voice), voice.plain(found.tally.rest)
    place = voice.plain("board.page", first=page.first, last=page.last, count=page.count)
    as_of = voice.plain("board.as-of", now=found.as_of)
    shown = f"{place} · {as_of}" if page.pages > 1 else as_of
    blocks: list[Block] = [
        section(f"*{escape(title)}*\n{escape(rest)}".rstrip()),
        *board_notice(found.frozen, voice),
        context_block(escape(shown)),
        actions(_buttons(page, authority, voice)),
    ]
    if len(others) > 1:
        blocks.append(actions([_menu(others, voice)]))
    blocks.append(divider())
    names = Counter(school.school.name.in_(voice.language) for school in page.items)
    listed = [
        _school(school, found, names[school.school.name.in_(voice.language)] == 1, caller, voice)
        for school in page.items
    ]
    blocks += table_or_list(
        _columns(found, caller, voice), page.items, listed, [actions([_to_open(page, voice)])]
    )
    heads = [title, *([rest] if rest else []), *shown.split(" · ")]
    return Screen(title, blocks, page_aloud(heads, page.items, found, caller, voice))


def school_stages(
    found: Readiness,
    scheduled: Collection[str],
    dates: KeyDates,
    told: Callable[[Iterable[str]], Voice],
    now: datetime,
    buttons: Sequence[Block],
    *,
    frozen: bool,
) -> Screen:
    """Return a school's stages, with their evidence and who acts, and the schools its intake waits for.

    `scheduled` are the numbers of schools that are run on schedule. `told` returns the voice that tells the
    reader of what is to be done at previous schools, by their numbers. While its runs are `frozen`, no run
    is said to be the reader's to start.
    """
    voice = told(())
    title = voice.plain("board.own-title", school=found.school.name, year=dates.year)
    at = standing(found, scheduled)
    state, named = state_of(at), open_names(at, voice)
    said = voice.mrkdwn(f"board.own-{state}", named=named, term=dates.first_day_of_term)
    blocks: list[Block] = [section(f"*{escape(title)}*\n{said}")]
    blocks += [section(_stage(found, stage, told, frozen=frozen)) for stage in found.stages]
    if found.awaited:
        head = voice.mrkdwn("board.intake", count=len(found.awaited))
        lines = [_awaited(school, told([school.school.number])) for school in found.awaited]
        blocks += [divider(), *(section(part) for part in paragraphs([f"*{head}*", *lines]))]
    blocks += [actions(buttons), context_block(voice.mrkdwn("board.as-of", now=now))]
    return Screen(f"{title}: {said}", blocks)


def home_line(found: SchoolStages, scheduled: Collection[str], voice: Voice) -> str:
    """Return a line of a school's readiness, for Home; `scheduled` are the schools run on schedule."""
    return f"{_sign(found)} {home_words(found, scheduled, voice)}"


def home_words(found: SchoolStages, scheduled: Collection[str], voice: Voice) -> str:
    """Return a school's readiness in a few words, for the line of a school among several in Home."""
    at = standing(found, scheduled)
    return voice.mrkdwn(f"board.home-{state_of(at)}", named=open_names(at, voice))


def title_of(found: Board, voice: Voice) -> str:
    """Return a sentence with the number of schools that are ready."""
    return voice.plain("board.title", year=found.dates.year, **found.tally.values())


def board_csv(found: Board, voice: Voice) -> bytes:
    """Return the board as CSV: schools in rows, stages in columns."""
    names = ("number", "school", "authority", "ready", "standing")
    header = [voice.plain(f"board.column.{name}") for name in names]
    header += [voice.plain(f"step.{stage}.title") for stage in found.stages]
    header += [voice.plain(f"board.column.{name}") for name in ("who", "contact", "why")]
    return csv_file(header, (_row(school, found, voice) for school in found.schools))


def _buttons(page: Page[SchoolStages], authority: str, voice: Voice) -> list[Block]:
    line = f"rollover {authority}".strip()
    return [
        button(RolloverAction.AGAIN, voice.plain("button.refresh"), line),
        button(RolloverAction.PICTURE, voice.plain("button.picture"), f"{line} picture"),
        button(RolloverAction.CSV, voice.plain("button.csv"), f"{line} csv"),
        *page_buttons(
            page, RolloverAction.PREVIOUS, RolloverAction.NEXT, lambda other: f"{line} p{other}", voice
        ),
    ]


def _menu(codes: Sequence[str], voice: Voice) -> Block:
    every = option(voice.plain("board.every-authority"), "rollover")
    named = [
        option(cut(name, limits.OPTION_TEXT), f"rollover {code}") for code, name in authorities(codes, voice)
    ]
    return select(RolloverAction.AUTHORITY, voice.plain("board.which-authority"), [every, *named])


def _school(school: SchoolStages, found: Board, alone: bool, caller: Caller, voice: Voice) -> Block:
    """Return a school's line on the board `found`: what is open by name, the first of it in a sentence.

    Unless the school is `alone` with its name on the page, its button says the number.
    """
    spoken = school.school.name.in_(voice.language)
    name = escape(cut(spoken, _NAME_LENGTH))
    state = escape(_state(school, found, voice))
    lines = [f"{_sign(school)} *{name}*  `{school.school.number}`", state]
    if school.pressing:
        said = voice.mrkdwn(stage_sentence(school.pressing, found.dates, uk_date(found.as_of)))
        who = f" → *{escape(who_next(school, found, caller, voice))}*" if school.next else ""
        lines.append(f"{said}{who}")
    about = spoken if alone else f"{cut(spoken, _SPOKEN_NAME_LENGTH)} ({school.school.number})"
    value = f"rollover {school.school.number}"
    return section(
        "\n".join(lines), button(RolloverAction.SCHOOL, voice.plain("button.open"), value, about=about)
    )


def _state(school: SchoolStages, found: Board, voice: Voice) -> str:
    """Return how a school of the board `found` stands, and until when its runs are frozen, if they are."""
    said, freeze = state_words(found.standing(school), voice), found.frozen.get(school.school.number)
    return said if freeze is None else f"{said} · {few_words(freeze, voice)}"


def _columns(found: Board, caller: Caller, voice: Voice) -> list[Column[SchoolStages]]:
    """Return the board's columns: the school, what is open, the first of it in a sentence, who acts next."""

    def who(school: SchoolStages) -> str:
        return who_next(school, found, caller, voice)

    def first(school: SchoolStages) -> str:
        if school.pressing is None:
            return ""
        return voice.plain(stage_sentence(school.pressing, found.dates, uk_date(found.as_of)))

    def state(school: SchoolStages) -> str:
        return _state(school, found, voice)

    return [
        Column(
            voice.plain("board.column.school"),
            lambda school: _named(school, _NAME_LENGTH, voice),
            Holds.LONG_WORDS,
        ),
        Column(voice.plain("board.column.who"), who),
        Column(voice.plain("board.column.state"), state, Holds.LONG_WORDS),
        Column(voice.plain("board.column.first"), first, Holds.LONG_WORDS),
    ]


def _named(found: SchoolStages, length: int, voice: Voice) -> str:
    """Return a school's name and number in at most `length` characters."""
    number = f" ({found.school.number})"
    return cut(found.school.name.in_(voice.language), length - len(number)) + number


def _to_open(page: Page[SchoolStages], voice: Voice) -> Block:
    """Return the menu that opens a school of the page; the list has a button beside each instead."""
    options = [
        option(_named(school, limits.OPTION_TEXT, voice), f"rollover {school.school.number}")
        for school in page.items
    ]
    return select(RolloverAction.SCHOOL, voice.plain("board.open-school"), options)


def _sign(found: SchoolStages) -> str:
    """Return the sign of a school's state, which stands beside words: that of its pressing stage, if any."""
    if found.pressing:
        return MARKS[found.pressing.outcome]
    return MARKS[Outcome.HOLDS if found.ready else Outcome.NOT_REACHED]


def _stage(
    found: SchoolStages, stage: Verdict, told: Callable[[Iterable[str]], Voice], *, frozen: bool
) -> str:
    """Return a stage with its evidence, and who acts next, where an action is needed."""
    move = found.moves.get(stage.step)
    voice = told(move.at if move else ())
    line = stage_line(stage, voice)
    if move is None:
        return line
    starts = not frozen and starts_here(stage.detail, move.who, voice)
    return f"{line}\n{next_line(move, voice, starts=starts)}"


def _awaited(awaited: Awaited, voice: Voice) -> str:
    """Return a school for which the intake waits: its last run, its learners with dates, and who acts."""
    if awaited.ran:
        ran = voice.mrkdwn("board.awaited-ran", ran=awaited.ran)
    else:
        ran = voice.mrkdwn("board.awaited-never")
    dated = voice.mrkdwn(
        "board.awaited-undated" if awaited.undated else "board.awaited-dated",
        undated=awaited.undated,
        count=awaited.count,
    )
    head = voice.mrkdwn("board.awaited", school=awaited.school.name, count=awaited.count)
    own = voice.reader is not None and voice.reader.is_(awaited.next.who)
    contact = "" if own else f" · {voice.name(awaited.next.contact)}"
    return f"• *{head}* · {ran} · {dated}\n   → {whose_move(awaited.next.who, voice)}{contact}"


def _row(found: SchoolStages, board: Board, voice: Voice) -> list[str]:
    outcomes = {stage.step: voice.plain(f"outcome.{stage.outcome}") for stage in found.stages}
    at = board.standing(found)
    ready = at.state is SchoolState.READY
    why = " ".join(voice.plain(stage.detail) for stage in found.open)
    move = found.next
    return [
        found.school.number,
        found.school.name.in_(voice.language),
        found.school.local_authority,
        voice.plain("yes-no.yes" if ready else "yes-no.no"),
        voice.plain(f"tally.{'mending' if at.may_mend else at.state}"),
        *(outcomes.get(stage, "") for stage in board.stages),
        voice.plain(f"who.{move.who}") if move else "",
        move.contact.in_(voice.language) if move else "",
        why,
    ]
