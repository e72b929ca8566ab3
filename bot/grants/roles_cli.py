"""`hwb roles`: what each role may do."""

import click

from bot.cli.context import command_context, shared
from bot.people.permissions import MAY, Act, Role
from bot.service.features import VERBS
from bot.slack.refusals import markdown
from bot.slack.voice import Voice


@click.command()
@click.option("--markdown", "as_markdown", is_flag=True, help="Print docs/roles.md.")
@shared
@click.pass_context
def roles(ctx: click.Context, as_markdown: bool) -> None:
    """Show what each role may do."""
    with command_context(ctx) as at:
        if at.as_json:
            at.print_json(
                {"roles": {role.value: [act.value for act in Act if role in MAY[act]] for role in Role}}
            )
        elif as_markdown:
            at.console.print(markdown(VERBS, Voice(at.services.catalogue, at.language)), end="", markup=False)
        else:
            table = at.table("act", "role")
            for act in Act:
                may = [at.say(f"role.{role}") for role in Role if role in MAY[act]]
                table.add_row(at.say(f"act.{act}"), ", ".join(may))
            at.console.print(table)
