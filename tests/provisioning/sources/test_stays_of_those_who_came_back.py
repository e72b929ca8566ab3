"""OneRoster and School Data Sync: of a person who came back the present stay counts, also once it is lost."""

from datetime import date
from pathlib import Path

import pytest

from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.records.extracts import Covered, Extract
from provisioning.records.people import Learner
from provisioning.sources.formats.rostering import EnrolmentSpan, SessionSpan, latest_stay
from provisioning.sources.rows import Place
from tests.builders import TODAY, account_of, extract
from tests.provisioning.planning.plan_builders import kinds, noted
from tests.provisioning.sources.source_builders import edit, lay, learner_of, read, setting

FORMATS = ("oneroster-1.1", "oneroster-1.2", "sds")


def _enrolment(begin: str, end: str) -> dict[str, str]:
    dates = {"beginDate": begin, "endDate": end}
    return {"userSourcedId": "u1", "classSourcedId": "9-maths", "schoolSourcedId": "glan"} | dates


def _role(begin: str, end: str) -> dict[str, str]:
    role = {"userSourcedId": "u1", "orgSourcedId": "6809903", "role": "student", "sessionSourcedId": "y2026"}
    return role | {"grade": "7", "isPrimary": "True", "roleStartDate": begin, "roleEndDate": end}


def _of_others(row: dict[str, str]) -> bool:
    return row["userSourcedId"] != "u1"


class School:
    """The little school, in whose tables Seren is enrolled once more, or no longer."""

    def __init__(self, fixture: str, extracts: Path) -> None:
        self.source = fixture.partition("-")[0]
        self.folder = lay(fixture, extracts)

    def stays(self, *spans: tuple[str, str]) -> Extract:
        """The extract in which Seren's stays begin and end so."""
        sds = self.source == "sds"
        table, row = ("roles.csv", _role) if sds else ("enrollments.csv", _enrolment)
        edit(self.folder / table, _of_others, *(row(*span) for span in spans))
        if self.source == "oneroster" and (self.folder / "roles.csv").exists():
            edit(self.folder / "roles.csv", setting("userSourcedId", "u1", beginDate="", endDate=""))
        return read(self.folder, self.source)


@pytest.fixture(params=FORMATS)
def school(request: pytest.FixtureRequest, tmp_path: Path) -> School:
    return School(request.param, tmp_path)


def seren(of: Extract) -> Learner:
    found = learner_of(of, "Evans")
    assert isinstance(found, Learner)
    return found


OLD, NOW = ("2023-09-04", "2025-03-14"), ("2026-01-05", "")


def test_the_admission_date_is_that_of_the_present_stay(school: School) -> None:
    found = seren(school.stays(OLD, NOW))
    assert (found.admission_date, found.leaving_date) == (date(2026, 1, 5), None)


@pytest.mark.parametrize("end", ["2025-10-06", "2025-12-19", ""])
def test_a_shorter_gap_or_none_makes_one_stay(school: School, end: str) -> None:
    """92 days, a holiday, and an enrolment that has not ended."""
    assert seren(school.stays((OLD[0], end), NOW)).admission_date == date(2023, 9, 4)


def test_once_the_present_enrolment_is_lost_the_old_one_ends_no_account(school: School) -> None:
    before = seren(school.stays(OLD, NOW))
    covered = Covered(before.kind, before.upn, before.admission_date, None, before.year_group, "7A")
    lost = school.stays(OLD)
    assert seren(lost).leaving_date == date(2025, 3, 14)
    found = plan(
        extract(seren(lost)), Directory([account_of(before)]), (), TODAY, applied={covered.key: covered}
    )
    assert (kinds(found), noted(found)) == ([], [("vanished", before.upn)])


def test_the_end_of_the_present_stay_ends_the_account(school: School) -> None:
    before = seren(school.stays(OLD, NOW))
    covered = Covered(before.kind, before.upn, before.admission_date, None, before.year_group, "7A")
    left = seren(school.stays(OLD, (NOW[0], "2026-05-22")))
    assert left.leaving_date == date(2026, 5, 22)
    assert covered.joins_on == left.admission_date


# The stays, from spans alone


UNTOLD = SessionSpan()


def span(begin: str, end: str, term: SessionSpan = UNTOLD) -> EnrolmentSpan:
    return EnrolmentSpan("7a", begin, end, Place("roles.csv", 2), term)


@pytest.mark.parametrize(
    ("spans", "begins"),
    [
        ([], []),
        ([span("", "")], []),  # of an unknown beginning nothing can be told
        ([span("2020-09-01", ""), span("2024-09-02", "")], ["2020-09-01", "2024-09-02"]),
        ([span("2020-09-01", "2021-07-20"), span("2021-09-01", "")], ["2020-09-01", "2021-09-01"]),
        ([span("2020-09-01", "2021-01-20"), span("2021-09-01", "")], ["2021-09-01"]),
        ([span("2020-09-01", "soon"), span("2021-09-01", "")], ["2020-09-01", "2021-09-01"]),
        ([span("soon", "2021-01-20"), span("2021-09-01", "")], ["2021-09-01", "soon"]),
        ([span("0001-01-01", "0001-01-02"), span("2021-09-01", "9999-12-31")], ["2021-09-01"]),
        ([span("", "", SessionSpan("2020-09-01", "2021-01-01")), span("2021-09-01", "")], ["2021-09-01"]),
    ],
)
def test_the_spans_of_the_latest_stay(spans: list[EnrolmentSpan], begins: list[str]) -> None:
    assert [found.began for found in latest_stay(spans)] == begins
