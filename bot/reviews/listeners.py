"""Listeners of a review's buttons and menus: details, keep, deactivate, done in the portal, undo."""

from collections.abc import Callable
from functools import partial

from slack_bolt import App

from bot.people.permissions import Act
from bot.reviews import answers, held_list, letter_screens
from bot.reviews.actions import ReviewAction, ReviewAuditAction
from bot.reviews.held_list import ListDecision
from bot.services import Services
from bot.slack.payloads import one_of
from bot.slack.request import Bot, SlackRequest, as_number, deliver, listen
from provisioning.manual import reviews
from provisioning.manual.endings import HeldList
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
            ReviewAction.ACCEPT_LIST: partial(
                _decide_list, action=ReviewAuditAction.ACCEPT_LIST, decide=held_list.accept
            ),
            ReviewAction.REFUSE_LIST: partial(
                _decide_list, action=ReviewAuditAction.REFUSE_LIST, decide=held_list.refuse
            ),
        },
    )


def _details(request: SlackRequest) -> None:
    account = _reviewable(request, as_number(request.chosen), ReviewAuditAction.DETAILS)
    if account is not None:
        request.context.record(ReviewAuditAction.DETAILS, account.school, account.username)
        request.reply.show(answers.details(request.bot.services, request.voice, account), request.voice)


def _keep(request: SlackRequest) -> None:
    provisioning = request.bot.services.provisioning
    term = one_of(Term, request.action["selected_option"]["value"])
    _decide(
        request,
        ReviewAuditAction.KEEP,
        lambda account, by: reviews.keep(provisioning, account, term, by=by),
    )


def _deactivate(request: SlackRequest) -> None:
    provisioning = request.bot.services.provisioning
    _decide(
        request,
        ReviewAuditAction.DEACTIVATE,
        lambda account, by: reviews.deactivate(provisioning, account, by=by),
    )


def _at_date(request: SlackRequest) -> None:
    provisioning = request.bot.services.provisioning
    _decide(
        request,
        ReviewAuditAction.AT_DATE,
        lambda account, by: reviews.deactivate(provisioning, account, by=by, at_its_date=True),
    )


def _in_portal(request: SlackRequest) -> None:
    provisioning = request.bot.services.provisioning
    _decide(
        request,
        ReviewAuditAction.IN_PORTAL,
        lambda account, by: reviews.note_done(provisioning, account, by=by),
    )


def _undo(request: SlackRequest) -> None:
    provisioning = request.bot.services.provisioning
    _decide(
        request,
        ReviewAuditAction.UNDO,
        lambda account, by: reviews.undo(provisioning, account, by=by),
        undone=True,
    )


def _seen(request: SlackRequest) -> None:
    """Decide that the accounts of a letter may stay ended; those decided on since stay as they are."""
    provisioning, count = request.bot.services.provisioning, 0
    for value in str(request.action["value"]).split(","):
        account = _reviewable(request, as_number(value), ReviewAuditAction.SEEN)
        if account is None:
            return
        accept = partial(reviews.accept_ending, provisioning, account.id, by=request.context.user)
        count += request.context.change(
            ReviewAuditAction.SEEN, account.school, accept, subject=account.username
        )
    request.reply.show(letter_screens.seen(count, request.voice), request.voice)


def _decide_list(
    request: SlackRequest,
    action: ReviewAuditAction,
    decide: Callable[[Services, HeldList, str], ListDecision],
) -> None:
    """Carry out `decide` about a held list, where the user may review the accounts of its school."""
    number, stamp, count, total = (*request.value.split(), "", "", "", "")[:4]
    services = request.bot.services
    school = request.context.school(Act.REVIEW, number)
    if school is None:
        request.aside.show(request.context.refuse(action, Act.REVIEW, number), request.voice)
        return
    held = HeldList(school.number, stamp, as_number(count), as_number(total))
    done = request.context.change(
        action, school.number, lambda: decide(services, held, request.context.user), str
    )
    request.reply.show(letter_screens.held_list_noted(school, held, done, request.voice), request.voice)
    deliver(request)


def _decide(
    request: SlackRequest,
    action: ReviewAuditAction,
    decide: Callable[[int, str], Handmade],
    *,
    undone: bool = False,
) -> None:
    """Carry out `decide`, which takes an account's id and the user, and show the list after it."""
    account = _reviewable(request, _account_id(request), action)
    if account is None:
        return
    handmade = request.context.change(
        action, account.school, partial(decide, account.id, request.context.user), subject=account.username
    )
    screen = answers.after_decision(request.bot.services, request.voice, handmade, undone=undone)
    request.reply.show(screen, request.voice)


def _account_id(request: SlackRequest) -> int:
    """Return the account's id from a button's value, or from the block id of a menu."""
    action = request.action
    return as_number(str(action["value"] if "value" in action else action["block_id"].rpartition(":")[2]))


def _reviewable(request: SlackRequest, id_: int, action: ReviewAuditAction) -> Account | None:
    """Return the account with an id, if the user may review it; else show the refusal and return None."""
    school, found = reviews.located(request.bot.services.provisioning, id_) or (None, None)
    refused = request.context.refusal(action, Act.REVIEW, school)
    if refused is None:
        return found
    request.aside.show(refused, request.voice)
    return None
