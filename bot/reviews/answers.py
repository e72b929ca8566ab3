"""Answers of the verb `review` and of a review's buttons."""

from bot.commands import Command, Takes, Verb
from bot.people.permissions import Act
from bot.reviews import details_screen, screens
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
"""The guide's entry about the review of each kind of account, by its id."""


def screen(services: Services, voice: Voice, school: School, about: str) -> Screen:
    """Return the accounts of `school` of the kind that `about` names, or the progress of all its reviews."""
    provisioning = services.provisioning
    problems = upkeep.take_in(provisioning)
    kind = kind_of(about)
    if kind is None:
        found = [reviews.review(provisioning, school.number, each) for each in MADE_BY_HAND]
        return screens.overview(found, problems, voice)
    return screens.listing(reviews.review(provisioning, school.number, kind), problems, voice)


def kind_of(word: str) -> Kind | None:
    """Return the kind of account that `word` means, in either language and with any punctuation."""
    folded = "".join(letter for letter in word.casefold() if "a" <= letter <= "z")
    if folded in ("nonmis", "dimmis"):
        return Kind.NON_MIS
    return Kind.GOVERNOR if folded.startswith(("governor", "llywodraethw")) else None


def details(services: Services, voice: Voice, account: Account) -> Screen:
    """Return the details of `account`, with the decisions that are possible."""
    provisioning, day = services.provisioning, today(services.clock)
    found = reviews.review(provisioning, account.school, account.kind)
    entry = next(entry for entry in found.entries if entry.handmade.account.id == account.id)
    steps = provisioning.knowledge.edition(ENTRIES[account.kind], day).steps
    return details_screen.details(found, entry, steps, voice, day)


def after_decision(services: Services, voice: Voice, handmade: Handmade, *, undone: bool = False) -> Screen:
    """Return the list with the decision about `handmade` on top, or with `undone` that it was taken back."""
    found = reviews.review(services.provisioning, handmade.account.school, handmade.account.kind)
    return screens.listing(found, (), voice, screens.done(handmade, undone, voice))


def _review(context: Context, command: Command, school: School) -> Answer:
    return Answer(screen(context.services, context.voice, school, command.about))


VERBS = (Verb("review", "adolygu", Takes.KIND, at_one_school(_review), Act.REVIEW),)
