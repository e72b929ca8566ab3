"""`hwb check`, `hwb migrate` and `hwb retention`: the upkeep of an installation."""

import json
from datetime import timedelta
from pathlib import Path

import click

from bot.cli import translations
from bot.cli.account import me
from bot.cli.context import command_context, made_anew
from bot.cli.language import help_texts, language, misuse, texts
from bot.cli.options import given_settings, shared
from bot.cli.output import moment_json
from bot.service.bootstrap import clock_for
from bot.service.checks import Checked, check_installation
from bot.service.retention import forget, waiting
from bot.settings_loading import load_settings
from knowledge.texts import Catalogue, Language
from knowledge.visible import seen_in
from provisioning.clock import system_time, today
from provisioning.errors import KnownError
from provisioning.store.database import Database

_ABOUT_NOW = timedelta(minutes=1)
"""How far two clocks may be apart."""


@click.command()
@click.option(
    "--translations",
    "translated",
    is_flag=True,
    help="List the Welsh texts that no Welsh speaker has read yet.",
)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write these texts into this CSV file, for reading.",
)
@click.option(
    "--take",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Note what has been read in this CSV file.",
)
@shared
@click.pass_context
def check(ctx: click.Context, translated: bool, sheet: Path | None, take: Path | None) -> None:
    """Check settings, knowledge files and database; exit status 1 where something is wrong.

    With --translations, list the Welsh texts that no Welsh speaker has read yet; --sheet writes them into a
    CSV to read, and --take notes what has been read in it.
    """
    if translated:
        return _translations(ctx, sheet, take)
    if sheet or take:
        raise misuse(ctx, "sheet")
    found = check_installation(given_settings(ctx))
    catalogue, lang = texts(), found.settings.lang if found.settings_read else language()
    if found.made_anew:
        click.echo(catalogue.say(found.made_anew, lang), err=True)
    if ctx.obj.get("as_json"):
        _print_check_json(found, catalogue, lang)
    else:
        for problem in (*found.problems, *found.warnings):
            hint = catalogue.say("cli.hint", lang, hint=catalogue.say(problem.hint, lang))
            click.echo(f"{catalogue.say(problem.said, lang)}\n{hint}")
        if not found.problems:
            click.echo(catalogue.say("cli.in-order", lang))
    if found.problems:
        ctx.exit(1)
    return None


def _print_check_json(found: Checked, catalogue: Catalogue, lang: Language) -> None:
    problems, warnings = (
        [catalogue.say(problem.said, lang) for problem in problems]
        for problems in (found.problems, found.warnings)
    )
    shape = {"ok": not problems, "problems": problems} | ({"warnings": warnings} if warnings else {})
    click.echo(json.dumps(seen_in(shape), ensure_ascii=False, indent=2))


def _translations(ctx: click.Context, sheet: Path | None, take: Path | None) -> None:
    settings = load_settings(given_settings(ctx))
    catalogue = texts()
    state = (
        translations.take_sheet(take, today(clock_for(settings))) if take else translations.current_state()
    )
    if sheet:
        translations.write_sheet(state, sheet)
    if ctx.obj.get("as_json"):
        click.echo(json.dumps(seen_in(state.shape()), ensure_ascii=False, indent=2))
        return
    for line in () if sheet or take else state.lines():
        click.echo(line)
    for said in state.said:
        click.echo(catalogue.say(said, settings.lang))
    left = {"left": len(state.left), "texts": len(state.texts)}
    click.echo(catalogue.say("cli.translations-left", settings.lang, **left))


@click.command()
@shared
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the database's tables to this version; an embedded database does so by itself."""
    settings = load_settings(given_settings(ctx))
    database = Database(settings.database_url)
    try:
        database.migrate()
        if database.embedded and database.made_anew:
            click.echo(texts().say(made_anew(database), settings.lang), err=True)
    finally:
        database.close()
    click.echo(help_texts().say("cli.migrated", settings.lang))


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@shared
@click.pass_context
def retention(ctx: click.Context, dry_run: bool) -> None:
    """Delete what is past its time, as `hwb serve` does every day.

    It goes by the time as it is. With a later --at, --dry-run shows what would be deleted by then.
    """
    with command_context(ctx) as command:
        at, now = command.services.clock.now(), system_time()
        if not dry_run and at > now + _ABOUT_NOW:
            raise KnownError("retention-later", at=moment_json(at), now=moment_json(now))
        command.record()
        found = (
            waiting(command.services, max(at, now))
            if dry_run
            else forget(command.services, who=f"cli:{me()}", entry_point="cli")
        )
        if command.as_json:
            command.print_json({"dry_run": dry_run, "deleted": found})
            return
        if not any(found.values()):
            command.console.print(command.say("retention.nothing"))
        for name, count in found.items():
            if count:
                key = f"subject.place.{name.replace('_', '-')}"
                place = command.say(key) if key in command.services.catalogue else name
                heading = "retention.would" if dry_run else "retention.deleted"
                command.console.print(command.shown(heading, place=place, count=count))
