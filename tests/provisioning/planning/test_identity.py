"""Whose account is it: names and dates of birth side by side, and what a run does about a doubt."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from provisioning.names import agree, fold, is_damaged
from provisioning.planning.directory import Directory
from provisioning.planning.other_identifiers import Answers
from provisioning.planning.plan import plan
from provisioning.planning.same_person import fingerprint, seems_another
from provisioning.records.accounts import Account
from provisioning.records.changes import ChangeKind
from provisioning.records.extracts import FileShape
from provisioning.records.people import Kind, Learner, StaffMember
from provisioning.records.plans import DoubtReason, IdentityAnswer, NoteKind, Plan
from provisioning.records.rejections import Reason
from tests.builders import (
    GLAN,
    NANT,
    TODAY,
    account_of,
    extract,
    learner,
    planned,
    rejected,
    released,
    staff_member,
)
from tests.provisioning.planning.plan_builders import kinds, noted

BORN, OTHER_DAY = date(2014, 5, 3), date(2013, 11, 20)
LEFT = TODAY - timedelta(days=1)


def named(surname: str, forename: str, **fields: Any) -> Learner:
    return learner(1, surname=surname, forename=forename, **fields)


def decided(held: Account, person: Learner | StaffMember, answer: IdentityAnswer) -> Answers:
    return {(held.id, fingerprint(person)): answer}


def planned_with(answers: Answers, person: Learner | StaffMember, *held: Account) -> Plan:
    return plan(extract(person), Directory(held), (), TODAY, answers)


# ---- Names


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Siân", "Sian"),
        ("O'Brien", "OBRIEN"),
        ("Jones-Evans", "jones evans"),
        ("Si\ufffdn", "Siân"),  # a lost character may have been any
        ("Si??n", "Siân"),
        ("?wen", "Owen"),
        ("#N/A", "Puw"),
        ("-", "Puw"),
    ],
)
def test_names_that_agree(name: str, other: str) -> None:
    assert agree(name, other)
    assert agree(other, name)


@pytest.mark.parametrize(
    ("name", "other"), [("Sian", "Sioned"), ("Si?n", "Owen"), ("Puw?", "Puwell"), ("Evans", "Everett")]
)
def test_names_that_do_not_agree(name: str, other: str) -> None:
    assert not agree(name, other)
    assert not agree(other, name)


def test_damage_is_told_from_punctuation() -> None:
    assert [name for name in ("Si?n", "\ufffdwen", "#REF!", "123", "?") if not is_damaged(name)] == []
    assert [name for name in ("Siân", "Puw?", "O'Brien", "D'Arcy-Jones") if is_damaged(name)] == []
    assert fold("Ŵyn-Jones") == "wynjones"


# ---- Whose account: the record, the account, and whether it is in doubt


@pytest.mark.parametrize(
    ("record", "account", "in_doubt"),
    [
        (("Jones", "Alys"), ("Jones", "Alys"), False),
        (("Alys", "Jones"), ("Jones", "Alys"), False),  # surname and forename in the other's column
        (("Evans", "Alys"), ("Jones", "Alys"), False),  # a new surname
        (("Jones", "Beca"), ("Jones", "Alys"), False),  # a twin's name or a pet name: only noted
        (("Evans", "Beca"), ("Jones", "Alys"), True),
        (("ÉVANS", "alýs"), ("Evans", "Alys"), False),
        (("J?nes", "Beca"), ("Smith", "Alys"), True),  # the forename differs whatever was lost
        (("J?nes", "B?ca"), ("Smith", "Alys"), False),  # damaged names alone make no doubt
        (("J?nes", "Beca"), ("Jones", "Alys"), False),
    ],
)
def test_both_names_have_to_differ(record: tuple[str, str], account: tuple[str, str], in_doubt: bool) -> None:
    held = account_of(named(*account))
    assert seems_another(named(*record), held) is in_doubt
    member, its = staff_member(), account_of(staff_member())
    its = replace(its, surname=account[0], forename=account[1])
    assert seems_another(replace(member, surname=record[0], forename=record[1]), its) is in_doubt


@pytest.mark.parametrize(
    ("record", "born", "last_seen", "in_doubt"),
    [
        (("Jones", "Alys"), OTHER_DAY, BORN, False),  # a corrected date
        (("Jones", "Beca"), OTHER_DAY, BORN, True),
        (("Jones", "Beca"), BORN, BORN, False),
        (("Jones", "Beca"), None, BORN, False),
        (("Jones", "Beca"), OTHER_DAY, None, False),
        (("Beca", "Jones"), OTHER_DAY, BORN, True),
        (("Evans", "Beca"), BORN, BORN, True),
    ],
)
def test_or_the_date_of_birth_and_one_name(
    record: tuple[str, str], born: date | None, last_seen: date | None, in_doubt: bool
) -> None:
    held = account_of(named("Jones", "Alys"), date_of_birth=last_seen)
    assert seems_another(named(*record, date_of_birth=born), held) is in_doubt


# ---- What a run does: nothing, for that person alone

ALYS, BECA = named("Jones", "Alys"), named("Evans", "Beca")
ALYS_HERE, ALYS_AT_NANT = account_of(ALYS), account_of(ALYS, NANT)


@pytest.mark.parametrize(
    ("held", "instead_of"),
    [
        (ALYS_HERE, "nothing"),
        (replace(ALYS_HERE, class_name="6A"), "update"),
        (released(ALYS_HERE), "reactivate"),
        (released(ALYS_AT_NANT), "match"),
        (ALYS_AT_NANT, "blocked"),
    ],
)
def test_a_learner_in_doubt_waits_alone(held: Account, instead_of: str) -> None:
    other = learner(2)
    found = planned(extract(BECA, other), held)
    assert [change.record for change in found.changes] == [other], instead_of
    assert noted(found) == [("doubtful", BECA.upn)]
    (doubt,) = found.doubts
    assert (doubt.reason, doubt.record, doubt.account) == (DoubtReason.IDENTITY_DOUBT, BECA, held)
    assert found.unchanged == 0


def test_a_leavers_row_releases_no_learner_whom_it_does_not_name() -> None:
    found = planned(extract(replace(BECA, leaving_date=LEFT)), ALYS_HERE)
    assert kinds(found) == []
    assert noted(found) == [("doubtful", BECA.upn)]


def test_a_leavers_row_that_ends_nothing_asks_nothing() -> None:
    for held in (released(ALYS_HERE), ALYS_AT_NANT):
        found = planned(extract(replace(BECA, leaving_date=LEFT)), held)
        assert (found.changes, found.notes, found.doubts) == ((), (), ())


def test_who_has_not_joined_yet_is_not_asked_about() -> None:
    later = replace(BECA, admission_date=TODAY + timedelta(days=40))
    assert planned(extract(later), ALYS_HERE).doubts == ()


def test_the_same_person_gets_the_change_and_is_not_asked_about_again() -> None:
    held = released(ALYS_AT_NANT)
    found = planned_with(decided(held, BECA, IdentityAnswer.SAME), BECA, held)
    assert kinds(found) == ["match"]
    assert found.doubts == ()
    swapped = replace(BECA, surname="Beca", forename="Evans")
    assert kinds(planned_with(decided(held, BECA, IdentityAnswer.SAME), swapped, held)) == ["match"]


def test_an_answer_is_of_one_pair() -> None:
    held = released(ALYS_AT_NANT)
    answers = decided(held, BECA, IdentityAnswer.SAME)
    assert kinds(planned_with(answers, named("Puw", "Cati"), held)) == []
    assert kinds(planned_with(answers, BECA, replace(held, id=99))) == []


@pytest.mark.parametrize("leaving", [None, LEFT])
def test_another_learners_row_is_rejected(leaving: date | None) -> None:
    row = replace(BECA, leaving_date=leaving)
    found = planned_with(decided(ALYS_HERE, row, IdentityAnswer.ANOTHER), row, ALYS_HERE)
    assert (found.changes, found.doubts) == ((), ())
    assert noted(found) == [("vanished", ALYS.upn)]  # Alys herself has no row
    assert [(rejection.identifier, rejection.reason) for rejection in found.rejections] == [
        (BECA.upn, Reason.UPN_DUPLICATE)
    ]


@pytest.mark.parametrize("leaving", [None, LEFT])
def test_the_rejection_names_the_file_that_the_school_handed_in(leaving: date | None) -> None:
    row = replace(BECA, leaving_date=leaving, line=7)
    handed_in = replace(extract(row), shapes=(FileShape(Kind.LEARNER, "6821001_CTF.xml"),))
    answers = decided(ALYS_HERE, row, IdentityAnswer.ANOTHER)
    found = plan(handed_in, Directory([ALYS_HERE]), (), TODAY, answers)
    assert [(rejection.file, rejection.line) for rejection in found.rejections] == [("6821001_CTF.xml", 7)]


# ---- Staff

JANE, JAC = staff_member("JEV", surname="Evans", forename="Jane"), staff_member("jev", forename="Jac")
JAC = replace(JAC, surname="Everett")
JANES = account_of(JANE)


def test_a_staff_code_is_compared_without_case() -> None:
    found = planned(extract(replace(JANE, staff_code="jev")), JANES)
    assert (found.changes, found.notes, found.unchanged) == ((), (), 1)
    left = planned(extract(replace(JANE, staff_code="Jev", leaving_date=LEFT)), JANES)
    assert kinds(left) == ["release"]


def test_another_persons_staff_code_is_in_doubt() -> None:
    for held in (JANES, released(JANES)):
        found = planned(extract(JAC), held)
        assert kinds(found) == []
        assert noted(found) == [("doubtful", "jev")]


def test_another_member_of_staff_gets_a_new_account_and_the_old_one_ends() -> None:
    found = planned_with(decided(JANES, JAC, IdentityAnswer.ANOTHER), JAC, JANES)
    assert [(change.kind, change.account) for change in found.changes] == [
        (ChangeKind.RELEASE, JANES),
        (ChangeKind.CREATE, None),
    ]
    assert found.changes[0].after == {
        "status": "inactive",
        "released_from": GLAN.number,
        "staff_code": None,
    }
    assert found.changes[1].after["surname"] == "Everett"
    assert found.notes == ()


def test_an_account_that_has_ended_only_makes_way() -> None:
    held = released(JANES)
    found = planned_with(decided(held, JAC, IdentityAnswer.ANOTHER), JAC, held)
    made_way, made = found.changes
    assert (made_way.kind, made_way.after) == (ChangeKind.RELEASE, {"staff_code": None})
    assert (made.kind, made.after["staff_code"]) == (ChangeKind.CREATE, "jev")


def test_another_leavers_row_leaves_the_account_alone() -> None:
    row = replace(JAC, leaving_date=LEFT)
    found = planned_with(decided(JANES, row, IdentityAnswer.ANOTHER), row, JANES)
    assert kinds(found) == []
    assert noted(found) == [("vanished", "JEV")]


# ---- A new identifier for a person whom the school has already

MARI = learner(1, surname="Puw", forename="Mari", date_of_birth=BORN)
CORRECTED = replace(MARI, upn=learner(7).upn)
MARIS = account_of(MARI, date_of_birth=BORN)


@pytest.mark.parametrize(
    ("record", "held", "alike"),
    [
        (CORRECTED, MARIS, True),
        (replace(CORRECTED, surname="Mari", forename="Puw"), MARIS, True),
        (replace(CORRECTED, surname="PÚW"), MARIS, True),
        (replace(CORRECTED, date_of_birth=OTHER_DAY), MARIS, False),
        # With the date of birth, one of the two names is enough: a new surname, say.
        (replace(CORRECTED, surname="Pugh"), MARIS, True),
        (replace(CORRECTED, surname="Pugh", date_of_birth=OTHER_DAY), MARIS, False),
        (replace(CORRECTED, surname="Pugh", date_of_birth=None), MARIS, False),
        (replace(CORRECTED, surname="Pugh"), replace(MARIS, date_of_birth=None), False),
        (replace(CORRECTED, surname="Pugh", forename="Nia"), MARIS, False),
        # Without a date of birth the year group tells, or the one after it.
        (replace(CORRECTED, date_of_birth=None), MARIS, True),
        (replace(CORRECTED, date_of_birth=None), replace(MARIS, year_group="6"), True),
        (replace(CORRECTED, date_of_birth=None), replace(MARIS, year_group="5"), False),
        (replace(CORRECTED, date_of_birth=None), replace(MARIS, year_group="8"), False),
        (CORRECTED, replace(MARIS, date_of_birth=None), True),
        # Of accounts elsewhere, and of those that have ended, the school has nothing.
        (CORRECTED, account_of(MARI, NANT, date_of_birth=BORN), False),
        (CORRECTED, released(MARIS), False),
    ],
)
def test_the_person_seems_to_have_an_account(record: Learner, held: Account, alike: bool) -> None:
    found = planned(extract(record), held)
    assert kinds(found) == ([] if alike else ["create"])
    assert [doubt.reason for doubt in found.doubts] == ([DoubtReason.LOOKS_LIKE] if alike else [])
    if alike:
        assert noted(found) == [("doubtful", CORRECTED.upn)]


def test_not_while_the_old_identifier_is_still_there() -> None:
    for still in (MARI, replace(MARI, leaving_date=LEFT)):
        assert "create" in kinds(planned(extract(still, CORRECTED), MARIS))


def test_also_while_the_old_identifier_stands_on_a_row_of_another() -> None:
    """The UPNs of Mari and of a new learner have changed places: no account is made in Mari's stead."""
    new = learner(1, surname="Evans", forename="Siôn", date_of_birth=OTHER_DAY)
    found = planned(extract(new, CORRECTED), MARIS)
    assert kinds(found) == []
    assert [doubt.reason for doubt in found.doubts] == [DoubtReason.IDENTITY_DOUBT, DoubtReason.LOOKS_LIKE]


def test_not_where_that_other_name_is_known_to_be_the_persons() -> None:
    """Mari's names have both changed, as a person has said: a namesake of old is another person."""
    renamed = learner(1, surname="Evans", forename="Siôn", date_of_birth=BORN)
    same = decided(MARIS, renamed, IdentityAnswer.SAME)
    found = plan(extract(renamed, CORRECTED), Directory([MARIS]), (), TODAY, same)
    assert (kinds(found), found.doubts) == (["create"], ())


def test_also_while_the_old_identifier_stands_on_a_rejected_row() -> None:
    found = planned(extract(CORRECTED, rejections=[rejected(MARI)]), MARIS)
    assert (kinds(found), [doubt.reason for doubt in found.doubts]) == ([], [DoubtReason.LOOKS_LIKE])


def test_not_where_two_accounts_could_be_meant() -> None:
    namesake = account_of(replace(MARI, upn=learner(9).upn), id=9, date_of_birth=BORN)
    assert kinds(planned(extract(CORRECTED), MARIS, namesake)) == ["create"]


def test_however_many_they_are() -> None:
    people = [learner(number, forename="Ab" + "c" * number, date_of_birth=BORN) for number in range(1, 31)]
    held = [account_of(person, date_of_birth=BORN) for person in people]
    anew = [replace(person, upn=learner(person.line + 99).upn) for person in people]
    found = planned(extract(*anew), *held)
    assert kinds(found) == []
    assert len(found.doubts) == 30


def test_a_former_upn_says_it_without_asking() -> None:
    found = planned(extract(replace(CORRECTED, former_upn=MARI.upn)), MARIS)
    assert kinds(found) == ["update"]


def test_the_same_person_gets_the_new_identifier() -> None:
    found = planned_with(decided(MARIS, CORRECTED, IdentityAnswer.SAME), CORRECTED, MARIS)
    (change,) = found.changes
    assert (change.kind, change.account, change.after["upn"]) == (ChangeKind.UPDATE, MARIS, CORRECTED.upn)
    assert found.notes == ()


def test_another_person_gets_an_account_and_the_old_one_has_vanished() -> None:
    found = planned_with(decided(MARIS, CORRECTED, IdentityAnswer.ANOTHER), CORRECTED, MARIS)
    assert kinds(found) == ["create"]
    assert noted(found) == [("vanished", MARI.upn)]


def test_a_new_staff_code() -> None:
    anew = replace(JANE, staff_code="JEVA")
    assert [doubt.reason for doubt in planned(extract(anew), JANES).doubts] == [DoubtReason.LOOKS_LIKE]
    (change,) = planned_with(decided(JANES, anew, IdentityAnswer.SAME), anew, JANES).changes
    assert (change.kind, change.after) == (ChangeKind.UPDATE, {"staff_code": "JEVA"})


def test_a_code_that_was_a_colleagues_for_a_member_of_staff_who_has_an_account() -> None:
    """Jac, who was JAC, is given Jane's code: first it is asked of her account, then of his."""
    jacs = account_of(replace(JAC, staff_code="JAC"), id=5)
    first = planned(extract(JAC), JANES, jacs)
    assert [(doubt.reason, doubt.account) for doubt in first.doubts] == [(DoubtReason.IDENTITY_DOUBT, JANES)]
    another = decided(JANES, JAC, IdentityAnswer.ANOTHER)
    then = planned_with(another, JAC, JANES, jacs)
    assert [(doubt.reason, doubt.account) for doubt in then.doubts] == [(DoubtReason.LOOKS_LIKE, jacs)]
    both = planned_with({**another, **decided(jacs, JAC, IdentityAnswer.SAME)}, JAC, JANES, jacs)
    assert [(change.kind, change.account) for change in both.changes] == [
        (ChangeKind.RELEASE, JANES),
        (ChangeKind.UPDATE, jacs),
    ]


# ---- What the date of birth is compared with


def test_the_date_of_birth_is_learnt_where_the_account_is_sure() -> None:
    assert planned(extract(MARI), replace(MARIS, date_of_birth=None)).births == ((MARIS.id, BORN),)
    assert planned(extract(MARI), MARIS).births == ()
    doubtful = named("Evans", "Beca", date_of_birth=BORN)
    assert planned(extract(doubtful), ALYS_HERE).births == ()


def test_elsewhere_an_identifier_is_believed() -> None:
    found = plan(extract(BECA), Directory([released(ALYS_AT_NANT)]), (), TODAY, None)
    assert kinds(found) == ["match"]
    assert not any(note.kind is NoteKind.DOUBTFUL for note in found.notes)
