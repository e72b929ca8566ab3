"""Accounts in doubt: asked once, decided by a person, carried out by the next run, and put back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from knowledge.ids import Question
from provisioning.clock import system_time
from provisioning.errors import KnownError
from provisioning.records.accounts import Account
from provisioning.records.people import Learner, StaffMember
from provisioning.records.plans import DoubtReason, IdentityAnswer
from provisioning.records.runs import RunStatus
from provisioning.runs.identities import decide
from provisioning.runs.undo import undo
from provisioning.store import coverage, identities, retention, runs
from provisioning.store.identities import IdentityQuestion
from provisioning.store.past_times import of_accounts, of_decisions
from provisioning.store.runs import Run
from provisioning.store.tables.decisions import IdentityDecisionRow
from provisioning.store.tables.files import CoveredRow
from provisioning.store.tables.runs import RunRow
from tests.builders import GLAN, NANT, NOW, Schools, learner, staff_member

BORN = date(2014, 5, 3)
LEFT = date(2026, 9, 1)
ALYS = learner(1, surname="Jones", forename="Alys", admission_date=date(2019, 9, 1), date_of_birth=BORN)
BECA = learner(1, surname="Evans", forename="Beca", date_of_birth=date(2013, 11, 20))
MARI = learner(2, surname="Puw", forename="Mari", date_of_birth=BORN)
CORRECTED = replace(MARI, upn=learner(7).upn)
JANE = staff_member("JEV", surname="Evans", forename="Jane")
JAC = staff_member("JEV", surname="Everett", forename="Jac")
LATER = NOW + timedelta(days=1)


def waiting(provisioning: Schools) -> list[IdentityQuestion]:
    with provisioning.database.reading() as session:
        return identities.waiting(session)


def says(provisioning: Schools, answer: IdentityAnswer, question: IdentityQuestion) -> IdentityQuestion:
    return decide(provisioning.at(), question.id, answer, by="test")


def counts(run: Run) -> dict[str, int]:
    return {name: count for name, count in run.counts.items() if count}


def held_by(provisioning: Schools, person: Learner | StaffMember) -> Account:
    return provisioning.account(person)


@pytest.fixture
def two_children(provisioning: Schools) -> Schools:
    """Nant has let Alys go; at Glan her UPN stands with another name and another date of birth."""
    provisioning.extracts(NANT, ALYS)
    provisioning.runs(NANT)
    provisioning.extracts(NANT, replace(ALYS, leaving_date=LEFT))
    provisioning.runs(NANT)
    provisioning.extracts(GLAN, BECA, learner(3))
    return provisioning


def test_a_doubt_waits_alone_and_keeps_its_number(two_children: Schools) -> None:
    first = two_children.runs(GLAN)
    assert (first.status, counts(first)) == (RunStatus.SUCCEEDED, {"create": 1, "doubtful": 1})
    (asked,) = waiting(two_children)
    assert (asked.school, asked.identifier, asked.reason) == (
        GLAN.number,
        BECA.upn,
        DoubtReason.IDENTITY_DOUBT,
    )
    assert asked.account is not None
    assert (asked.account.surname, asked.record["surname"], asked.decided) == ("Jones", "Evans", None)
    assert counts(two_children.runs(GLAN)) == {"unchanged": 1, "doubtful": 1}
    assert [question.id for question in waiting(two_children)] == [asked.id]
    assert two_children.asks(Question.WHY_MISSING, BECA.upn, GLAN).cause == "identity-doubt"
    assert two_children.asks(Question.WHY_MISSING, learner(3).upn, GLAN).cause == "present"


def test_the_same_person_gets_the_account(two_children: Schools) -> None:
    two_children.runs(GLAN)
    (asked,) = waiting(two_children)
    decided = says(two_children, IdentityAnswer.SAME, asked)
    assert (decided.decided, decided.by, decided.at) == (IdentityAnswer.SAME, "test", NOW)
    assert waiting(two_children) == []
    run = two_children.runs(GLAN)
    assert counts(run) == {"match": 1, "unchanged": 1}
    assert held_by(two_children, BECA).surname == "Jones"  # names are never updated
    assert counts(two_children.runs(GLAN)) == {"unchanged": 2}
    assert held_by(two_children, BECA).date_of_birth == BECA.date_of_birth
    assert two_children.asks(Question.WHY_MISSING, BECA.upn, GLAN).cause == "present"
    undo(two_children.at(), run.known_id, by="test")
    assert held_by(two_children, BECA).school == NANT.number


def test_another_persons_row_is_rejected_until_one_upn_is_mended(two_children: Schools) -> None:
    two_children.runs(GLAN)
    says(two_children, IdentityAnswer.ANOTHER, waiting(two_children)[0])
    assert counts(two_children.runs(GLAN)) == {"rejected": 1, "unchanged": 1}
    assert counts(two_children.runs(GLAN)) == {"rejected": 1, "unchanged": 1}
    found = two_children.asks(Question.WHY_MISSING, BECA.upn, GLAN)
    assert (found.cause, found.identifier) == ("row-rejected", BECA.upn)
    assert [group.cause for group in two_children.missing(GLAN).groups] == ["row-rejected"]
    two_children.extracts(GLAN, replace(BECA, upn=learner(8).upn), learner(3))
    assert counts(two_children.runs(GLAN, at=LATER)) == {"create": 1, "unchanged": 1}


def test_an_answer_can_be_taken_back_by_the_other_and_wakes_the_school(two_children: Schools) -> None:
    two_children.runs(GLAN)
    (asked,) = waiting(two_children)
    says(two_children, IdentityAnswer.SAME, asked)
    run = two_children.runs(GLAN)
    two_children.runs(GLAN)
    two_children.runs(GLAN)  # nothing has changed: from here on the school rests
    assert says(two_children, IdentityAnswer.ANOTHER, asked).decided is IdentityAnswer.ANOTHER
    assert counts(two_children.runs(GLAN)) == {"rejected": 1, "unchanged": 1, "vanished": 1}
    undo(two_children.at(), run.known_id, by="test")
    assert held_by(two_children, ALYS).school == NANT.number


def test_a_question_ends_with_its_occasion(two_children: Schools) -> None:
    two_children.runs(GLAN)
    (asked,) = waiting(two_children)
    two_children.extracts(GLAN, replace(ALYS, admission_date=date(2026, 9, 1)), learner(3))
    assert counts(two_children.runs(GLAN, at=LATER)) == {"match": 1, "unchanged": 1}
    assert waiting(two_children) == []
    with pytest.raises(KnownError) as error:
        says(two_children, IdentityAnswer.SAME, asked)
    assert error.value.said.key == "error.change-unknown"


def test_a_doubt_that_was_never_asked_cannot_be_decided(provisioning: Schools) -> None:
    for number in (1, 0, -1, 10**30):
        with pytest.raises(KnownError):
            decide(provisioning.at(), number, IdentityAnswer.SAME, by="test")


def test_a_leavers_row_releases_no_learner_whom_it_does_not_name(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, ALYS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, replace(BECA, leaving_date=LEFT))
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"doubtful": 1}
    assert held_by(provisioning, ALYS).active
    says(provisioning, IdentityAnswer.SAME, waiting(provisioning)[0])
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"release": 1}


# ---- Staff


def test_a_successor_with_the_code_gets_an_account_of_his_own(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, JANE)
    provisioning.runs(GLAN)
    janes = held_by(provisioning, JANE)
    provisioning.extracts(GLAN, JAC)
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"doubtful": 1}
    assert provisioning.asks(Question.WHY_MISSING, "jev", GLAN).cause == "identity-doubt"
    says(provisioning, IdentityAnswer.ANOTHER, waiting(provisioning)[0])
    run = provisioning.runs(GLAN, at=LATER)
    assert counts(run) == {"release": 1, "create": 1}
    old, new = provisioning.accounts(GLAN)
    assert (old.id, old.active, old.staff_code, old.released_from) == (janes.id, False, None, GLAN.number)
    assert (new.surname, new.active, new.staff_code) == ("Everett", True, "JEV")
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"unchanged": 1}
    assert provisioning.asks(Question.WHY_MISSING, "JEV", GLAN).cause == "present"
    assert undo(provisioning.at(LATER), run.known_id, by="test").left == ()
    assert provisioning.accounts(GLAN) == [janes]


def test_a_successor_of_a_member_of_staff_whose_account_has_ended(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, JANE)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, replace(JANE, leaving_date=LEFT))
    provisioning.runs(GLAN)
    ended = held_by(provisioning, JANE)
    provisioning.extracts(GLAN, JAC)
    provisioning.runs(GLAN, at=LATER)
    says(provisioning, IdentityAnswer.ANOTHER, waiting(provisioning)[0])
    provisioning.runs(GLAN, at=LATER)
    old, new = provisioning.accounts(GLAN)
    assert (old, new.surname) == (replace(ended, staff_code=None), "Everett")


def test_a_staff_code_in_another_case_is_no_other_code(provisioning: Schools) -> None:
    staff = [staff_member(f"Co{number:02}", surname=f"Pu{'w' * number}") for number in range(1, 31)]
    provisioning.extracts(GLAN, *staff)
    provisioning.runs(GLAN)
    for spell in (str.upper, str.lower):
        provisioning.extracts(
            GLAN, *(replace(member, staff_code=spell(member.staff_code)) for member in staff)
        )
        run = provisioning.runs(GLAN, at=LATER)
        assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"unchanged": 30})
    with provisioning.database.reading() as session:
        assert len(session.scalars(select(CoveredRow.identifier)).all()) == 30
        assert len(coverage.covered(session, GLAN.number)) == 30
    found = provisioning.asks(Question.WHY_MISSING, "cO07", GLAN, at=LATER)
    assert (found.cause, found.identifier) == ("present", "co07")


# ---- A new identifier for a person whom the school has already


@pytest.fixture
def corrected(provisioning: Schools) -> Schools:
    """Mari's UPN has been corrected in the MIS, and the former one left blank."""
    provisioning.extracts(GLAN, MARI)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, CORRECTED)
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"doubtful": 1}
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"doubtful": 1}  # also once it has been covered
    return provisioning


def test_no_second_account_in_silence(corrected: Schools) -> None:
    (asked,) = waiting(corrected)
    assert (asked.reason, asked.identifier) == (DoubtReason.LOOKS_LIKE, CORRECTED.upn)
    assert asked.account == held_by(corrected, MARI)
    for upn in (CORRECTED.upn, MARI.upn):  # under either: the account is in doubt
        assert corrected.asks(Question.WHY_MISSING, upn, GLAN, at=LATER).cause == "identity-doubt"
    assert [group.cause for group in corrected.missing(GLAN, at=LATER).groups] == ["identity-doubt"]


def test_the_same_person_keeps_the_account_under_the_new_upn(corrected: Schools) -> None:
    username = held_by(corrected, MARI).username
    says(corrected, IdentityAnswer.SAME, waiting(corrected)[0])
    run = corrected.runs(GLAN, at=LATER)
    assert counts(run) == {"update": 1}
    assert [account.username for account in corrected.accounts(GLAN)] == [username]
    assert corrected.asks(Question.WHY_MISSING, CORRECTED.upn, GLAN, at=LATER).cause == "present"
    undo(corrected.at(LATER), run.known_id, by="test")
    assert held_by(corrected, MARI).username == username


def test_an_account_goes_to_one_of_two_even_where_both_are_said_to_be_its_person(
    provisioning: Schools,
) -> None:
    """Mari's UPN is gone, and two rows are in her name; a person says of both: the same person."""
    twin = replace(MARI, upn=learner(8).upn)
    provisioning.extracts(GLAN, MARI)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, CORRECTED, twin)
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"doubtful": 2}
    for asked in waiting(provisioning):
        says(provisioning, IdentityAnswer.SAME, asked)
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"update": 1, "doubtful": 1}
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"create": 1, "unchanged": 1}
    assert {account.upn for account in provisioning.accounts(GLAN)} == {CORRECTED.upn, twin.upn}


def test_another_person_gets_an_account(corrected: Schools) -> None:
    says(corrected, IdentityAnswer.ANOTHER, waiting(corrected)[0])
    found = corrected.asks(Question.WHY_MISSING, CORRECTED.upn, GLAN, at=LATER)
    assert found.causes == ("not-run-since-record",)  # and no school that nobody knows
    assert counts(corrected.runs(GLAN, at=LATER)) == {"create": 1, "vanished": 1}
    assert counts(corrected.runs(GLAN, at=LATER)) == {"unchanged": 1, "vanished": 1}
    assert waiting(corrected) == []


# ---- Many new identifiers at once: their people have not gone

_FORENAMES = ["Alys", "Beca", "Carys", "Dafydd", "Elin", "Ffion", "Gwen", "Huw", "Ifan", "Jac"]
_SURNAMES = [
    "Adams",
    "Bevan",
    "Cadwaladr",
    "Davies",
    "Ellis",
    "Fychan",
    "Griffiths",
    "Howells",
    "Iorwerth",
    "Jones",
]


def school_of_100(born: date | None) -> list[Learner]:
    """A hundred learners with names of their own."""
    return [
        learner(
            number,
            surname=_SURNAMES[number // 10],
            forename=_FORENAMES[number % 10],
            date_of_birth=born,
            admission_date=date(2020, 9, 1),
        )
        for number in range(100)
    ]


@pytest.mark.parametrize("born", [BORN, None])
def test_thirty_corrected_upns_are_thirty_doubts_and_no_shrunk_extract(
    provisioning: Schools, born: date | None
) -> None:
    pupils = school_of_100(born)
    provisioning.extracts(GLAN, *pupils)
    provisioning.runs(GLAN)
    mended = [replace(pupil, upn=learner(500 + place).upn) for place, pupil in enumerate(pupils[:30])]
    provisioning.extracts(GLAN, *mended, *pupils[30:])
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"doubtful": 30, "unchanged": 70})
    assert {asked.reason for asked in waiting(provisioning)} == {DoubtReason.LOOKS_LIKE}


def test_nor_is_it_shrunk_where_the_former_upns_are_given(provisioning: Schools) -> None:
    """Temporary UPNs are made permanent ones: each account goes over to the new UPN."""
    pupils = school_of_100(BORN)
    provisioning.extracts(GLAN, *pupils)
    provisioning.runs(GLAN)
    mended = [
        replace(pupil, upn=learner(500 + place).upn, former_upn=pupil.upn)
        for place, pupil in enumerate(pupils[:30])
    ]
    provisioning.extracts(GLAN, *mended, *pupils[30:])
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"update": 30, "unchanged": 70})


def test_nor_once_it_is_decided_though_another_safeguard_held_the_run_of_the_doubts(
    provisioning: Schools,
) -> None:
    """A held run's extract is not the one applied last: the next is compared with the one before it."""
    pupils = school_of_100(BORN)
    provisioning.extracts(GLAN, *pupils)
    provisioning.runs(GLAN)
    mended = [replace(pupil, upn=learner(500 + place).upn) for place, pupil in enumerate(pupils[:30])]
    leave = [replace(pupil, leaving_date=LEFT) for pupil in pupils[30:45]]
    provisioning.extracts(GLAN, *mended, *leave, *pupils[45:])
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.held_by, run.counts["doubtful"]) == (("too-many-leavers",), 30)
    for asked in waiting(provisioning):
        says(provisioning, IdentityAnswer.SAME, asked)
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.held_by, run.counts["update"], run.counts["doubtful"]) == (("too-many-leavers",), 30, 0)


def test_nor_by_new_staff_codes(provisioning: Schools) -> None:
    staff = [
        staff_member(f"S{number}", surname=_SURNAMES[number // 10], forename=_FORENAMES[number % 10])
        for number in range(40)
    ]
    provisioning.extracts(GLAN, *staff)
    provisioning.runs(GLAN)
    mended = [replace(member, staff_code=f"{member.staff_code}X") for member in staff[:15]]
    provisioning.extracts(GLAN, *mended, *staff[15:])
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"doubtful": 15, "unchanged": 25})


def test_people_who_are_gone_under_any_identifier_still_hold_everything(provisioning: Schools) -> None:
    pupils = school_of_100(BORN)
    provisioning.extracts(GLAN, *pupils)
    provisioning.runs(GLAN)
    mended = [replace(pupil, upn=learner(500 + place).upn) for place, pupil in enumerate(pupils[:30])]
    provisioning.extracts(GLAN, *mended, *pupils[60:])
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, run.held_by) == (RunStatus.HELD, ("extract-shrunk",))
    (hold,) = run.holds
    assert (hold.measured, hold.total) == (30, 100)


# ---- What else is kept


def test_the_date_of_birth_goes_with_the_account(two_children: Schools) -> None:
    held = held_by(two_children, ALYS)
    assert (held.school, held.active, held.date_of_birth) == (NANT.number, False, BORN)
    unborn = replace(ALYS, date_of_birth=None, admission_date=date(2026, 9, 1))
    two_children.extracts(GLAN, unborn)
    two_children.runs(GLAN)
    assert held_by(two_children, ALYS).date_of_birth == BORN  # last seen, though not told here


def test_a_run_from_before_there_were_doubts_counts_none(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, ALYS)
    run = provisioning.runs(GLAN)
    old = {name: count for name, count in run.counts.items() if name != "doubtful"}
    with provisioning.database.writing() as session:
        session.execute(update(RunRow).values(counts=old))
    with provisioning.database.reading() as session:
        assert runs.get(session, run.known_id).counts == run.counts


def test_decisions_go_with_their_account(two_children: Schools) -> None:
    two_children.runs(GLAN)
    says(two_children, IdentityAnswer.ANOTHER, waiting(two_children)[0])
    with two_children.database.writing() as session:
        (questions,) = (
            stale for stale in of_decisions(NOW - timedelta(days=9)) if stale.row is IdentityDecisionRow
        )
        assert retention.count(session, questions) == 0
        ended, _ = of_accounts(system_time() + timedelta(days=9), external_directory=False)
        for stale in (ended, questions):
            assert retention.end(session, stale, retention.find(session, stale, 9)) == 1
