"""The buttons and menus of a review: details, keep, deactivate, done in the portal, undo."""

from collections.abc import Callable
from functools import partial

from slack_bolt import App

from bot.people import audit
from bot.people.permissions import Act
from bot.reviews import answers
from bot.slack.refusals import refusal_of
from bot.slack.request import Bot, Turn, acknowledge, safely
from provisioning.manual import reviews
from provisioning.manual.housekeeping import Handmade, Term
from provisioning.records import Account


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons."""
    for action, handle in (
        ("review:details", _details),
        ("review:keep", _keep),
        ("review:deactivate", _deactivate),
        ("review:at-date", _at_date),
        ("review:in-portal", _in_portal),
        ("review:undo", _undo),
    ):
        app.action(action)(ack=acknowledge, lazy=[safely(bot, handle)])


def _details(turn: Turn) -> None:
    if (found := _reviewed(turn, _account(turn), "review-details")) is not None:
        turn.asker.record("review-details", found.school, found.username)
        turn.reply.show(answers.details(turn.bot.services, turn.voice, found), turn.voice)


def _keep(turn: Turn) -> None:
    term = Term(turn.body["actions"][0]["selected_option"]["value"])
    _decide(turn, "keep", lambda account, by: reviews.keep(turn.bot.services.house, account, term, by=by))


def _deactivate(turn: Turn) -> None:
    house = turn.bot.services.house
    _decide(turn, "deactivate", lambda account, by: reviews.deactivate(house, account, by=by))


def _at_date(turn: Turn) -> None:
    house = turn.bot.services.house
    _decide(
        turn,
        "deactivate-at-date",
        lambda account, by: reviews.deactivate(house, account, by=by, at_its_date=True),
    )


def _in_portal(turn: Turn) -> None:
    house = turn.bot.services.house
    _decide(turn, "review-in-portal", lambda account, by: reviews.note_done(house, account, by=by))


def _undo(turn: Turn) -> None:
    house = turn.bot.services.house
    _decide(turn, "undo-review", lambda account, by: reviews.undo(house, account, by=by), undone=True)


def _decide(turn: Turn, deed: str, decide: Callable[[int, str], Handmade], *, undone: bool = False) -> None:
    account = _account(turn)
    if (found := _reviewed(turn, account, deed)) is not None:

        def carry_out() -> Handmade:
            carry = partial(decide, account, turn.asker.user)
            return turn.asker.change(deed, found.school, carry, subject=found.username)

        screen = answers.after(turn.bot.services, turn.voice, carry_out, undone=undone)
        turn.reply.show(screen, turn.voice)


def _account(turn: Turn) -> int:
    """The account that a button carries, or the block in which a menu stands."""
    action = turn.body["actions"][0]
    id_ = str(action["value"] if "value" in action else action["block_id"].rpartition(":")[2])
    return int(id_) if id_.isdecimal() else 0


def _reviewed(turn: Turn, account: int, deed: str) -> Account | None:
    """An account, for whoever reviews those of its school; others are told who does."""
    school, found = reviews.located(turn.bot.services.house, account) or (None, None)
    refused = refusal_of(turn.asker.caller(), Act.REVIEW, school, turn.voice)
    if refused is None:
        return found
    turn.asker.record(deed, school.number if school else None, outcome=audit.REFUSED)
    turn.aside.show(refused, turn.voice)
    return None
