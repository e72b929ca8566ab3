"""`hwb work`: a worker without Slack, beside others on one PostgreSQL database."""

import click

from bot.cli.context import command_context, tell, tell_clock
from bot.cli.options import given_settings, shared
from bot.people import audit
from bot.service import logs
from bot.service.health import probes, require_free, serving_health
from bot.service.secret_files import open_secrets
from bot.service.service_manager import ServiceManager
from bot.service.stopping import stop_signal, wait_until_asked
from bot.service.work import Work
from bot.settings_loading import load_settings
from provisioning.errors import KnownError


@click.command()
@click.option(
    "--concurrency",
    type=click.IntRange(1, 16),
    default=1,
    show_default=True,
    help="How many jobs to carry out side by side; each runs up to 24 schools.",
)
@click.option(
    "--site",
    metavar="NAME",
    help="Run only the schools of the groups with this site; without it, those of groups without one.",
)
@shared
@click.pass_context
def work(ctx: click.Context, concurrency: int, site: str | None) -> None:
    """Run provisioning on schedule without Slack, beside other workers on one PostgreSQL database."""
    settings = load_settings(given_settings(ctx))
    logs.configure_by(settings)
    require_free(settings)
    with command_context(ctx) as command:
        if command.services.database.embedded:
            raise KnownError("work-needs-postgresql")
        command.services.catalogue.require_templates()
        for readable in open_secrets(command.settings):
            tell(command, readable)
        tell_clock(command)
        manager = ServiceManager()
        at_work = Work(command.services, site=site, concurrency=concurrency, manager=manager)
        command.record(audit.STARTED)
        asked_to_stop = stop_signal()
        with serving_health(command.services, probes(command.services, at_work)), at_work:
            command.console.print(command.say("cli.working"))
            manager.ready()
            wait_until_asked(asked_to_stop)
            manager.stopping()
            command.console.print(command.say("cli.stopping"))
