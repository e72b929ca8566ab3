"""The group of commands, and the one place where known errors become a sentence and an exit status."""

import logging
import secrets
import sys

import click

from bot.alerts import cli as alerts_cli
from bot.cli.context import shared
from bot.cli.language import language, misuse, spoken, texts
from bot.desk import cli as desk_cli
from bot.diagnosis import cli as diagnosis_cli
from bot.grants import cli as grants_cli
from bot.grants import roles_cli
from bot.people import cli as people_cli
from bot.questions import cli as questions_cli
from bot.questions import faq_cli
from bot.reviews import cli as reviews_cli
from bot.rollover import cli as rollover_cli
from bot.rollover import dates_cli
from bot.runs import cli as runs_cli
from bot.runs import decisions_cli
from bot.service import cli as service_cli
from bot.service import logs, records_cli, retention_cli, serve_cli
from bot.spelling import nearest
from bot.still_active import cli as still_active_cli
from bot.trial import cli as trial_cli
from knowledge.texts import KnowledgeError
from provisioning.errors import KnownError

log = logging.getLogger(__name__)


class Commands(click.Group):
    """A group that asks "did you mean" when it does not know a word."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, or a usage error with the nearest word."""
        if self.get_command(ctx, args[0]) is None:
            near = nearest(args[0], self.list_commands(ctx))
            if near:
                raise misuse(ctx, "no-command-near", word=repr(args[0]), near=repr(near))
            raise misuse(ctx, "no-command", word=repr(args[0]))
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@shared
def hwb() -> None:
    """Hwb accounts: provisioning on schedule, and the rollover FAQ carried out over the real records."""


for command in (
    trial_cli.trial,
    serve_cli.serve,
    records_cli.schools,
    runs_cli.provision,
    runs_cli.runs,
    records_cli.accounts,
    *decisions_cli.commands(),
    *diagnosis_cli.commands(),
    diagnosis_cli.missing,
    still_active_cli.still_active,
    reviews_cli.review,
    desk_cli.cases,
    desk_cli.triage,
    rollover_cli.rollover,
    alerts_cli.command,
    dates_cli.dates,
    faq_cli.faq,
    questions_cli.ask,
    grants_cli.grants,
    roles_cli.roles,
    people_cli.audit,
    people_cli.subject_access,
    retention_cli.retention,
    service_cli.check,
    service_cli.migrate,
):
    hwb.add_command(command)


def main() -> None:
    """Run a command; known errors are told in one sentence and a hint, with exit status 1."""
    try:
        status = spoken(hwb).main(standalone_mode=False, prog_name="hwb")
    except KnownError as error:
        _tell(error)
        sys.exit(1)
    except KnowledgeError as error:
        _tell(KnownError("knowledge", file=error.file, key=error.key, problem=error.problem))
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception:
        reference = secrets.token_hex(4)
        logs.configure()
        log.exception("reference %s", reference)
        _tell(KnownError("unexpected", reference=reference))
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _tell(error: KnownError) -> None:
    """The sentence and the hint on standard error, without needing settings that may be what is wrong."""
    try:
        catalogue = texts()
    except KnowledgeError as broken:
        # The sentences themselves are what is broken, so this one stands here.
        click.echo(f"The file {broken.file} is not as it must be: {broken.key} {broken.problem}.", err=True)
        click.echo("Hint: Correct that key; both languages are needed everywhere.", err=True)
        return
    click.echo(catalogue.say(error.said, language()), err=True)
    click.echo(catalogue.say("cli.hint", language(), hint=catalogue.say(error.hint, language())), err=True)
