"""People, decisions and their outcomes, for tests of held runs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from provisioning.errors import KnownError
from provisioning.records.people import Learner
from provisioning.runs.approvals import approve, reject
from provisioning.runs.undo import Undone, undo
from provisioning.store.decisions import Relaxation
from provisioning.store.runs import Run
from tests.builders import GLAN, NOW, Schools, learner

LONG_AGO = date(2020, 9, 1)


LEFT = date(2026, 7, 17)


LATER = NOW + timedelta(hours=2)


PUPILS = [learner(number, year_group="9", admission_date=LONG_AGO) for number in range(1, 41)]


NEW = learner(90)


def left(people: list[Learner]) -> list[Learner]:
    return [replace(person, leaving_date=LEFT) for person in people]


def counts(run: Run) -> dict[str, int]:
    return {name: count for name, count in run.counts.items() if count}


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as raised:
        act()
    return raised.value.said.key


def approves(provisioning: Schools, run: Run, at: datetime = LATER) -> Run:
    return approve(provisioning.at(at), run.known_id, by="Alys")


def rejects(provisioning: Schools, run: Run, at: datetime = LATER) -> Run:
    return reject(provisioning.at(at), run.known_id, by="Alys")


def undoes(provisioning: Schools, run: Run, at: datetime = LATER) -> Undone:
    return undo(provisioning.at(at), run.known_id, by="Alys")


def active(provisioning: Schools) -> set[str]:
    return {account.identifier for account in provisioning.accounts() if account.active}


# Relaxed


def relaxation(until: date = date(2026, 9, 10), up_to: int = 20, used: int = 0, **fields: str) -> Relaxation:
    given = {"school": GLAN.number, "safeguard": "too-many-leavers", "why": "closing", "by": "Alys"} | fields
    return Relaxation(until=until, up_to=up_to, used=used, **given)
