"""Which accounts end is told as by the whole plan, without those who evidently keep theirs."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.models import Pause
from provisioning.planning.directory import Directory
from provisioning.planning.other_identifiers import NO_ANSWERS, Answers
from provisioning.planning.plan import plan, plan_endings
from provisioning.planning.same_person import fingerprint
from provisioning.records.accounts import Account
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.extracts import Extract
from provisioning.records.plans import IdentityAnswer, Note, NoteKind, Plan
from tests.builders import NANT, TODAY, account_of, extract, learner, staff_member

GONE = date(2026, 9, 1)
STAYS = learner(101, surname="Puw", forename="Alys", year_group="8")
LEAVES = learner(102, surname="Rees", forename="Nia", year_group="8", leaving_date=GONE)
IN_YEAR_6 = learner(103, surname="Huws", forename="Ifan", year_group="6", leaving_date=GONE)
VANISHED = learner(104, surname="Owen", forename="Gwen", year_group="9")
ANOTHERS = learner(105, surname="Lloyd", forename="Twm", year_group="9", leaving_date=GONE)
ELSEWHERE = learner(106, surname="Ellis", forename="Non", year_group="7")
NEW_UPN = replace(VANISHED, upn=learner(107).upn)
TEACHER = staff_member("JEV", surname="Evans", forename="Jac")
SUCCESSOR = staff_member("jev", surname="Khan", forename="Yusuf")
PAUSES = (Pause(year_groups=("6",), left_after=date(2026, 7, 1), until=date(2026, 9, 30)),)


def accounts() -> tuple[Account, ...]:
    """An account for everybody; Twm's UPN has one in two other names, Non's is still at Nant."""
    return (
        account_of(STAYS, id=1, year_group="7"),
        account_of(LEAVES, id=2),
        account_of(IN_YEAR_6, id=3),
        account_of(VANISHED, id=4),
        account_of(replace(ANOTHERS, surname="Nowak", forename="Maja"), id=5),
        account_of(ELSEWHERE, NANT, id=6),
        account_of(TEACHER, id=7),
    )


def ends(of: Plan) -> tuple[list[Change], list[Note], object]:
    """What a plan says of accounts that end, or would if it were certain."""
    told = (NoteKind.VANISHED, NoteKind.PAUSED, NoteKind.DOUBTFUL)
    released = [change for change in of.changes if change.kind is ChangeKind.RELEASE]
    return released, [note for note in of.notes if note.kind in told], of.doubts


def both(of: Extract, answers: Answers = NO_ANSWERS) -> tuple[Plan, Plan]:
    """The whole plan, and that of endings."""
    asked = of, Directory(accounts()), PAUSES, TODAY, answers
    return plan(*asked), plan_endings(*asked)


def test_those_who_stay_are_left_out() -> None:
    whole, endings = both(extract(STAYS, TEACHER))
    assert [change.kind for change in whole.changes] == [ChangeKind.UPDATE]
    assert endings.changes == ()
    assert ends(endings) == ends(whole)


@pytest.mark.parametrize(
    ("rows", "answers"),
    [
        ((STAYS, LEAVES, IN_YEAR_6, VANISHED, ANOTHERS, ELSEWHERE, TEACHER), NO_ANSWERS),
        ((STAYS, LEAVES, IN_YEAR_6, NEW_UPN, SUCCESSOR), NO_ANSWERS),
        ((STAYS, NEW_UPN), {(4, fingerprint(NEW_UPN)): IdentityAnswer.SAME}),
        ((STAYS, NEW_UPN), {(1, fingerprint(NEW_UPN)): IdentityAnswer.SAME}),
        ((SUCCESSOR,), {(7, fingerprint(SUCCESSOR)): IdentityAnswer.ANOTHER}),
        ((replace(STAYS, leaving_date=date(2026, 9, 8)), replace(STAYS, upn=NEW_UPN.upn)), NO_ANSWERS),
    ],
    ids=[
        "who leaves, pauses and is in doubt",
        "new identifiers",
        "a decided identifier",
        "an account that was given to another row",
        "a staff code that another has now",
        "twice one name",
    ],
)
def test_every_ending_is_as_in_the_whole_plan(rows: tuple[object, ...], answers: Answers) -> None:
    whole, endings = both(extract(*rows), answers)
    assert ends(endings) == ends(whole)
    assert any(ends(whole)[:2])
