"""The answer of the verb `freeze`: the form that freezes runs, with the freezes that there are."""

from collections.abc import Sequence

from bot.commands import Command, Takes, Verb
from bot.freezes import screens
from bot.people.permissions import Act
from bot.slack.context import AskInModal, Context
from provisioning.clock import today
from provisioning.records.schools import School
from provisioning.store import freezes
from provisioning.store.freezes import Freeze


def _freeze(context: Context, command: Command, allowed: Sequence[School]) -> AskInModal:
    day = today(context.services.clock)
    return AskInModal(screens.form(of_caller(context), allowed, authorities(context), command, day, context))


def of_caller(context: Context) -> list[Freeze]:
    """Return the freezes, not over yet, of the places that the caller may freeze."""
    now = context.services.clock.now()
    with context.services.database.reading() as session:
        found = freezes.since(session, today(context.services.clock)).every
    return [each for each in found if not each.is_over(now) and may_freeze(context, each.place)]


def authorities(context: Context) -> list[str]:
    """Return the codes of the authorities all of whose schools the caller may freeze."""
    codes = sorted({school.local_authority for school in context.every_school()})
    return [code for code in codes if context.caller().may_over(Act.FREEZE, code)]


def may_freeze(context: Context, place: str) -> bool:
    """Return whether the caller may freeze a place, and end a freeze of it."""
    school = next((school for school in context.every_school() if school.number == place), None)
    return place in authorities(context) if school is None else context.caller().may(Act.FREEZE, school)


VERBS = (Verb("freeze", "rhewi", Takes.SCHOOL, _freeze, Act.FREEZE),)
