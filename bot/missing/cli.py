"""`hwb missing`: the people on roll at a school without an active account there."""

from collections.abc import Sequence
from typing import IO, Any

import click
from rich.markup import escape

from bot.after_freeze import missing_after_freeze
from bot.cli.context import CommandContext, command_context, print_extract, unlisted
from bot.cli.frozen import freezes_now, frozen_json, print_frozen
from bot.cli.groups import print_group
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.cli.output import group_json
from bot.missing.wording import missing_csv, title_of
from bot.slack.voice import Voice
from diagnostics.cohort import INTAKE, Cohort, Span
from diagnostics.missing import CauseGroup, Missing
from diagnostics.missing import missing as find_missing
from knowledge.texts import Catalogue, Language
from provisioning.errors import KnownError


@click.command()
@click.option(
    "--school", metavar="NUMBER", required=True, help="The school whose learners and staff are looked at."
)
@click.option("--year", metavar="YEAR", help="Only those of a year group, such as 7, R or N2.")
@click.option("--class", "class_name", metavar="CLASS", help="Only those of a class.")
@click.option("--intake", is_flag=True, help="Only those of the school's intake years.")
@click.option("--csv", "file", type=click.File("wb"), metavar="FILE", help="Write a CSV file; - prints it.")
@shared
@click.pass_context
def missing(
    ctx: click.Context,
    school: str,
    year: str | None,
    class_name: str | None,
    intake: bool,
    file: IO[bytes] | None,
) -> None:
    """List everybody on roll at a school without an active account there, by cause."""
    chosen = [Cohort(Span.YEAR, year)] if year is not None else []
    chosen += [Cohort(Span.CLASS, class_name)] if class_name is not None else []
    chosen += [INTAKE] if intake else []
    if len(chosen) > 1:
        raise misuse(ctx, "one-cohort")
    with command_context(ctx) as command:
        found = find_missing(command.services.provisioning, school, *chosen)
        found = missing_after_freeze(found, freezes_now(command.services))
        if found.problem is not None and file is not None:
            raise KnownError.saying(found.problem)
        unreadable = unlisted(command, found.problem)
        if file is not None:
            command.record()
            voice = Voice(command.services.catalogue, command.language)
            file.write(missing_csv((*found.groups, *found.unplaced), voice))
        elif command.as_json:
            shape = _missing_json(found, command.services.catalogue, command.language)
            notices = frozen_json(command.services, [found.school])
            command.print_json(shape | notices.get(found.school.number, {}))
        else:
            print_frozen(command, [found.school])
            _show_missing(command, found)
    if unreadable is not None:
        raise unreadable


def _show_missing(command: CommandContext, found: Missing) -> None:
    voice = Voice(command.services.catalogue, command.language)
    command.console.print(escape(title_of(found, voice)))
    for group in found.groups:
        _show_group(command, group)
    if found.unplaced:
        count = sum(len(group.people) for group in found.unplaced)
        command.console.print(command.shown(f"groups.unplaced-{found.cohort.span}", count=count))
    for group in found.unplaced:
        _show_group(command, group)
    print_extract(command, found.extract)


def _show_group(command: CommandContext, group: CauseGroup) -> None:
    people = [(person.identifier, person.reason) for person in group.people]
    print_group(command, group.headline, group.next, people)


def _missing_json(found: Missing, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """Return who is missing as JSON, by cause; `unplaced` only where rows do not say if they belong here."""

    def shape(groups: Sequence[CauseGroup]) -> list[dict[str, Any]]:
        return [
            group_json(group.cause, group.identifiers, group.next, catalogue, language) for group in groups
        ]

    unplaced = {"unplaced": shape(found.unplaced)} if found.unplaced else {}
    return {"school": found.school.number, "groups": shape(found.groups), **unplaced}
