"""The command line as one uses it: in this process where that will do, in one of its own where it matters."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from tests.everything import knowledge
from tests.paths import REPOSITORY
from tests.quiet import identifies_a_person

WARNED = "The password of the database stands on the command line"
"""How the warning begins that others can read a password."""
MADE = ("There was no database yet, so a new one was made: ", "Nid oedd cronfa ddata eto, felly crëwyd un")
"""What a command says first, on standard error, where it has made the database."""


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def shape(self) -> Any:
        """What it printed as JSON."""
        return json.loads(self.out)

    def explains(self, *words: str) -> bool:
        """Whether it failed as known errors do: one sentence, one hint, nothing on standard output.

        That a database was made, and that a password can be read, may stand before them.
        """
        lines = [line for line in self.err.strip().splitlines() if not line.startswith((*MADE, WARNED))]
        known = self.status == 1 and len(lines) == 2 and lines[1].startswith(("Hint: ", "Awgrym: "))
        return known and self.out == "" and all(word in self.err for word in words)


class CommandLine:
    """`hwb` in a folder of its own, where its settings file, extracts and database may stand."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys
        monkeypatch.chdir(folder)
        monkeypatch.setenv("COLUMNS", "200")
        # Read once for all commands: reading it takes longer than what most of them do.
        monkeypatch.setattr("bot.service.bootstrap.knowledge", knowledge)
        monkeypatch.setattr(
            sys.modules["bot.cli.language"], "Catalogue", lambda _folders: knowledge().catalogue
        )

    def __call__(self, line: str, *more: str) -> Said:
        """Run a command line in this process."""
        self._monkeypatch.setattr(sys, "argv", ["hwb", *line.split(), *more])
        self._capsys.readouterr()
        status: object = 0
        try:
            main()
        except SystemExit as end:
            status = end.code
        out, err = self._capsys.readouterr()
        assert isinstance(status, int)
        return Said(status, out, err)

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        """A file in the folder, written by hand."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path


def environment(**more: str) -> dict[str, str]:
    """A process's environment with this code in it, and without settings or proxies of the machine."""
    ours = ("HWB_", "SLACK_", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1", **more}


def process(
    *words: str, folder: Path, variables: Mapping[str, str] | None = None, code: Path = REPOSITORY
) -> Said:
    """Run `python -m bot` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment(**(variables or {})) | {"PYTHONPATH": str(code)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


class Served:
    """A command that stays, such as `hwb serve`, in a process of its own; it ends with its block."""

    def __init__(self, words: Sequence[str], folder: Path, **variables: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            cwd=folder,
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.printed = ""

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def until(self, pattern: str) -> re.Match[str]:
        """Read what it prints until something is in it."""
        assert self._process.stdout is not None
        while not (found := re.search(pattern, self.printed)):
            line = self._process.stdout.readline()
            if not line:
                raise AssertionError(f"It ended: {self.printed}{self.ended().err}")
            self.printed += line
        return found

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def ended(self, seconds: float = 120) -> Said:
        """Wait for its end."""
        out, err = self._process.communicate(timeout=seconds)
        assert not identifies_a_person(err), "the log identifies a person"
        return Said(self._process.returncode, self.printed + out, err)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.communicate(timeout=20)
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
