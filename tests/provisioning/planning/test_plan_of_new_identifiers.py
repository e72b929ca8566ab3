"""The plan where people stand in an extract under a new UPN or code: who has gone, and who has come."""

from dataclasses import replace
from datetime import date

import pytest

from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.planning.safeguards import Situation, safeguards
from provisioning.planning.same_person import fingerprint
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Kind, Learner
from provisioning.records.plans import DoubtReason, IdentityAnswer, Note, NoteKind
from tests.builders import GLAN, TODAY, account_of, extract, learner, planned, staff_member, upn
from tests.provisioning.planning.plan_builders import kinds
from tests.provisioning.planning.safeguard_builders import applied, pupils

MARI = learner(1, surname="Puw", forename="Mari", date_of_birth=date(2014, 5, 3))
CORRECTED = replace(MARI, upn=upn(7))
MARIS = account_of(MARI, date_of_birth=MARI.date_of_birth)
IFAN = learner(8, surname="Rees", forename="Ifan", former_upn=upn(1))
"""His row gives Mari's UPN as his former one."""
SAME, ANOTHER = IdentityAnswer.SAME, IdentityAnswer.ANOTHER


@pytest.mark.parametrize(
    ("record", "renamed"),
    [
        (CORRECTED, True),  # waits for a person, and has not gone
        (replace(CORRECTED, former_upn=upn(1)), True),
        (MARI, False),
        (IFAN, False),  # seems to be another person
        (replace(CORRECTED, surname="Pugh"), True),  # born on that day, of that forename
        (replace(CORRECTED, surname="Pugh", date_of_birth=None), False),
    ],
)
def test_who_stands_in_the_extract_under_another_identifier(record: Learner, renamed: bool) -> None:
    found = planned(extract(record), MARIS)
    assert found.renamed == ({(Kind.LEARNER, upn(1))} if renamed else frozenset())


def test_an_account_goes_to_the_first_of_two_records_that_are_said_to_be_its_person() -> None:
    twin = replace(CORRECTED, upn=upn(9), leaving_date=TODAY)
    said = {(MARIS.id, fingerprint(record)): SAME for record in (CORRECTED, twin)}
    found = plan(extract(CORRECTED, twin), Directory([MARIS]), (), TODAY, said)
    assert [(change.kind, change.record) for change in found.changes] == [(ChangeKind.UPDATE, CORRECTED)]
    assert found.notes == (Note(NoteKind.DOUBTFUL, Kind.LEARNER, upn(9)),)
    assert (found.doubts, found.unchanged) == ((), 0)


@pytest.mark.parametrize("old", [replace(MARI, leaving_date=TODAY), MARI], ids=["has left", "on roll"])
def test_what_was_said_holds_although_the_old_upn_stands_in_the_extract_again(old: Learner) -> None:
    """Between the answer and the run, the office gives the row with the wrong UPN a leaving date."""
    said = {(MARIS.id, fingerprint(CORRECTED)): SAME}
    found = plan(extract(old, CORRECTED), Directory([MARIS]), (), TODAY, said)
    assert [(change.kind, change.record) for change in found.changes] == [(ChangeKind.UPDATE, CORRECTED)]
    assert found.notes == (Note(NoteKind.DOUBTFUL, Kind.LEARNER, upn(1)),)


def test_two_records_that_seem_to_be_its_person_are_both_asked_about() -> None:
    twin = replace(CORRECTED, upn=upn(9))
    found = planned(extract(CORRECTED, twin), MARIS)
    assert [(doubt.reason, doubt.record) for doubt in found.doubts] == [
        (DoubtReason.LOOKS_LIKE, CORRECTED),
        (DoubtReason.LOOKS_LIKE, twin),
    ]


def test_an_account_without_a_row_says_who_has_come_in_its_persons_name() -> None:
    said = {(MARIS.id, fingerprint(CORRECTED)): ANOTHER}
    found = plan(extract(CORRECTED), Directory([MARIS]), (), TODAY, said)
    assert kinds(found) == ["create"]
    assert found.notes == (Note(NoteKind.VANISHED, Kind.LEARNER, upn(1), replaced_by=upn(7)),)


def test_it_names_no_person_where_there_are_none_or_several_of_that_name() -> None:
    jane = staff_member("JEV", surname="Evans", forename="Jane")
    gone = Note(NoteKind.VANISHED, Kind.STAFF, "JEV")
    assert planned(extract(), account_of(jane)).notes == (gone,)
    two = [replace(jane, staff_code=code) for code in ("JE1", "JE2")]
    said = {(account_of(jane).id, fingerprint(record)): ANOTHER for record in two}
    assert plan(extract(*two), Directory([account_of(jane)]), (), TODAY, said).notes == (gone,)


# What that means for an extract that has shrunk


def shrunk(now: list[Learner], before: list[Learner], covers: tuple[Kind, ...]) -> list[tuple[int, int]]:
    accounts = [account_of(pupil) for pupil in before]
    new = replace(extract(*now), covers=covers)
    past = applied([*before, *(staff_member(f"S{number}") for number in range(20))])
    found = safeguards(planned(new, *accounts), Situation(GLAN, new, accounts, past))
    return [(hold.measured, hold.total) for hold in found if hold.safeguard == "extract-shrunk"]


def test_new_upns_make_no_shrunk_extract_and_a_file_without_staff_says_nothing_of_them() -> None:
    before = [replace(pupil, forename="M" + "i" * pupil.line) for pupil in pupils(30)]
    mended = [replace(pupil, upn=upn(200 + pupil.line)) for pupil in before]
    assert shrunk(mended[:21], before, (Kind.LEARNER,)) == []  # nine are gone: too few
    assert shrunk(mended[:20], before, (Kind.LEARNER,)) == [(10, 30)]
    assert shrunk(mended[:20], before, (Kind.LEARNER, Kind.STAFF)) == [(10, 30), (20, 20)]
