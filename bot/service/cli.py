"""`hwb check`, `hwb migrate` and `hwb retention`: the upkeep of an installation."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from bot.cli import translations
from bot.cli.context import command_context, me
from bot.cli.language import misuse
from bot.cli.options import given_settings, shared
from bot.outbox.transports.hand_over import external_service
from bot.service.bootstrap import clock_for, external_directory_for, knowledge, local_dates_for
from bot.service.freshness import require_current_extracts
from bot.service.retention import forget, waiting
from bot.settings import Settings, load_settings
from bot.texts import TEXTS
from knowledge.loading import PACKAGE, load_knowledge
from knowledge.texts import Catalogue
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.store import schools
from provisioning.store.database import Database


@click.command()
@click.option("--translations", "translated", is_flag=True)
@click.option("--sheet", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--take", type=click.Path(path_type=Path), metavar="FILE")
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
    settings, problems = Settings.model_construct(), []
    try:
        settings = load_settings(given_settings(ctx))
    except KnownError as error:
        problems.append(error)
    for check_part in (_knowledge, _key_dates, _database):
        try:
            check_part(settings)
        except KnownError as error:
            problems.append(error)
    warnings = [] if problems else list(_freshness(settings))
    problems += _external_directory_problems(settings)
    problems += _hand_over_problems(settings)
    catalogue = Catalogue([PACKAGE / "texts", *TEXTS])
    said = [catalogue.say(problem.said, settings.lang) for problem in problems]
    if ctx.obj.get("as_json"):
        warned = [catalogue.say(warning.said, settings.lang) for warning in warnings]
        shape = {"ok": not problems, "problems": said} | ({"warnings": warned} if warned else {})
        click.echo(json.dumps(shape, ensure_ascii=False, indent=2))
    for problem in (*problems, *warnings):
        if not ctx.obj.get("as_json"):
            sentence, hint = (catalogue.say(told, settings.lang) for told in (problem.said, problem.hint))
            click.echo(f"{sentence}\n{catalogue.say('cli.hint', settings.lang, hint=hint)}")
    if not problems and not ctx.obj.get("as_json"):
        click.echo(catalogue.say("cli.in-order", settings.lang))
    if problems:
        ctx.exit(1)
    return None


def _translations(ctx: click.Context, sheet: Path | None, take: Path | None) -> None:
    settings = load_settings(given_settings(ctx))
    catalogue = Catalogue([PACKAGE / "texts", *TEXTS])
    state = (
        translations.take_sheet(take, today(clock_for(settings))) if take else translations.current_state()
    )
    if sheet:
        translations.write_sheet(state, sheet)
    if ctx.obj.get("as_json"):
        click.echo(json.dumps(state.shape(), ensure_ascii=False, indent=2))
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
    finally:
        database.close()
    click.echo(Catalogue(TEXTS).say("cli.migrated", settings.lang))


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@shared
@click.pass_context
def retention(ctx: click.Context, dry_run: bool) -> None:
    """Delete what is past its time, as `hwb serve` does every day."""
    with command_context(ctx) as at:
        at.record()
        found = waiting(at.services) if dry_run else forget(at.services, who=f"cli:{me()}", entry_point="cli")
        if at.as_json:
            at.print_json({"dry_run": dry_run, "deleted": found})
            return
        if not any(found.values()):
            at.console.print(at.say("retention.nothing"))
        for name, count in found.items():
            if count:
                key = f"subject.place.{name.replace('_', '-')}"
                place = at.say(key) if key in at.services.catalogue else name
                heading = "retention.would" if dry_run else "retention.deleted"
                at.console.print(at.shown(heading, place=place, count=count))


def _knowledge(_settings: Settings) -> None:
    knowledge()


def _key_dates(settings: Settings) -> None:
    local_dates_for(settings, load_knowledge().calendar)


def _freshness(settings: Settings) -> Iterator[KnownError]:
    """Yield the warning that schools' extracts are too old to be believed, if some are."""
    try:
        require_current_extracts(settings)
    except KnownError as error:
        yield error


def _external_directory_problems(settings: Settings) -> Iterator[KnownError]:
    """Yield the problems of the Provisioning Client's command and of the portal's export."""
    try:
        found = external_directory_for(settings)
    except KnownError as error:
        yield error
        return
    if found is None:
        return
    program = found.client.command[0]
    if shutil.which(program) is None:
        yield KnownError("client-not-found", program=program)
    for number in _numbers(settings) if found.export.by_school else [""]:
        try:
            found.export.read(number)
        except KnownError as error:
            yield error


def _hand_over_problems(settings: Settings) -> Iterator[KnownError]:
    """Yield the problem of the setting `hand_over`, if it has any."""
    try:
        external_service(settings)
    except KnownError as error:
        yield error


def _numbers(settings: Settings) -> list[str]:
    """Return the numbers of the installation's schools; none where its database can't be read."""
    database = Database(settings.database_url)
    try:
        database.prepare()
        with database.reading() as session:
            return [school.number for school in schools.every(session)]
    except KnownError:
        return []  # which has been said already
    finally:
        database.close()


def _database(settings: Settings) -> None:
    database = Database(settings.database_url)
    try:
        database.prepare()
    finally:
        database.close()
