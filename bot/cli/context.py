"""The context of a command: its services, its language, its audit record and its output."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any

import click
from click.core import ParameterSource
from rich.markup import escape
from sqlalchemy.orm import Session

from bot.authorities import schools_of
from bot.cli.account import me
from bot.cli.language import misuse
from bot.cli.options import given_settings
from bot.cli.output import PlainConsole, json_list
from bot.cli.tables import PlainTable
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.people.permissions import EVERYWHERE
from bot.service.bootstrap import services
from bot.services import Services
from bot.settings import Settings
from bot.settings_loading import load_settings
from diagnostics.verdict import ExtractAge, Next
from diagnostics.wording import extract_text
from knowledge.texts import UK, Language, Text
from knowledge.visible import seen_in
from provisioning.clock import today
from provisioning.errors import DatabaseProblem, KnownError
from provisioning.records.schools import School
from provisioning.store import schools as school_store
from provisioning.store.database import Database


class CommandContext:
    """The context of one command: its services, its language and its output.

    It writes an audit record before it prints anything.
    """

    def __init__(self, ctx: click.Context, services: Services) -> None:
        self.services = services
        self.as_json: bool = bool(ctx.obj.get("as_json"))
        self._console = PlainConsole(highlight=False, soft_wrap=True)
        self._action, self._school, self._subject = _audited(ctx)
        self.recorded = False

    def record(
        self,
        outcome: str = audit.OK,
        *,
        school: str | None = None,
        subject: str | None = None,
        session: Session | None = None,
    ) -> None:
        """Write an audit record of this command with its outcome, as part of `session` if that is given."""
        entry = AuditRecord(
            at=self.services.clock.now(),
            who=f"cli:{me()}",
            entry_point="cli",
            action=self._action,
            school=school or self._school,
            subject=subject or self._subject,
            outcome=outcome,
        )
        if session is None:
            audit.keep(self.services.database, entry)
        else:
            audit.record(session, entry)
        self.recorded = True

    @property
    def console(self) -> PlainConsole:
        """The console, for output that people read."""
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
        """The language of this command's output."""
        return self.settings.lang

    def until(self, last_day: datetime) -> date:
        """Return `last_day` as a date; raises `KnownError` where that is over."""
        day = last_day.date()
        if day < today(self.services.clock):
            raise KnownError("until-over", day=day)
        return day

    def say(self, what: Text | str, **values: Any) -> str:
        """Return a text in the command's language."""
        return self.services.catalogue.say(what, self.language, **values)

    def shown(self, what: Text | str, **values: Any) -> str:
        """Return a text for the console: what its values hold can't become markup."""
        return escape(self.say(what, **values))

    def word(self, group: str, name: str) -> str:
        """Return the words for the `name` of a table or field of the `group`; the name itself without any."""
        key = f"{group}.{name.replace('_', '-')}"
        return self.say(key) if key in self.services.catalogue else name

    def print_json(self, shape: Any) -> None:
        """Print a result as JSON, for programs."""
        self._before_printing()
        click.echo(json.dumps(seen_in(shape), ensure_ascii=False, indent=2))

    def print_json_list(self, name: str, entries: Iterable[Any]) -> None:
        """Print what `print_json` prints of a list under `name`; only a portion of it is in memory."""
        self._before_printing()
        for piece in json_list(name, entries):
            click.echo(piece, nl=False)

    def table(self, *columns: str) -> PlainTable:
        """Return an empty table; `columns` are keys of headings in the catalogue."""
        return PlainTable(*(self.say(f"cli.column.{column}") for column in columns))

    def schools(self, numbers: tuple[str, ...] = ()) -> list[School]:
        """Return the schools with these numbers, or all; an unknown number raises `KnownError`."""
        with self.services.database.reading() as session:
            if not numbers:
                return school_store.every(session)
            return [school_store.get(session, number) for number in numbers]

    def scopes(self, numbers: Sequence[str], authorities: Sequence[str], everywhere: bool) -> list[str]:
        """Return the scopes of a role: schools by number, local authorities by code, all if `everywhere`.

        An unknown school, or an authority that has none, raises `KnownError`.
        """
        self.schools(tuple(numbers))
        for code in authorities:
            self.authority(code)
        return [*numbers, *authorities, *([EVERYWHERE] if everywhere else [])]

    def authority(self, code: str) -> str:
        """Return the `code` of a local authority; one that has no school here raises `KnownError`."""
        schools_of(code, self.schools())
        return code


def import_every_table() -> None:
    """Import the tables of every feature, for commands that look through all of them."""
    import bot.service.every_table  # noqa: F401 - no other command needs them


def tell(command: CommandContext, problem: KnownError) -> None:
    """Print a problem that does not end the command on standard error."""
    click.echo(command.say(problem.said), err=True)
    click.echo(command.say("cli.hint", hint=command.say(problem.hint)), err=True)


def tell_clock(command: CommandContext) -> None:
    """Say on standard error that the clock of a program that stays was set: roles that have ended count."""
    at = command.settings.at
    if at is not None:
        tell(
            command,
            KnownError("clock-set", at=f"{command.services.clock.now().astimezone(UK):%Y-%m-%d %H:%M}"),
        )


def made_anew(database: Database) -> Text:
    """Return the text that says that `database` was made just now, and where: it may be the wrong place."""
    return Text("cli.database-made", {"database": str(database.file or database.shown)})


def print_next(command: CommandContext, move: Next, margin: str = "") -> None:
    """Print who acts next, what they do and how to reach them, in lines that begin with `margin`.

    Where no person has to act, only that is printed.
    """
    if move.who == "nobody":
        command.console.print(f"{margin}→ {command.shown(move.action)}")
        return
    who, action = command.shown(f"who.{move.who}"), command.shown(move.action)
    command.console.print(f"{margin}→ [bold]{who}[/]: {action}")
    command.console.print(f"{margin}  {escape(move.contact.in_(command.language))}")


def unlisted(command: CommandContext, problem: Text | None) -> KnownError | None:
    """Return the error with which a list of people ends, after its output, where its extract can't be read.

    `problem` says why it can't. The audit gets it as the outcome of the command.
    """
    if problem is None:
        return None
    error = KnownError.saying(problem)
    command.record(audit.outcome_of(error))
    return error


def print_extract(command: CommandContext, extract: ExtractAge | None) -> None:
    """Print how old the extract of an answer is; nothing where it can't be read, which the answer says."""
    if extract is not None:
        command.console.print(command.shown(extract_text(extract)))


@contextmanager
def command_context(ctx: click.Context) -> Iterator[CommandContext]:
    """Open a command's context for a block; a known error that ends the block is audited as its outcome."""
    _require_values(ctx)
    with services(load_settings(given_settings(ctx))) as opened:
        command = CommandContext(ctx, opened)
        if opened.database.made_anew:
            click.echo(command.say(made_anew(opened.database)), err=True)
        try:
            yield command
        except KnownError as error:
            # A database that fails can't be told of that; what is raised is why the command ended.
            with suppress(DatabaseProblem):
                command.record(audit.outcome_of(error))
            raise
        if not command.recorded:
            command.record()


def _require_values(ctx: click.Context) -> None:
    """Refuse an option that is given blank: a script's empty variable would ask about every school."""
    for option in ctx.command.params:
        name = option.name or ""
        given = ctx.params.get(name)
        values = given if isinstance(given, tuple) else (given,)
        typed = (
            isinstance(option, click.Option) and ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
        )
        if typed and any(isinstance(value, str) and not value.strip() for value in values):
            raise misuse(ctx, "blank", option=option.opts[-1])


def _audited(ctx: click.Context) -> tuple[str, str | None, str | None]:
    """Return what the audit says of a command: its words, and the one school and one person it names."""
    given = ctx.params
    action = ctx.command_path.partition(" ")[2]
    numbers: tuple[str, ...] = given.get("numbers") or ()
    school = given.get("school") or (numbers[0] if len(numbers) == 1 else None)
    people: tuple[str, ...] = given.get("identifiers") or ()
    alone = people[0] if len(people) == 1 else None
    subject = next((given[name] for name in _SUBJECTS if given.get(name)), alone)
    return action, school, subject


_SUBJECTS = ("identifier", "workspace", "keep", "deactivate", "undo")
