"""Screens of reviews of accounts made by hand: their progress, and the accounts of a kind.

An account's details stand in `details_screen`, letters in `letter_screens`.
"""

from collections.abc import Sequence
from datetime import date

from bot.reviews.actions import ReviewAction
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    context_block,
    divider,
    escape,
    mention,
    option,
    section,
    select,
)
from bot.slack.fit import cut
from bot.slack.limits import OPTION_TEXT
from bot.slack.table_blocks import Column, Holds, table_or_list
from bot.slack.voice import Voice
from provisioning.errors import KnownError
from provisioning.manual import endings, housekeeping
from provisioning.manual.handmade import BY_PORTAL, Handmade
from provisioning.manual.reviews import Review, Reviewed
from provisioning.records.people import Kind

WORDS = {Kind.NON_MIS: "non-mis", Kind.GOVERNOR: "governors"}
"""The kinds by the words that follow `review`."""
SHOWN = 20
"""Accounts on a screen; the number of the others is told below them."""


def overview(found: Sequence[Review], problems: Sequence[KnownError], voice: Voice) -> Screen:
    """Return the progress of a school's reviews, with a button that opens each of them."""
    school = found[0].school
    with_accounts = [review for review in found if review.entries]
    if not with_accounts:
        said = voice.plain("review.nothing", school=school.name)
        return Screen(said, [section(escape(said)), *_problems(problems, voice)])
    title = voice.plain("review.title", school=school.name)
    blocks = [section(f"*{escape(title)}*")]
    for review in with_accounts:
        opens = button(
            ReviewAction.LIST,
            voice.plain("button.open"),
            f"review {WORDS[review.kind]} {school.number}",
            which=review.kind,
            about=voice.plain(f"button.review-{review.kind}"),
        )
        words = voice.mrkdwn(f"review.line-{review.kind}", reviewed=review.reviewed, total=review.total)
        blocks.append(section(f"{words}\n{voice.mrkdwn('review.due', count=_due(review))}", opens))
    return Screen(title, [*blocks, *_problems(problems, voice)])


def listing(
    review: Review, problems: Sequence[KnownError], voice: Voice, done: Block | None = None
) -> Screen:
    """Return a school's accounts of a kind, those due for review first; `done` says what was just decided."""
    school = review.school
    if not review.entries:
        said = voice.plain(f"review.none-{review.kind}", school=school.name)
        return Screen(said, [section(escape(said)), *_problems(problems, voice)])
    title = voice.plain(f"review.title-{review.kind}", school=school.name)
    said = voice.plain("review.progress", reviewed=review.reviewed, total=review.total)
    progress = [said] if review.total else []
    due = [entry for entry in review.entries if entry.why]
    others = [
        entry
        for entry in review.entries
        if not entry.why and (entry.handmade.account.active or entry.handmade.decision)
    ]
    blocks = [done] if done else []
    blocks.append(section("\n".join([f"*{escape(title)}*", *map(escape, progress)])))
    blocks += _what_is_due(review, len(due), voice)
    fitting = others[: max(0, SHOWN - len(due))]
    shown, listed = [*due[:SHOWN], *fitting], _rows(due[:SHOWN], voice)
    if fitting:
        listed += [divider(), context_block(voice.mrkdwn("review.others")), *_rows(fitting, voice)]
    blocks += table_or_list(_columns(voice), shown, listed, [actions([_to_open(shown, voice)])])
    if more := len(due) + len(others) - len(due[:SHOWN]) - len(fitting):
        blocks.append(context_block(voice.mrkdwn("answer.and-more", count=more)))
    return Screen(": ".join([title, *progress]), [*blocks, *_problems(problems, voice)])


def _what_is_due(review: Review, due: int, voice: Voice) -> list[Block]:
    """Return the number of accounts due for review, with the guide's advice, or that none is due."""
    if due:
        advice = "review.governors" if review.kind is Kind.GOVERNOR else "review.advice"
        return [context_block(voice.mrkdwn(advice)), section(f"*{voice.mrkdwn('review.due', count=due)}*")]
    if review.total and review.reviewed == review.total:
        return [section(":tada: " + voice.mrkdwn("review.done"))]
    return [section(voice.mrkdwn("review.not-due"))]


def done(handmade: Handmade, undone: bool, voice: Voice) -> Block:
    """Return a block about the decision on an account: just made, with its undo button, or just `undone`."""
    username = handmade.account.username
    if undone:
        return section(f":leftwards_arrow_with_hook: {voice.mrkdwn('review.undone', username=username)}")
    undo = button(ReviewAction.UNDO, voice.plain("button.undo-decision"), str(handmade.account.id))
    return section(f":white_check_mark: `{escape(username)}`: {decided(handmade, voice)}", undo)


def decided(handmade: Handmade, voice: Voice) -> str:
    """Return the decision on an account in words, with who decided and when."""
    decision = handmade.decision
    assert decision is not None  # noqa: S101 - for the type checker; callers have checked
    what = voice.mrkdwn(f"review.decided.{decision.choice}", until=decision.until)
    by = voice.mrkdwn("review.by-portal") if decision.by == BY_PORTAL else mention(decision.by)
    return f"{what} ({by}, {voice.mrkdwn('cli.moment', moment=decision.at)})"


def who(handmade: Handmade) -> str:
    """Return the name and username of an account as mrkdwn."""
    return f"*{escape(housekeeping.name(handmade.account))}*  `{escape(handmade.account.username)}`"


def spoken_name(handmade: Handmade) -> str:
    """Return the name and username of an account, as the label of a button says them."""
    return f"{housekeeping.name(handmade.account)}, {handmade.account.username}"


def life(handmade: Handmade, voice: Voice) -> str:
    """Return until when an account is active, and when it was last used, as mrkdwn."""
    ends, signed_in = endings.ends_on(handmade), handmade.account.last_signed_in
    if not handmade.account.active:
        until = voice.mrkdwn("review.ended")
    else:
        until = voice.mrkdwn("review.ends", until=ends) if ends else voice.mrkdwn("review.ends-never")
    used = (
        voice.mrkdwn("review.signed-in", day=signed_in)
        if signed_in
        else voice.mrkdwn("review.never-signed-in")
    )
    return f"{until} · {used}"


def _columns(voice: Voice) -> list[Column[Reviewed]]:
    """Return the columns of the accounts: whose, why due or what was decided, until when, when last used."""

    def day(known: date | None) -> str:
        return voice.plain("review.cell-day", day=known) if known else voice.plain("review.cell-unknown")

    def ends(entry: Reviewed) -> str:
        active = entry.handmade.account.active
        return day(endings.ends_on(entry.handmade)) if active else voice.plain("review.ended")

    return [
        Column(voice.plain("review.column-name"), lambda entry: housekeeping.name(entry.handmade.account)),
        Column(
            voice.plain("review.column-notes"),
            lambda entry: " · ".join(_notes(entry, voice)),
            Holds.LONG_WORDS,
        ),
        Column(voice.plain("review.column-until"), ends),
        Column(voice.plain("review.column-used"), lambda entry: day(entry.handmade.account.last_signed_in)),
        Column(voice.plain("review.column-username"), lambda entry: entry.handmade.account.username),
    ]


def _to_open(entries: Sequence[Reviewed], voice: Voice) -> Block:
    """Return the menu that shows an account's details; the list has a button beside each instead."""
    options = [
        option(
            cut(
                f"{entry.handmade.account.username} · {housekeeping.name(entry.handmade.account)}",
                OPTION_TEXT,
            ),
            str(entry.handmade.account.id),
        )
        for entry in entries
    ]
    return select(ReviewAction.DETAILS, voice.plain("review.details-of"), options)


def _rows(entries: Sequence[Reviewed], voice: Voice) -> list[Block]:
    return [
        section(
            _row(entry, voice),
            button(
                ReviewAction.DETAILS,
                voice.plain("button.details"),
                str(entry.handmade.account.id),
                about=spoken_name(entry.handmade),
            ),
        )
        for entry in entries
    ]


def _row(entry: Reviewed, voice: Voice) -> str:
    handmade = entry.handmade
    notes = escape(" · ".join(_notes(entry, voice)))
    return f"{who(handmade)}\n{life(handmade, voice)}" + (f"\n_{notes}_" if notes else "")


def _notes(entry: Reviewed, voice: Voice) -> list[str]:
    """Return why an account is due for review, and what was decided on it."""
    notes = [voice.plain(f"review.short.{why}") for why in entry.why]
    decision = entry.handmade.decision
    if decision is not None:
        notes.append(voice.plain(f"review.decided.{decision.choice}", until=decision.until))
    return notes


def _due(review: Review) -> int:
    return sum(bool(entry.why) for entry in review.entries)


def _problems(problems: Sequence[KnownError], voice: Voice) -> list[Block]:
    """Return the first of the `problems` of the file of accounts: the reader can't mend the file."""
    return [context_block(voice.mrkdwn("review.problem", problem=problem.said)) for problem in problems[:1]]
