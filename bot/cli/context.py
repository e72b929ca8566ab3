"""What every command has: the shared options, the services behind them, and a way to print."""

import getpass
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from bot.cli.language import language, texts
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.service.bootstrap import services
from bot.services import Services
from bot.settings import Settings, load_settings
from diagnostics.verdict import Outcome
from knowledge.texts import LANGUAGES, Language, Text
from provisioning.errors import KnownError
from provisioning.records import School
from provisioning.store import schools as school_store

F = TypeVar("F", bound=Callable[..., Any])


class Moment(click.ParamType[datetime]):
    """An ISO date and time; without a zone it is UK time."""

    name = "ISO-DATETIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The moment, or a usage error."""
        try:
            return value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(texts().say("misuse.moment", language(), value=repr(value)), param, ctx)


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """An option may stand before or after the command's name; the later place has the last word."""
    if value is not None and param.name is not None:
        ctx.ensure_object(dict)[param.name] = value


_KEPT: Mapping[str, Any] = {"callback": _keep, "expose_value": False}


def shared(function: F) -> F:
    """Add the options that every command has."""
    for option in (
        click.option("--lang", type=click.Choice(LANGUAGES), **_KEPT),
        click.option("--json", "as_json", is_flag=True, default=None, envvar="HWB_JSON", **_KEPT),
        click.option("--at", type=Moment(), **_KEPT),
        click.option("--extracts", type=click.Path(), metavar="DIR", **_KEPT),
        click.option("--database", "database_url", metavar="URL", **_KEPT),
    ):
        function = option(function)
    return function


MARKS = {
    Outcome.HOLDS: "[green]✓[/]",
    Outcome.FAILS: "[red]✗[/]",
    Outcome.UNKNOWN: "[yellow]?[/]",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.NOT_REACHED: "·",
}
"""How the outcome of a step or stage is shown on a console."""


class _Plain(Table):
    """A table whose cells are shown as they are: what records hold is no markup."""

    def add_row(self, *cells: Any, **options: Any) -> None:
        """Add a row of texts."""
        super().add_row(*(escape(cell) if isinstance(cell, str) else cell for cell in cells), **options)


class CommandContext:
    """A command at work: its services, its language and its way to print.

    Nothing is printed before the audit has it.
    """

    def __init__(self, ctx: click.Context, behind: Services) -> None:
        self.services = behind
        self.as_json: bool = bool(ctx.obj.get("as_json"))
        self._console = Console(highlight=False, soft_wrap=True)
        self._deed, self._school, self._subject = _asked(ctx)
        self.recorded = False

    def record(
        self,
        outcome: str = audit.OK,
        *,
        school: str | None = None,
        subject: str | None = None,
        session: Session | None = None,
    ) -> None:
        """Record what this command looks up or changes and its outcome; in a session, as part of it."""
        looked = AuditRecord(
            at=self.services.clock.now(),
            who=f"cli:{me()}",
            door="cli",
            deed=self._deed,
            school=school or self._school,
            subject=subject or self._subject,
            outcome=outcome,
        )
        if session is None:
            audit.keep(self.services.database, looked)
        else:
            audit.record(session, looked)
        self.recorded = True

    @property
    def console(self) -> Console:
        """Where people read."""
        self._before_printing()
        return self._console

    def _before_printing(self) -> None:
        if not self.recorded:
            self.record()

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.services.settings

    @property
    def language(self) -> Language:
        """The language of this command's texts."""
        return self.settings.lang

    def say(self, what: Text | str, **values: Any) -> str:
        """A text in the command's language."""
        return self.services.catalogue.say(what, self.language, **values)

    def shown(self, what: Text | str, **values: Any) -> str:
        """A text for the console: what its values hold can't become markup."""
        return escape(self.say(what, **values))

    def print_json(self, shape: Any) -> None:
        """A result for programs."""
        self._before_printing()
        click.echo(json.dumps(shape, ensure_ascii=False, indent=2))

    def table(self, *columns: str) -> Table:
        """A table whose headings are texts of the catalogue."""
        table = _Plain(box=None, header_style="bold", pad_edge=False)
        for column in columns:
            table.add_column(self.say(f"cli.column.{column}"))
        return table

    def schools(self, numbers: tuple[str, ...] = ()) -> list[School]:
        """The schools named, or all of them; an unknown number is a known error."""
        with self.services.database.reading() as session:
            if not numbers:
                return school_store.every(session)
            return [school_store.get(session, number) for number in numbers]


def tell(at: CommandContext, problem: KnownError) -> None:
    """Tell of a problem on standard error that does not keep a command from its work."""
    click.echo(at.say(problem.said), err=True)
    click.echo(at.say("cli.hint", hint=at.say(problem.hint)), err=True)


@contextmanager
def command_context(ctx: click.Context) -> Iterator[CommandContext]:
    """The door of a command, closed again at its end; what went wrong is in the audit as well."""
    with services(load_settings(given_settings(ctx))) as behind:
        at = CommandContext(ctx, behind)
        try:
            yield at
        except KnownError as error:
            at.record(audit.outcome_of(error))
            raise
        if not at.recorded:
            at.record()


def _asked(ctx: click.Context) -> tuple[str, str | None, str | None]:
    """What a command is about, for the audit: its words, the one school and the one person it names."""
    given = ctx.params
    deed = ctx.command_path.partition(" ")[2]
    numbers: tuple[str, ...] = given.get("numbers") or ()
    school = given.get("school") or (numbers[0] if len(numbers) == 1 else None)
    subject = next((given[name] for name in _SUBJECTS if given.get(name)), None)
    return deed, school, subject


_SUBJECTS = ("identifier", "keep", "deactivate", "undo")


def me() -> str:
    """Who sits at this command line, for the records; by number where this machine has no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def given_settings(ctx: click.Context) -> dict[str, Any]:
    """The settings that were given on the command line."""
    return {name: value for name, value in ctx.ensure_object(dict).items() if name != "as_json"}
