"""An erasure looks through every table before it writes: who writes meanwhile hardly waits, nor is missed."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.subjects import service
from knowledge.loading import Knowledge
from provisioning.records.accounts import Status
from provisioning.store import erasure
from provisioning.store.database import Database
from provisioning.subject import subject_of
from tests.bot.service.past_rows import write_past_rows
from tests.bot.service.test_retention import services
from tests.builders import GLAN, NOW, Schools, learner
from tests.costs import GROWS_AT_MOST, counted

SEREN = learner(1, admission_date=date(2020, 9, 1))


def lived(provisioning: Schools) -> Schools:
    """Seren was at Glan and has left it; a letter names her."""
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, replace(SEREN, leaving_date=NOW.date()))
    provisioning.runs(GLAN)
    assert provisioning.account(SEREN).status is Status.INACTIVE
    with provisioning.database.writing() as session:
        letters.put(session, [Letter("before", "U0NIA", {"who": [SEREN.upn]})], NOW)
    return provisioning


def steps_under_the_lock(provisioning: Schools) -> int:
    """What an erasure costs in the transaction for which other writers wait."""
    with provisioning.database.reading() as session:
        subject = subject_of(session, SEREN.upn, None)
        planned = erasure.plan(session, subject)
    with counted(provisioning.database) as so_far, provisioning.database.writing() as session:
        erasure.carry_out(session, erasure.plan_again(session, subject, planned))
    return so_far().steps


def test_others_wait_no_longer_where_there_is_ten_times_as_much(
    provisioning: Schools, migrated: Path, tmp_path: Path, knowledge: Knowledge
) -> None:
    costs = []
    larger = Database(f"sqlite:///{shutil.copy(migrated, tmp_path / 'larger.sqlite3')}")
    for schools, rows in (provisioning, 300), (Schools(larger, tmp_path / "larger", knowledge), 3_000):
        write_past_rows(schools.database, rows)
        costs.append(steps_under_the_lock(lived(schools)))
    larger.close()
    assert costs[1] <= costs[0] * GROWS_AT_MOST, costs


@pytest.mark.both_databases
def test_what_is_written_about_the_person_meanwhile_is_erased_too(
    provisioning: Schools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the erasure is planned, another letter comes to name her."""
    here = services(lived(provisioning), NOW)
    wanted, plan, written = service.erasable(here, SEREN.upn, None), erasure.plan, []

    def then_a_letter(session: Session, *rest: Any) -> Any:
        planned = plan(session, *rest)
        if not written:
            with provisioning.database.writing() as other:
                letters.put(other, [Letter("meanwhile", "U0NIA", {"who": [SEREN.upn]})], NOW)
            written.append(True)
        return planned

    monkeypatch.setattr(erasure, "plan", then_a_letter)
    done = service.erase(here, wanted, who="cli:test")
    assert done.changed["outbox"] == 2
    with provisioning.database.reading() as session:
        told = [letters.posted(session, key) for key in ("before", "meanwhile")]
        assert [letter and letter.payload for letter in told] == [{"who": ["***"]}] * 2
