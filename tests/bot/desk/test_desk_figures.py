"""A week of the Service Desk in figures: what counts to which week, and which time is told."""

from datetime import UTC, date, datetime, timedelta

from bot.desk.figures import CaseTimes, Week, week

MONDAY = date(2026, 8, 24)
HOUR = timedelta(hours=1)


def at(day: int, hour: int = 10) -> datetime:
    """An hour, UK summer time, of a day of August."""
    return datetime(2026, 8, day, hour - 1, tzinfo=UTC)


def case(
    opened: datetime,
    answered: datetime | None = None,
    resolved: datetime | None = None,
    cause: str | None = "never-run",
) -> CaseTimes:
    return CaseTimes(cause, opened, answered, resolved)


def of(*cases: CaseTimes) -> Week:
    return week(MONDAY, cases)


def test_nothing_happened() -> None:
    assert of().lines == ()
    assert of().total.opened == 0


def test_counts_are_those_of_the_week() -> None:
    found = of(
        case(at(24)),
        case(at(30, 23)),
        case(at(20), resolved=at(25)),
        case(at(20), resolved=at(21)),
        case(at(31)),
    ).total
    assert (found.opened, found.resolved, found.still_open) == (2, 1, 2)


def test_a_case_resolved_after_the_week_was_open_at_its_end() -> None:
    assert of(case(at(25), resolved=at(31))).total.still_open == 1


def test_a_day_is_one_of_the_uk() -> None:
    just_before_midnight_utc = datetime(2026, 8, 30, 23, 30, tzinfo=UTC)
    assert of(case(just_before_midnight_utc)).total.opened == 0


def test_times_are_medians_of_what_was_done_in_the_week() -> None:
    found = of(
        case(at(24, 9), answered=at(24, 10), resolved=at(24, 12)),
        case(at(24, 9), answered=at(24, 11), resolved=at(25, 9)),
        case(at(24, 9), answered=at(24, 17)),
        case(at(20, 9), answered=at(21, 9), resolved=at(26, 9)),
    ).total
    assert found.to_answer == 2 * HOUR
    assert found.to_resolution == 24 * HOUR


def test_without_any_there_is_no_time() -> None:
    found = of(case(at(24))).total
    assert (found.to_answer, found.to_resolution) == (None, None)


def test_a_line_a_cause_most_cases_first_and_none_for_what_did_not_occur() -> None:
    found = of(
        case(at(24), cause="never-run"),
        case(at(24), cause="not-in-mis"),
        case(at(25), cause="not-in-mis"),
        case(at(10), resolved=at(11), cause="run-failed"),
        case(at(26), cause=None),
    )
    assert [(line.cause, line.opened) for line in found.lines] == [
        ("not-in-mis", 2),
        (None, 1),
        ("never-run", 1),
    ]
