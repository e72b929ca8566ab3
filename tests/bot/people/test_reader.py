"""The words a reader gets by their role: whose move it is, and how a school's records are called."""

import re

import pytest

from bot.people.permissions import Role
from bot.people.reader import Reader, Turn
from knowledge.texts import LANGUAGES, Text, read_toml
from tests.everything import knowledge
from tests.paths import REPOSITORY

KNOWN = knowledge().catalogue
CHAMPION, ADMINISTRATOR = Reader(frozenset({Role.DIGITAL_CHAMPION})), Reader(frozenset({Role.ADMINISTRATOR}))
OFFICE, OFFICER = Reader(frozenset({Role.MIS_ADMINISTRATOR})), Reader(frozenset({Role.LOCAL_AUTHORITY}))
MANAGER = Reader(frozenset({Role.PROVISIONING_MANAGER}))
MANAGER_OF_PREVIOUS = Reader(at_previous=frozenset({Role.PROVISIONING_MANAGER}))
MANAGER_ = "provisioning-manager"
REJECTED = Text(
    "step.mis-record.rejected",
    {"line": 4, "file": "pupils.csv", "reason": Text("reason.staff-code-duplicate", {"value": "JEV"})},
)
"""A record that can't be used, as the diagnosis has found it."""
OF_FILES = re.compile(r"\b(extracts?|rejected|rows?|lines?|hwb (decide|reconsider))\b", re.IGNORECASE)
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")


@pytest.mark.parametrize(
    ("reader", "who", "turn"),
    [
        (OFFICE, "mis-administrator", Turn.YOURS),
        (CHAMPION, "digital-champion", Turn.YOURS),
        (OFFICER, "local-authority", Turn.YOURS),
        (MANAGER, MANAGER_, Turn.YOURS),
        (MANAGER, "previous-provisioning-manager", Turn.THEIRS),
        (MANAGER_OF_PREVIOUS, "previous-provisioning-manager", Turn.YOURS),
        (MANAGER_OF_PREVIOUS, MANAGER_, Turn.THEIRS),
        (CHAMPION, "mis-administrator", Turn.THEIRS),
        (ADMINISTRATOR, "service-desk", Turn.THEIRS),
        (Reader(), "staff-member", Turn.THEIRS),
    ],
)
def test_whose_move_it_is(reader: Reader, who: str, turn: Turn) -> None:
    assert reader.turn(who) is turn


def test_a_reader_who_may_start_the_run_is_told_so_whoever_manages_the_client() -> None:
    assert CHAMPION.turn(MANAGER_, starts=True) is Turn.START
    assert CHAMPION.may_run
    assert not OFFICE.may_run


def test_the_provisioning_manager_who_may_start_the_run_is_the_one_to_be_asked() -> None:
    assert MANAGER.is_(MANAGER_)
    assert not CHAMPION.is_(MANAGER_)


def test_no_reader_is_sent_to_ask_themselves() -> None:
    def contact(reader: Reader, who: str) -> str:
        return KNOWN.say(reader.contact(who, KNOWN), "en")

    assert "Ask your Digital Champion" in contact(OFFICE, MANAGER_)
    assert "Digital Champion" not in contact(CHAMPION, MANAGER_)
    assert "Your local authority" in contact(CHAMPION, "previous-school")
    assert "local authority" not in contact(OFFICER, "previous-school")


def test_lines_and_files_are_for_those_who_look_after_the_mis() -> None:
    said = KNOWN.say(OFFICE.worded(REJECTED, KNOWN), "en")
    assert said.startswith(
        "The row on line 4 of pupils.csv was rejected: several rows have the staff code JEV"
    )
    assert KNOWN.say(ADMINISTRATOR.worded(REJECTED, KNOWN), "en") == said


@pytest.mark.parametrize("reader", [CHAMPION, OFFICER, MANAGER, Reader()])
def test_all_others_read_of_the_schools_record_and_why_it_cannot_be_used(reader: Reader) -> None:
    assert KNOWN.say(reader.worded(REJECTED, KNOWN), "en") == (
        "The school's record can't be used because the staff code JEV stands in several records;"
        " it must be unique within the school."
    )
    assert "Ni ellir defnyddio cofnod yr ysgol: mae'r cod staff JEV" in KNOWN.say(
        reader.worded(REJECTED, KNOWN), "cy"
    )


def texts_of(table: dict, path: str = "") -> dict[str, str]:  # type: ignore[type-arg]
    """The English texts of a file by key, without the code of their templates."""
    own = {path: CODE.sub("", table["en"])} if isinstance(table.get("en"), str) else {}
    for name, inside in table.items():
        if isinstance(inside, dict):
            own |= texts_of(inside, f"{path}.{name}" if path else name)
    return own


def test_no_step_or_stage_speaks_of_files_to_a_reader_who_looks_after_none() -> None:
    folder = REPOSITORY / "knowledge" / "texts"
    said = {
        name: texts_of(read_toml(folder / name)) for name in ("steps.toml", "stages.toml", "everyday.toml")
    }
    speaking = {key for texts in said.values() for key, words in texts.items() if OF_FILES.search(words)}
    # What a run noticed of a file as a whole is told by the run's own screen.
    told = {key for key in speaking if not key.startswith("reason-of-many.")}
    assert {key for key in told if f"everyday.{key}" not in KNOWN} == set()


def test_an_mis_administrator_reads_of_rejected_rows_as_their_own_move() -> None:
    mend = Text("rejected-rows.mend")
    assert KNOWN.say(OFFICE.worded(mend, KNOWN), "en").startswith(
        "Your move, as the school's MIS administrator"
    )
    assert KNOWN.say(ADMINISTRATOR.worded(mend, KNOWN), "en").startswith(
        "The school's MIS administrator puts"
    )
    office = [key for key in KNOWN.keys() if key.startswith("office.")]  # noqa: SIM118
    assert {key for key in office if key.removeprefix("office.") not in KNOWN} == set()


def test_everyday_words_stand_in_for_texts_that_exist() -> None:
    everyday = [key for key in KNOWN.keys() if key.startswith("everyday.")]  # noqa: SIM118
    assert everyday
    of_kinds = {
        f"everyday.{kind}{part}" for kind in ("error.extract", "error.export") for part in ("", ".hint")
    }
    assert {key for key in everyday if key.removeprefix("everyday.") not in KNOWN} == of_kinds
    for reader, language in ((CHAMPION, language) for language in LANGUAGES):
        assert KNOWN.say(reader.worded(Text("everyday.missing.vanished"), KNOWN), language)
