"""Each stage of a school's rollover by itself: the whole verdict, with its evidence's date and its values."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from diagnostics.case import SchoolRecords
from diagnostics.rollover import Newcomer, Rollover
from diagnostics.stages import STAGES
from diagnostics.verdict import Outcome, Verdict
from knowledge.keydates import derive
from knowledge.texts import Bilingual, Text
from provisioning.records.people import Kind, Learner
from provisioning.records.rejections import Reason
from provisioning.records.runs import RunStatus
from tests.builders import BRYN, GLAN, NANT, extract, learner, rejected, run, staff_member, stands, upn

DATES = derive(2026)
HOLDS, FAILS, UNKNOWN = Outcome.HOLDS, Outcome.FAILS, Outcome.UNKNOWN
NOT_APPLICABLE, NOT_REACHED = Outcome.NOT_APPLICABLE, Outcome.NOT_REACHED
DEADLINE, MONDAY, SUNDAY = date(2026, 8, 21), date(2026, 8, 24), date(2026, 8, 30)
FRIDAY, SATURDAY, TUESDAY = DEADLINE, date(2026, 8, 22), date(2026, 8, 25)
READ_AT = extract().as_of
UNREAD = replace(stands(extract()), extract=None)


def on(day: int, hour: int = 12) -> datetime:
    """A moment of August 2026, in the time zone of the builders."""
    return READ_AT.replace(month=8, day=day, hour=hour)


def ran(day: int, school: Any = GLAN, hour: int = 12) -> SchoolRecords:
    """A school whose client last ran successfully on a day of August."""
    return stands(extract(school=school), school, last_success=run(school=school, at=on(day, hour)))


def after_a_failure(records: SchoolRecords, day: int) -> SchoolRecords:
    return replace(records, latest=run(RunStatus.FAILED, records.school, on(day)))


def pupil(number: int, year_group: str, born: date | None, **fields: Any) -> Learner:
    """A learner of Glan who has been on roll for a year."""
    joined = date(2025, 9, 1)
    return learner(number, year_group=year_group, date_of_birth=born, admission_date=joined, **fields)


TWELVE, NINETEEN = date(2014, 3, 1), date(2007, 3, 1)
"""Dates of birth by which a learner belongs in Year 8, and is too old for Year 13."""
UP, BEHIND, NO_BIRTH = pupil(1, "8", TWELVE), pupil(2, "7", TWELVE), pupil(3, "8", None)
ALSO_UP = replace(UP, upn=upn(11))
FORGOTTEN = pupil(4, "13", NINETEEN)
AGED_OUT_WITH_DATE = pupil(5, "13", NINETEEN, leaving_date=date(2026, 8, 31))
LEAVES_ON_THE_FIRST_DAY = pupil(6, "13", NINETEEN, leaving_date=DATES.first_day_of_term)
LEAVES_THE_DAY_AFTER = pupil(7, "13", NINETEEN, leaving_date=DATES.first_day_of_term + timedelta(days=1))
YEAR_13 = pupil(8, "13", date(2008, 9, 1))
"""Whose age gives Year 13."""
TO_COME = replace(FORGOTTEN, admission_date=date(2026, 12, 1))

ALL = (Newcomer(upn(1), "present", NANT), Newcomer(upn(2), "present", None))
WAITS_FOR_NANT = Newcomer(upn(3), "previous-school-not-run", NANT)
WAITS_FOR_BRYN = Newcomer(upn(4), "previous-school-no-leaving-date", BRYN)
REJECTED = Newcomer(upn(5), "row-rejected", None)
HELD_HERE = Newcomer(upn(6), "run-held", NANT)
"""Comes from Nant, and waits for this school's own run."""
COMPLETE, WITHOUT_START = staff_member("ABC"), rejected(staff_member("DEF"), Reason.NAME_MISSING)
SHARED = rejected(staff_member("GHI"), Reason.STAFF_CODE_DUPLICATE)
GONE = replace(rejected(staff_member("JKL")), leaving_date=MONDAY)


def found(own: SchoolRecords | None = None, today: date = SATURDAY, **fields: Any) -> Rollover:
    """What is gathered of Glan: nothing, unless it is said."""
    nothing: dict[str, Any] = {
        "intake": (),
        "previous": (),
        "old_classes": 0,
        "has_accounts": False,
        "reviewed": {},
    }
    return Rollover(own or stands(extract()), fields.pop("dates", DATES), today, **nothing | fields)


def of(*people: Any, today: date = SATURDAY, **fields: Any) -> Rollover:
    return found(stands(extract(*people, **fields)), today)


def intake(*newcomers: Newcomer, today: date = MONDAY) -> Rollover:
    return found(today=today, intake=newcomers)


def after(own: SchoolRecords, *previous: SchoolRecords, today: date = TUESDAY, **fields: Any) -> Rollover:
    return found(own, today, previous=previous, **fields)


def names(en: str, cy: str) -> Bilingual:
    return Bilingual(en, cy)


OF_THE_WEEK = {"start": MONDAY, "end": SUNDAY}
NANT_LATE = {"schools": names("Nant Primary", "Ysgol Nant"), "count": 1}
NANT_AND_BRYN = {"schools": names("Nant Primary, Bryn Primary", "Ysgol Nant, Ysgol y Bryn"), "count": 2}
BY_HAND = {"reviewed": 2, "total": 3, "due": date(2026, 8, 31)}
UPDATES_OFF = DATES.model_copy(
    update={"class_updates_off": date(2026, 8, 1), "class_updates_on": date(2026, 8, 25)}
)
MUST_RUN = DATES.model_copy(update={"must_run_on": (date(2026, 8, 27), date(2026, 9, 1))})

Expected = tuple[Outcome, str, datetime | date | None, Mapping[str, Any]]


def reviews(kind: Kind) -> dict[str, tuple[Rollover, Expected]]:
    other = Kind.GOVERNOR if kind is Kind.NON_MIS else Kind.NON_MIS
    return {
        "no such accounts": (found(reviewed={other: (0, 2)}), (NOT_APPLICABLE, "none", None, {})),
        "none are left": (found(reviewed={kind: (3, 3)}), (HOLDS, "all", None, {"total": 3})),
        "some are left on 31 August": (
            found(today=date(2026, 8, 31), reviewed={kind: (2, 3)}),
            (NOT_REACHED, "not-due", None, BY_HAND),
        ),
        "some are left in the portal on 31 August": (
            found(today=date(2026, 8, 31), reviewed={kind: (2, 3)}, in_portal=True),
            (NOT_REACHED, "not-due-in-portal", None, BY_HAND),
        ),
        "some are left in the portal on 1 September": (
            found(today=date(2026, 9, 1), reviewed={kind: (2, 3)}, in_portal=True),
            (FAILS, "left-in-portal", None, BY_HAND),
        ),
        "some are left on 1 September": (
            found(today=date(2026, 9, 1), reviewed={kind: (2, 3)}),
            (FAILS, "left", None, BY_HAND),
        ),
    }


STAGES_BY_CASE: dict[str, dict[str, tuple[Rollover, Expected]]] = {
    "extract-current": {
        "the extract can't be read": (found(UNREAD), (UNKNOWN, "unreadable", None, {})),
        "it is current": (found(), (HOLDS, "current", READ_AT, {"read": READ_AT})),
        "it is too old": (
            found(replace(stands(extract()), stale=True)),
            (FAILS, "stale", READ_AT, {"read": READ_AT}),
        ),
    },
    "mis-end-of-year": {
        "the extract can't be read": (found(UNREAD), (UNKNOWN, "unreadable", None, {"deadline": DEADLINE})),
        "all are in the year group of their age": (
            of(UP, YEAR_13, NO_BIRTH, today=FRIDAY),
            (HOLDS, "done", READ_AT, {"deadline": DEADLINE}),
        ),
        "behind on the day of the deadline": (
            of(BEHIND, today=FRIDAY),
            (NOT_REACHED, "not-due", None, {"deadline": DEADLINE}),
        ),
        "behind on the day after": (of(BEHIND), (FAILS, "behind", READ_AT, {"deadline": DEADLINE})),
        "most are behind, and leavers were forgotten": (
            of(BEHIND, pupil(9, "7", TWELVE), pupil(10, "7", TWELVE), FORGOTTEN),
            (FAILS, "behind", READ_AT, {"deadline": DEADLINE}),
        ),
        "two leavers were forgotten": (
            of(UP, ALSO_UP, FORGOTTEN, LEAVES_THE_DAY_AFTER),
            (FAILS, "leavers-without-date", READ_AT, {"count": 2, "deadline": DEADLINE}),
        ),
        "leavers were forgotten, before the deadline": (
            of(UP, FORGOTTEN, today=FRIDAY),
            (NOT_REACHED, "not-due", None, {"deadline": DEADLINE}),
        ),
        "leavers have their dates, or are to come": (
            of(UP, ALSO_UP, AGED_OUT_WITH_DATE, LEAVES_ON_THE_FIRST_DAY, TO_COME),
            (HOLDS, "done", READ_AT, {"deadline": DEADLINE}),
        ),
        "no dates of birth": (of(NO_BIRTH), (UNKNOWN, "no-births", READ_AT, {"deadline": DEADLINE})),
        "no dates of birth, before the deadline": (
            of(NO_BIRTH, today=FRIDAY),
            (NOT_REACHED, "not-due", None, {"deadline": DEADLINE}),
        ),
    },
    "client-ran": {
        "on the Monday": (
            found(ran(24), TUESDAY),
            (HOLDS, "ran", on(24), {"ran": on(24), **OF_THE_WEEK}),
        ),
        "on the Sunday before, and it is not Monday yet": (
            found(ran(20), date(2026, 8, 23)),
            (NOT_REACHED, "not-due", None, OF_THE_WEEK),
        ),
        "on the Sunday before, and it is Monday": (
            found(ran(23), MONDAY),
            (FAILS, "not-ran", on(23), {"ran": on(23), **OF_THE_WEEK}),
        ),
        "never": (found(today=TUESDAY), (FAILS, "not-ran", None, {"ran": None, **OF_THE_WEEK})),
        "it failed": (
            found(after_a_failure(ran(20), 24), TUESDAY),
            (FAILS, "failed", on(24), {"ran": on(24), **OF_THE_WEEK}),
        ),
        "it ran in the week, and failed since": (
            found(after_a_failure(ran(24), 25), TUESDAY),
            (HOLDS, "ran", on(24), {"ran": on(24), **OF_THE_WEEK}),
        ),
        "a day on which it must run is past": (
            found(ran(26), date(2026, 8, 28), dates=MUST_RUN),
            (FAILS, "not-ran", on(26), {"ran": on(26), "start": date(2026, 8, 27), "end": SUNDAY}),
        ),
    },
    "ran-after-previous-schools": {
        "no learner comes from elsewhere": (after(ran(24)), (NOT_APPLICABLE, "no-intake", None, {})),
        "the week is to come": (
            after(ran(20), ran(20, NANT), today=date(2026, 8, 23)),
            (NOT_REACHED, "not-due", None, {"start": MONDAY}),
        ),
        "on Monday, the previous school ran on the Sunday": (
            after(ran(24), ran(23, NANT), today=MONDAY),
            (FAILS, "previous-not-ran", on(24), NANT_LATE),
        ),
        "neither previous school ran": (
            after(ran(24), ran(20, NANT), stands(extract(school=BRYN), BRYN)),
            (FAILS, "previous-not-ran", on(24), NANT_AND_BRYN),
        ),
        "one did not run": (
            after(ran(24), ran(20, NANT), ran(24, BRYN)),
            (FAILS, "previous-not-ran", on(24), NANT_LATE),
        ),
        "one ran later, and learners are waited for": (
            after(ran(24), ran(25, NANT), ran(25, BRYN), intake=(WAITS_FOR_NANT, ALL[0])),
            (
                FAILS,
                "previous-ran-later",
                on(24),
                {"schools": names("Nant Primary", "Ysgol Nant"), "ran": on(24)},
            ),
        ),
        "it ran later, and all have come": (
            after(ran(24), ran(25, NANT), intake=ALL),
            (HOLDS, "after", on(24), {"ran": on(24), "count": 1}),
        ),
        "it ran at the same moment": (
            after(ran(24), ran(24, NANT), intake=(WAITS_FOR_NANT,)),
            (HOLDS, "after", on(24), {"ran": on(24), "count": 1}),
        ),
        "both ran before": (
            after(ran(25), ran(24, NANT), ran(24, BRYN), intake=(WAITS_FOR_NANT,)),
            (HOLDS, "after", on(25), {"ran": on(25), "count": 2}),
        ),
        "this school never ran": (
            after(stands(extract()), ran(24, NANT), ran(24, BRYN), intake=ALL),
            (
                FAILS,
                "previous-ran-later",
                None,
                {"schools": NANT_AND_BRYN["schools"], "ran": None},
            ),
        ),
    },
    "intake-matched": {
        "no learner is new": (intake(), (NOT_APPLICABLE, "no-intake", None, {})),
        "all are there": (intake(*ALL), (HOLDS, "all", None, {"total": 2})),
        "some are missing, and the week is to come": (
            intake(*ALL, REJECTED, today=date(2026, 8, 23)),
            (
                NOT_REACHED,
                "not-due",
                None,
                {"total": 3, "there": 2, "missing": 1, "schools": names("", "")},
            ),
        ),
        "some are missing on the Monday": (
            intake(*ALL, WAITS_FOR_NANT, WAITS_FOR_NANT, WAITS_FOR_BRYN, REJECTED, HELD_HERE),
            (
                FAILS,
                "missing",
                None,
                {
                    "total": 7,
                    "there": 2,
                    "missing": 5,
                    "schools": names(
                        "Nant Primary (2), Bryn Primary (1)", "Ysgol Nant (2), Ysgol y Bryn (1)"
                    ),
                    "others": Text(
                        "waits-for.and",
                        {
                            "before": Text("waits-for.decision", {"count": 1}),
                            "last": Text("waits-for.record", {"count": 1}),
                        },
                    ),
                },
            ),
        ),
    },
    "staff-complete": {
        "the extract can't be read": (found(UNREAD), (UNKNOWN, "unreadable", None, {})),
        "all are complete": (of(COMPLETE), (HOLDS, "complete", READ_AT, {"count": 1})),
        "a learner's row was rejected": (
            of(COMPLETE, rejections=(rejected(UP),)),
            (HOLDS, "complete", READ_AT, {"count": 1}),
        ),
        "who has left need not be complete": (
            of(COMPLETE, rejections=(GONE,), today=MONDAY),
            (HOLDS, "complete", READ_AT, {"count": 1}),
        ),
        "who leaves tomorrow must be": (
            of(COMPLETE, rejections=(GONE,), today=date(2026, 8, 23)),
            (FAILS, "incomplete", READ_AT, {"count": 1, "shared": 0}),
        ),
        "two rows share a code, and one has no name": (
            of(COMPLETE, rejections=(SHARED, WITHOUT_START, SHARED)),
            (FAILS, "incomplete", READ_AT, {"count": 3, "shared": 2}),
        ),
    },
    "classes-current": {
        "the extract can't be read": (found(UNREAD, has_accounts=True), (UNKNOWN, "unreadable", None, {})),
        "no accounts": (found(old_classes=1), (NOT_APPLICABLE, "no-accounts", None, {})),
        "all are this year's": (found(has_accounts=True), (HOLDS, "same", READ_AT, {})),
        "one is last year's": (
            found(has_accounts=True, old_classes=1),
            (FAILS, "differ", READ_AT, {"count": 1}),
        ),
        "classes are not taken over yet": (
            found(has_accounts=True, old_classes=1, dates=UPDATES_OFF),
            (NOT_REACHED, "updates-off", None, {"count": 1, "off": date(2026, 8, 1)}),
        ),
        "all are this year's, though classes are not taken over": (
            found(has_accounts=True, dates=UPDATES_OFF),
            (HOLDS, "same", READ_AT, {}),
        ),
        "classes are taken over again": (
            found(has_accounts=True, old_classes=1, dates=UPDATES_OFF, today=TUESDAY),
            (FAILS, "differ", READ_AT, {"count": 1}),
        ),
    },
    "leavers-ended": {
        "the extract can't be read": (found(UNREAD), (UNKNOWN, "unreadable", None, {})),
        "there are no accounts": (found(), (NOT_APPLICABLE, "no-accounts", None, {})),
        "no leaver's account lives on": (found(has_accounts=True), (HOLDS, "none", READ_AT, {})),
        "two live on": (
            found(has_accounts=True, lingering=2),
            (FAILS, "lingering", READ_AT, {"count": 2}),
        ),
    },
    "non-mis-reviewed": reviews(Kind.NON_MIS),
    "governors-reviewed": reviews(Kind.GOVERNOR),
}


@pytest.mark.parametrize(
    ("stage", "rollover", "expected"),
    [
        pytest.param(stage, rollover, expected, id=f"{stage}: {name}")
        for stage, cases in STAGES_BY_CASE.items()
        for name, (rollover, expected) in cases.items()
    ],
)
def test_a_stage(stage: str, rollover: Rollover, expected: Expected) -> None:
    outcome, detail, as_of, values = expected
    assert STAGES[stage](rollover) == Verdict(stage, outcome, Text(f"step.{stage}.{detail}", values), as_of)


def test_every_stage_has_its_cases() -> None:
    assert list(STAGES_BY_CASE) == list(STAGES)
