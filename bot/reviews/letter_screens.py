"""The letters to reviewers: accounts that will end by themselves, and those that have."""

from collections.abc import Sequence
from datetime import date

from bot.reviews.actions import ReviewAction
from bot.reviews.screens import SHOWN, WORDS, spoken_name, who
from bot.slack.blocks import Block, Screen, actions, button, confirm, context_block, escape, section
from bot.slack.voice import Voice
from provisioning.manual.endings import HeldList
from provisioning.manual.handmade import Handmade
from provisioning.records.schools import School


def ending(school: School, entries: Sequence[Handmade], day: date, voice: Voice) -> Screen:
    """Return accounts that end by themselves after `day`, with the way to their review."""
    title = voice.plain("review.ending", count=len(entries), school=school.name, day=day)
    lines = [f"• {who(entry)}" for entry in entries[:SHOWN]]
    if len(entries) > SHOWN:
        lines.append(voice.mrkdwn("answer.and-more", count=len(entries) - SHOWN))
    blocks = [
        section(f"*{escape(title)}*"),
        section("\n".join(lines)),
        context_block(voice.mrkdwn("review.ending-advice")),
    ]
    return Screen(title, [*blocks, actions(_review_buttons(school, entries, voice))])


def ended(school: School, entries: Sequence[Handmade], voice: Voice) -> Screen:
    """Return accounts that have ended by themselves, each with a button that undoes it."""
    title = voice.plain("review.have-ended", count=len(entries), school=school.name)
    rows = [
        section(
            f"{who(entry)}\n{voice.mrkdwn(f'review.how-ended.{entry.ending.choice}')}",
            button(
                ReviewAction.UNDO_ENDING,
                voice.plain("button.undo-decision"),
                str(entry.account.id),
                about=spoken_name(entry),
            ),
        )
        for entry in entries[:SHOWN]
        if entry.ending is not None
    ]
    more = len(entries) - len(rows)
    blocks = [section(f"*{escape(title)}*"), *rows]
    if more:
        blocks.append(context_block(voice.mrkdwn("answer.and-more", count=more)))
    blocks.append(context_block(voice.mrkdwn("review.ended-advice")))
    shown = ",".join(str(entry.account.id) for entry in entries[:SHOWN])
    seen_all = button(ReviewAction.SEEN, voice.plain("button.may-stay-ended", count=len(rows)), shown)
    return Screen(title, [*blocks, actions([seen_all, *_review_buttons(school, entries, voice)])])


def seen(count: int, voice: Voice) -> Screen:
    """Return what becomes of `count` accounts that may stay ended."""
    said = voice.plain("review.seen", count=count)
    return Screen(said, [section(escape(said))])


def held_list(school: School, held: HeldList, voice: Voice) -> Screen:
    """Return a list that would end many accounts at once, with the buttons that decide."""
    title = voice.plain("review.held-list", school=school.name, count=held.count, total=held.total)
    return Screen(
        title,
        [
            section(f":raised_hand: *{escape(title)}*"),
            section(voice.mrkdwn("review.held-list-advice")),
            actions(
                [
                    _deciding(ReviewAction.ACCEPT_LIST, "accept-list", "primary", school, held, voice),
                    _deciding(ReviewAction.REFUSE_LIST, "refuse-list", "danger", school, held, voice),
                    _overview_button(school, voice),
                ]
            ),
        ],
    )


def held_list_decided(school: School, held: HeldList, decision: str, by: str, voice: Voice) -> Screen:
    """Return what was decided about a held list, and by whom; a refused list can still be accepted."""
    numbers = {"school": school.name, "count": held.count, "total": held.total}
    title = voice.plain(f"review.list-{decision}", **numbers)
    row = [_overview_button(school, voice)]
    if decision == "refused":
        row.insert(0, _deciding(ReviewAction.ACCEPT_LIST, "accept-list", None, school, held, voice))
    decided_by = voice.plain("review.list-decided-by", user=by)  # a mention, which is not escaped
    return Screen(title, [section(f"*{escape(title)}*"), actions(row), context_block(decided_by)])


def held_list_noted(school: School, held: HeldList, decision: str, voice: Voice) -> Screen:
    """Return what becomes of a held list, to the reviewer who has decided."""
    said = voice.plain(f"review.list-{decision}", school=school.name, count=held.count, total=held.total)
    return Screen(said, [section(escape(said))])


def _deciding(
    action: ReviewAction, name: str, style: str | None, school: School, held: HeldList, voice: Voice
) -> Block:
    """Return a button that decides about a held list, after a confirmation."""
    words = voice.plain(f"button.{name}")
    value = f"{held.school} {held.stamp} {held.count} {held.total}"
    text = voice.plain(f"review.{name}-text", school=school.name, count=held.count)
    asked = confirm(voice.plain(f"review.{name}-title"), text, words, voice.plain("button.cancel"))
    return button(action, words, value, style) | {"confirm": asked}


def _overview_button(school: School, voice: Voice) -> Block:
    return button(ReviewAction.LIST, voice.plain("button.review"), f"review {school.number}")


def _review_buttons(school: School, entries: Sequence[Handmade], voice: Voice) -> list[Block]:
    """Return a button for the review of each kind of account among `entries`."""
    kinds = dict.fromkeys(entry.account.kind for entry in entries)
    return [
        button(
            ReviewAction.LIST,
            voice.plain(f"button.review-{kind}"),
            f"review {WORDS[kind]} {school.number}",
            which=kind,
        )
        for kind in kinds
    ]
