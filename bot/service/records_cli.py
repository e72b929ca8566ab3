"""`hwb schools` and `hwb accounts`: what is held."""

from pathlib import Path

import click

from bot.cli import json_output
from bot.cli.context import command_context, shared
from provisioning.records import Kind, School
from provisioning.sources.school_lists import read_schools
from provisioning.store import accounts as account_store
from provisioning.store import schools as school_store


@click.group()
@shared
def schools() -> None:
    """The schools of this installation."""


@schools.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@shared
@click.pass_context
def import_(ctx: click.Context, file: Path) -> None:
    """Import schools from schools.csv, or from the Welsh Government's address list as published."""
    with command_context(ctx) as at:
        found = read_schools(file)
        with at.services.database.writing() as session:
            school_store.put(session, found)
        if at.as_json:
            at.print_json({"schools": [json_output.school(one) for one in found]})
        else:
            at.console.print(at.say("cli.imported", count=len(found)))


@schools.command("list")
@shared
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List the schools."""
    with command_context(ctx) as at:
        found = at.schools()
        if at.as_json:
            at.print_json({"schools": [json_output.school(one) for one in found]})
            return
        table = at.table("number", "school", "phase", "authority", "managed-by", "contact")
        for one in found:
            table.add_row(
                one.number,
                one.name.in_(at.language),
                at.say(f"phase.{one.phase}"),
                one.local_authority,
                at.say(f"managed-by.{one.managed_by}"),
                one.contact,
            )
        at.console.print(table)


@click.command()
@click.option("--school", metavar="NUMBER")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]))
@shared
@click.pass_context
def accounts(ctx: click.Context, school: str | None, kind: str | None) -> None:
    """List accounts, by school and username."""
    with command_context(ctx) as at:
        chosen: list[School] = at.schools((school,)) if school else []
        with at.services.database.reading() as session:
            found = account_store.listed(
                session, chosen[0].number if chosen else None, Kind(kind) if kind else None
            )
        if at.as_json:
            at.print_json({"accounts": [json_output.account(one) for one in found]})
            return
        table = at.table("username", "kind", "school", "identifier", "year", "class", "status")
        for one in found:
            table.add_row(
                one.username,
                at.say(f"kind.{one.kind}"),
                one.school,
                one.identifier,
                one.year_group or "",
                one.class_name or "",
                at.say(f"status.{one.status}"),
            )
        at.console.print(table)
