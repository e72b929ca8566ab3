"""`hwb doctor`: a bundle for support, without people's data."""

import io
import json
import logging
import secrets
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from bot.cli.account import me
from bot.cli.context import import_every_table
from bot.cli.language import language, texts
from bot.cli.options import given_settings, shared
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.service import bundle, logs
from bot.service.bootstrap import clock_for
from bot.service.checks import Checked, check_installation, prepared_database
from bot.settings_loading import load_settings
from knowledge.visible import seen, seen_in
from provisioning.errors import KnownError
from provisioning.sources.opening import open_named

log = logging.getLogger(__name__)

_STANDARD_INPUT = Path("-")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--log",
    "log_file",
    type=click.Path(path_type=Path),
    metavar="LOG",
    help="A file of the log, whose last lines are put in, masked but for names; - for standard input.",
)
@shared
@click.pass_context
def doctor(ctx: click.Context, file: Path, log_file: Path | None) -> None:
    """Make a new ZIP FILE for support: versions, settings, counts, problems; no person and no secret."""
    import_every_table()
    catalogue = texts()
    found = _checked(given_settings(ctx))
    if found.made_anew:
        click.echo(catalogue.say(found.made_anew, found.settings.lang), err=True)
    problems = [error.name for error in (*found.problems, *found.warnings)]
    parts = bundle.parts_of(found, catalogue, None if log_file is None else _lines(log_file))
    _record(found)
    size = bundle.write(file, parts)
    if ctx.obj.get("as_json"):
        shape = {"file": str(file), "bytes": size, "parts": list(parts), "problems": problems}
        click.echo(json.dumps(seen_in(shape), ensure_ascii=False, indent=2))
        return
    lang = found.settings.lang if found.settings_read else language()
    click.echo(seen(catalogue.say("doctor.made", lang, file=str(file), bytes=size, count=len(parts))))
    click.echo(
        catalogue.say("doctor.problems" if problems else "doctor.no-problems", lang, count=len(problems))
    )
    about_log = "doctor.without-log" if log_file is None else "doctor.with-log"
    click.echo(seen(catalogue.say(about_log, lang, file=str(file))))


def _checked(given: Mapping[str, Any]) -> Checked:
    """Return what the check finds; where it ends in an error that is not expected, that is the problem."""
    try:
        return check_installation(given)
    except Exception:  # the bundle is needed most where the check itself breaks
        reference = secrets.token_hex(4)
        logs.configure()
        log.exception("reference %s", reference)
        return Checked(load_settings(dict(given)), (KnownError("unexpected", reference=reference),), ())


def _lines(file: Path) -> Iterable[str]:
    """Return the lines of the log `file`, or of standard input where it is `-`."""
    if file == _STANDARD_INPUT:
        return io.TextIOWrapper(sys.stdin.buffer, "utf-8", "replace")
    try:
        with open_named(file, sys.maxsize) as opened:
            return opened.read().decode("utf-8", "replace").splitlines()
    except OSError as error:
        raise KnownError("file-not-opened", file=str(file), why=error.strerror) from None


def _record(found: Checked) -> None:
    """Write an audit record, where there is a database that takes one."""
    if not found.settings_read:
        return
    with suppress(KnownError), prepared_database(found.settings) as database:
        entry = AuditRecord(
            at=clock_for(found.settings).now(),
            who=f"cli:{me()}",
            entry_point="cli",
            action="doctor",
            school=None,
            subject=None,
            outcome=audit.OK,
        )
        audit.keep(database, entry)
