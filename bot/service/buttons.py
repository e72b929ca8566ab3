"""Listeners of buttons and menus that carry a command line."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App

from bot.commands import Command
from bot.home import listeners
from bot.home.actions import HomeAction
from bot.people import audit
from bot.people.permissions import Act
from bot.runs.actions import RunAction
from bot.runs.answers import run_both_then_check, run_then_check
from bot.runs.some_people import provision_then_check
from bot.slack import limits, notices
from bot.slack.buttons import KitAction
from bot.slack.context import Answer, Context
from bot.slack.modals import SCHOOL, school_options
from bot.slack.payloads import UNREADABLE
from bot.slack.request import Bot, SlackRequest, acknowledge, answering, listen

_LINE, _ASIDE, _ANY = re.compile(r"^(say|open):"), re.compile(r"^aside:"), re.compile("")
_PROVISION = re.compile(rf"^{RunAction.PROVISION}(-|$)")
_SCHOOLS = re.compile(rf"^({SCHOOL}|{KitAction.CHOOSE_SCHOOL})$")


def register(app: App, bot: Bot) -> None:
    """Register every button and menu; an unknown id is from an old message, and its answer says so."""
    listen(app, bot, {KitAction.UNREADABLE: _retired})
    app.action(_LINE)(ack=acknowledge, lazy=[answering(bot, _dispatch)])
    app.action(_ASIDE)(ack=acknowledge, lazy=[answering(bot, _dispatch)])
    listen(
        app,
        bot,
        {
            RunAction.RUN_NOW: _run_now,
            RunAction.RUN_BOTH: _run_both,
            KitAction.CHOOSE_SCHOOL: _choose_school,
            HomeAction.REFRESH: listeners.refresh,
        },
    )
    app.action(_PROVISION)(ack=acknowledge, lazy=[answering(bot, _provision_some)])
    app.action(SCHOOL)(acknowledge)
    app.action(_ANY)(ack=acknowledge, lazy=[answering(bot, _retired)])
    app.options(_SCHOOLS)(_school_options(bot))


def _dispatch(request: SlackRequest) -> None:
    request.ask(request.chosen, done=_refresh_home(request))


def _run_now(request: SlackRequest) -> None:
    school, _, line = request.chosen.partition(" ")
    _give(request, line, lambda command: run_then_check(request.context, school, command))


def _run_both(request: SlackRequest) -> None:
    first, _, rest = request.chosen.partition(" ")
    second, _, line = rest.partition(" ")
    _give(request, line, lambda command: run_both_then_check(request.context, (first, second), command))


def _provision_some(request: SlackRequest) -> None:
    school, _, rest = request.chosen.partition(" ")
    people, _, line = rest.partition(" ")
    _give(request, line, lambda command: provision_then_check(request.context, school, people, command))


def _give(request: SlackRequest, line: str, answer: Callable[[Command], Answer]) -> None:
    """Give the `answer` to the command `line` of a button, unless it is of an old message."""
    command = request.parse(line)
    if isinstance(command, Command):
        request.give(answer(command), done=_refresh_home(request))
    else:
        _retired(request)


def _choose_school(request: SlackRequest) -> None:
    action = request.action
    line = action["block_id"].partition("for:")[2]
    command = request.parse(line)
    if line and isinstance(command, Command):
        request.ask(command.at(action["selected_option"]["value"]))
    else:
        _retired(request)


def _refresh_home(request: SlackRequest) -> Callable[[], None]:
    """Return what follows a run that was started in Home: Home is published anew."""
    from_home = request.body.get("view", {}).get("type") == "home"
    return (lambda: listeners.refresh(request.afresh())) if from_home else (lambda: None)


def _retired(request: SlackRequest) -> None:
    request.context.record(UNREADABLE, outcome=audit.REFUSED)
    request.reply.show(notices.sentence("answer.retired", request.voice), request.voice)


def _school_options(bot: Bot) -> Callable[..., None]:
    """Return a listener that finds options of a school menu: the caller's schools by name or number."""

    def find(ack: Ack, body: dict[str, Any]) -> None:
        user = body["user"]["id"]
        voice = bot.voice_at_once(user)
        typed = str(body["value"]).casefold()
        found = [
            school
            for school in Context(
                bot.services, user, voice, outsider=bot.is_outsider_at_once(user, body)
            ).schools(Act.LAST_RUN)
            if typed in school.number or typed in f"{school.name.en} {school.name.cy}".casefold()
        ]
        ack(options=school_options(found[: limits.SELECT_OPTIONS], voice))

    return find
