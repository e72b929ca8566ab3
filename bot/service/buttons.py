"""Buttons and menus: each carries the command line that pressing it stands for."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App

from bot.commands import Command
from bot.home import listeners
from bot.home.actions import HomeAction
from bot.people.permissions import Act
from bot.runs.actions import RunAction
from bot.runs.answers import run_then_check
from bot.slack import limits, notices
from bot.slack.buttons import KitAction
from bot.slack.context import Context
from bot.slack.modals import SCHOOL, school_options
from bot.slack.request import Bot, SlackRequest, acknowledge, listen, safely


def register(app: App, bot: Bot) -> None:
    """Listen to every button and menu; an unknown one is an old message's, and is answered politely."""
    app.action(re.compile(r"^(say|open):"))(ack=acknowledge, lazy=[safely(bot, _say)])
    app.action(re.compile(r"^aside:"))(ack=acknowledge, lazy=[safely(bot, _say)])
    listen(
        app,
        bot,
        {
            RunAction.RUN_NOW: _run_now,
            KitAction.CHOOSE_SCHOOL: _choose_school,
            HomeAction.REFRESH: listeners.refresh,
        },
    )
    app.action(SCHOOL)(acknowledge)
    app.action(re.compile(""))(ack=acknowledge, lazy=[safely(bot, _retired)])
    app.options(re.compile(rf"^({SCHOOL}|{KitAction.CHOOSE_SCHOOL})$"))(_find_school(bot))


def _say(request: SlackRequest) -> None:
    request.ask(_value(request), done=_home_again(request))


def _run_now(request: SlackRequest) -> None:
    school, _, line = _value(request).partition(" ")
    command = request.parse(line)
    if isinstance(command, Command):
        request.give(run_then_check(request.context, school, command), done=_home_again(request))
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


def _home_again(request: SlackRequest) -> Callable[[], None]:
    """What follows a run that was begun in Home: Home shows what it came to."""
    from_home = request.body.get("view", {}).get("type") == "home"
    return (lambda: listeners.refresh(request.afresh())) if from_home else (lambda: None)


def _retired(request: SlackRequest) -> None:
    request.reply.show(notices.sentence("answer.retired", request.voice), request.voice)


def _value(request: SlackRequest) -> str:
    action = request.action
    return str(action["selected_option"]["value"] if "selected_option" in action else action["value"])


def _find_school(bot: Bot) -> Callable[..., None]:
    """The lines of a school menu that is typed into: the caller's own schools by name or number."""

    def find(ack: Ack, body: dict[str, Any]) -> None:
        user = body["user"]["id"]
        voice = bot.voice_at_once(user)
        typed = str(body["value"]).casefold()
        found = [
            school
            for school in Context(
                bot.services, user, voice, outsider=bot.people.is_outsider_at_once(user)
            ).schools(Act.LAST_RUN)
            if typed in school.number or typed in f"{school.name.en} {school.name.cy}".casefold()
        ]
        ack(options=school_options(found[: limits.SELECT_OPTIONS], voice))

    return find
