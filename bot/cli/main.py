"""The group of commands, and the one place where known errors become a sentence and an exit status."""

import gc
import io
import logging
import secrets
import sys
from gettext import gettext

import click

from bot.cli.commands import COMMANDS
from bot.cli.language import first_sentence, help_texts, language, misuse, set_click_language, spoken, texts
from bot.cli.options import shared
from bot.spelling import nearest
from bot.version import VERSION
from knowledge.texts import KnowledgeError
from knowledge.visible import seen
from provisioning.errors import KnownError

log = logging.getLogger(__name__)


class LazyCommands(click.Group):
    """The commands of the table, each imported when it is called; an unknown word gets "did you mean"."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' words in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command and return it in the language that was asked for."""
        place = COMMANDS.get(cmd_name)
        return spoken(place.load(), f"hwb.{cmd_name}") if place else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List every command with its short help, without importing it."""
        catalogue, words = help_texts(), self.list_commands(ctx)
        listed = [(word, catalogue.say(f"help.hwb.{word}", language())) for word in words]
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(word, first_sentence(said)) for word, said in listed])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that `args` begins with, or raise a usage error with the nearest word."""
        if args[0] not in COMMANDS:
            near = nearest(args[0], self.list_commands(ctx))
            if near:
                raise misuse(ctx, "no-command-near", word=repr(args[0]), near=repr(near))
            raise misuse(ctx, "no-command", word=repr(args[0]))
        return super().resolve_command(ctx, args)


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="%(version)s", help="Show the version.")
@shared
def hwb() -> None:
    """Hwb accounts: provisioning on schedule, and the rollover FAQ carried out over the real records."""


def main() -> None:
    """Run a command; known errors are told in one sentence and a hint, with exit status 1."""
    # Nothing that start-up makes is garbage; looking for some takes a fifth of it. `services` switches it on.
    gc.disable()
    try:
        set_click_language()
        status = spoken(hwb, "hwb").main(standalone_mode=False, prog_name="hwb")
    except KnownError as error:
        _tell(error)
        sys.exit(1)
    except KnowledgeError as error:
        _tell(KnownError("knowledge", file=error.file, key=error.key, problem=error.problem))
        sys.exit(1)
    except click.ClickException as error:
        told = io.StringIO()
        error.show(file=told)
        click.echo(seen(told.getvalue()), err=True, nl=False)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception:
        from bot.service import logs  # needed for unexpected errors only

        reference = secrets.token_hex(4)
        logs.configure()
        log.exception("reference %s", reference)
        _tell(KnownError("unexpected", reference=reference))
        sys.exit(1)
    finally:
        gc.enable()
    sys.exit(status if isinstance(status, int) else 0)


def _tell(error: KnownError) -> None:
    """Print the error's sentence and hint on standard error, without settings: they may be what is wrong."""
    try:
        catalogue = texts()
    except KnowledgeError as broken:
        # The sentences themselves are what is broken, so this one stands here.
        click.echo(f"The file {broken.file} is not as it must be: {broken.key} {broken.problem}.", err=True)
        click.echo("Hint: Correct that key; both languages are needed everywhere.", err=True)
        return
    click.echo(catalogue.say(error.said, language()), err=True)
    click.echo(catalogue.say("cli.hint", language(), hint=catalogue.say(error.hint, language())), err=True)
