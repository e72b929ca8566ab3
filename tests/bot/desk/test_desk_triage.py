"""Pasted texts, read over real records: certain or left open, never guessed."""

from datetime import date

import pytest

from bot.desk.text_reading import TextContent, read, without_courtesies
from bot.desk.triage import Interpretation, interpret
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.search import Finder
from provisioning.records.schools import School
from tests.builders import BRYN, GLAN, NANT, Schools, learner, staff_member

pytestmark = pytest.mark.both_databases

HERE, MOVED = learner(1), learner(2)
ALL = (NANT, BRYN, GLAN)
WHY, PASSWORD, CLASS, MOVE = (
    Question.WHY_MISSING,
    Question.NO_PASSWORD,
    Question.OLD_CLASS,
    Question.MOVE_ACCOUNT,
)


@pytest.fixture(scope="module")
def finder(knowledge: Knowledge) -> Finder:
    return Finder(knowledge)


@pytest.fixture
def county(provisioning: Schools) -> Schools:
    """Glan has both learners and two teachers; Nant still has one of the learners, with an account."""
    provisioning.extracts(NANT, MOVED, staff_member("JEV"))
    provisioning.runs(NANT)
    provisioning.extracts(GLAN, HERE, MOVED, staff_member("JEV"), staff_member("ABC"))
    return provisioning


def found(provisioning: Schools, said: TextContent, among: tuple[School, ...] = ALL) -> list[Interpretation]:
    with provisioning.database.reading() as session:
        return interpret(provisioning.at(), session, said, among)


def said(
    *identifiers: str, schools: tuple[School, ...] = (), entry: str | None = "learner-missing"
) -> TextContent:
    return TextContent(identifiers, schools, entry, None, "en")


@pytest.mark.parametrize(
    ("identifiers", "schools", "entry", "where", "question"),
    [
        ([HERE.upn], (GLAN,), "learner-missing", GLAN, WHY),
        ([HERE.upn], (), "learner-missing", GLAN, WHY),
        ([MOVED.upn], (), "learner-missing", GLAN, WHY),
        ([MOVED.upn], (NANT, GLAN), "learner-missing", GLAN, WHY),
        ([MOVED.upn], (), "learner-no-password", NANT, PASSWORD),
        ([MOVED.upn], (), "old-class", NANT, CLASS),
        (["JEV"], (GLAN,), "staff-missing", GLAN, WHY),
        (["JEV"], (GLAN,), "staff-move-account", GLAN, MOVE),
        ([learner(9).upn], (), "learner-missing", None, WHY),
        ([learner(9).upn], (BRYN,), "learner-missing", BRYN, WHY),
        ([HERE.upn], (GLAN,), None, GLAN, None),
        ([HERE.upn], (GLAN,), "staff-move-account", GLAN, None),
        (["JEV"], (GLAN,), "old-class", GLAN, None),
        (["JEV"], (GLAN, NANT), "staff-missing", None, WHY),
    ],
)
def test_one_person(
    county: Schools,
    identifiers: list[str],
    schools: tuple[School, ...],
    entry: str | None,
    where: School | None,
    question: Question | None,
) -> None:
    assert found(county, said(*identifiers, schools=schools, entry=entry)) == [
        Interpretation(where, identifiers[0], question)
    ]


def test_a_school_that_the_reader_has_nothing_to_do_with_is_not_looked_into(
    county: Schools,
) -> None:
    assert found(county, said(HERE.upn), (NANT, BRYN)) == [Interpretation(None, HERE.upn, WHY)]


def test_where_the_reader_has_one_school_it_need_not_be_named(county: Schools) -> None:
    assert found(county, said("ABC", entry="staff-missing"), (GLAN,)) == [Interpretation(GLAN, "ABC", WHY)]


def test_several_people_are_several_cases(county: Schools) -> None:
    both = found(county, said(HERE.upn, MOVED.upn))
    assert both == [Interpretation(GLAN, HERE.upn, WHY), Interpretation(GLAN, MOVED.upn, WHY)]


def test_capitals_that_are_no_staff_code_are_no_case(county: Schools) -> None:
    assert found(county, said(HERE.upn, "NYE", schools=(GLAN,))) == [Interpretation(GLAN, HERE.upn, WHY)]
    assert found(county, said("NYE", schools=(GLAN,), entry="staff-missing")) == [
        Interpretation(GLAN, None, WHY)
    ]


def test_a_question_about_the_guide_needs_no_identifier(county: Schools) -> None:
    assert found(county, said(entry="governor-review")) == [Interpretation(entry="governor-review")]


def test_a_school_whose_record_of_the_learner_cannot_be_used_is_found_too(
    county: Schools,
) -> None:
    nameless, left = learner(3, surname=""), learner(4, surname="", leaving_date=date(2026, 7, 21))
    county.extracts(GLAN, nameless, left)
    county.extracts(BRYN, learner(4, surname=""))
    assert found(county, said(nameless.upn)) == [Interpretation(GLAN, nameless.upn, WHY)]
    assert found(county, said(left.upn)) == [Interpretation(BRYN, left.upn, WHY)]


def test_a_school_that_cannot_be_read_keeps_no_learner_from_being_found(county: Schools) -> None:
    (county.folder / NANT.number / "learners.csv").write_text("rubbish")
    assert found(county, said(HERE.upn)) == [Interpretation(GLAN, HERE.upn, WHY)]


EMAIL = f"""Dear Service Desk,

I hope you are well. One of our new Year 7 learners still does not have an Hwb account. The UPN is
{HERE.upn} and she started at Glan High on 1 September. Could you look into it please? Her form teacher has
asked three times now.

Kind regards,
Mair
Digital Champion
01234 567890
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EMAIL, TextContent((HERE.upn,), (GLAN,), "learner-missing", WHY, "en")),
        (
            f"Annwyl Ddesg, mae un o'n dysgwyr newydd heb gyfrif Hwb o hyd. Yr UPN yw {HERE.upn}. Diolch",
            TextContent((HERE.upn,), (), "learner-missing", WHY, "cy"),
        ),
        (
            "I have moved from Nant to Glan High and want to keep my old Hwb account. Staff code JEV.",
            TextContent(("JEV",), (NANT, GLAN), "staff-move-account", MOVE, "en"),
        ),
        (
            "Please can you tell me how to review our governor accounts? Regards",
            TextContent((), (), "governor-review", None, "en"),
        ),
        ("Please can somebody at the Service Desk help? Regards", TextContent((), (), None, None, "en")),
        ("", TextContent((), (), None, None, "en")),
        (
            f"The account of {HERE.upn} is missing. Ref INC0012345, REQ00012345, tel 07700900123",
            TextContent((HERE.upn,), (), "learner-missing", WHY, "en"),
        ),
        (
            f"Our new learner {HERE.upn[:-1]} has no account in the portal. http://x.test/{'a1b2c3d4' * 20}",
            TextContent((HERE.upn[:-1],), (), "learner-missing", WHY, "en"),
        ),
    ],
)
def test_what_a_text_says(finder: Finder, text: str, expected: TextContent) -> None:
    assert read(text, finder, ALL, date(2026, 9, 7)) == expected


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Dear desk,\nwhere is it?\n\nThanks, Mair Wyn\nDigital Champion", "where is it?\n"),
        ("Annwyl Ddesg\nble mae?\nCofion\nEleri", "ble mae?"),
        ("Bore da, ble mae?", "Bore da, ble mae?"),
        ("Prynhawn da bawb,\nble mae?\nDiolch yn fawr", "ble mae?"),
        (
            "Thanks for that, but where is it still? It is late.",
            "Thanks for that, but where is it still? It is late.",
        ),
        ("Where?\n> It was there\n> on Monday\nStill not.", "Where?\nStill not."),
        ("Thanks", "Thanks"),
        ("", ""),
    ],
)
def test_a_letter_without_its_courtesies(text: str, asked: str) -> None:
    assert without_courtesies(text) == asked
