"""An hour of a bot in which nothing happens: its works are told the time, and begin one after the other."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import psutil
from slack_sdk import WebClient

from bot.people import audit_chain
from bot.service.features import VERBS
from bot.service.intervals import Intervals
from bot.service.lookout import Lookout
from bot.service.sweeping import sweep
from bot.services import Services
from bot.settings import Settings
from provisioning.clock import MovableClock
from provisioning.jobs.job_engine import EmbeddedEngine
from provisioning.runs.dependencies import Provisioning
from tests.costs import SEPTEMBER, Nation, counted

_MINUTE = 60


@dataclass(frozen=True)
class Minute:
    """A minute of the bot: its process as the minute ends, and what its works took."""

    megabytes: float
    threads: int
    descriptors: int
    statements: int
    steps: int
    processor: float


def hour(made: Nation, minutes: int) -> list[Minute]:
    """Let a bot live through so many minutes; the first, in which all is looked at once, is not measured."""
    clock, second = MovableClock(SEPTEMBER), [0]
    files = made.in_september.extract_folder
    provisioning = Provisioning(made.database, files, clock, made.knowledge)
    services = Services(Settings(), provisioning, lambda: VERBS)
    lookout = Lookout(services, seconds=lambda: float(second[0]))
    works: list[tuple[Callable[[], object], int]] = [
        *((each.work, each.seconds) for each in Intervals(services, WebClient(), lookout).works),
        (lambda: sweep(services, EmbeddedEngine(lambda _job: None)), _MINUTE),
        (lambda: audit_chain.seal_all(services.database), _MINUTE),
    ]
    process, lived = psutil.Process(), list[Minute]()
    for _ in range(minutes):
        used = time.process_time()
        with counted(made.database) as so_far:
            for _ in range(_MINUTE):
                second[0] += 1
                clock.set(SEPTEMBER + timedelta(seconds=second[0]))
                for work, seconds in works:
                    if second[0] % seconds == 0:
                        work()
            cost = so_far()
        took = time.process_time() - used
        memory = process.memory_info().rss / 1e6
        lived.append(Minute(memory, process.num_threads(), process.num_fds(), *cost, took))
    return lived[1:]
