"""`hwb audit --verify`: what the audit's chain tells, and what it can't."""

from typing import Any

from bot.cli.context import CommandContext
from bot.people import audit_chain
from bot.people.audit_chain import Verified
from knowledge.texts import Text
from provisioning.errors import KnownError


def show_verified(command: CommandContext) -> None:
    """Verify the audit's chain, print what was checked, and seal the records that have no link yet.

    Raises `KnownError` with the first link that does not hold.
    """
    database = command.services.database
    key = database.session_info.get(audit_chain.KEY)
    with database.reading() as session:
        found = audit_chain.verify(session, key)
    if command.as_json:
        command.print_json({"verified": _shape(found)})
    else:
        for line in _lines(found, keyed=key is not None):
            command.console.print(command.shown(line))
    if found.broken is not None:
        why = Text(f"audit.broken.{found.broken.why}")
        raise KnownError("audit-broken", link=found.broken.number, record=found.broken.record, why=why)
    audit_chain.seal_all(database)


def _lines(found: Verified, *, keyed: bool) -> list[Text]:
    """Return what to say of the chain, and what may have been done that it can't tell."""
    told: dict[str, Any] = {name: value for name, value in vars(found).items() if name != "broken"}
    lines = [Text("audit.checked" if found.last else "audit.nothing-sealed", told)]
    if found.first > 1:
        lines.append(Text("audit.begins", told | {"before": found.first - 1}))
    if found.keyed:
        lines.append(Text("audit.keyed", told))
    if found.unchecked:
        lines.append(Text("audit.unchecked", told))
    if found.unsealed:
        lines.append(Text("audit.unsealed", told))
    if found.last:
        lines += [Text("audit.last", told), Text("audit.remains" if keyed else "audit.remains-keyless")]
    return lines


def _shape(found: Verified) -> dict[str, Any]:
    broken = found.broken and {
        "link": found.broken.number,
        "record": found.broken.record,
        "why": found.broken.why,
    }
    return vars(found) | {"broken": broken}
