"""Whom of a school words ask for, and who belongs: a year group, a class, the intake, or everybody."""

from dataclasses import replace

import pytest

from bot.commands import Command
from bot.missing.cohort_words import MissingWords, words_of, words_to_cohort
from bot.service.features import VERBS
from diagnostics.cohort import EVERYBODY, INTAKE, Cohort, Roll, Span
from diagnostics.sought_person import SoughtPerson
from provisioning.errors import KnownError
from provisioning.records.people import Kind
from provisioning.records.rejections import Reason
from tests.builders import GLAN, NANT, extract, learner, rejected, staff_member

CAUSES = ("row-rejected", "not-run-since-record")
SEVEN, EIGHT = Cohort(Span.YEAR, "7"), Cohort(Span.YEAR, "8")
CLASS_7B = Cohort(Span.CLASS, "7B")


@pytest.mark.parametrize(
    ("about", "wanted"),
    [
        ("", MissingWords()),
        ("all", MissingWords()),
        ("pawb", MissingWords()),
        ("year 7", MissingWords(SEVEN)),
        ("blwyddyn 7", MissingWords(SEVEN)),
        ("Flwyddyn 7", MissingWords(SEVEN)),
        ("year reception", MissingWords(Cohort(Span.YEAR, "R"))),
        ("blwyddyn derbyn", MissingWords(Cohort(Span.YEAR, "R"))),
        ("class 7B", MissingWords(CLASS_7B)),
        ("dosbarth 7B", MissingWords(CLASS_7B)),
        ("dosbarth Mrs Rees", MissingWords(Cohort(Span.CLASS, "Mrs Rees"))),
        ("intake", MissingWords(INTAKE)),
        ("derbyn", MissingWords(INTAKE)),
        ("7B", MissingWords(Cohort(Span.NAMED, "7B"))),
        ("row-rejected", MissingWords(cause="row-rejected", page=1)),
        ("Row-Rejected year 7", MissingWords(SEVEN, "row-rejected", 1)),
        ("row-rejected page3 year 7", MissingWords(SEVEN, "row-rejected", 3)),
        ("csv year 7", MissingWords(SEVEN, as_csv=True)),
        ("unplaced intake", MissingWords(INTAKE, "unplaced", 1)),
    ],
)
def test_words(about: str, wanted: MissingWords) -> None:
    assert words_to_cohort(about, CAUSES) == wanted


@pytest.mark.parametrize("cohort", [EVERYBODY, INTAKE, SEVEN, CLASS_7B, Cohort(Span.CLASS, "Mrs Rees")])
def test_the_words_of_a_cohort_ask_for_it(cohort: Cohort) -> None:
    assert words_to_cohort(words_of(cohort), CAUSES).cohort == cohort


@pytest.mark.parametrize(
    ("line", "about"),
    [
        ("missing 6809903", ""),
        ("missing year 7 6809903", "year 7"),
        ("missing 6809903 year 7", "year 7"),
        ("ar-goll blwyddyn 7 yn 6809903", "blwyddyn 7"),
        ("missing 7B at 6809903", "7B"),
    ],
)
def test_words_and_school_in_any_order(line: str, about: str) -> None:
    command = VERBS.parse(line)
    assert isinstance(command, Command)
    assert (command.verb.word, command.about, command.school) == ("missing", about, "6809903")
    assert VERBS.parse(command.line) == command


@pytest.fixture
def roll() -> Roll:
    """Glan with Years 7 and 8, of which a rejected row is all there is of 8C."""
    eight = learner(3, year_group="8", class_name="8A")
    gone = replace(rejected(learner(4)), year_group="8", class_name="8C")
    return Roll.of(
        GLAN, extract(learner(1), learner(2, class_name="7B"), eight, staff_member(), rejections=[gone])
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (Cohort(Span.NAMED, "7b"), CLASS_7B),
        (Cohort(Span.NAMED, "7 B"), CLASS_7B),
        (Cohort(Span.CLASS, "8c"), Cohort(Span.CLASS, "8C")),
        (Cohort(Span.NAMED, "7"), SEVEN),
        (Cohort(Span.NAMED, "Y8"), EIGHT),
        (Cohort(Span.YEAR, "Year 8"), EIGHT),
        (INTAKE, INTAKE),
        (EVERYBODY, EVERYBODY),
    ],
)
def test_what_is_typed_is_found_as_the_school_writes_it(typed: Cohort, found: Cohort, roll: Roll) -> None:
    assert roll.find(typed) == found


@pytest.mark.parametrize(
    ("typed", "error", "known"),
    [
        (Cohort(Span.CLASS, "9X"), "class-unknown", "7A, 7B, 8A, 8C"),
        (Cohort(Span.CLASS, "7"), "class-unknown", "7A, 7B, 8A, 8C"),
        (Cohort(Span.NAMED, "12"), "class-unknown", "7A, 7B, 8A, 8C"),
        (Cohort(Span.YEAR, "12"), "year-group-unknown", "7, 8"),
        (Cohort(Span.YEAR, "7B"), "year-group-unknown", "7, 8"),
        (Cohort(Span.YEAR, "ninety"), "year-group-unknown", "7, 8"),
    ],
)
def test_what_the_school_does_not_have(typed: Cohort, error: str, known: str, roll: Roll) -> None:
    with pytest.raises(KnownError) as refused:
        roll.find(typed)
    assert refused.value.said.key == f"error.{error}"
    assert refused.value.said.values["known"] == known


def test_a_school_in_which_no_class_can_be_read() -> None:
    with pytest.raises(KnownError) as refused:
        Roll.of(GLAN, extract()).find(Cohort(Span.NAMED, "7B"))
    assert refused.value.said.values["known"] == ""


def _person(of: object, **fields: object) -> SoughtPerson:
    record = learner(9, **fields)
    return SoughtPerson(Kind.LEARNER, record.upn, record)


def _row(year: str | None, class_name: str | None) -> SoughtPerson:
    row = replace(rejected(learner(9), Reason.NAME_MISSING), year_group=year, class_name=class_name)
    return SoughtPerson(Kind.LEARNER, row.identifier, None, (row,))


STAFF = SoughtPerson(Kind.STAFF, "JEV", staff_member())


@pytest.mark.parametrize(
    ("cohort", "person", "has"),
    [
        (EVERYBODY, STAFF, True),
        (EVERYBODY, _row(None, None), True),
        (SEVEN, _person(GLAN), True),
        (SEVEN, _person(GLAN, year_group="8"), False),
        (SEVEN, STAFF, False),
        (SEVEN, _row("7", None), True),
        (SEVEN, _row("8", "8A"), False),
        (SEVEN, _row(None, "7A"), None),
        (CLASS_7B, _person(GLAN, class_name="7B"), True),
        (CLASS_7B, _person(GLAN, class_name=""), False),
        (CLASS_7B, _row("7", None), None),
        (CLASS_7B, _row(None, "7B"), True),
        (INTAKE, _person(GLAN), True),
        (INTAKE, _person(GLAN, year_group="8"), False),
        (INTAKE, _row(None, None), None),
        (INTAKE, STAFF, False),
    ],
)
def test_who_belongs(cohort: Cohort, person: SoughtPerson, has: bool | None, roll: Roll) -> None:
    assert roll.has(cohort, person) is has


def test_of_several_rejected_rows_one_that_belongs_is_enough(roll: Roll) -> None:
    rows = tuple(row for year in ("8", None, "7") for row in _row(year, None).rejections)
    assert roll.has(SEVEN, SoughtPerson(Kind.LEARNER, rows[0].identifier, None, rows)) is True
    assert roll.has(SEVEN, SoughtPerson(Kind.LEARNER, rows[0].identifier, None, rows[:2])) is None


def test_the_intake_is_the_safeguards_own() -> None:
    nursery = learner(1, year_group="N2"), learner(2, year_group="R"), learner(3, year_group="6")
    assert Roll.of(NANT, extract(*nursery, school=NANT)).intake == {"N2"}
    assert Roll.of(GLAN, extract(learner(1, year_group="8"))).intake == {"7", "8"}


def test_choices_are_the_years_in_order_and_the_classes_of_the_one_in_hand(roll: Roll) -> None:
    years = (EVERYBODY, INTAKE, SEVEN, EIGHT)
    assert roll.choices(EVERYBODY) == years
    assert roll.choices(SEVEN) == (*years, Cohort(Span.CLASS, "7A"), CLASS_7B)
    assert roll.choices(CLASS_7B) == roll.choices(SEVEN)
