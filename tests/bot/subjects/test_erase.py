"""`hwb erase`: a person who has left is shown, erased at a word, and stands nowhere but where they must."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.desk.tables import CaseEnquiryRow, CaseEventRow, CaseRow
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.people.tables import AuditRow, GrantRow, PreferenceRow
from bot.watches.tables import WatchRow
from provisioning.store.database import Database
from provisioning.store.tables.accounts import AccountRow, UsernameStemRow
from provisioning.store.tables.base import Base
from provisioning.store.tables.decisions import RelaxationRow
from provisioning.store.tables.runs import RunRow
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import JULY, PRIMARY, SCHOOLS, write_july
from tests.builders import NOW

pytestmark = pytest.mark.integration

USER = "U0DAI77"


@pytest.fixture
def july(hwb: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Three schools in July; the primary has run."""
    hwb.write("schools.csv", SCHOOLS)
    write_july(hwb.folder)
    monkeypatch.setenv("HWB_AT", JULY)
    assert hwb("schools import schools.csv").status == 0
    assert hwb(f"provision --school {PRIMARY}").status == 0
    return hwb


def database(hwb: CommandLine) -> Database:
    return Database(f"sqlite:///{hwb.folder}/data/hwb.sqlite3")


def put(hwb: CommandLine, *rows: Base) -> None:
    with database(hwb).writing() as session:
        session.add_all(rows)


def ids(hwb: CommandLine, row: Any) -> list[Any]:
    with database(hwb).reading() as session:
        found = list(session.scalars(select(row)))
        session.expunge_all()
        return found


def first(hwb: CommandLine, kind: str = "learner") -> dict[str, Any]:
    found: dict[str, Any] = hwb(f"accounts --school {PRIMARY} --kind {kind} --json").shape["accounts"][0]
    return found


def leaves(hwb: CommandLine, person: dict[str, Any]) -> None:
    """The person's row is taken out of the MIS, and their account has ended."""
    of = person["upn"] or person["staff_code"]
    for path in (hwb.folder / "data" / "extracts" / PRIMARY).iterdir():
        text = path.read_bytes()
        mark = str(of).encode()
        path.write_bytes(b"".join(line for line in text.splitlines(keepends=True) if mark not in line))
    with database(hwb).writing() as session:
        account = session.scalars(select(AccountRow).where(AccountRow.username == person["username"])).one()
        account.status = "inactive"


@pytest.fixture
def gone(july: CommandLine) -> tuple[CommandLine, dict[str, Any]]:
    """A learner who has left, with a case, a letter, a watch and look-ups."""
    person = first(july)
    upn = person["upn"]
    other = july(f"accounts --school {PRIMARY} --kind learner --json").shape["accounts"][1]["upn"]
    july(f"why-missing {upn} --school {PRIMARY}")
    case = {"opened_at": NOW, "opened_by": "U0NIA", "language": "en", "revision": 0, "checked_at": NOW}
    about = {"state": "resolved", "resolved_at": NOW, "school": PRIMARY}
    put(july, CaseRow(number=1, identifier=upn, **case, **about), CaseRow(number=2, **case, **about))
    told = {"at": NOW, "by": "U0NIA", "source": "pasted", "language": "en"}
    put(
        july,
        CaseEnquiryRow(case=1, text=f"{upn} cannot sign in", **told),
        CaseEnquiryRow(case=2, text=f"{upn} and {other} cannot sign in", **told),
        CaseEventRow(case=1, kind="opened", at=NOW, by="U0NIA", said={}, note=""),
        WatchRow(
            user="U0NIA", school=PRIMARY, question="why-missing", identifier=upn, cause="no-row", since=NOW
        ),
    )
    with database(july).writing() as session:
        letters.put(session, [Letter("a", "U0NIA", {"kind": "x", "who": [upn, other]})], NOW)
        why = {"why": f"{upn} left", "by": "U0NIA", "at": NOW, "until": NOW.date()}
        session.add(RelaxationRow(school=PRIMARY, safeguard="few-but-many", up_to=3, **why))
    leaves(july, person)
    return july, person


def test_an_active_account_is_not_erased(july: CommandLine) -> None:
    upn = first(july)["upn"]
    assert july(f"erase {upn} --yes").explains(PRIMARY, "active")
    assert first(july)["upn"] == upn


def test_who_is_on_roll_in_the_extract_is_not_erased(july: CommandLine) -> None:
    person = first(july)
    with database(july).writing() as session:
        account = session.scalars(select(AccountRow).where(AccountRow.upn == person["upn"])).one()
        account.status = "inactive"
    assert july(f"erase {person['upn']} --yes").explains(PRIMARY, "on roll")


def test_whose_extract_cannot_be_read_is_not_erased(gone: tuple[CommandLine, dict[str, Any]]) -> None:
    hwb, person = gone
    for path in (hwb.folder / "data" / "extracts" / PRIMARY).iterdir():
        path.write_bytes(b"")
    assert hwb(f"erase {person['upn']} --yes").explains(PRIMARY, "may be")


def test_it_is_shown_first_and_nothing_happens_without_a_word(
    gone: tuple[CommandLine, dict[str, Any]],
) -> None:
    hwb, person = gone
    shown = hwb(f"erase {person['upn']} --json").shape
    assert shown["erased"] is False
    assert shown["deleted"] == {
        "accounts": 1, "covered_records": 1, "journal": 1, "watches": 1,
        "cases": 1, "case_events": 1, "case_askings": 1,
    }  # fmt: skip
    assert shown["changed"] == {"case_askings": 1, "outbox": 1, "relaxations": 1}
    assert shown["kept"]["audit"] >= 1
    assert set(shown["why_kept"]) == {"username", "audit", "copies"}
    assert len(ids(hwb, WatchRow.id)) == 1


def test_the_person_is_asked_for_and_then_stands_nowhere_but_in_the_audit(
    gone: tuple[CommandLine, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hwb, person = gone
    monkeypatch.setattr("click.confirm", lambda *_args, **_more: False)
    assert "Nothing was erased" in hwb(f"erase {person['upn']}").out
    assert len(ids(hwb, WatchRow.id)) == 1
    monkeypatch.setattr("click.confirm", lambda *_args, **_more: True)
    said = hwb(f"erase {person['upn']}")
    assert "The person has been erased" in said.out
    assert person["upn"] not in said.out
    held = hwb(f"subject-access {person['upn']} --json").shape["held"]
    assert set(held) == {"audit"}
    assert ids(hwb, CaseRow.number) == [2]
    (letter,) = ids(hwb, letters.OutboxRow.payload)
    assert letter["who"][0] == "***"
    assert letter["who"][1] != "***"
    assert "***" in ids(hwb, CaseEnquiryRow.text)[0]
    assert ids(hwb, RelaxationRow.why) == ["*** left"]


def test_the_audit_of_it_does_not_say_whom(gone: tuple[CommandLine, dict[str, Any]]) -> None:
    hwb, person = gone
    before = len([row for row in ids(hwb, AuditRow) if row.subject == person["upn"]])
    hwb(f"erase {person['upn']} --yes")
    rows = [row for row in ids(hwb, AuditRow) if row.action == "erase"]
    assert [row.outcome.partition(":")[0] for row in rows] == ["begun", "ok"]
    assert all(row.subject is None for row in rows)
    assert len([row for row in ids(hwb, AuditRow) if row.subject == person["upn"]]) == before


def test_the_name_stands_in_no_file_of_the_database(gone: tuple[CommandLine, dict[str, Any]]) -> None:
    hwb, person = gone
    with database(hwb).writing() as session:
        account = session.scalars(select(AccountRow).where(AccountRow.upn == person["upn"])).one()
        account.surname = "Blodeuwedd-Nantgwynant"
    assert hwb(f"erase {person['upn']} --yes").status == 0
    for file in Path(hwb.folder / "data").glob("hwb.sqlite3*"):
        assert b"Blodeuwedd-Nantgwynant" not in file.read_bytes()


def test_the_username_is_never_given_to_another(gone: tuple[CommandLine, dict[str, Any]]) -> None:
    hwb, person = gone
    stems = sorted(ids(hwb, UsernameStemRow.stem))
    hwb(f"erase {person['username']} --yes")
    assert sorted(ids(hwb, UsernameStemRow.stem)) == stems
    assert person["username"] not in ids(hwb, AccountRow.username)


def test_a_member_of_staff_is_erased_at_their_school_alone(july: CommandLine) -> None:
    person = first(july, "staff")
    leaves(july, person)
    assert july(f"erase {person['staff_code']} --yes").explains("--school")
    assert july(f"erase {person['staff_code']} --school {PRIMARY} --yes").status == 0
    assert person["username"] not in ids(july, AccountRow.username)


def test_of_a_person_who_is_not_known_there_is_nothing_to_erase(july: CommandLine) -> None:
    said = july("erase Z999999999999 --yes")
    assert said.status == 0
    assert "Nothing is kept" in said.out


def test_a_slack_user_with_a_role_is_not_erased(july: CommandLine) -> None:
    put(july, GrantRow(user=USER, role="administrator", scope="*", granted_at=NOW))
    assert july(f"erase {USER} --yes").explains("role", "hwb grants remove")


def test_a_slack_user_is_taken_out_of_what_others_need(
    gone: tuple[CommandLine, dict[str, Any]],
) -> None:
    hwb, person = gone
    taken = {"opened_by": USER, "taken_by": USER, "state": "taken", "language": "en", "revision": 0}
    put(hwb, CaseRow(number=3, opened_at=NOW, checked_at=NOW, school=PRIMARY, **taken))
    asked = {"at": NOW, "by": "U0NIA", "source": "message", "language": "en"}
    put(hwb, CaseEnquiryRow(case=3, writer=USER, text="I cannot sign in", **asked))
    put(hwb, PreferenceRow(user=USER, language="cy"))
    with database(hwb).writing() as session:
        letters.put(session, [Letter("mine", USER, {"kind": "x"})], NOW)
        session.scalars(select(RunRow)).one().started_by = USER
    said = hwb(f"erase {USER} --yes --json").shape
    assert said["erased"] is True
    assert said["deleted"] == {"outbox": 1, "preferences": 1}
    with database(hwb).reading() as session:
        case = session.get_one(CaseRow, 3)
        assert (case.opened_by, case.taken_by, case.state) == ("-", None, "new")
        enquiry = session.scalars(select(CaseEnquiryRow).where(CaseEnquiryRow.case == 3)).one()
        assert (enquiry.writer, enquiry.text) == (None, "")
        assert session.scalars(select(RunRow)).one().started_by == "-"
    assert person["upn"] in ids(hwb, AccountRow.upn)


def test_it_is_said_in_welsh_too(gone: tuple[CommandLine, dict[str, Any]]) -> None:
    hwb, person = gone
    said = hwb(f"erase {person['upn']} --yes --lang cy").out
    assert "Mae'r person wedi'i ddileu" in said
    assert "GDPR y DU" in said
