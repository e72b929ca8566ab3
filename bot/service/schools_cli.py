"""`hwb schools` and `hwb accounts`: the schools and accounts that this installation holds."""

from pathlib import Path
from typing import Any

import click

from bot.cli.context import command_context
from bot.cli.options import shared
from bot.cli.output import account_json, moment_json
from provisioning.records.people import Kind
from provisioning.records.schools import School
from provisioning.sources.school_lists import read_schools
from provisioning.store import accounts as account_store
from provisioning.store import schools as school_store


@click.group()
@shared
def schools() -> None:
    """Import and list the schools of this installation."""


@schools.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@shared
@click.pass_context
def import_(ctx: click.Context, file: Path) -> None:
    """Import schools from schools.csv, or from the Welsh Government's address list as published."""
    with command_context(ctx) as command:
        known: dict[str, str | None] = {school.number: school.successor for school in command.schools()}
        found = read_schools(file, known)
        with command.services.database.writing() as session:
            school_store.put(session, found)
        if command.as_json:
            command.print_json({"schools": [_school_json(school) for school in found]})
        else:
            command.console.print(command.say("cli.imported", count=len(found)))


@schools.command("list")
@shared
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List the schools."""
    with command_context(ctx) as command:
        found = command.schools()
        if command.as_json:
            command.print_json({"schools": [_school_json(school) for school in found]})
            return
        table = command.table("number", "school", "phase", "authority", "managed-by", "contact")
        for school in found:
            table.add_row(
                school.number,
                school.name.in_(command.language),
                command.say(f"phase.{school.phase}"),
                school.local_authority,
                command.say(f"managed-by.{school.managed_by}"),
                school.contact,
            )
        command.console.print(table)


@click.command()
@click.option("--school", metavar="NUMBER", help="Only the accounts of this school.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in Kind]), help="Only the accounts of this kind."
)
@shared
@click.pass_context
def accounts(ctx: click.Context, school: str | None, kind: str | None) -> None:
    """List accounts, by school and username."""
    with command_context(ctx) as command:
        chosen: list[School] = command.schools((school,)) if school else []
        wanted = chosen[0].number if chosen else None, Kind(kind) if kind else None
        with command.services.database.reading() as session:
            if command.as_json:
                command.print_json_list("accounts", map(account_json, account_store.each(session, *wanted)))
                return
            found = account_store.listed(session, *wanted)
        table = command.table("username", "kind", "school", "identifier", "year", "class", "status")
        for account in found:
            table.add_row(
                account.username,
                command.say(f"kind.{account.kind}"),
                account.school,
                account.upn or account.staff_code or "",
                account.year_group or "",
                account.class_name or "",
                command.say(f"status.{account.status}"),
            )
        command.console.print(table)


def _school_json(school: School) -> dict[str, Any]:
    """Return a school."""
    return {
        "number": school.number,
        "name": school.name.en,
        "name_cy": school.name.cy,
        "local_authority": school.local_authority,
        "phase": school.phase,
        "final_year": school.final_year,
        "provisioning_managed_by": school.managed_by,
        "provisioning_contact": school.contact,
        "source": school.source,
        "closed_on": moment_json(school.closed_on),
        "successor": school.successor,
    }
