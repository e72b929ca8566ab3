"""Folders in which commands have run, made once in a test process and copied for each further test."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.bot.command_line import CommandLine


class Prepared:
    """The folders that are kept, each under the name of what was done in it."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept

    def folder(self, name: str, hwb: CommandLine, make: Callable[[CommandLine], None]) -> CommandLine:
        """Bring the empty folder of `hwb` to where `make` brings it, which is what `name` says."""
        kept = self._kept / name
        if kept.exists():
            shutil.copytree(kept, hwb.folder, dirs_exist_ok=True)
        else:
            make(hwb)
            shutil.copytree(hwb.folder, kept)
        return hwb
