"""`hwb still-active`: the accounts of a school that should have ended."""

from typing import Any

import click
from rich.markup import escape

from bot.after_freeze import still_active_after_freeze
from bot.cli.context import CommandContext, command_context, print_extract, unlisted
from bot.cli.frozen import freezes_now, frozen_json, print_frozen
from bot.cli.groups import print_group
from bot.cli.options import shared
from bot.cli.output import group_json
from bot.slack.voice import Voice
from bot.still_active.wording import title_of
from diagnostics.still_active import StillActive
from diagnostics.still_active import still_active as find_still_active
from knowledge.texts import Catalogue, Language


@click.command("still-active")
@click.option("--school", metavar="NUMBER", required=True, help="The school whose accounts are looked at.")
@shared
@click.pass_context
def still_active(ctx: click.Context, school: str) -> None:
    """List the accounts of people who have left, or who have no row in the MIS, by cause."""
    with command_context(ctx) as command:
        found = find_still_active(command.services.provisioning, school)
        found = still_active_after_freeze(found, freezes_now(command.services))
        unreadable = unlisted(command, found.problem)
        if command.as_json:
            shape = _still_active_json(found, command.services.catalogue, command.language)
            notices = frozen_json(command.services, [found.school])
            command.print_json(shape | notices.get(found.school.number, {}))
        else:
            print_frozen(command, [found.school])
            _show(command, found)
    if unreadable is not None:
        raise unreadable


def _show(command: CommandContext, found: StillActive) -> None:
    voice = Voice(command.services.catalogue, command.language)
    command.console.print(escape(title_of(found, voice)))
    for group in found.groups:
        people = [
            (f"{person.identifier} ({person.account.username})", person.reason) for person in group.people
        ]
        print_group(command, group.headline, group.next, people)
    print_extract(command, found.extract)


def _still_active_json(found: StillActive, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """Return the accounts as JSON, by cause, in the shape of `hwb missing`."""
    groups = [
        group_json(group.cause, group.identifiers, group.next, catalogue, language) for group in found.groups
    ]
    return {"school": found.school.number, "groups": groups}
