"""The answer of `/hwb grants`: who has which role, over the places for which the caller gives roles."""

from collections.abc import Sequence

from bot.commands import Command, Takes, Verb
from bot.grants import screens
from bot.grants.screens import Places
from bot.people import granting
from bot.people.permissions import Act
from bot.slack.context import Answer, Context
from provisioning.records.schools import School


def _grants(context: Context, command: Command, _allowed: Sequence[School]) -> Answer:
    found = granting.overseen(context.services.database, context.caller())
    places = Places.of(context.every_school())
    return Answer(screens.listing(found, command.about, places, context.voice), modal=True)


VERBS = (Verb("grants", "rolau", Takes.ROLES, _grants, Act.GRANTS, anywhere=True, formerly="caniatadau"),)
