"""The school's own Provisioning Client: a command that is started, and ended if it exceeds its limit."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO

from provisioning.errors import KnownError
from provisioning.masking import plain
from provisioning.portal.client_log import MENTIONS, NO_PEOPLE, LogLine, People, shortened, tail
from provisioning.portal.export import SCHOOL

_TAIL_BYTES = 1 << 15
_LINE_BYTES = 1 << 13
"""The most of a line that is looked through for people."""
_TO_END = 5.0
"""Seconds between SIGTERM and SIGKILL."""
_TO_SAY = 1.0
"""Seconds to wait for the end of the log, which a process that the client left running may hold open."""

_PASSED = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMP", "TEMP", "TMPDIR"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA"),
        *("LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"),
    )
)
"""The environment variables that any program needs; a client gets these, `LC_*`, and those that are named."""


class ClientProblem(KnownError):
    """The client could not be started."""


@dataclass(frozen=True)
class ClientEnded:
    """How a client ended: exit status, the end of its log, masked, and whether it exceeded its limit.

    `lines` are the lines of the whole log that mention people, and its last ones, masked as well.
    """

    status: int
    log: str
    timed_out: bool = False
    lines: tuple[LogLine, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether the client exited with status 0 within its limit."""
        return self.status == 0 and not self.timed_out


@dataclass(frozen=True)
class Client:
    """A client's command line, with `{school}` for the school's number, and its time limit.

    `named` are the environment variables that it gets beside those that any program needs.
    """

    command: tuple[str, ...]
    limit: timedelta
    named: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def run(
        self,
        school: str,
        started: Callable[[int], None] = lambda _pid: None,
        people: People = NO_PEOPLE,
    ) -> ClientEnded:
        """Run the client for a school until it ends or exceeds its limit; `started` gets its process id.

        Its log is looked through for `people`, who are masked in it. It runs without a shell or input, with
        few environment variables, in a process group of its own, all of which is ended when it exceeds the
        limit. A program that can't be started raises `ClientProblem`.
        """
        program, *arguments = self.command
        try:
            process = subprocess.Popen(  # noqa: S603 - the settings name the program, and there is no shell
                [program, *(argument.replace(SCHOOL, school) for argument in arguments)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=passed(self.environment, self.named),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise ClientProblem("client-not-started", program=program, why=why) from None
        assert process.stdout is not None  # noqa: S101 - for the type checker
        log = _Log(process.stdout, people)
        try:
            started(process.pid)
            process.wait(self.limit.total_seconds())
        except subprocess.TimeoutExpired:
            end_group(process)
            text, lines = log.ended()
            return ClientEnded(process.returncode, text, timed_out=True, lines=lines)
        except BaseException:
            end_group(process)
            raise
        text, lines = log.ended()
        return ClientEnded(process.returncode, text, lines=lines)


def passed(environment: Mapping[str, str], named: Collection[str] = ()) -> dict[str, str]:
    """Return what a client gets of `environment`: what any program needs, and the variables `named`.

    What else stands there may be a secret of this program, or of another that runs under its account.
    """
    wanted = _PASSED.union(named)
    return {
        name: value
        for name, value in environment.items()
        if name.upper() in _PASSED or name in wanted or name.startswith("LC_")
    }


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """End a process group, by SIGTERM, then by SIGKILL."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_TO_END)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Log:
    """A log of any length, read in a thread, so that the pipe never blocks the client."""

    def __init__(self, log: IO[bytes], people: People) -> None:
        self._people = people
        self._kept, self._line = bytearray(), bytearray()
        self._cut = False
        self._count = 0
        self._mentions: list[LogLine] = []
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, args=(log,), daemon=True, name="hwb-client-log")
        self._reader.start()

    def ended(self) -> tuple[str, tuple[LogLine, ...]]:
        """Return the last lines as a text, and the lines to keep; all masked."""
        self._reader.join(_TO_SAY)
        with self._lock:
            self._look_through(bytes(self._line))
            last = presentable(bytes(self._kept), self._people, cut=self._cut)
            lines = [LogLine(self._count, line) for line in last.splitlines()]
            return last, (*self._mentions, *lines)

    def _read(self, log: IO[bytes]) -> None:
        with log:
            while chunk := os.read(log.fileno(), 1 << 14):
                with self._lock:
                    self._take(chunk)

    def _take(self, chunk: bytes) -> None:
        self._kept += chunk
        if len(self._kept) > _TAIL_BYTES:
            del self._kept[:-_TAIL_BYTES]
            self._cut = True
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            self._look_through(bytes(self._line + line))
            self._line.clear()
        self._line += rest
        del self._line[_LINE_BYTES:]

    def _look_through(self, line: bytes) -> None:
        """Keep a line once for each person that it mentions."""
        self._count += 1
        if len(self._mentions) >= MENTIONS:
            return
        said = plain(line[:_LINE_BYTES].decode("utf-8", errors="replace"))
        for person in self._people.mentioned(said):
            self._mentions.append(LogLine(self._count, shortened(self._people.masked(said)), person))


def presentable(log: bytes, people: People = NO_PEOPLE, *, cut: bool = False) -> str:
    """Return the last lines of a log, masked, then cut; `cut` says that its beginning is missing already.

    It is masked before it is cut, and a first word that may be half a name is dropped.
    """
    text = log.decode("utf-8", errors="replace")
    if cut:
        text = text.partition("\n")[2] if "\n" in text else text.partition(" ")[2]
    return "\n".join(tail(people.masked(line) for line in text.splitlines()))
