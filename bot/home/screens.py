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
    """A school in Home: the lines of contributors, and which buttons the caller may use."""

    school: School
    lines: Sequence[Block]
    may_run: bool
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
    """Return the Home of a caller with grants: buttons, contributors' `sections`, and each of `schools`.

    `left_out` is the number of schools that are not listed; with `gives_roles` it has the button for roles.
    """
    roles = [button(HomeAction.GRANTS, voice.plain("button.grants"), "grants")] if gives_roles else []
    blocks = [
        header(voice.plain("home.title")),
        context_block(voice.mrkdwn("answer.as-of", now=now)),
        actions(
            [
                button(
                    HomeAction.WHY_MISSING, voice.plain("button.who-is-missing"), "why-missing", "primary"
                ),
                button(HomeAction.NO_PASSWORD, voice.plain("button.no-password"), "no-password"),
                button(HomeAction.OLD_CLASS, voice.plain("button.old-class"), "old-class"),
                button(HomeAction.BOARD, voice.plain("button.board"), "rollover"),
                button(HomeAction.DATES, voice.plain("button.dates"), "dates"),
                button(HomeAction.FAQ, voice.plain("button.faq"), "faq"),
                button(HomeAction.ASK, voice.plain("button.ask"), "ask"),
                *roles,
                button(HomeAction.REFRESH, voice.plain("button.refresh"), "refresh"),
            ]
        ),
    ]
    blocks += sections
    for card in schools:
        blocks += _school(card, voice)
    if left_out:
        blocks += [divider(), context_block(voice.mrkdwn("home.left-out", count=left_out))]
    return blocks


def home_without_grants(voice: Voice) -> list[Block]:
    """Return the Home of a caller without any grant."""
    return [header(voice.plain("home.title")), section(voice.mrkdwn("refusal.no-grant"))]


def _school(card: SchoolCard, voice: Voice) -> list[Block]:
    school = card.school
    offered = [
        (HomeAction.ROLLOVER, "button.rollover", "rollover"),
        (HomeAction.MISSING, "button.missing", "missing"),
        (HomeAction.STILL_ACTIVE, "button.still-active", "still-active"),
        (HomeAction.LAST_RUN, "button.last-run", "last-run"),
    ]
    if card.may_run:
        offered.append((HomeAction.FORECAST, "button.forecast", "forecast"))
        offered.append((HomeAction.RUN, "button.run-now", "run"))
    if card.may_review:
        offered.append((HomeAction.REVIEW, "button.review", "review"))
    name = school.name.in_(voice.language)
    buttons = [
        button(action, voice.plain(key), f"{verb} {school.number}", about=name)
        for action, key, verb in offered
    ]
    title = section(f"*{escape(school.name.in_(voice.language))}*  `{school.number}`")
    return [divider(), title, *card.lines, actions(buttons)]
