"""What to do in July, so that the next rollover goes better: rules over the figures of the last. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.report.figures import LEVELS, SLOW_DECISION, Closing, SchoolFigures, StageState, YearFigures
from provisioning.records.schools import School

_SLOW_ANSWER = timedelta(days=1)
_MOST = 10
"""Cases and requests of a cause, from which on it is worth a talk before the summer."""
_LATE = (StageState.LATE, StageState.OPEN)
_SECONDARY = ("secondary", "middle")
_PRIMARY = ("primary", "junior")
"""The phases of schools whose leavers go on to a secondary school."""
_REVIEWS = ("non-mis-reviewed", "governors-reviewed")


@dataclass(frozen=True)
class Advice:
    """Something to do before `by`: the text `report.advice.<rule>`, about `schools`, with a `number`.

    `cause` is the id of the cause that it is about, if any.
    """

    rule: str
    by: date
    schools: tuple[School, ...] = ()
    number: int = 0
    cause: str | None = None


def advice(now: YearFigures, before: YearFigures) -> tuple[Advice, ...]:
    """Return what to do before the rollover that follows that of `now`; `before` is the year before it.

    Only what is decided on the day of the figures counts, and what is still to be done after it.
    """
    return tuple(found for rule in RULES for found in rule(now, before) if found.by > now.on)


def middle_of_july(year: int) -> date:
    """Return the last day for what follows from the rollover of `year`: in July of the year after it."""
    return date(year + 1, 7, 15)


def leaving_dates_after_secondaries(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield the primaries whose MIS was through its end of year only after the first secondary had run.

    Those count that are not through it yet, once its deadline is past. Their leavers could not be released
    when the secondaries looked for them.
    """
    late = _after_secondaries(now)
    if late:
        yield Advice("leaving-dates", middle_of_july(now.year), tuple(late), len(late))


def end_of_year_late(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield the other schools whose MIS was not through its end of year at the deadline."""
    told = {school.number for school in _after_secondaries(now)}
    late = [school for school in _schools(now, "mis-end-of-year", _LATE) if school.number not in told]
    if late:
        yield Advice("end-of-year", middle_of_july(now.year), tuple(late), len(late))


def export_stopped(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield the schools whose MIS exported nothing recent when it was needed."""
    yield from _about(now, "extract-current", "export", middle_of_july(now.year))


def ran_late(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield the schools whose client did not run in rollover week."""
    yield from _about(now, "client-ran", "schedule", middle_of_july(now.year))


def ran_before_previous(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield the schools whose client did not run again in the week, after their previous schools'."""
    yield from _about(now, "ran-after-previous-schools", "order", middle_of_july(now.year))


def staff_late(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield the schools whose staff had no start date or code of their own when term began."""
    yield from _about(now, "staff-complete", "staff", middle_of_july(now.year))


def reviewed_late(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield the schools whose accounts made by hand were not reviewed by the end of the year."""
    late = {school.number: school for stage in _REVIEWS for school in _schools(now, stage, _LATE)}
    if late:
        yield Advice("reviews", date(now.year + 1, 7, 1), tuple(late.values()), len(late))


def late_again(now: YearFigures, before: YearFigures) -> Iterator[Advice]:
    """Yield the schools that were late or open at a stage for the second year."""
    last_year = {
        (school.school.number, closing.stage) for school in before.schools for closing in _late(school)
    }
    again = [
        school.school
        for school in now.schools
        if any((school.school.number, closing.stage) in last_year for closing in _late(school))
    ]
    if again:
        yield Advice("again", date(now.year + 1, 6, 30), tuple(again), len(again))


def alerts_untaken(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield how many alerts escalated to the Service Desk because no earlier level took them."""
    found = now.alerts.figures
    if found is not None and found.levels[LEVELS - 1]:
        yield Advice("cover", middle_of_july(now.year), number=found.levels[LEVELS - 1])


def decisions_slow(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield after how many days held changes were decided, or how many were not.

    Those that wait still can be decided until the rollover is over.
    """
    found = now.holds.figures
    if found is None:
        return
    if found.to_decision is not None and found.to_decision >= SLOW_DECISION:
        yield Advice("decide", middle_of_july(now.year), number=found.to_decision.days)
    undecided = found.replaced + (found.overdue if now.over else 0)
    if undecided:
        yield Advice("undecided", middle_of_july(now.year), number=undecided)


def desk_slow(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield after how many days the service desk gave a first answer, where that was a day or more.

    A school by itself can do nothing about it.
    """
    found = now.desk.figures
    if (
        len(now.schools) > 1
        and found is not None
        and found.to_answer is not None
        and found.to_answer >= _SLOW_ANSWER
    ):
        yield Advice("desk", middle_of_july(now.year), number=found.to_answer.days)


def frequent_cause(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield the cause that was asked about most often, where it was often."""
    known = [line for line in now.causes.figures or () if line.cause is not None]
    most = max(known, key=lambda line: line.asked, default=None)
    if most is not None and most.asked >= _MOST:
        yield Advice("cause", middle_of_july(now.year), number=most.asked, cause=most.cause)


def unknown_stages(now: YearFigures, _before: YearFigures) -> Iterator[Advice]:
    """Yield the schools of which nothing was kept; a school by itself is told that before the advice."""
    if len(now.schools) == 1:
        return
    blank = [
        school.school for school in now.schools if len(school.of(StageState.UNKNOWN)) == len(school.stages)
    ]
    if blank:
        yield Advice("unknown", date(now.year + 1, 7, 1), tuple(blank), len(blank))


RULES: Sequence[Callable[[YearFigures, YearFigures], Iterator[Advice]]] = (
    leaving_dates_after_secondaries,
    end_of_year_late,
    export_stopped,
    ran_late,
    ran_before_previous,
    staff_late,
    reviewed_late,
    late_again,
    frequent_cause,
    alerts_untaken,
    decisions_slow,
    desk_slow,
    unknown_stages,
)


def _after_secondaries(now: YearFigures) -> list[School]:
    """Return the primaries that closed their end of year after the first secondary there had run in the week.

    Secondaries of other authorities say nothing of it: hardly any of a primary's leavers go there.
    """
    first: dict[str, date] = {}
    for school in now.schools:
        ran, where = school.stages["client-ran"], school.school.local_authority
        if school.school.phase in _SECONDARY and ran.applies and ran.closed_on is not None:
            first[where] = min(ran.closed_on, first.get(where, ran.closed_on))

    def after(closing: Closing, ran: date) -> bool:
        open_still = closing.state is StageState.OPEN
        return open_still or (closing.closed_on is not None and closing.closed_on > ran)

    return [
        school.school
        for school in now.schools
        if school.school.phase in _PRIMARY and (ran_on := first.get(school.school.local_authority))
        if after(school.stages["mis-end-of-year"], ran_on)
    ]


def _about(now: YearFigures, stage: str, rule: str, by: date) -> Iterator[Advice]:
    late = _schools(now, stage, _LATE)
    if late:
        yield Advice(rule, by, tuple(late), len(late))


def _schools(now: YearFigures, stage: str, states: Sequence[StageState]) -> list[School]:
    return [school.school for school in now.schools if school.stages[stage].state in states]


def _late(school: SchoolFigures) -> list[Closing]:
    return [*school.of(StageState.LATE), *school.of(StageState.OPEN)]
