"""What provisioning two schools over a summer printed, for tests of the commands."""

from dataclasses import dataclass
from pathlib import Path

from tests.bot.command_line import Said


@dataclass(frozen=True)
class Story:
    """Folders as they stood in July and in August, after a run, and what the run of August printed."""

    july: Path
    august: Path
    printed: Said
