"""Subject access of a Slack user: all that is held about them, and nothing of the people they looked up."""

import pytest

from bot.desk.tables import CaseEnquiryRow, CaseEventRow, CaseRow
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.people.tables import GrantRow, PreferenceRow, UserGroupRow
from bot.requests.tables import RequestAskRow, RequestRow
from bot.watches.tables import WatchRow
from provisioning.store.subject import Fields
from provisioning.subject import subject_access
from tests.builders import GLAN, NOW, Schools, learner

pytestmark = pytest.mark.both_databases

DAI, NIA = "U0DAI77", "U0NIA55"
SEREN = learner(1, surname="Blodeuwedd", forename="Seren")


@pytest.fixture
def worked(provisioning: Schools) -> Schools:
    """Dai has a role, a language and a group, looked Seren up, asked the desk, and was written to."""
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    case = {"opened_at": NOW, "checked_at": NOW, "language": "en", "state": "new", "revision": 0}
    told = {"at": NOW, "source": "message", "language": "en"}
    watch = {"school": GLAN.number, "question": "why-missing", "identifier": "JEV", "cause": "no-row"}
    request = RequestRow(
        school=GLAN.number, cause="not-run", asked_at=NOW, to=[DAI, NIA], passed=[], revision=0
    )
    with provisioning.database.writing() as session:
        session.add_all(
            [
                GrantRow(user=DAI, role="school-coordinator", scope=GLAN.number, granted_at=NOW),
                GrantRow(user=NIA, role="service-desk", scope="*", granted_at=NOW),
                PreferenceRow(user=DAI, language="cy"),
                UserGroupRow(id="S0DESK", members=[DAI], asked_at=NOW),
                WatchRow(user=DAI, since=NOW, **watch),
                CaseRow(number=1, opened_by=NIA, identifier=SEREN.upn, found={"who": "Blodeuwedd"}, **case),
                CaseRow(number=2, opened_by=DAI, identifier="JEV", found={"who": "Blodeuwedd"}, **case),
                request,
            ]
        )
        session.flush()
        session.add_all(
            [
                CaseEnquiryRow(case=1, by=NIA, writer=DAI, text="I cannot find Seren", **told),
                CaseEnquiryRow(case=2, by=DAI, writer=None, text="Blodeuwedd's mother rang", **told),
                CaseEventRow(case=1, kind="handed-over", at=NOW, by=NIA, said={}, to=DAI, note=""),
                RequestAskRow(request=request.id, user=NIA, school=GLAN.number, people=1, at=NOW),
            ]
        )
        letters.put(session, [Letter("mine", DAI, {"kind": "watch"})], NOW)
        letters.put(session, [Letter("hers", NIA, {"text": f"ask <@{DAI}> about Blodeuwedd"})], NOW)
    audit.keep(
        provisioning.database,
        AuditRecord(NOW, DAI, "slack", "why-missing", GLAN.number, "JEV", "present"),
        AuditRecord(NOW, NIA, "slack", "role-given", None, DAI, "ok"),
        AuditRecord(NOW, NIA, "slack", "why-missing", GLAN.number, SEREN.upn, "present"),
    )
    return provisioning


def held(provisioning: Schools, typed: str) -> dict[str, tuple[Fields, ...]]:
    _, found = subject_access(provisioning.at(NOW), typed, None)
    return {place.place: place.rows for place in found}


@pytest.mark.parametrize("typed", [DAI, f"@{DAI}", f"<@{DAI}>", DAI.lower()])
def test_all_that_is_held_about_a_user_comes_together(worked: Schools, typed: str) -> None:
    found = held(worked, typed)
    assert {place: len(rows) for place, rows in found.items()} == {
        "grants": 1,
        "preferences": 1,
        "user_groups": 1,
        "watches": 1,
        "cases": 1,
        "case_askings": 2,
        "case_events": 1,
        "requests": 1,
        "outbox": 2,
        "audit": 2,
    }


def test_of_the_people_they_looked_up_nothing_is_told(worked: Schools) -> None:
    found = str(held(worked, DAI))
    for word in ("Blodeuwedd", "JEV", SEREN.upn):
        assert word not in found
    assert "I cannot find Seren" in found  # their own words


def test_a_user_whose_id_is_part_of_anothers_is_not_that_one(worked: Schools) -> None:
    assert held(worked, DAI[:-1]) == {}


def test_an_id_of_digits_is_a_user_where_it_is_written_as_a_mention(worked: Schools) -> None:
    subject, _ = subject_access(worked.at(NOW), "@U2147483697", None)
    assert subject.slack_user
    subject, _ = subject_access(worked.at(NOW), "U2147483697", None)
    assert subject.by_upn
