"""A process that sweeps until all is whole: `python -m tests.campaign.sweeping URL EXTRACTS [NODE]`.

It says "ready" once it has loaded, waits for a line, sweeps, and says "whole" when nothing is due and no run
is under way any more; then it goes on until it is ended.
"""

import sys
import threading
from pathlib import Path

from bot.service.features import VERBS
from bot.service.sweeping import due_jobs, embedded_engine, sweep
from bot.services import Services
from bot.settings import Settings
from knowledge.loading import load_knowledge
from provisioning.errors import KnownError
from provisioning.runs.heartbeat import heartbeat
from provisioning.runs.lease import THIS_PROCESS
from provisioning.store.run_interruptions import is_any_running
from tests.campaign.county_in_september import provisioning_at

_PAUSE_SECONDS = 0.2
"""Between two sweeps; a minute in `hwb serve`."""


def main(url: str, folder: str, node: str | None = None) -> None:
    """Sweep the county's schools until the process is ended."""
    if node:
        THIS_PROCESS.node = node
    services = Services(Settings(), provisioning_at(url, Path(folder), load_knowledge()), lambda: VERBS)
    asked, told = threading.Event(), False
    engine = embedded_engine(services, asked)
    print("ready", flush=True)
    sys.stdin.readline()
    with heartbeat(services.database):
        while True:
            try:
                sweep(services, engine)
                if not told and _whole(services):
                    print("whole", flush=True)
                    told = True
            except KnownError as error:
                print(error.name, file=sys.stderr, flush=True)
            asked.wait(_PAUSE_SECONDS)


def _whole(services: Services) -> bool:
    with services.database.reading() as session:
        return not is_any_running(session) and not due_jobs(services)


if __name__ == "__main__":
    main(*sys.argv[1:])
