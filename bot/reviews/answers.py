"""Answers of the verb `review` and of a review's buttons."""

import re
from collections.abc import Callable

from bot.commands import Command, Takes, Verb
from bot.people.permissions import Act
from bot.reviews import screens
from bot.services import Services
from bot.slack.blocks import Screen
from bot.slack.context import Answer, Context
from bot.slack.handlers import at_one_school
from bot.slack.voice import Voice
from provisioning.clock import today
from provisioning.manual import reviews, upkeep
from provisioning.manual.handmade import MADE_BY_HAND, Handmade
from provisioning.records.accounts import Account
from provisioning.records.people import Kind
from provisioning.records.schools import School

ENTRIES = {Kind.NON_MIS: "non-mis-review", Kind.GOVERNOR: "governor-review"}


def screen(services: Services, voice: Voice, school: School, about: str) -> Screen:
    """Return the list of the kind of account that `about` names;
    without a kind, the progress of all reviews.
    """
    provisioning = services.provisioning
    problems = upkeep.take_in(provisioning)
    kind = kind_of(about)
    if kind is None:
        found = [reviews.review(provisioning, school.number, each) for each in MADE_BY_HAND]
        return screens.overview(found, problems, voice)
    return screens.listing(reviews.review(provisioning, school.number, kind), problems, voice)


def kind_of(word: str) -> Kind | None:
    """Return the kind of account that `word` means, in either language and with any punctuation."""
    folded = re.sub(r"[^a-z]", "", word.casefold())
    if folded in ("nonmis", "dimmis"):
        return Kind.NON_MIS
    return Kind.GOVERNOR if folded.startswith(("governor", "llywodraethw")) else None


def details(services: Services, voice: Voice, account: Account) -> Screen:
    """Return the details of `account`, with the decisions that are possible."""
    provisioning, day = services.provisioning, today(services.clock)
    found = reviews.review(provisioning, account.school, account.kind)
    entry = next(entry for entry in found.entries if entry.handmade.account.id == account.id)
    steps = provisioning.knowledge.edition(ENTRIES[account.kind], day).steps
    return screens.details(found, entry, steps, voice, day)


def after(
    services: Services, voice: Voice, decide: Callable[[], Handmade], *, undone: bool = False
) -> Screen:
    """Carry out `decide`, and return the list with the decision on top."""
    handmade = decide()
    found = reviews.review(services.provisioning, handmade.account.school, handmade.account.kind)
    return screens.listing(found, (), voice, screens.done(handmade, undone, voice))


def _review(context: Context, command: Command, school: School) -> Answer:
    return Answer(screen(context.services, context.voice, school, command.about))


VERBS = (Verb("review", "adolygu", Takes.KIND, at_one_school(_review), Act.REVIEW),)
