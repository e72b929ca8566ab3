"""Many schools are looked at in portions, each with the schools that its intake comes from."""

from dataclasses import replace

from diagnostics.portions import AT_ONCE, Portions
from tests.builders import BRYN, GLAN, NANT

SECONDARY, PRIMARY, OTHER = replace(GLAN, final_year="13"), replace(NANT, final_year="6"), BRYN
MANY = [replace(PRIMARY, number=f"68020{place:02}") for place in range(AT_ONCE + 1)]


def test_schools_for_older_learners_come_first() -> None:
    """What their intake comes from is looked at with them, and then waits no more."""
    waiting = Portions([PRIMARY, *[replace(SECONDARY, number=f"68040{place:02}") for place in range(8)]])
    first = waiting.next()
    assert first == [f"68040{place:02}" for place in range(7)]
    assert waiting.brought([PRIMARY.number, "6809999"]) == [PRIMARY.number]
    waiting.done([*first, PRIMARY.number])
    assert waiting.next() == ["6804007"]


def test_so_many_primaries_as_are_read_at_once() -> None:
    waiting = Portions(MANY)
    waiting.done(waiting.next())
    assert waiting.next() == [MANY[-1].number]
    waiting.done([MANY[-1].number])
    assert not waiting


def test_a_school_whose_final_year_is_not_known_counts_as_one_for_all_ages() -> None:
    unknown = replace(PRIMARY, number="6807001", final_year=None)
    assert Portions([PRIMARY, unknown]).next()[0] == unknown.number
