"""The trial's workspace: the county's people, channels, things to try, and what clock and offices can do."""

from collections.abc import Callable
from pathlib import Path

from bot.services import Services
from bot.trial.county import County, Edit, Plant, carry_out
from bot.trial.county.people import DAFYDD, DESK, DESK_MEMBERS, ELERI, GWENNO, MAIR, SIAN, TOMOS
from bot.trial.play import Play
from knowledge.texts import Bilingual
from provisioning.clock import MovableClock
from slack_workspace import (
    DM,
    HOME,
    Channel,
    Control,
    Shortcut,
    SlashCommand,
    Suggestion,
    UserGroup,
    WorkspaceBot,
    WorkspacePerson,
    WorkspaceSpec,
    WorkspaceText,
)

BOT = WorkspaceBot(
    "U0HWB",
    "B0HWB",
    "Hwb",
    about=WorkspaceText(
        "Why is it missing, and whose move is it?", "Pam mae ar goll, a phwy ddylai weithredu?"
    ),
)
_HELP_CHANNEL = "C0CYMORTH"
DESK_CHANNEL = "C0DESG"


def spec_for(county: County, services: Services, clock: MovableClock, play: Play) -> WorkspaceSpec:
    """Return the workspace of a seeded county, whose time `play` controls."""
    names = {person.id: person.real_name for person in county.people}
    say = services.catalogue.say
    everyone = tuple(person.id for person in county.people)

    def both(key: str, **values: object) -> WorkspaceText:
        return WorkspaceText(say(key, "en", **values), say(key, "cy", **values))

    return WorkspaceSpec(
        team_name="Ynys Meillion",
        people=tuple(
            WorkspacePerson(
                person.id, person.name, person.real_name, _text(person.title), person.locale, person.email
            )
            for person in county.people
        ),
        channels=(
            Channel(_HELP_CHANNEL, "hwb-cymorth", "Hwb accounts · Cyfrifon Hwb", (*everyone, BOT.user_id)),
            Channel(
                DESK_CHANNEL,
                "desg-gwasanaeth",
                "Service desk · Desg wasanaeth",
                (*DESK_MEMBERS, SIAN, TOMOS, BOT.user_id),
            ),
            Channel("C0CYFFREDINOL", "cyffredinol", "Everything else · Popeth arall", everyone),
        ),
        bot=BOT,
        groups=(UserGroup(DESK, "desg", say("role.service-desk", "en"), DESK_MEMBERS),),
        clock=clock.now,
        title=both("trial.title"),
        intro=both("trial.intro-summer" if play.goes_on else "trial.intro"),
        commands=(SlashCommand("/hwb", both("trial.command"), both("trial.command-hint")),),
        shortcuts=(Shortcut("triage", both("trial.shortcut")),),
        suggestions=_of_the_summer(both)
        if play.goes_on
        else (
            _suggestion(county.plants[0], county),
            _letter(county, both),
            _mishap(county.mishaps[0], both),
            _identity(county, both),
            *(_mishap(edit, both) for edit in county.mishaps[1:]),
            *(_suggestion(plant, county) for plant in county.plants[1:]),
            _in_plain_words(county.plants[0], both),
            Suggestion(
                both("trial.review-title"),
                both("trial.review-body"),
                MAIR,
                _HELP_CHANNEL,
                command="/hwb review",
            ),
            *_of_groups(county, both),
            *(_damaged(edit, both) for edit in county.damaged),
            Suggestion(both("trial.home-title"), both("trial.home-body"), county.people[0].id, HOME),
        ),
        controls=(
            Control("next-morning", both("trial.next-morning"), play.morning, header=True),
            Control("next-week", both("trial.next-week"), play.week, header=True),
            Control(
                "week-ahead",
                both("trial.week-ahead"),
                lambda: play.ahead(lambda user: names.get(user, user)),
                header=True,
            ),
            *(_office(edit, services.settings.extracts, clock) for edit in _offered(county, play)),
        ),
    )


def _offered(county: County, play: Play) -> tuple[Edit, ...]:
    """Return what the offices can be asked to do;
    the summer has no damaged exports, as it goes on by itself.
    """
    return (*county.edits, *county.mishaps, *(() if play.goes_on else county.damaged))


def _of_the_summer(both: Callable[..., WorkspaceText]) -> tuple[Suggestion, ...]:
    """Return the suggestions of the summer, in which the plants do not exist yet."""
    return (
        *(
            Suggestion(both(f"trial.{name}-title"), both(f"trial.{name}-body"), person, DM, control=control)
            for name, person, control in (
                ("summer", GWENNO, "next-week"),
                ("summer-authority", SIAN, "next-morning"),
                ("summer-ahead", DAFYDD, "week-ahead"),
            )
        ),
        Suggestion(both("trial.home-title"), both("trial.home-body"), MAIR, HOME),
    )


def _of_groups(county: County, both: Callable[..., WorkspaceText]) -> tuple[Suggestion, ...]:
    """Return the suggestions of a year group, a question to the provisioning manager, and a watch."""
    admitted = next(plant for plant in county.plants if plant.id == "since-the-run")
    return tuple(
        Suggestion(
            both(f"trial.{name}-title"),
            both(f"trial.{name}-body"),
            person,
            _HELP_CHANNEL,
            command=f"/hwb {line}",
        )
        for name, person, line in (
            ("groups", MAIR, "missing intake"),
            ("ask-manager", ELERI, "ar-goll"),
            ("watch", ELERI, f"pam-ar-goll {admitted.identifier}"),
        )
    )


def _suggestion(plant: Plant, county: County) -> Suggestion:
    """Return a plant as its person would ask it: a person with a single school need not name it."""
    scopes = [grant.scope for grant in county.grants if grant.user == plant.person]
    where = "" if scopes == [plant.school] else plant.school
    line = " ".join(part for part in (plant.question, plant.identifier, where) if part)
    return Suggestion(
        _text(plant.title),
        _text(plant.story),
        plant.person,
        _HELP_CHANNEL,
        command=f"/hwb {line}",
        control=plant.edit,
    )


def _in_plain_words(plant: Plant, both: Callable[..., WorkspaceText]) -> Suggestion:
    """Return a plant's question in plain words."""
    asked = f"/hwb ask year 7 pupl {plant.identifier} started on monday and isn't in the portal"
    return Suggestion(
        both("trial.ask-title"), both("trial.ask-body"), plant.person, _HELP_CHANNEL, command=asked
    )


def _letter(county: County, both: Callable[..., WorkspaceText]) -> Suggestion:
    """Return the suggestion of the e-mails in the desk's channel,
    with the edit that puts the first one right.
    """
    mended = next(plant.edit for plant in county.plants if plant.id == _LETTERS["broalarch"])
    body = both("trial.desk-body")
    return Suggestion(both("trial.desk-title"), body, DESK_MEMBERS[0], DESK_CHANNEL, control=mended)


def letters(county: County, services: Services) -> list[str]:
    """Return the e-mails in the service desk's channel."""
    say, who = services.catalogue.say, {plant.id: plant.identifier for plant in county.plants}
    return [
        say("trial.letter-broalarch", "en", upn=who[_LETTERS["broalarch"]]),
        say("trial.letter-rhydygwylanod", "cy", upn=who[_LETTERS["rhydygwylanod"]]),
    ]


_LETTERS = {"broalarch": "no-admission-number", "rhydygwylanod": "not-rolled-over"}
"""The plants that the e-mails to the service desk are about, by sender."""


def _mishap(edit: Edit, both: Callable[..., WorkspaceText]) -> Suggestion:
    return Suggestion(
        both(f"trial.mishap-{edit.id}-title"),
        both(f"trial.mishap-{edit.id}-body"),
        DAFYDD,
        DM,
        command=f"/hwb run {edit.school}",
        control=edit.id,
    )


def _damaged(edit: Edit, both: Callable[..., WorkspaceText]) -> Suggestion:
    """Return the suggestion of a damaged export, or of its mending."""
    mends = edit.export.fault is None
    return Suggestion(
        both(f"trial.{edit.id}-title"),
        both("trial.damaged-mended-body" if mends else "trial.damaged-body"),
        DAFYDD,
        DM,
        command=f"/hwb run {edit.school}",
        control=edit.id,
    )


def _identity(county: County, both: Callable[..., WorkspaceText]) -> Suggestion:
    """Return the suggestion of an account in doubt, decided under the last run or mended by the office."""
    doubted = next(plant for plant in county.plants if plant.cause == "identity-doubt")
    return Suggestion(
        both("trial.identity-title"),
        both("trial.identity-body"),
        doubted.person,
        _HELP_CHANNEL,
        command=f"/hwb last-run {doubted.school}",
        control=doubted.edit,
    )


def _office(edit: Edit, extracts: Path, clock: MovableClock) -> Control:
    def run() -> WorkspaceText:
        carry_out(edit, extracts, clock.now())
        return _text(edit.done)

    return Control(edit.id, _text(edit.label), run)


def _text(name: Bilingual) -> WorkspaceText:
    return WorkspaceText(name.en, name.cy)
