"""What is kept of a client's log: whom a line mentions, and its text without a name."""

import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from provisioning.portal.client import Client
from provisioning.portal.client_log import MENTIONS, TAIL_LINES, LogLine, People
from provisioning.records.people import Kind
from tests.builders import account_of, extract, learner, staff_member, upn

SEREN = learner(1, surname="Blodeuwedd-Rhys", forename="Seren Mai", former_upn=upn(7))
JAC = staff_member("JEV", surname="Gwrhydfawr", forename="Jac")
PEOPLE = People.of(
    extract(SEREN, JAC, staff_member("S07")),
    [replace(account_of(learner(2)), username="PuwM12@hwbcymru.net")],
)


@pytest.mark.parametrize(
    ("line", "people"),
    [
        (f"skipped {upn(1)}: in use", [(Kind.LEARNER, upn(1))]),
        (f"skipped {upn(1).lower()}, {upn(1)}", [(Kind.LEARNER, upn(1))]),
        (f"{upn(1)[0]} {upn(1)[1:4]} {upn(1)[4:8]} {upn(1)[8:]} skipped", [(Kind.LEARNER, upn(1))]),
        (f"former UPN {upn(7)}", [(Kind.LEARNER, upn(1))]),
        (f"{upn(1)} is like {upn(2)}", [(Kind.LEARNER, upn(1)), (Kind.LEARNER, upn(2))]),
        ("staff JEV: no start date", [(Kind.STAFF, "JEV")]),
        ("staff 'JEV'.", [(Kind.STAFF, "JEV")]),
        ("Jev: no start date", [(Kind.STAFF, "JEV")]),
        ("s07 skipped", [(Kind.STAFF, "S07")]),
        ("jev, JEVX, XJEV", []),  # in small letters alone it may be a word
        (f"{upn(9)} of another school", []),
        (f"x{upn(1)}x", []),
        ("all done", []),
    ],
)
def test_whom_a_line_mentions(line: str, people: list[tuple[Kind, str]]) -> None:
    assert list(PEOPLE.mentioned(line)) == people


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (f"{upn(1)} Seren Blodeuwedd-Rhys skipped", "*** *** *** skipped"),
        ("BLODEUWEDD-RHYS, SEREN", "***, ***"),
        ("Blodeuwedd created", "*** created"),
        ("seren blodeuwedd created", "*** *** created"),
        ("Gŵrhydfawr / Mai", "*** / ***"),
        ("PuwM12 and puwm12@hwbcymru.net", "*** and ***"),
        ("no licence may be left for the school", "no licence may be left for the school"),
        ("a jac of all trades", "a jac of all trades"),
    ],
)
def test_a_line_is_kept_without_people(line: str, kept: str) -> None:
    assert PEOPLE.masked(line) == kept


def ran(script: str) -> tuple[LogLine, ...]:
    """The lines that are kept of the log of a client that runs a script."""
    client = Client((sys.executable, "-c", script), timedelta(seconds=60))
    return client.run("6809903", people=PEOPLE).lines


def test_a_line_far_from_the_end_of_a_long_log_is_found() -> None:
    script = f"print('one'); print('{upn(1)} skipped'); [print('line', n) for n in range(60000)]"
    first, *others = ran(script)
    assert first == LogLine(2, "*** skipped", (Kind.LEARNER, upn(1)))
    assert len(others) == TAIL_LINES
    assert {line.person for line in others} == {None}


def test_a_log_is_kept_to_its_limit() -> None:
    lines = ran(f"[print('{upn(1)}', n) for n in range(6000)]")
    assert len(lines) == MENTIONS + TAIL_LINES


def test_a_last_line_without_an_end_counts() -> None:
    assert ran(f"import sys; sys.stdout.write('{upn(1)} failed')")[0].person == (Kind.LEARNER, upn(1))


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("skipped si\u0302an mair hopcyn", "skipped *** *** ***"),
        ("ERROR Si\u0302an skipped", "ERROR *** skipped"),
        ("GET /add?n=Hopcyn%20Sîan", "GET /add?n=*** ***"),
    ],
)
def test_a_name_is_masked_however_it_is_spelt_and_put(line: str, kept: str) -> None:
    """Two forenames in small letters, an accent that is a sign of its own, a space as in an address."""
    here = People.of(extract(learner(1, surname="Hopcyn", forename="Sîan Mair")), [])
    assert here.masked(line) == kept
