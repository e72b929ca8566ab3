"""Handlers of verbs, by what they answer about: nothing, a school, or a person at a school."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands import Command
from bot.people import audit
from bot.slack import modals, notices
from bot.slack.blocks import Screen
from bot.slack.context import Answer, AskInModal, Context
from provisioning.records.schools import School

if TYPE_CHECKING:
    from bot.commands import Handler


def showing(show: Callable[[Context, Command], Screen]) -> "Handler":
    """Return a handler that shows the screen of `show`, for verbs that need no permission."""

    def handle(context: Context, command: Command, _allowed: Sequence[School]) -> Answer:
        return Answer(show(context, command))

    return handle


def at_one_school(answer: Callable[[Context, Command, School], Answer]) -> "Handler":
    """Return a handler that answers at the named school, or the caller's only school; else it asks which."""

    def handle(context: Context, command: Command, allowed: Sequence[School]) -> Answer:
        school = next((school for school in allowed if school.number == command.school), None)
        if school is None and len(allowed) > 1:
            return Answer(notices.which_school(command, allowed, context.voice), outcome=audit.ASKED_BACK)
        school = school or allowed[0]
        told = context.in_voice(context.voice.to(context.caller(), school))
        return replace(answer(told, command.at(school.number), school), school=school.number)

    return handle


def about_a_person(answer: Callable[[Context, Command, School], Answer]) -> "Handler":
    """Return a handler that answers about a UPN or staff code; without either, a modal asks for it."""
    at_school = at_one_school(answer)

    def handle(context: Context, command: Command, allowed: Sequence[School]) -> Answer | AskInModal:
        if command.about:
            return at_school(context, command, allowed)
        named = [school for school in allowed if school.number == command.school]
        return AskInModal(modals.ask_about(command.verb, named or allowed, context.voice))

    return handle
