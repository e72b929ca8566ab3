"""What commands say of schools whose runs are frozen: above an answer, and in its JSON."""

from collections.abc import Callable, Iterable
from typing import Any

from bot.cli.context import CommandContext
from bot.services import Services
from provisioning.clock import uk_date
from provisioning.records.schools import School
from provisioning.store import freezes
from provisioning.store.freezes import Freeze


def freezes_now(services: Services) -> Callable[[Iterable[School]], dict[str, Freeze]]:
    """Read the freezes once; return what tells which of some schools are frozen now, by number."""
    now = services.clock.now()
    with services.database.reading() as session:
        found = freezes.since(session, uk_date(now))
    return lambda among: found.frozen(among, now)


def frozen(services: Services, among: Iterable[School]) -> dict[str, Freeze]:
    """Return the freezes of those of the schools `among` that are frozen now, by number."""
    return freezes_now(services)(among)


def print_frozen(command: CommandContext, among: Iterable[School]) -> None:
    """Print of each frozen school until when its runs are frozen, why, by whom, and what ends it before."""
    known: dict[str, School] = {school.number: school for school in among}
    for number, freeze in frozen(command.services, known.values()).items():
        values = {"until": freeze.ends_on, "reason": freeze.reason, "by": freeze.by}
        said = command.shown("cli.frozen", school=known[number].name, **values)
        command.console.print(f"[bold yellow]{said}[/]")
        commands = ", ".join(f"`hwb freeze end {id_}`" for id_ in freeze.to_end)
        move = command.shown("cli.frozen-move", commands=commands, count=len(freeze.to_end))
        command.console.print(f"→ {move}")


def frozen_json(services: Services, among: Iterable[School]) -> dict[str, dict[str, Any]]:
    """Return what JSON adds about each of the schools `among` that is frozen, by number."""
    return {
        number: {"frozen": freeze_json(freeze) | {"by": freeze.by}}
        for number, freeze in frozen(services, among).items()
    }


def freeze_json(freeze: Freeze) -> dict[str, Any]:
    """Return a freeze as JSON, without the user who set it."""
    return {"id": freeze.id, "until": freeze.ends_on.isoformat(), "reason": freeze.reason}
