"""Cases in the store: kept whole, joined, raced for, and deleted when their time is over."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from bot.desk import store, transitions
from bot.desk.case import (
    CaseEvent,
    CaseState,
    DeskCase,
    Enquiry,
    EnquirySource,
    OpenedCase,
    Party,
    Resolution,
    about,
)
from bot.desk.service import CaseService
from bot.desk.tables import CaseEnquiryRow, CaseEventRow, CaseRow
from bot.desk.transitions import NotPossible
from bot.desk.triage import Interpretation
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from knowledge.ids import Question
from knowledge.texts import Text
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.store.database import Database
from tests.builders import GLAN, NANT, NOW, Schools, learner

pytestmark = pytest.mark.both_databases

NIA, PRYS = "U0NIA", "U0PRYS"
ENQUIRY = Enquiry(NOW, NIA, EnquirySource.PASTED, "cy", None, "Ble mae’r cyfrif?", "a")


def new(provisioning: Schools) -> DeskCase:
    """A case about a learner whose school's client has never run, found by a real diagnosis."""
    provisioning.extracts(GLAN, learner(1))
    found = provisioning.asks(Question.WHY_MISSING, learner(1).upn, GLAN)
    return about(DeskCase(0, NOW, NIA, "cy"), found, Question.WHY_MISSING)


def opened(provisioning: Schools, case: DeskCase | None = None) -> DeskCase:
    """The same, kept."""
    wanted = case or new(provisioning)
    return provisioning.database.write(
        lambda session: store.add(session, wanted, transitions.opened(NIA, NOW), ENQUIRY)
    )


def test_a_case_is_kept_whole(provisioning: Schools) -> None:
    case = opened(provisioning)
    assert case.number == 1
    assert case == replace(new(provisioning), number=1)
    with provisioning.database.reading() as session:
        assert store.get(session, 1) == case
        assert store.enquiries(session, 1) == [ENQUIRY]
        assert store.events(session, 1) == [transitions.opened(NIA, NOW)]
        assert store.of_text(session, "a") == [case]
    assert case.found is not None
    assert [step.as_of for step in case.found.steps if step.as_of]


def test_what_happens_is_kept_in_order(provisioning: Schools) -> None:
    case = opened(provisioning)
    for move in (
        lambda now: transitions.take(now, NIA, NOW),
        lambda now: transitions.wait(now, NIA, Party.SCHOOL, uk_date(NOW), uk_date(NOW), NOW),
        lambda now: transitions.hand_over(now, NIA, PRYS, NOW),
        lambda now: transitions.resolve(now, PRYS, Resolution.PUT_RIGHT, "Wedi’i gywiro", NOW),
    ):
        case, event = move(case)
        keep(provisioning.database, case, event)
    with provisioning.database.reading() as session:
        assert store.get(session, 1) == case
        events = store.events(session, 1)
    assert [event.kind.value for event in events] == ["opened", "taken", "waits", "handed-over", "resolved"]
    assert events[3].to == PRYS
    assert events[4].note == "Wedi’i gywiro"
    assert events[2].said.values["until"] == uk_date(NOW)


def keep(database: Database, case: DeskCase, event: CaseEvent) -> None:
    database.write(lambda session: store.save(session, case, event))


def service(provisioning: Schools, by: str) -> CaseService:
    return CaseService(Services(Settings(), provisioning.at(), lambda: VERBS), by)


def test_two_who_take_it_at_once_one_gets_it_and_the_other_is_told(provisioning: Schools) -> None:
    opened(provisioning)

    def take(by: str) -> str | None:
        try:
            service(provisioning, by).move(1, lambda case: transitions.take(case, by, NOW))
        except NotPossible as refused:
            return refused.by
        return "got it"

    people = [f"U0{number}" for number in range(6)]
    with ThreadPoolExecutor(len(people)) as pool:
        told = list(pool.map(take, people))
    winner = people[told.index("got it")]
    assert sorted(told, key=str) == sorted(["got it", *[winner] * 5], key=str)
    with provisioning.database.reading() as session:
        assert store.get(session, 1).taken_by == winner
        assert len(store.events(session, 1)) == 2


def test_the_same_person_and_cause_is_one_case_however_many_users_ask(
    provisioning: Schools,
) -> None:
    provisioning.extracts(GLAN, learner(1))
    wanted = [Interpretation(GLAN, learner(1).upn, Question.WHY_MISSING)]

    def ask(by: str) -> OpenedCase:
        (answer,) = service(provisioning, by).open(
            replace(ENQUIRY, by=by, source=EnquirySource.DIAGNOSIS, text=""), wanted
        )
        return answer

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, ["U0A", "U0B", "U0C", "U0D"]))
    assert {answer.case.number for answer in found} == {found[0].case.number}
    assert sorted(answer.joined for answer in found) == [False, True, True, True]
    with provisioning.database.reading() as session:
        assert len(store.enquiries(session, found[0].case.number)) == 4
        assert len(store.listed(session, None, CaseState)) == 1


def test_a_resolved_case_is_joined_by_no_enquiry_and_comes_back_alone(provisioning: Schools) -> None:
    first = opened(provisioning)
    keep(provisioning.database, *transitions.resolve(first, NIA, Resolution.ANSWERED, "", NOW))
    second = opened(provisioning)
    assert second.number == 2
    with provisioning.database.reading() as session:
        back = transitions.reopen(store.get(session, 1), NIA, NOW)
    keep(provisioning.database, *back)
    with provisioning.database.reading() as session:
        same = store.find_open(session, str(second.dedup_key))
        assert same is not None
        assert same.number == 2
        assert [case.number for case in store.listed(session, [GLAN.number], [CaseState.NEW])] == [1, 2]


def test_the_queue_is_of_the_schools_that_are_asked_for(provisioning: Schools) -> None:
    opened(provisioning)
    opened(provisioning, DeskCase(0, NOW, NIA, "en"))
    with provisioning.database.reading() as session:
        assert [case.number for case in store.listed(session, [GLAN.number], CaseState)] == [1]
        assert store.listed(session, [NANT.number], CaseState) == []
        assert [case.number for case in store.listed(session, None, CaseState)] == [1, 2]
        assert [case.number for case in store.without_school(session, NIA)] == [2]
        assert store.without_school(session, PRYS) == []


def test_those_are_looked_at_that_were_longest_ago(provisioning: Schools) -> None:
    opened(provisioning)
    opened(provisioning, DeskCase(0, NOW, NIA, "en"))
    later = NOW + timedelta(minutes=10)
    with provisioning.database.reading() as session:
        assert store.to_check(session, NOW, 5) == []
        assert [case.number for case, _ in store.to_check(session, later, 5)] == [1]
    provisioning.database.write(lambda session: store.mark_checked(session, [1], later))
    with provisioning.database.reading() as session:
        assert store.to_check(session, later, 5) == []


def test_a_number_is_never_given_twice(provisioning: Schools) -> None:
    """A button of an old message must not come to be another case's."""
    opened(provisioning)
    with provisioning.database.writing() as session:
        for table in (CaseEventRow, CaseEnquiryRow, CaseRow):
            session.execute(delete(table))
    assert opened(provisioning).number == 2
    with provisioning.database.reading() as session:
        assert store.find(session, 1) is None
        assert store.find(session, 2) is not None


@pytest.mark.parametrize("number", [0, -1, 7, 2**31, 10**30])
def test_a_number_that_no_case_has(provisioning: Schools, number: int) -> None:
    with provisioning.database.reading() as session, pytest.raises(KnownError) as refused:
        store.get(session, number)
    assert refused.value.said == Text("error.case-unknown", {"number": number})
