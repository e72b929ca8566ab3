"""People in groups by cause, as `hwb missing` and `hwb still-active` print them."""

from collections.abc import Sequence

from rich.markup import escape

from bot.cli.context import CommandContext, print_next
from diagnostics.verdict import Next
from knowledge.texts import Text

_MARGIN = "  "


def print_group(
    command: CommandContext, headline: Text, move: Next, people: Sequence[tuple[str, Text | None]]
) -> None:
    """Print a group: what stands in the way, whose move it is, and its people.

    `people` are identifiers with the reasons of their own. Those without one stand beside one another, as
    many on a line as the console has room for.
    """
    command.console.print(f"[bold]{command.shown(headline)}[/]")
    print_next(command, move)
    for line in side_by_side([who for who, reason in people if reason is None], command.console.width):
        command.console.print(escape(line))
    for who, reason in people:
        if reason is not None:
            command.console.print(f"{_MARGIN}{escape(who)}: {command.shown(reason)}")
    command.console.print()


def side_by_side(entries: Sequence[str], width: int) -> list[str]:
    """Return lines of up to `width` characters with the `entries` in order; none of them is broken."""
    lines: list[str] = []
    for entry in entries:
        if lines and len(lines[-1]) + len(_MARGIN) + len(entry) <= width:
            lines[-1] += f"{_MARGIN}{entry}"
        else:
            lines.append(f"{_MARGIN}{entry}")
    return lines
