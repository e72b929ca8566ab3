"""Screens of reviews of accounts made by hand: the progress, the list, and an account's details."""

import re
from collections.abc import Sequence
from datetime import date

from bot.reviews.actions import ReviewAction
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    confirm,
    context_block,
    divider,
    escape,
    option,
    section,
    select,
)
from bot.slack.voice import Voice
from knowledge.models import GuideStep
from provisioning.errors import KnownError
from provisioning.manual import endings, housekeeping
from provisioning.manual.handmade import BY_PORTAL, Handmade, ReviewDecision, Term
from provisioning.manual.housekeeping import Why
from provisioning.manual.reviews import Review, Reviewed
from provisioning.records.people import Kind
from provisioning.records.schools import School

WORDS = {Kind.NON_MIS: "non-mis", Kind.GOVERNOR: "governors"}
"""The kinds by the words that follow `review`."""

_SHOWN = 20
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,}")


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
        line = f"review.line-{review.kind}"
        opens = button(
            ReviewAction.LIST,
            voice.plain("button.open"),
            f"review {WORDS[review.kind]} {school.number}",
            which=review.kind,
        )
        words = voice.mrkdwn(line, reviewed=review.reviewed, total=review.total)
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
    progress = voice.plain("review.progress", reviewed=review.reviewed, total=review.total)
    due = [entry for entry in review.entries if entry.why]
    others = [
        entry
        for entry in review.entries
        if not entry.why and (entry.handmade.account.active or entry.handmade.decision)
    ]
    blocks = [done] if done else []
    blocks.append(section(f"*{escape(title)}*\n{escape(progress) if review.total else ''}".rstrip()))
    blocks += [*_what_is_due(review, len(due), voice), *_rows(due, voice)]
    if others and len(due) < _SHOWN:
        blocks += [
            divider(),
            context_block(voice.mrkdwn("review.others")),
            *_rows(others[: _SHOWN - len(due)], voice),
        ]
    if len(due) > _SHOWN:
        blocks.append(context_block(voice.mrkdwn("answer.and-more", count=len(due) - _SHOWN)))
    return Screen(f"{title}: {progress}", [*blocks, *_problems(problems, voice)])


def _what_is_due(review: Review, due: int, voice: Voice) -> list[Block]:
    """Return the number of accounts due for review, with the guide's advice, or that none is due."""
    if due:
        advice = "review.governors" if review.kind is Kind.GOVERNOR else "review.advice"
        return [context_block(voice.mrkdwn(advice)), section(f"*{voice.mrkdwn('review.due', count=due)}*")]
    if review.total and review.reviewed == review.total:
        return [section(":tada: " + voice.mrkdwn("review.done"))]
    return [section(voice.mrkdwn("review.not-due"))]


def details(review: Review, entry: Reviewed, steps: Sequence[GuideStep], voice: Voice, today: date) -> Screen:
    """Return an account, why it is due, and the possible decisions, or else the portal's own `steps`."""
    handmade, title = entry.handmade, voice.plain(f"review.title-{review.kind}", school=review.school.name)
    blocks = [section(f"{_who(handmade)}\n{_life(handmade, voice)}")]
    if entry.why:
        blocks.append(section("\n".join(f"• {_why(handmade, why, voice)}" for why in entry.why)))
    if handmade.decision is not None:
        blocks.append(context_block(decided(handmade, voice)))
    if review.kind is Kind.GOVERNOR:
        blocks.append(section(f":speech_balloon: {voice.mrkdwn('review.governors')}"))
    if not review.can_act:
        numbered = "\n".join(
            f"{number}. {escape(step.in_(voice.language))}" for number, step in enumerate(steps, 1)
        )
        blocks.append(section(f"{voice.mrkdwn('review.in-portal')}\n{numbered}"))
    back = button(
        ReviewAction.LIST,
        voice.plain("button.back-to-list"),
        f"review {WORDS[review.kind]} {review.school.number}",
    )
    row = actions([*_choices(review, handmade, voice, today), *_undo(review, handmade, voice), back])
    return Screen(title, [*blocks, row | {"block_id": f"review:{handmade.account.id}"}])


def ending(school: School, entries: Sequence[Handmade], day: date, voice: Voice) -> Screen:
    """Return accounts that end by themselves after `day`, with the way to their review."""
    title = voice.plain("review.ending", count=len(entries), school=school.name, day=day)
    lines = [f"• {_who(entry)}" for entry in entries[:_SHOWN]]
    if len(entries) > _SHOWN:
        lines.append(voice.mrkdwn("answer.and-more", count=len(entries) - _SHOWN))
    blocks = [
        section(f"*{escape(title)}*"),
        section("\n".join(lines)),
        context_block(voice.mrkdwn("review.ending-advice")),
    ]
    return Screen(title, [*blocks, actions(_lists(school, entries, voice))])


def ended(school: School, entries: Sequence[Handmade], voice: Voice) -> Screen:
    """Return accounts that have ended by themselves, each with a button that undoes it."""
    title = voice.plain("review.have-ended", count=len(entries), school=school.name)
    rows = [
        section(
            f"{_who(entry)}\n{voice.mrkdwn(f'review.how-ended.{entry.ending.choice}')}",
            button(
                ReviewAction.UNDO_ENDING,
                voice.plain("button.undo-decision"),
                str(entry.account.id),
            ),
        )
        for entry in entries[:_SHOWN]
        if entry.ending is not None
    ]
    more = len(entries) - len(rows)
    blocks = [section(f"*{escape(title)}*"), *rows]
    if more:
        blocks.append(context_block(voice.mrkdwn("answer.and-more", count=more)))
    blocks.append(context_block(voice.mrkdwn("review.ended-advice")))
    shown = ",".join(str(entry.account.id) for entry in entries[:_SHOWN])
    seen_all = button(ReviewAction.SEEN, voice.plain("button.may-stay-ended"), shown)
    return Screen(title, [*blocks, actions([seen_all, *_lists(school, entries, voice)])])


def seen(count: int, voice: Voice) -> Screen:
    """Return what becomes of `count` accounts that may stay ended."""
    said = voice.plain("review.seen", count=count)
    return Screen(said, [section(escape(said))])


def _lists(school: School, entries: Sequence[Handmade], voice: Voice) -> list[Block]:
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


def done(handmade: Handmade, undone: bool, voice: Voice) -> Block:
    """Return a block that says what was just decided or undone, with a button that undoes a decision."""
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
    if decision.by == BY_PORTAL:
        who = voice.mrkdwn("review.by-portal")
    else:
        who = f"<@{decision.by}>" if _SLACK_USER.fullmatch(decision.by) else escape(decision.by)
    return f"{what} ({who}, {voice.mrkdwn('cli.moment', moment=decision.at)})"


def _rows(entries: Sequence[Reviewed], voice: Voice) -> list[Block]:
    return [
        section(
            _row(entry, voice),
            button(ReviewAction.DETAILS, voice.plain("button.details"), str(entry.handmade.account.id)),
        )
        for entry in entries[:_SHOWN]
    ]


def _row(entry: Reviewed, voice: Voice) -> str:
    handmade = entry.handmade
    notes = [voice.mrkdwn(f"review.short.{why}") for why in entry.why]
    if handmade.decision is not None:
        notes.append(
            voice.mrkdwn(f"review.decided.{handmade.decision.choice}", until=handmade.decision.until)
        )
    return f"{_who(handmade)}\n{_life(handmade, voice)}" + (f"\n_{' · '.join(notes)}_" if notes else "")


def _who(handmade: Handmade) -> str:
    return f"*{escape(housekeeping.name(handmade.account))}*  `{escape(handmade.account.username)}`"


def _life(handmade: Handmade, voice: Voice) -> str:
    """Return until when an account is active, and when it was last used."""
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


def _why(handmade: Handmade, why: Why, voice: Voice) -> str:
    return voice.mrkdwn(
        f"review.why.{why}",
        ends=endings.ends_on(handmade),
        signed_in=handmade.account.last_signed_in,
        unused=endings.unused_on(handmade),
    )


def _choices(review: Review, handmade: Handmade, voice: Voice, today: date) -> list[Block]:
    if not review.can_act:
        return [
            button(
                ReviewAction.IN_PORTAL, voice.plain("button.in-portal"), str(handmade.account.id), "primary"
            )
        ]
    terms = [
        option(
            voice.plain(f"review.term.{term}", until=housekeeping.kept_until(handmade.account, term, today)),
            term.value,
        )
        for term in Term
    ]
    choices = [select(ReviewAction.KEEP, voice.plain("review.keep-for"), terms)]
    if handmade.ended_unseen:
        account = str(handmade.account.id)
        choices.append(button(ReviewAction.DEACTIVATE, voice.plain("button.stays-ended"), account))
    if handmade.account.active:
        deactivate = button(
            ReviewAction.DEACTIVATE, voice.plain("button.deactivate"), str(handmade.account.id), "danger"
        )
        choices.append(deactivate | {"confirm": _confirm(voice.plain("review.question"), voice)})
        ends = endings.ends_on(handmade)
        settled = handmade.decision is not None and handmade.decision.choice is ReviewDecision.AT_DATE
        if ends is not None and ends > today and not settled:
            words = voice.plain("button.deactivate-at-date", until=ends)
            question = (
                f"{voice.plain('review.question')} {voice.plain('review.question-at-date', until=ends)}"
            )
            at_date = button(ReviewAction.AT_DATE, words, str(handmade.account.id))
            choices.append(at_date | {"confirm": _confirm(question, voice)})
    return choices


def _undo(review: Review, handmade: Handmade, voice: Voice) -> list[Block]:
    if handmade.decision is None and handmade.ending is None:
        return []
    return [button(ReviewAction.UNDO, voice.plain("button.undo-decision"), str(handmade.account.id))]


def _confirm(question: str, voice: Voice) -> Block:
    """Return a confirmation with the guide's own question and answers."""
    words = (voice.plain(f"button.{name}") for name in ("yes", "cancel"))
    return confirm(voice.plain("button.deactivate"), question, *words) | {"style": "danger"}


def _due(review: Review) -> int:
    return sum(bool(entry.why) for entry in review.entries)


def _problems(problems: Sequence[KnownError], voice: Voice) -> list[Block]:
    """Return the first problem of the file of accounts;
    one is enough, because the reader can't mend the file.
    """
    return [context_block(voice.mrkdwn("review.problem", problem=problem.said)) for problem in problems[:1]]
