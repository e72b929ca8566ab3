"""`hwb backup`, `hwb restore` and `hwb compact`: the embedded database, copied, brought back, made small."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.backup.losses import losses, taken_at
from bot.cli.context import CommandContext, command_context
from bot.cli.options import given_settings, shared
from bot.cli.output import moment_json
from bot.people import audit
from bot.settings_loading import load_settings
from knowledge.texts import UK
from provisioning.clock import system_time
from provisioning.errors import KnownError
from provisioning.sources.opening import open_named
from provisioning.store import backups, compacting
from provisioning.store.database import Database
from provisioning.store.private_files import make_folder


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@shared
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """Copy the embedded database into a new FILE, safely while it is in use."""
    with command_context(ctx) as command:
        backups.require_embedded(command.services.database)
        # Before the copy, which so holds the time at which it was taken.
        command.record(audit.BEGUN)
        at = system_time()
        _print(command, file, {"bytes": backups.back_up(command.services.database, file)}, at, "backup.taken")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@shared
@click.pass_context
def restore(ctx: click.Context, file: Path) -> None:
    """Put the backup FILE in the place of the embedded database, which is kept beside it."""
    place = backups.require_embedded(Database(load_settings(given_settings(ctx)).database_url))
    kept = place.with_name(f"{place.name}.replaced-{datetime.now(UK):%Y%m%dT%H%M%S}")
    if place.exists() and file.exists() and place.samefile(file):
        raise KnownError("backup-itself", file=str(file))
    try:
        make_folder(place.parent)
        with open_named(file, sys.maxsize):
            size = file.stat().st_size
    except OSError as error:
        raise KnownError("file-not-opened", file=str(error.filename), why=error.strerror) from None
    with backups.checked_copy(file, place.parent) as copy:
        at = taken_at(copy)
        replaced, lost = backups.restore(copy, place, kept, lambda current: losses(current, copy))
    with command_context(ctx) as command:
        shown = {"replaced": str(replaced) if replaced else None, "lost": lost}
        _print(command, file, {"bytes": size, **shown}, at, "backup.restored")
        if not command.as_json and replaced:
            told = "backup.lost-unknown" if lost is None else "backup.lost"
            command.console.print(command.shown(told, **(lost or {})))
            command.console.print(command.shown("backup.kept", file=str(replaced)))


@click.command()
@shared
@click.pass_context
def compact(ctx: click.Context) -> None:
    """Make the embedded database's file anew, as small as it can be; nothing else may use it meanwhile."""
    with command_context(ctx) as command:
        command.record(audit.BEGUN)
        file = command.services.database.file
        before, after = compacting.compact(command.services.database)
        if command.as_json:
            command.print_json({"file": str(file), "bytes_before": before, "bytes_after": after})
        else:
            command.console.print(
                command.shown("backup.compacted", file=str(file), before=before, after=after)
            )


def _print(command: CommandContext, file: Path, more: dict[str, Any], at: datetime | None, told: str) -> None:
    """Print what became of the backup `file`, taken `at`: as JSON with `more`, or by the text `told`."""
    if command.as_json:
        command.print_json({"file": str(file), **more, "taken_at": moment_json(at)})
    else:
        command.console.print(command.shown(told, file=str(file), at=at, bytes=more["bytes"]))
