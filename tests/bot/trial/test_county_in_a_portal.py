"""The made-up schools whose accounts live in a portal, as `hwb trial --directory export` opens them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.settings_loading import load_settings
from bot.trial.county.schools import BRO_ALARCH, LLANFEILLION, RHYD_Y_GWYLANOD
from bot.trial.opening import Trial, trial
from diagnostics.verdict import Diagnosis
from diagnostics.walk import diagnose
from knowledge.ids import Question
from knowledge.texts import LANGUAGES
from provisioning.records.runs import RunStatus
from provisioning.runs.school_run import provision
from provisioning.store import accounts, run_listing
from provisioning.store.runs import Run

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@dataclass(frozen=True)
class Wednesday:
    """The trial as it opens: the runs that the bot has seen, and the answer to each thing to try, by its id.

    `trial` is changed by one test, which is the only one to look at it.
    """

    trial: Trial
    runs: list[Run]
    answers: dict[str, Diagnosis]


@pytest.fixture(scope="module")
def wednesday() -> Iterator[Wednesday]:
    """The trial, opened once: that takes longer than all that is tried in it."""
    with trial(load_settings({}), 0, workspace_only=True, in_portal=True) as opened:
        with opened.services.database.reading() as session:
            seen = list(run_listing.newest(session))
        yield Wednesday(opened, seen, {plant.id: ask(opened, plant.id) for plant in opened.county.plants})


def ask(opened: Trial, id_: str) -> Diagnosis:
    plant = next(plant for plant in opened.county.plants if plant.id == id_)
    return diagnose(opened.services.provisioning, Question(plant.question), plant.identifier, plant.school)


def said(opened: Trial, answer: Diagnosis) -> str:
    say = opened.services.catalogue.say
    return " ".join(say(step.detail, language) for step in answer.steps for language in LANGUAGES)


def press(opened: Trial, control: str) -> None:
    next(found for found in opened.server.workspace.spec.controls if found.id == control).run()


def run(opened: Trial, school: str) -> Run:
    ran = provision(opened.services.provisioning, school, started_by="test")
    assert ran.status is RunStatus.SUCCEEDED, ran.error
    return ran


def account(opened: Trial, upn: str) -> tuple[str, str, bool]:
    """The username, school and state of a learner's account as the bot sees it."""
    with opened.services.database.reading() as session:
        (found,) = accounts.with_upns(session, [upn])
    return found.username, found.school, found.active


def test_the_bot_has_seen_a_run_of_each_school_on_each_day_and_all_succeeded(
    wednesday: Wednesday,
) -> None:
    assert sorted((run.school, run.started_at.day) for run in wednesday.runs) == sorted(
        (school, day) for school in (BRO_ALARCH, LLANFEILLION, RHYD_Y_GWYLANOD) for day in (24, 25, 26)
    )
    assert {run.status for run in wednesday.runs} == {RunStatus.SUCCEEDED}


def test_each_thing_to_try_has_its_cause(wednesday: Wednesday) -> None:
    for plant in wednesday.trial.county.plants:
        assert wednesday.answers[plant.id].cause == plant.cause


def test_the_answer_about_a_skipped_learner_has_the_clients_own_words(wednesday: Wednesday) -> None:
    answer = wednesday.answers["client-skipped"]
    assert "skipped: no class in the extract" in said(wednesday.trial, answer)


def test_the_export_is_written_the_class_is_entered_and_the_client_brings_both_accounts(
    wednesday: Wednesday,
) -> None:
    mine = wednesday.trial
    moving = next(plant.identifier for plant in mine.county.plants if plant.id == "export-unseen")
    username, *before = account(mine, moving)
    assert before == [LLANFEILLION, True]
    press(mine, "write-export")
    assert account(mine, moving) == (username, LLANFEILLION, False)
    assert ask(mine, "export-unseen").cause == "not-run-since-release"
    run(mine, BRO_ALARCH)
    assert account(mine, moving) == (username, BRO_ALARCH, True)
    assert [ask(mine, id_).cause for id_ in ("export-unseen", "client-skipped")] == [
        "present",
        "client-skipped",
    ]
    press(mine, "class-entered")
    press(mine, "next-morning")
    assert ask(mine, "client-skipped").cause == "present"
