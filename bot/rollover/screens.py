"""Screens of the rollover board, and of a school's own stages."""

from collections.abc import Sequence
from datetime import datetime

from bot.rollover.actions import RolloverAction
from bot.rollover.boards import Board
from bot.rollover.date_screens import authorities
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
from bot.slack.findings import MARKS, next_line, stage_line, starts_here
from bot.slack.fit import cut, paragraphs
from bot.slack.paging import Page, page_buttons, page_of
from bot.slack.voice import Voice
from diagnostics.readiness import Awaited, Readiness
from diagnostics.verdict import Outcome, Verdict
from diagnostics.wording import stage_sentence
from knowledge.models import KeyDates
from provisioning.clock import uk_date

PAGE = 20
"""Schools on a page, whose text stays well within a message's limits."""
_NAME_LENGTH = 100
"""Characters of a school's name on the board."""


def board(found: Board, number: int, authority: str, others: Sequence[str], voice: Voice) -> Screen:
    """Return the page `number` of a board: what is open at each school, and who acts next.

    `authority` is the code to which the board is narrowed, or blank; `others` are the codes to choose from.
    """
    page = page_of(found.schools, number, PAGE)
    title = title_of(found, voice)
    place = voice.mrkdwn("board.page", first=page.first, last=page.last, count=page.count)
    as_of = voice.mrkdwn("board.as-of", now=found.as_of)
    blocks: list[Block] = [
        section(f"*{escape(title)}*"),
        context_block(f"{place} · {as_of}" if page.pages > 1 else as_of),
        actions(_buttons(page, authority, voice)),
    ]
    if len(others) > 1:
        blocks.append(actions([_menu(others, voice)]))
    blocks.append(divider())
    blocks += [_school(school, found, voice) for school in page.items]
    return Screen(title, blocks)


def school_stages(
    found: Readiness, dates: KeyDates, voice: Voice, now: datetime, buttons: Sequence[Block]
) -> Screen:
    """Return a school's stages, with their evidence and who acts, and the schools its intake waits for."""
    title = voice.plain("board.own-title", school=found.school.name, year=dates.year)
    state = _state(found)
    said = voice.mrkdwn(f"board.own-{state}", named=_open_names(found, voice), term=dates.first_day_of_term)
    blocks: list[Block] = [section(f"*{escape(title)}*\n{said}")]
    blocks += [section(_stage(found, stage, voice)) for stage in found.stages]
    if found.awaited:
        head = voice.mrkdwn("board.intake", count=len(found.awaited))
        lines = [_awaited(school, voice) for school in found.awaited]
        blocks += [divider(), *(section(part) for part in paragraphs([f"*{head}*", *lines]))]
    blocks += [actions(buttons), context_block(voice.mrkdwn("board.as-of", now=now))]
    return Screen(f"{title}: {said}", blocks)


def home_line(found: Readiness, voice: Voice) -> str:
    """Return a line of a school's readiness, for Home."""
    first = voice.plain(f"step.{found.pressing.step}.title") if found.pressing else ""
    said = voice.mrkdwn(f"board.home-{_state(found)}", count=len(found.open), stage=first)
    return f"{_sign(found)} {said}"


def title_of(found: Board, voice: Voice) -> str:
    """Return a sentence with the number of schools that are ready."""
    return voice.plain("board.title", year=found.dates.year, ready=found.ready, count=len(found.schools))


def alt_text(found: Board, voice: Voice) -> str:
    """Return the picture's description for screen readers: the counts, and the school with most open."""
    counts = {
        stage: sum(verdict.step == stage for school in found.schools for verdict in school.open)
        for stage in found.stages
    }
    stages = ", ".join(
        f"{voice.plain(f'step.{stage}.title')} {count}" for stage, count in counts.items() if count
    )
    worst = found.schools[0].school.name if found.schools and found.schools[0].open else None
    said = voice.plain(
        "board.alt",
        year=found.dates.year,
        now=found.as_of,
        ready=found.ready,
        count=len(found.schools),
        stages=stages or voice.plain("board.none"),
        worst=worst,
    )
    return cut(said, limits.FILE_ALT_TEXT)


def board_csv(found: Board, voice: Voice) -> bytes:
    """Return the board as CSV: schools in rows, stages in columns."""
    names = ("number", "school", "authority", "ready")
    header = [voice.plain(f"board.column.{name}") for name in names]
    header += [voice.plain(f"step.{stage}.title") for stage in found.stages]
    header += [voice.plain(f"board.column.{name}") for name in ("who", "contact", "why")]
    return csv_file(header, (_row(school, found.stages, voice) for school in found.schools))


def _buttons(page: Page[Readiness], authority: str, voice: Voice) -> list[Block]:
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


def _school(school: Readiness, found: Board, voice: Voice) -> Block:
    """Return a school's line on the board `found`: what is open by name, the first of it in a sentence."""
    name = escape(cut(school.school.name.in_(voice.language), _NAME_LENGTH))
    lines = [f"{_sign(school)} *{name}*  `{school.school.number}`"]
    lines.append(escape(_open_names(school, voice)) or voice.mrkdwn(f"board.school-{_state(school)}"))
    if school.pressing:
        said = voice.mrkdwn(stage_sentence(school.pressing, found.dates, uk_date(found.as_of)))
        who = f" → *{voice.mrkdwn(f'who-short.{school.next.who}')}*" if school.next else ""
        lines.append(f"{said}{who}")
    opens = button(RolloverAction.SCHOOL, voice.plain("button.open"), f"rollover {school.school.number}")
    return section("\n".join(lines), opens)


def _open_names(found: Readiness, voice: Voice) -> str:
    """Return the names of a school's open stages, and of those not known; blank where there are none."""
    parts = []
    for outcome, key in ((Outcome.FAILS, "board.names-open"), (Outcome.UNKNOWN, "board.names-unknown")):
        steps = [stage.step for stage in found.open if stage.outcome is outcome]
        names = ", ".join(voice.plain(f"step.{step}.title") for step in steps)
        parts += [voice.plain(key, count=len(steps), stages=names)] if steps else []
    return " · ".join(parts)


def _sign(found: Readiness) -> str:
    """Return the sign of a school's state, which stands beside words: that of its pressing stage, if any."""
    if found.pressing:
        return MARKS[found.pressing.outcome]
    return MARKS[Outcome.HOLDS if found.ready else Outcome.NOT_REACHED]


def _state(found: Readiness) -> str:
    """Return `ready`, `open`, or `waiting` where nothing is open and a stage is not due yet."""
    return "ready" if found.ready else "open" if found.open else "waiting"


def _stage(found: Readiness, stage: Verdict, voice: Voice) -> str:
    """Return a stage with its evidence, and who acts next, where an action is needed."""
    line = stage_line(stage, voice)
    move = found.moves.get(stage.step)
    if move is None:
        return line
    return f"{line}\n{next_line(move, voice, starts=starts_here(stage.step, move.who, voice))}"


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
    who = voice.mrkdwn(f"who.{awaited.next.who}")
    return f"• *{head}* · {ran} · {dated}\n   → {who} · {voice.name(awaited.next.contact)}"


def _row(found: Readiness, stages: Sequence[str], voice: Voice) -> list[str]:
    outcomes = {stage.step: voice.plain(f"outcome.{stage.outcome}") for stage in found.stages}
    why = " ".join(voice.plain(stage.detail) for stage in found.open)
    move = found.next
    return [
        found.school.number,
        found.school.name.in_(voice.language),
        found.school.local_authority,
        voice.plain("yes-no.yes" if found.ready else "yes-no.no"),
        *(outcomes.get(stage, "") for stage in stages),
        voice.plain(f"who.{move.who}") if move else "",
        move.contact.in_(voice.language) if move else "",
        why,
    ]
