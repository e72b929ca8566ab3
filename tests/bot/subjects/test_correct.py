"""`hwb correct`: what no file overwrites is put right and kept; what overwrites it is said."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.desk.tables import CaseEnquiryRow, CaseRow
from bot.people.tables import AuditRow
from provisioning.store.tables.accounts import AccountRow, CorrectionRow
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import PRIMARY
from tests.bot.subjects.test_erase import database, first, ids, july, put
from tests.builders import NOW

pytestmark = pytest.mark.integration

assert july  # the fixture


def corrections(hwb: CommandLine) -> list[tuple[str, object, object]]:
    return [(row.field, row.before, row.after) for row in ids(hwb, CorrectionRow)]


def test_a_name_is_corrected_kept_and_audited(july: CommandLine) -> None:
    person = first(july)
    (was,) = (row.surname for row in ids(july, AccountRow) if row.upn == person["upn"])
    said = july(f"correct {person['upn']} --surname", "ap Rhys", "--json").shape
    assert said == {"corrected": {"surname": "ap Rhys"}, "overwritten_by": {"surname": "compared"}}
    assert "ap Rhys" in ids(july, AccountRow.surname)
    assert corrections(july) == [("surname", {"surname": was}, {"surname": "ap Rhys"})]
    (record,) = (row for row in ids(july, AuditRow) if row.action == "correct")
    assert (record.subject, record.outcome) == (person["upn"], "ok")


def test_what_cannot_be_seen_in_a_typed_name_or_text_is_not_kept(july: CommandLine) -> None:
    upn = first(july)["upn"]
    july(f"correct {upn} --surname", "  ap\nRhys\x1b[2J\u202e ")
    assert "ap Rhys[2J" in ids(july, AccountRow.surname)
    about = {"opened_by": "U0NIA", "language": "en", "state": "new", "revision": 0, "school": PRIMARY}
    put(july, CaseRow(number=1, opened_at=NOW, checked_at=NOW, identifier=upn, **about))
    told = {"at": NOW, "by": "U0NIA", "source": "pasted", "language": "en"}
    put(july, CaseEnquiryRow(case=1, text="she is ill", **told))
    july(f"correct {upn} --case 1 --text", "cannot\nsign\x1b[2J in")
    assert ids(july, CaseEnquiryRow.text) == ["cannot\nsign[2J in"]


def test_a_name_is_not_corrected_to_nothing(july: CommandLine) -> None:
    said = july(f"correct {first(july)['upn']} --surname", " \u200b ")
    assert said.status == 2
    assert corrections(july) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--date-of-birth 2999-01-01", "2999"),
        ("--date-of-birth 1929-12-31", "1929"),
        (f"--surname {101 * 'x'}", "too long"),
    ],
)
def test_what_can_be_no_persons_is_refused(july: CommandLine, line: str, said: str) -> None:
    assert july(f"correct {first(july)['upn']} {line}").explains(said)
    assert corrections(july) == []


def test_a_date_of_birth_is_overwritten_by_the_next_that_the_mis_gives(july: CommandLine) -> None:
    upn = first(july)["upn"]
    assert "MIS" in july(f"correct {upn} --date-of-birth 2015-05-01").out
    with database(july).reading() as session:
        born = session.scalars(select(AccountRow.date_of_birth).where(AccountRow.upn == upn)).one()
    assert born == date(2015, 5, 1)


def test_the_text_of_a_case_is_replaced_and_only_its_length_kept(july: CommandLine) -> None:
    upn = first(july)["upn"]
    about = {"opened_by": "U0NIA", "language": "en", "state": "new", "revision": 0, "school": PRIMARY}
    put(july, CaseRow(number=1, opened_at=NOW, checked_at=NOW, identifier=upn, **about))
    told = {"at": NOW, "by": "U0NIA", "source": "pasted", "language": "en"}
    put(july, CaseEnquiryRow(case=1, text="she is ill", **told))
    assert july(f"correct {upn} --case 2 --text", "x").explains("Case 2")
    assert "No file overwrites it" in july(f"correct {upn} --case 1 --text", "cannot sign in").out
    assert ids(july, CaseEnquiryRow.text) == ["cannot sign in"]
    assert corrections(july) == [("text", {"length": 10}, {"length": 14})]


@pytest.mark.parametrize("line", ["", "--case 1", "--text x", "--case 1 --text x --surname y"])
def test_what_is_to_be_corrected_has_to_be_said(july: CommandLine, line: str) -> None:
    said = july(f"correct {first(july)['upn']} {line}")
    assert said.status == 2
    assert "--surname" in said.err


def test_a_person_without_an_account_and_a_slack_user_have_nothing_to_correct(july: CommandLine) -> None:
    assert july("correct Z999999999999 --surname x").explains("0 accounts")
    assert july("correct U0DAI77 --surname x").explains("Slack")


def test_it_says_in_welsh_what_will_overwrite_it(july: CommandLine) -> None:
    said = july(f"correct {first(july)['upn']} --forename Eirlys --lang cy").out
    assert "Wedi'i gywiro" in said
    assert "Nid oes rhediad yn disodli enw" in said
