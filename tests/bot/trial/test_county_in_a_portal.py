"""The made-up schools whose accounts live in a portal, as `hwb trial --directory export` opens them."""

from collections.abc import Iterator

import pytest

from bot.settings import load_settings
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


@pytest.fixture(scope="module")
def wednesday() -> Iterator[Trial]:
    """The trial to look at."""
    with trial(load_settings({}), 0, workspace_only=True, in_portal=True) as opened:
        yield opened


@pytest.fixture
def mine() -> Iterator[Trial]:
    """A trial of one's own, to change."""
    with trial(load_settings({}), 0, workspace_only=True, in_portal=True) as opened:
        yield opened


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


def test_the_bot_has_seen_a_run_of_each_school_on_each_day_and_all_succeeded(wednesday: Trial) -> None:
    with wednesday.services.database.reading() as session:
        seen = list(run_listing.newest(session))
    assert sorted((run.school, run.started_at.day) for run in seen) == sorted(
        (school, day) for school in (BRO_ALARCH, LLANFEILLION, RHYD_Y_GWYLANOD) for day in (24, 25, 26)
    )
    assert {run.status for run in seen} == {RunStatus.SUCCEEDED}


def test_each_thing_to_try_has_its_cause(wednesday: Trial) -> None:
    for plant in wednesday.county.plants:
        assert ask(wednesday, plant.id).cause == plant.cause


def test_the_answer_about_a_skipped_learner_has_the_clients_own_words(wednesday: Trial) -> None:
    assert "skipped: no class in the extract" in said(wednesday, ask(wednesday, "client-skipped"))


def test_the_export_is_written_the_class_is_entered_and_the_client_brings_both_accounts(mine: Trial) -> None:
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
