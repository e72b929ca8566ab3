"""The interface of the engines that carry jobs out, and the one for the embedded database."""

from collections.abc import Callable, Iterable
from typing import Protocol

from provisioning.jobs.values import Job

CarryOut = Callable[[Job], None]
"""What carries out a job; it may be called again for a job that is done, and then does nothing."""


class JobEngine(Protocol):
    """Takes jobs that are due; each is carried out once, or else derived again by a later sweep."""

    schools_in_a_job: int | None
    """Schools that a job should name at most; None where one process carries out all of them."""

    def put(self, jobs: Iterable[Job]) -> None:
        """Take `jobs` that are due; one that waits already is not taken twice."""
        ...


class EmbeddedEngine:
    """Carries jobs out in this process, one after another, before `put` returns."""

    schools_in_a_job: int | None = None

    def __init__(self, carry_out: CarryOut) -> None:
        self._carry_out = carry_out

    def put(self, jobs: Iterable[Job]) -> None:
        """Carry out `jobs` in their order."""
        for job in jobs:
            self._carry_out(job)
