"""What a text may mean, and who may therefore read it; one rule, case by case.

Nant and Glan are schools of one authority, Bryn is another's. Seren is at Glan, Alys at Bryn.
"""

from dataclasses import replace

import pytest

from bot.desk.meaning import KnownPerson, may_mean
from knowledge.loading import Knowledge
from knowledge.search import Finder
from knowledge.texts import Bilingual
from tests.builders import BRYN, GLAN, NANT, learner

SEREN, ALYS, MOVED, UNKNOWN = learner(1), learner(2), learner(3), learner(9)
TWIN_NAME = replace(BRYN, number="6819904", name=Bilingual("Glan Primary", "Ysgol Gynradd Glan"))
ALL = (NANT, BRYN, GLAN)
OFFICER = {NANT.number, GLAN.number}
"""Where an officer of Nant's and Glan's authority works."""
PEOPLE = (
    KnownPerson(GLAN.number, SEREN.upn, "Blodeuwedd", "Seren"),
    KnownPerson(BRYN.number, ALYS.upn, "Lewis", "Alys Mair"),
    KnownPerson(GLAN.number, MOVED.upn, "Prosser", "Nest"),
    KnownPerson(BRYN.number, MOVED.upn, "Prosser", "Nest"),
    KnownPerson(GLAN.number, "JEV", "Evans", "Jac"),
    KnownPerson(BRYN.number, "JEV", "Vaughan", "Eira"),
    KnownPerson(BRYN.number, "QQZ", "Rhydderch", "Ifan"),
    KnownPerson(GLAN.number, "learner-a", "Hopcyn", "Siân"),
    KnownPerson(BRYN.number, "learner-b", "Hopcyn", "Sian"),
)
HOLDERS = {
    SEREN.upn: frozenset({GLAN.number}),
    ALYS.upn: frozenset({BRYN.number}),
    MOVED.upn: frozenset({GLAN.number, BRYN.number}),
}


@pytest.fixture(scope="module")
def finder(knowledge: Knowledge) -> Finder:
    return Finder(knowledge)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"The account of {SEREN.upn} is missing.", "only a UPN, of a learner of theirs"),
        (f"The account of {MOVED.upn} is missing.", "a UPN of a learner whom a school of theirs has too"),
        (f"The account of {UNKNOWN.upn} at Glan High is missing.", "an unknown UPN at the one named school"),
        ("Two learners at Glan have no account.", "a school of theirs, and no person"),
        ("Two learners at Glan and at Nant have no account.", "two schools, both theirs"),
        ("Our new learner Seren Blodeuwedd has no account.", "the name of a learner of theirs alone"),
        ("dear desk\nseren blodeuwedd has no account", "that name without capitals"),
        ("Two learners at Glan are missing. One is seren.", "a forename of theirs without its capital"),
        ("Blodeuwedd, Seren (7B, Glan High): still missing", "surname first"),
        ("Our teacher JEV at Glan has no account.", "a code, and the school that it is of"),
        (
            f"Dear Nia,\nThe account of {SEREN.upn} is missing.\n\nKind regards,\nMair Wyn",
            "who is written to and who signs",
        ),
        (f"Annwyl Ddesg,\nMae cyfrif {SEREN.upn} ar goll.\nDiolch", "in Welsh"),
    ],
)
def test_a_text_about_their_own_schools_is_read_by_the_officers(finder: Finder, text: str, why: str) -> None:
    assert may_mean(text, finder, ALL, HOLDERS, PEOPLE).is_read_at(OFFICER), why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            f"{SEREN.upn} of Glan is missing. So is Alys Lewis of Bryn.",
            "a child of another authority, by name",
        ),
        (f"{SEREN.upn} is missing. So is Alys Lewis.", "that name without a school"),
        (f"{SEREN.upn} is missing. so is alys lewis.", "and without capitals"),
        (f"{SEREN.upn} is missing. So is Alys.", "a forename alone"),
        (f"{SEREN.upn} at Glan is missing, and alys is too.", "a forename alone, without its capital"),
        (
            "Seren Blodeuwedd of Glan is missing, as is the lewis girl.",
            "a surname alone, without its capital",
        ),
        (f"{SEREN.upn} is missing, and two learners at Bryn are.", "a school of another authority"),
        (f"{SEREN.upn} is missing, and two learners at {BRYN.number} are.", "its number"),
        (f"{SEREN.upn} is missing, and two learners at 6709999 are.", "the number of no school here"),
        (f"{SEREN.upn} is missing, and {ALYS.upn} is.", "the UPN of a child of another authority"),
        (f"{UNKNOWN.upn} is missing.", "only a UPN, that is not known"),
        (f"{UNKNOWN.upn} is missing at Glan or Nant.", "an unknown UPN, and two schools"),
        ("Siân Hopcyn at Glan is missing.", "a name that fits a child of another authority as well"),
        ("Gwenllian Tudur at Glan is missing.", "a name that is known nowhere"),
        ("gwenllian tudur at glan is missing", "such a name in a text without capitals"),
        ("GWENLLIAN TUDUR AT GLAN IS MISSING", "and in a text of nothing else"),
        ("Our teacher JEV has no account.", "a code that two schools have, and no school"),
        ("Our teacher QQZ of the authority has no account.", "the code of another authority's teacher"),
        ("TudurG12@hwbcymru.net has no account. She is at Glan.", "the username of a person not known"),
        ("A learner has no account.", "no school at all"),
        ("", "nothing"),
        (
            f"{SEREN.upn} is missing.\nThanks,\nMair\n\nAlys Lewis of Bryn too.",
            "a child who is named under the signature",
        ),
        (f"{SEREN.upn} is missing.\n> Gwenllian at Glan was there", "a child in what is quoted"),
    ],
)
def test_a_text_that_may_be_about_anybody_else_waits_for_the_service_desk(
    finder: Finder, text: str, why: str
) -> None:
    assert not may_mean(text, finder, ALL, HOLDERS, PEOPLE).is_read_at(OFFICER), why


def test_a_name_that_schools_of_two_authorities_have_means_both(finder: Finder) -> None:
    meant = may_mean("Two learners at Glan have no account.", finder, (*ALL, TWIN_NAME), {}, PEOPLE)
    assert not meant.is_read_at(OFFICER)
    assert meant.is_read_at({*OFFICER, TWIN_NAME.number})


def test_where_the_people_are_too_many_to_look_through_no_name_is_known(finder: Finder) -> None:
    for text in ("Seren Blodeuwedd at Glan is missing.", "Please look at seren of Glan."):
        assert not may_mean(text, finder, ALL, HOLDERS, None).is_read_at(OFFICER)
    assert may_mean("Two learners at Glan have no account.", finder, ALL, {}, None).is_read_at(OFFICER)
