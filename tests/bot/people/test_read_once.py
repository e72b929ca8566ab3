"""A user's grants are read once a request; work that begins later reads them anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.bot.app_fixtures import CARYS, DAI, ELIS, HELP, NIA, PRYS, SEREN, Room, buttons, words
from tests.builders import BRYN, GLAN


@contextmanager
def statements(room: Room) -> Iterator[list[tuple[str, str]]]:
    """What the database is asked meanwhile: each statement with its parameters."""
    given: list[tuple[str, str]] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        given.append((" ".join(sql.split()), str(parameters)))

    engine = room.services.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield given
    event.remove(engine, "before_cursor_execute", note)


def of_the_user(given: list[tuple[str, str]], user: str) -> list[str]:
    """The statements that read a user's grants."""
    return [sql for sql, parameters in given if "FROM grants" in sql and user in parameters]


def of_all_schools(given: list[tuple[str, str]]) -> list[str]:
    """The statements that read every school."""
    return [sql for sql, _ in given if sql.endswith("FROM schools ORDER BY schools.number")]


def test_why_missing_reads_the_grants_once(glan: Room) -> None:
    with statements(glan) as given:
        answer = glan.answer(CARYS, f"why-missing {SEREN.upn}")
    assert buttons(answer)[0] == "Run now"
    assert len(of_the_user(given, CARYS)) == 1, given
    assert len(of_all_schools(given)) == 1, given
    # The others: which user groups have roles, and whom else Carys could ask to run it.
    assert len([sql for sql, _ in given if "FROM grants" in sql]) <= 3, given


def test_who_asks_is_read_in_a_single_statement(glan: Room) -> None:
    glan.answer(CARYS, "help")  # Slack has said who Carys is, and is not asked again for ten minutes
    with statements(glan) as given:
        glan.answer(CARYS, "help")
    tables = ("grants", "outsiders", "preferences", "user_groups")
    about = [sql for sql, _ in given if any(f"FROM {table}" in sql for table in tables)]
    assert len(about) == 1, given


@pytest.mark.parametrize(
    ("user", "line"),
    [
        (CARYS, "missing"),
        (CARYS, f"last-run {GLAN.number}"),
        (CARYS, f"forecast {GLAN.number}"),
        (CARYS, f"rollover {GLAN.number}"),
        (CARYS, f"ask why is {SEREN.upn} missing"),
        (PRYS, f"missing {BRYN.number}"),
        (PRYS, "rollover"),
        (PRYS, f"why-missing {SEREN.upn}"),
        (DAI, f"why-missing {SEREN.upn} {GLAN.number}"),
        (ELIS, "grants"),
        (ELIS, "help"),
    ],
)
def test_other_answers_and_refusals_read_them_once_too(user: str, line: str, glan: Room) -> None:
    with statements(glan) as given:
        glan.answer(user, line)
    assert len(of_the_user(given, user)) == 1, given
    assert len(of_all_schools(given)) <= 1, given


def test_home_reads_them_once(glan: Room) -> None:
    with statements(glan) as given:
        glan.open_home(NIA)
    assert len(of_the_user(given, NIA)) == 1, given


def pressed_but_not_begun(room: Room, user: str, action: str, channel: str | None) -> None:
    """The user presses a button, and is answered; the work that it starts is still to begin."""
    room.server.person(user).press(action, channel)
    listener, _ = room.later.kept.pop(0)
    listener()
    assert len(room.later.kept) == 1


def test_a_grant_that_ends_while_the_client_runs_ends_the_answer_about_the_person(glan: Room) -> None:
    glan.answer(CARYS, f"why-missing {SEREN.upn}")
    pressed_but_not_begun(glan, CARYS, "run-now", HELP)
    glan.take_away(CARYS)
    glan.later.settle()
    said = words(glan.server.person(CARYS).messages(HELP)[-1])
    assert "The Provisioning Client has run for Glan High." in said
    assert "I answer people who have a role at a school." in said
    assert SEREN.upn not in said


def test_a_grant_that_ends_while_the_client_runs_ends_what_home_shows(glan: Room) -> None:
    glan.open_home(CARYS)
    pressed_but_not_begun(glan, CARYS, "say:run", None)
    glan.take_away(CARYS)
    glan.later.settle()
    home = glan.server.person(CARYS).home()
    assert home is not None
    assert "Glan High" not in words(home)
