"""Every verb, button, menu, form, shortcut and Home x every role x own, other and unknown school.

The table is in `matrix_table.py`; what must come of a cell, in `matrix_judge.py`. Each screen is shown by a
workspace that refuses what Slack would, has no button or menu without a listener, and no English in Welsh.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands import Takes
from bot.people.audit import REFUSED
from bot.service.features import VERBS
from knowledge.loading import Knowledge
from tests.bot.matrix.furnished import furnished
from tests.bot.matrix.matrix import Element, EntryPoint, carrying
from tests.bot.matrix.matrix_judge import Cell
from tests.bot.matrix.matrix_people import AT_ONE_SCHOOL
from tests.bot.matrix.matrix_room import Matrix
from tests.bot.matrix.matrix_strangers import ONE_A_LISTENER, pressed_from_elsewhere, refused_everywhere
from tests.bot.matrix.matrix_table import CARRYING, ELEMENTS, NOT_PRESSED, commands

pytestmark = pytest.mark.integration
# A room is furnished once for each language, so that two workers may have one each.
LANGUAGES = [
    pytest.param(language, marks=pytest.mark.xdist_group(f"matrix-{language}")) for language in ("en", "cy")
]


@pytest.fixture(scope="module", params=LANGUAGES)
def matrix(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated: Path,
    everything: Knowledge,
) -> Iterator[Matrix]:
    """The furnished room, in which everybody reads English, or Welsh."""
    folder = tmp_path_factory.mktemp("matrix")
    with furnished(folder, migrated, everything, request.param) as found:
        yield found


@pytest.mark.parametrize("element", ELEMENTS, ids=str)
def test_who_may_is_answered_and_no_other_user_learns_anything(matrix: Matrix, element: Element) -> None:
    faults = [
        fault
        for column in matrix.columns
        for place in (matrix.places if element.names_something and column.crossed else [matrix.own])
        for fault in Cell(matrix, element, column, place).faults()
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("element", ONE_A_LISTENER, ids=str)
def test_who_comes_from_elsewhere_is_nobody_in_every_listener(
    matrix: Matrix, element: Element, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The id is an administrator's here; guests, leavers and users without a role are columns."""
    seen = pressed_from_elsewhere(matrix, element, monkeypatch)
    assert (seen.changed, seen.letters, seen.files) == (set(), [], [])
    if element.entry_point is EntryPoint.OPTIONS:
        assert seen.said == []
    else:
        assert seen.said == [refused_everywhere(matrix)]
        assert seen.outcomes == {REFUSED}


def test_the_table_names_everything_that_the_bot_listens_to(matrix: Matrix) -> None:
    in_the_table = {element.listener for element in ELEMENTS} | set(NOT_PRESSED)
    assert in_the_table == set(matrix.listeners.names)


def test_every_element_is_taken_by_the_listener_that_the_table_names(matrix: Matrix) -> None:
    for element in ELEMENTS:
        kind, constraint = element.listener
        assert matrix.listeners.takes(kind, "/hwb" if kind == "command" else element.name) == constraint


def test_the_table_has_every_verb_with_its_act_and_every_kind_of_thing_a_verb_takes() -> None:
    acts = {(command.verb, act) for command, act in commands()}
    assert acts == {(verb, verb.act) for verb in VERBS.every}
    assert {command.verb.takes for command, _ in commands()} == set(Takes)


@pytest.mark.parametrize("element", CARRYING, ids=str)
def test_what_no_button_of_ours_carries_gives_no_access_and_is_answered(
    matrix: Matrix, element: Element
) -> None:
    unforeseen = matrix.voice.plain("error.unexpected", reference="").rstrip(" .")
    for junk in ("", "x", "a:b:c", "²", "-1", "9" * 40, "1;DROP"):
        seen = matrix.press(carrying(element, junk), AT_ONE_SCHOOL, matrix.own)
        assert (seen.changed, seen.letters) == (set(), []), junk
        assert seen.said, junk
        assert not [said for said in seen.said if unforeseen in said], junk
