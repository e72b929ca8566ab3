"""The details of an account made by hand, with the decisions that are possible."""

from collections.abc import Sequence
from datetime import date

from bot.reviews.actions import ReviewAction
from bot.reviews.screens import WORDS, decided, life, who
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    confirm,
    context_block,
    escape,
    option,
    section,
    select,
)
from bot.slack.fit import cut
from bot.slack.limits import CONFIRM_TEXT
from bot.slack.voice import Voice
from knowledge.models import GuideStep
from provisioning.manual import endings, housekeeping
from provisioning.manual.handmade import Handmade, ReviewDecision, Term
from provisioning.manual.housekeeping import Why
from provisioning.manual.reviews import Review, Reviewed
from provisioning.records.people import Kind
from provisioning.records.schools import School


def details(review: Review, entry: Reviewed, steps: Sequence[GuideStep], voice: Voice, today: date) -> Screen:
    """Return an account, why it is due, and the possible decisions, or else the portal's own `steps`."""
    handmade, title = entry.handmade, voice.plain(f"review.title-{review.kind}", school=review.school.name)
    blocks = [section(f"{who(handmade)}\n{life(handmade, voice)}")]
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
    row = actions([*_choices(review, handmade, voice, today), *_undo(handmade, voice), back])
    return Screen(title, [*blocks, row | {"block_id": f"review:{handmade.account.id}"}])


def _why(handmade: Handmade, why: Why, voice: Voice) -> str:
    return voice.mrkdwn(
        f"review.why.{why}",
        ends=endings.ends_on(handmade),
        signed_in=handmade.account.last_signed_in,
        unused=endings.unused_on(handmade),
    )


def _choices(review: Review, handmade: Handmade, voice: Voice, today: date) -> list[Block]:
    account = str(handmade.account.id)
    if not review.can_act:
        return [button(ReviewAction.IN_PORTAL, voice.plain("button.in-portal"), account, "primary")]
    terms = [
        option(
            voice.plain(f"review.term.{term}", until=housekeeping.kept_until(handmade.account, term, today)),
            term.value,
        )
        for term in Term
    ]
    choices = [select(ReviewAction.KEEP, voice.plain("review.keep-for"), terms)]
    if handmade.ended_unseen:
        choices.append(button(ReviewAction.DEACTIVATE, voice.plain("button.stays-ended"), account))
    if handmade.account.active:
        choices += _deactivations(handmade, review.school, voice, today)
    return choices


def _deactivations(handmade: Handmade, school: School, voice: Voice, today: date) -> list[Block]:
    """Return the buttons that deactivate an account: now, and at its own date where that is still to come."""
    account, question = str(handmade.account.id), _question(handmade, school, voice)
    now = button(ReviewAction.DEACTIVATE, voice.plain("button.deactivate"), account, "danger")
    buttons = [now | {"confirm": _confirm(question, voice)}]
    ends = endings.ends_on(handmade)
    settled = handmade.decision is not None and handmade.decision.choice is ReviewDecision.AT_DATE
    if ends is not None and ends > today and not settled:
        at_date = button(ReviewAction.AT_DATE, voice.plain("button.deactivate-at-date", until=ends), account)
        question = f"{question}\n{voice.plain('review.question-at-date', until=ends)}"
        buttons.append(at_date | {"confirm": _confirm(question, voice)})
    return buttons


def _question(handmade: Handmade, school: School, voice: Voice) -> str:
    """Return the guide's own question, with the account that it is about."""
    account = handmade.account
    return voice.plain(
        "review.question", username=account.username, name=housekeeping.name(account), school=school.name
    )


def _undo(handmade: Handmade, voice: Voice) -> list[Block]:
    if handmade.decision is None and handmade.ending is None:
        return []
    return [button(ReviewAction.UNDO, voice.plain("button.undo-decision"), str(handmade.account.id))]


def _confirm(question: str, voice: Voice) -> Block:
    """Return a confirmation with the guide's own question and answers."""
    words = (voice.plain(f"button.{name}") for name in ("yes", "cancel"))
    return confirm(voice.plain("button.deactivate"), cut(question, CONFIRM_TEXT), *words) | {
        "style": "danger"
    }
