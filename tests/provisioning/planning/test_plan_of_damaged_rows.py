"""The plan for rows with a fault that rejects no row by itself: a cell left out, a name with lost letters."""

from dataclasses import replace

import pytest

from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.records.extracts import FileShape
from provisioning.records.people import Kind, Learner, StaffMember
from provisioning.records.plans import Note, NoteKind
from provisioning.records.rejections import Reason
from tests.builders import TODAY, account_of, extract, learner, planned, staff_member, upn
from tests.provisioning.planning.plan_builders import LEFT, kinds, noted

# Cells that could not be read: the person is provisioned, and the cell is noted

UNREAD = (("date_of_birth", "31/02/2015"), ("former_upn", "A12"))


def test_each_cell_that_was_left_out_is_noted_and_the_account_is_made() -> None:
    found = planned(extract(learner(unread=UNREAD), staff_member(unread=(("email", "jac@"),))))
    assert kinds(found) == ["create", "create"]
    assert set(found.notes) == {
        Note(NoteKind.CELL_UNREAD, Kind.LEARNER, upn(1), column="date_of_birth"),
        Note(NoteKind.CELL_UNREAD, Kind.LEARNER, upn(1), column="former_upn"),
        Note(NoteKind.CELL_UNREAD, Kind.STAFF, "JEV", column="email"),
    }
    assert len(found.notes) == 3


# Names that have lost letters: no account is made from them, but one that is there stays

SION = learner(surname="Si?n", damaged_names=True)
JACS = staff_member(surname="Ev?ns", damaged_names=True)


@pytest.mark.parametrize(("person", "file"), [(SION, "learners.csv"), (JACS, "staff.csv")])
def test_no_account_is_made_from_a_damaged_name(person: Learner | StaffMember, file: str) -> None:
    found = planned(extract(person))
    assert (found.changes, found.notes) == ((), ())
    (row,) = found.rejections
    assert (row.reason, row.file, row.line) == (Reason.NAME_DAMAGED, file, 2)
    assert (row.kind, row.identifier) == (person.kind, person.identifier)
    assert row.value == f"{person.forename} {person.surname}"


def test_the_rejection_names_the_file_that_the_school_handed_in() -> None:
    handed_in = replace(extract(SION), shapes=(FileShape(Kind.LEARNER, "6821001_CTF.xml"),))
    found = plan(handed_in, Directory([]), (), TODAY)
    assert [(row.reason, row.file) for row in found.rejections] == [(Reason.NAME_DAMAGED, "6821001_CTF.xml")]


def test_an_account_keeps_the_name_that_it_has() -> None:
    held = account_of(replace(SION, surname="Siôn"), class_name="6A")
    found = planned(extract(SION), held)
    assert (kinds(found), found.rejections) == (["update"], ())
    assert noted(found) == [("name-differs", upn(1))]


def test_a_leaver_with_a_damaged_name_is_released() -> None:
    held = account_of(replace(SION, surname="Siôn"))
    assert kinds(planned(extract(replace(SION, leaving_date=LEFT)), held)) == ["release"]
