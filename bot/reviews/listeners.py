"""Listeners of a review's buttons and menus: details, keep, deactivate, done in the portal, undo."""

from collections.abc import Callable
from functools import partial

from slack_bolt import App

from bot.people.permissions import Act
from bot.reviews import answers, screens
from bot.reviews.actions import ReviewAction
from bot.slack.request import Bot, SlackRequest, as_number, listen
from provisioning.manual import reviews
from provisioning.manual.handmade import Handmade, Term
from provisioning.records.accounts import Account


def register(app: App, bot: Bot) -> None:
    """Register the buttons and menus."""
    listen(
        app,
        bot,
        {
            ReviewAction.DETAILS: _details,
            ReviewAction.KEEP: _keep,
            ReviewAction.DEACTIVATE: _deactivate,
            ReviewAction.AT_DATE: _at_date,
            ReviewAction.IN_PORTAL: _in_portal,
            ReviewAction.UNDO: _undo,
            ReviewAction.UNDO_ENDING: _undo,
            ReviewAction.SEEN: _seen,
        },
    )


def _details(request: SlackRequest) -> None:
    if (found := _reviewed(request, _account(request), "review-details")) is not None:
        request.context.record("review-details", found.school, found.username)
        request.reply.show(answers.details(request.bot.services, request.voice, found), request.voice)


def _keep(request: SlackRequest) -> None:
    term = Term(request.action["selected_option"]["value"])
    _decide(
        request,
        "keep",
        lambda account, by: reviews.keep(request.bot.services.provisioning, account, term, by=by),
    )


def _deactivate(request: SlackRequest) -> None:
    provisioning = request.bot.services.provisioning
    _decide(request, "deactivate", lambda account, by: reviews.deactivate(provisioning, account, by=by))


def _at_date(request: SlackRequest) -> None:
    provisioning = request.bot.services.provisioning
    _decide(
        request,
        "deactivate-at-date",
        lambda account, by: reviews.deactivate(provisioning, account, by=by, at_its_date=True),
    )


def _in_portal(request: SlackRequest) -> None:
    provisioning = request.bot.services.provisioning
    _decide(request, "review-in-portal", lambda account, by: reviews.note_done(provisioning, account, by=by))


def _undo(request: SlackRequest) -> None:
    provisioning = request.bot.services.provisioning
    _decide(
        request, "undo-review", lambda account, by: reviews.undo(provisioning, account, by=by), undone=True
    )


def _seen(request: SlackRequest) -> None:
    """Decide that the accounts of a letter may stay ended; those decided on since stay as they are."""
    provisioning, count = request.bot.services.provisioning, 0
    for value in str(request.action["value"]).split(","):
        account = as_number(value)
        found = _reviewed(request, account, "review-seen")
        if found is None:
            return
        carry = partial(reviews.accept_ending, provisioning, account, by=request.context.user)
        count += request.context.change("review-seen", found.school, carry, subject=found.username)
    request.reply.show(screens.seen(count, request.voice), request.voice)


def _decide(
    request: SlackRequest, action: str, decide: Callable[[int, str], Handmade], *, undone: bool = False
) -> None:
    account = _account(request)
    if (found := _reviewed(request, account, action)) is not None:

        def carry_out() -> Handmade:
            carry = partial(decide, account, request.context.user)
            return request.context.change(action, found.school, carry, subject=found.username)

        screen = answers.after(request.bot.services, request.voice, carry_out, undone=undone)
        request.reply.show(screen, request.voice)


def _account(request: SlackRequest) -> int:
    """Return the account's id from a button's value, or from the block id of a menu."""
    action = request.action
    return as_number(str(action["value"] if "value" in action else action["block_id"].rpartition(":")[2]))


def _reviewed(request: SlackRequest, account: int, action: str) -> Account | None:
    """Return the account, if the user may review it; else show the refusal and return None."""
    school, found = reviews.located(request.bot.services.provisioning, account) or (None, None)
    refused = request.context.refusal(action, Act.REVIEW, school)
    if refused is None:
        return found
    request.aside.show(refused, request.voice)
    return None
