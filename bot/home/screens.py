"""The blocks of App Home: the caller's schools, with the lines of contributors, and buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.home.actions import HomeAction
from bot.slack.blocks import Block, actions, button, context_block, divider, escape, header, section
from bot.slack.voice import Voice
from provisioning.records.schools import School


@dataclass(frozen=True)
class SchoolCard:
    """A school in Home: what contributors say, and which buttons the caller may use.

    Of an only school that is `lines`, of one among several the `words` of its line.
    """

    school: School
    lines: Sequence[Block]
    words: Sequence[str]
    may_run: bool
    frozen: bool
    may_review: bool


def home(
    schools: Sequence[SchoolCard],
    left_out: int,
    voice: Voice,
    now: datetime,
    sections: Sequence[Block] = (),
    *,
    gives_roles: bool = False,
) -> list[Block]:
    """Return the Home of a caller with grants: contributors' `sections`, buttons, and `schools`.

    `left_out` is the number of schools that are not listed; with `gives_roles` it has the button for roles.
    """
    return [
        header(voice.plain("home.title")),
        context_block(voice.mrkdwn("answer.as-of", now=now)),
        *sections,
        actions(_buttons(voice, several=len(schools) > 1, gives_roles=gives_roles)),
        *([divider()] if len(schools) > 1 else []),
        *(block for card in schools for block in _school(card, voice, alone=len(schools) == 1)),
        *([divider(), context_block(voice.mrkdwn("home.left-out", count=left_out))] if left_out else []),
    ]


def _buttons(voice: Voice, *, several: bool, gives_roles: bool) -> list[Block]:
    """Return the buttons of Home; with `several` schools the board, else their school has its own."""
    board = [button(HomeAction.BOARD, voice.plain("button.board"), "rollover")] if several else []
    roles = [button(HomeAction.GRANTS, voice.plain("button.grants"), "grants")] if gives_roles else []
    return [
        button(HomeAction.WHY_MISSING, voice.plain("button.who-is-missing"), "why-missing", "primary"),
        button(HomeAction.NO_PASSWORD, voice.plain("button.no-password"), "no-password"),
        button(HomeAction.OLD_CLASS, voice.plain("button.old-class"), "old-class"),
        *board,
        *_open_to_all(voice),
        button(HomeAction.AWAY, voice.plain("absence.button"), "away"),
        button(HomeAction.PREFERENCES, voice.plain("preferences.button"), "preferences"),
        *roles,
        button(HomeAction.REFRESH, voice.plain("button.refresh"), "refresh"),
    ]


def _open_to_all(voice: Voice) -> list[Block]:
    """Return the buttons for which no role is needed."""
    return [
        button(HomeAction.DATES, voice.plain("button.dates"), "dates"),
        button(HomeAction.FAQ, voice.plain("button.faq"), "faq"),
        button(HomeAction.ASK, voice.plain("button.ask"), "ask"),
    ]


def home_without_grants(voice: Voice) -> list[Block]:
    """Return the Home of a caller without any grant: the refusal, and what is open to everybody."""
    return [
        header(voice.plain("home.title")),
        section(voice.mrkdwn("refusal.no-grant")),
        actions(_open_to_all(voice)),
    ]


def _school(card: SchoolCard, voice: Voice, *, alone: bool) -> list[Block]:
    """Return a school with its buttons; unless it is `alone`, in a line that opens its stages."""
    school, name = card.school, card.school.name.in_(voice.language)
    title = f"*{escape(name)}*  `{school.number}`"
    if not alone:
        opens = button(HomeAction.SCHOOL, voice.plain("button.open"), f"rollover {school.number}", about=name)
        return [section(" · ".join([title, *card.words]), opens)]
    offered = [
        (HomeAction.ROLLOVER, "button.rollover", "rollover"),
        (HomeAction.MISSING, "button.missing", "missing"),
        (HomeAction.STILL_ACTIVE, "button.still-active", "still-active"),
        (HomeAction.LAST_RUN, "button.last-run", "last-run"),
    ]
    if card.may_run:
        offered.append((HomeAction.FORECAST, "button.forecast", "forecast"))
        offered += [] if card.frozen else [(HomeAction.RUN, "button.run-now", "run")]
    if card.may_review:
        offered.append((HomeAction.REVIEW, "button.review", "review"))
    buttons = [
        button(action, voice.plain(key), f"{verb} {school.number}", about=name)
        for action, key, verb in offered
    ]
    return [divider(), section(title), *card.lines, actions(buttons)]
