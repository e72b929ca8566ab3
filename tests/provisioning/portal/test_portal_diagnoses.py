"""The FAQ over accounts that are known from the portal's export."""

from dataclasses import replace

import pytest

from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES
from tests.builders import GLAN, NANT, learner, staff_member, upn
from tests.portal_builders import PortalSchools, later, seen
from tests.provisioning.portal.client_builders import SEREN, SEREN_LEFT_NANT

pytestmark = pytest.mark.both_databases


def steps(found: Diagnosis) -> dict[str, str]:
    return {
        verdict.step: f"{verdict.outcome}: {verdict.detail.key.rpartition('.')[2]}" for verdict in found.steps
    }


def test_the_previous_school_is_not_known_where_no_school_that_we_see_has_an_account(
    portal: PortalSchools, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN, learner(2))
    portal.lists(seen(learner(2)))
    assert portal.asks(Question.WHY_MISSING, upn(1), GLAN).cause == "never-run"
    portal.will_list(seen(learner(2)), at=later(minutes=1))
    portal.runs(GLAN)
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN, at=later(hours=1))
    assert found.causes == ("client-skipped", "previous-school-unknown")
    assert found.next.who == "provisioning-manager"
    assert steps(found) | {
        "own-last-run": "fails: skipped-silent",
        "previous-school-leaving-date": "unknown: nowhere",
        "previous-school-run": "not-applicable: no-account",
        "account-visible": "fails: not-visible",
    } == steps(found)
    assert {verdict.as_of for verdict in found.steps if verdict.step == "account-visible"} == {
        later(minutes=1)
    }
    assert [group.cause for group in portal.missing(GLAN).groups] == ["client-skipped"]


def test_the_clients_log_says_why_it_skipped_a_person(portal: PortalSchools, knowledge: Knowledge) -> None:
    portal.extracts(GLAN, SEREN, learner(2), staff_member())
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), at=later(minutes=1))
    portal.client_says(f"{SEREN.forename} {SEREN.surname} ({upn(1)}): the UPN is in use\nJEV: no SWAC role")
    portal.runs(GLAN)
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN, at=later(hours=1))
    detail = next(verdict.detail for verdict in found.steps if verdict.step == "own-last-run")
    for language in LANGUAGES:
        words = knowledge.catalogue.say(detail, language)
        assert words.endswith("*** *** (***): the UPN is in use")
    of_staff = portal.asks(Question.WHY_MISSING, "JEV", GLAN, at=later(hours=1))
    assert of_staff.causes == ("client-skipped",)
    assert "says of JEV: ***: no SWAC role" in knowledge.catalogue.say(
        next(verdict.detail for verdict in of_staff.steps if verdict.step == "own-last-run"), "en"
    )


def test_a_staff_code_is_found_in_log_and_export_in_any_case(
    portal: PortalSchools, knowledge: Knowledge
) -> None:
    """The MIS has written the code in capitals until the run, and in small letters since."""
    portal.extracts(GLAN, SEREN, staff_member("JEV"), staff_member("GON"))
    portal.lists(seen(SEREN))
    portal.will_list(seen(SEREN), seen(staff_member("GON"), status="?"), at=later(minutes=1))
    portal.client_says("JEV: no SWAC role")
    portal.runs(GLAN)
    portal.extracts(GLAN, SEREN, staff_member("jev"), staff_member("gon"))
    found = portal.asks(Question.WHY_MISSING, "jEv", GLAN, at=later(hours=1))
    assert steps(found)["own-last-run"] == "fails: skipped"
    detail = next(verdict.detail for verdict in found.steps if verdict.step == "own-last-run")
    assert "says of jev: ***: no SWAC role" in knowledge.catalogue.say(detail, "en")
    found = portal.asks(Question.WHY_MISSING, "gon", GLAN, at=later(hours=1))
    assert steps(found)["own-last-run"] == "unknown: unread-row"


def test_a_row_that_cannot_be_read_is_no_missing_account(portal: PortalSchools, knowledge: Knowledge) -> None:
    portal.extracts(GLAN, SEREN, learner(2))
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), seen(SEREN, year_group="14"), at=later(minutes=1))
    portal.runs(GLAN)
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN, at=later(hours=1))
    assert found.causes == ("export-unseen",)
    assert steps(found)["own-last-run"] == "unknown: unread-row"
    for language in LANGUAGES:
        assert all(knowledge.catalogue.say(verdict.detail, language) for verdict in found.steps)


def test_an_account_whose_row_cannot_be_read_is_there_as_last_read(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN, learner(2))
    portal.lists(seen(SEREN), seen(learner(2)))
    portal.runs(GLAN)
    portal.lists(seen(SEREN, year_group="14"), seen(learner(2)), at=later(minutes=1))
    portal.reads()
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN)
    assert (found.cause, steps(found)["account-visible"]) == ("present", "holds: as-last-read")


def test_an_export_from_before_the_previous_schools_run_shows_no_release_yet(
    portal: PortalSchools, knowledge: Knowledge
) -> None:
    portal.lists(seen(SEREN, NANT), seen(learner(2)), seen(learner(3), NANT))
    portal.extracts(GLAN, SEREN, learner(2))
    portal.extracts(NANT, SEREN_LEFT_NANT, learner(3))
    portal.runs(NANT)
    portal.will_list(seen(SEREN, NANT), seen(learner(2)), seen(learner(3), NANT), at=later(minutes=1))
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN)
    assert found.cause == "export-unseen"
    assert steps(found)["previous-school-run"] == "unknown: not-seen"
    assert (found.next.who, found.next.contact.en) == ("previous-provisioning-manager", NANT.contact)
    (group,) = portal.missing(GLAN).groups
    assert (group.cause, group.next.who, group.next.contact.en) == (
        "export-unseen",
        "previous-provisioning-manager",
        NANT.contact,
    )
    for language, name in zip(LANGUAGES, (NANT.name.en, NANT.name.cy), strict=True):
        for said in (found.headline, found.next.action, group.headline, group.next.action):
            assert name in knowledge.catalogue.say(said, language)
    portal.runs(GLAN)
    assert portal.asks(Question.WHY_MISSING, upn(1), GLAN).cause == "previous-school-not-run"


def test_an_export_from_before_the_run_is_to_be_written_again(
    portal: PortalSchools, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN, learner(2))
    portal.lists(seen(learner(2)))
    portal.runs(GLAN)
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN)
    assert (found.causes, found.next.who) == (("export-unseen",), "provisioning-manager")
    assert "Write the portal’s user export again" in knowledge.catalogue.say(found.next.action, "en")
    assert steps(found)["previous-school-leaving-date"] == "unknown: nowhere-yet"


def test_the_way_of_a_learner_from_one_school_to_the_next(
    portal: PortalSchools, knowledge: Knowledge
) -> None:
    def cause() -> str:
        found = portal.asks(Question.WHY_MISSING, upn(1), GLAN)
        for language in LANGUAGES:
            assert all(knowledge.catalogue.say(verdict.detail, language) for verdict in found.steps)
        return found.cause

    portal.lists(seen(SEREN, NANT), seen(learner(2)), seen(learner(3), NANT))
    portal.reads()
    portal.extracts(NANT, replace(SEREN_LEFT_NANT, leaving_date=None), learner(3))
    assert cause() == "extract-unreadable"
    portal.extracts(GLAN, SEREN, learner(2))
    assert cause() == "previous-school-no-leaving-date"
    portal.extracts(NANT, SEREN_LEFT_NANT, learner(3), at=later(minutes=1))
    assert cause() == "previous-school-not-run"
    portal.client_says(status=1)
    portal.runs(NANT)
    assert cause() == "previous-school-run-failed"
    portal.client_says()
    portal.runs(GLAN)
    portal.will_list(seen(SEREN, NANT, active=False), seen(learner(2)), seen(learner(3), NANT), by=NANT)
    portal.runs(NANT)
    assert cause() == "not-run-since-release"
    portal.will_list(seen(SEREN), seen(learner(2)), seen(learner(3), NANT), by=GLAN, at=later(minutes=2))
    portal.runs(GLAN)
    assert cause() == "present"
    assert portal.asks(Question.NO_PASSWORD, upn(1), GLAN).cause == "transferred"


def test_a_release_before_the_first_export_has_no_date(portal: PortalSchools, knowledge: Knowledge) -> None:
    portal.extracts(GLAN, SEREN)
    portal.extracts(NANT, SEREN_LEFT_NANT)
    portal.lists(seen(SEREN, NANT, active=False))
    portal.will_list(seen(SEREN, NANT, active=False))
    portal.runs(GLAN)
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN)
    assert found.cause == "not-run-since-release"
    for language in LANGUAGES:
        words = [knowledge.catalogue.say(verdict.detail, language) for verdict in found.steps]
        assert "None" not in " ".join(words)


def test_last_years_class(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN, year_group="6", class_name="6A"))
    portal.reads()
    assert portal.asks(Question.OLD_CLASS, upn(1), GLAN).cause == "never-run"
    portal.will_list(seen(SEREN))
    portal.runs(GLAN)
    assert portal.asks(Question.OLD_CLASS, upn(1), GLAN).cause == "up-to-date"


def test_a_member_of_staff(portal: PortalSchools) -> None:
    portal.extracts(GLAN, staff_member())
    portal.lists(seen(learner(2)))
    portal.client_says(status=2)
    portal.runs(GLAN)
    assert portal.asks(Question.WHY_MISSING, "JEV", GLAN).cause == "run-failed"
    portal.client_says()
    portal.will_list(seen(learner(2)), seen(staff_member()))
    portal.runs(GLAN)
    assert portal.asks(Question.WHY_MISSING, "JEV", GLAN).cause == "present"


def test_a_username_that_another_person_has_now_is_told_of_both(
    portal: PortalSchools, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN, learner(2), learner(3))
    portal.lists(seen(SEREN), seen(learner(2)))
    portal.runs(GLAN)
    tomos = seen(learner(3), username=seen(SEREN).username, surname="Morgan", forename="Tomos")
    portal.lists(tomos, seen(learner(2)), at=later(minutes=1))
    run = portal.runs(GLAN)
    assert (run.status, run.counts["rejected"]) == ("succeeded", 1)
    assert run.error is not None
    for language, words in zip(LANGUAGES, ("another person's", "berson arall"), strict=True):
        said = knowledge.catalogue.say(run.error, language)
        assert words in said
        assert "Morgan" not in said
    before = portal.asks(Question.WHY_MISSING, upn(1), GLAN, at=later(hours=1))
    assert (before.cause, steps(before)["account-visible"]) == ("present", "holds: as-last-read")
    now = portal.asks(Question.WHY_MISSING, upn(3), GLAN, at=later(hours=1))
    assert (now.causes, steps(now)["own-last-run"]) == (("export-unseen",), "unknown: unread-row")
