"""The verb that lists the caller's watches."""

from bot.commands import Command, Takes, Verb
from bot.people.permissions import Act
from bot.slack.blocks import Screen
from bot.slack.context import Context
from bot.slack.handlers import showing
from bot.watches import store
from bot.watches.screens import listed
from provisioning.records.schools import School


def watches(context: Context) -> Screen:
    """Return the caller's watches, at the schools about which the caller may still ask."""
    allowed: dict[str, School] = {school.number: school for school in context.schools(Act.DIAGNOSE)}
    with context.services.database.reading() as session:
        own = [watch for watch in store.every(session, context.user) if watch.school in allowed]
    return listed(own, allowed, context.voice)


def _watches(context: Context, _command: Command) -> Screen:
    return watches(context)


VERBS = (Verb("watches", "gwylio", Takes.OWN, showing(_watches)),)
