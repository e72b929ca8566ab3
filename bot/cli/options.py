"""The options that every command has, and the settings that they give."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import click

from bot.cli.language import help_texts, language
from knowledge.texts import LANGUAGES
from provisioning.masking import without_secrets

F = TypeVar("F", bound=Callable[..., Any])


class Moment(click.ParamType[datetime]):
    """An ISO date and time; without a zone it is UK time."""

    name = "ISO-DATETIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the moment that `value` names, or fail with a usage error."""
        try:
            return value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(help_texts().say("misuse.moment", language(), value=repr(value)), param, ctx)


_HELP = {
    "database_url": "The database; also HWB_DATABASE_URL.",
    "extracts": "The folder of the schools' extracts; also HWB_EXTRACTS.",
    "at": "The moment to take as now, in UK time unless it names a zone; also HWB_AT.",
    "as_json": "Print JSON, for programs; also HWB_JSON.",
    "lang": "The language of what is printed; also HWB_LANG.",
}
"""The help of the shared options, by their names; both languages stand under `help.shared`."""


COUNT = click.IntRange(1, 1_000_000)
"""How many of something; far greater numbers would not fit a database's column."""


def shared(function: F) -> F:
    """Add the shared options to a command's function."""
    for option in (
        click.option("--lang", type=click.Choice(LANGUAGES), help=_HELP["lang"], **_KEPT),
        click.option(
            "--json",
            "as_json",
            is_flag=True,
            default=None,
            envvar="HWB_JSON",
            help=_HELP["as_json"],
            **_KEPT,
        ),
        click.option("--at", type=Moment(), help=_HELP["at"], **_KEPT),
        click.option("--extracts", type=click.Path(), metavar="DIR", help=_HELP["extracts"], **_KEPT),
        click.option("--database", "database_url", metavar="URL", help=_HELP["database_url"], **_KEPT_URL),
    ):
        function = option(function)
    return function


def given_settings(ctx: click.Context) -> dict[str, Any]:
    """Return the settings that were given on the command line."""
    return {name: value for name, value in ctx.ensure_object(dict).items() if name != "as_json"}


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep an option's value: it may stand before or after the command's name, and the later one wins."""
    if value is not None and param.name is not None:
        ctx.ensure_object(dict)[param.name] = value


def _keep_url(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep the database's address; warn where others can read its password in the list of processes."""
    _keep(ctx, param, value)
    if value is not None and without_secrets(value) != value:
        click.echo(help_texts().say("misuse.database-password", language()), err=True)


_KEPT_URL: Mapping[str, Any] = {"callback": _keep_url, "expose_value": False}
_KEPT: Mapping[str, Any] = {"callback": _keep, "expose_value": False}
