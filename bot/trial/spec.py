"""The trial's workspace: the county's people, its channels, and the controls of its clock and offices."""

from collections.abc import Sequence
from pathlib import Path

from bot.services import Services
from bot.slack.manifest import MANIFEST
from bot.trial.county import County, Edit, carry_out
from bot.trial.county.people import DESK, DESK_MEMBERS, SIAN, TOMOS
from bot.trial.county.schools import LLANFEILLION
from bot.trial.play import Play
from bot.trial.portal import Portal
from bot.trial.suggestions import (
    DESK_CHANNEL,
    HELP_CHANNEL,
    of_rollover_week,
    of_the_portal,
    of_the_summer,
    worded,
)
from bot.trial.words import Words
from provisioning.clock import MovableClock
from slack_workspace import (
    Channel,
    Control,
    Manifest,
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


def spec_for(
    county: County,
    services: Services,
    clock: MovableClock,
    play: Play,
    portal: Portal | None = None,
    suggestions: Sequence[Suggestion] = (),
    controls: Sequence[Control] = (),
) -> WorkspaceSpec:
    """Return the workspace of a seeded county, whose time `play` controls.

    Its accounts live in `portal`, if there is one. `suggestions` stand in the place of the county's own, and
    `controls` beside those of its clock and offices.
    """
    names = {person.id: person.real_name for person in county.people}
    words = Words(services.catalogue, services.verbs)
    both = words.both
    everyone = tuple(person.id for person in county.people)

    return WorkspaceSpec(
        team_name="Ynys Meillion",
        people=tuple(
            WorkspacePerson(
                person.id, person.name, person.real_name, worded(person.title), person.locale, person.email
            )
            for person in county.people
        ),
        channels=(
            Channel(HELP_CHANNEL, "hwb-cymorth", "Hwb accounts · Cyfrifon Hwb", (*everyone, BOT.user_id)),
            Channel(
                DESK_CHANNEL,
                "desg-gwasanaeth",
                "Service Desk · Y Ddesg Wasanaeth",
                (*DESK_MEMBERS, SIAN, TOMOS, BOT.user_id),
            ),
            Channel("C0CYFFREDINOL", "cyffredinol", "Everything else · Popeth arall", everyone),
        ),
        bot=BOT,
        manifest=Manifest.read(MANIFEST.read_text(encoding="utf-8")),
        groups=(UserGroup(DESK, "desg", both("role.service-desk").en, DESK_MEMBERS),),
        clock=clock.now,
        title=both("trial.title"),
        intro=both(
            "trial.intro-portal" if portal else "trial.intro-summer" if play.goes_on else "trial.intro"
        ),
        commands=(SlashCommand("/hwb", both("trial.command"), both("trial.command-hint")),),
        shortcuts=(
            Shortcut("why-missing", both("trial.shortcut-why"), on_message=False),
            Shortcut("triage", both("trial.shortcut")),
        ),
        suggestions=tuple(suggestions)
        if suggestions
        else of_the_portal(county, words)
        if portal
        else of_the_summer(words)
        if play.goes_on
        else of_rollover_week(county, words),
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
            *_lists(county, play, words),
            *([_export(portal, services, words)] if portal else []),
            *controls,
        ),
    )


def _lists(county: County, play: Play, words: Words) -> tuple[Control, ...]:
    """Return the controls of the list of accounts made by hand, where there is such a list."""
    if county.lists is None:
        return ()
    return (
        _list("list", county.lists.outdated, play, words),
        _list("list-mended", county.lists.right, play, words),
    )


def _export(portal: Portal, services: Services, words: Words) -> Control:
    """Return the control by which a person writes the user export of the primary that has none of today.

    The bot reads it at once; `hwb serve` looks for it every five minutes.
    """

    def run() -> WorkspaceText:
        portal.write_export(LLANFEILLION)
        if services.provisioning.external_directory is not None:
            services.provisioning.external_directory.refresh(services.provisioning)
        return words.both("trial.write-export-done")

    return Control("write-export", words.both("trial.write-export-label"), run)


def _list(name: str, content: bytes, play: Play, words: Words) -> Control:
    """Return the control by which the list of accounts made by hand comes with `content`."""

    def run() -> WorkspaceText:
        play.list_comes(content)
        return words.both(f"trial.{name}-done")

    return Control(name, words.both(f"trial.{name}-label"), run)


def _offered(county: County, play: Play) -> tuple[Edit, ...]:
    """Return the edits that a visitor can ask offices for; the summer has no damaged exports: it goes on."""
    return (*county.edits, *county.mishaps, *(() if play.goes_on else county.damaged))


def _office(edit: Edit, extracts: Path, clock: MovableClock) -> Control:
    """Return the control by which an office makes `edit` in its folder under `extracts`."""

    def run() -> WorkspaceText:
        carry_out(edit, extracts, clock.now())
        return worded(edit.done)

    return Control(edit.id, worded(edit.label), run)
