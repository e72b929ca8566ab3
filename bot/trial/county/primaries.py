"""What the primaries and the other feeding schools had not done in time, school by school."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.trial.county.cast import Cast, Stages
from bot.trial.county.learners import LAST_YEAR, THIS_YEAR, first_day
from bot.trial.county.rolls import SchoolRoll
from bot.trial.county.saving import CountyExport
from bot.trial.county.schools import (
    BRO_ALARCH,
    BROR_WENNOL,
    BRYN_BABANOD,
    BRYN_IAU,
    CAER_EHEDYDD,
    DYFFRYN_EIRLYS,
    GILFACH_DAWEL,
    LLANFEILLION,
    PENRHYN_GWYN,
    PORTH_HALLT,
    RHYD_Y_GWYLANOD,
    SANTES_EURGAN,
    TRAETH_ARIAN,
    school,
)
from bot.trial.county.staff import LEFT
from bot.trial.county.styles import ExportFault

_FORGOTTEN_CLASS = "6 Pâl"
_DATED_CLASS = "6 Gwylan"
_END_OF_AUGUST = date(2026, 8, 31)
_MISHAP = date(2026, 8, 25)
_AGENCY = (
    ("Meredydd", "Gwawr"),
    ("Trahaearn", "Emrys"),
    ("Cadwaladr", "Nest"),
    ("Llywarch", "Ifan"),
    ("Gwrgant", "Mared"),
)
"""Surname and forename of an agency's supply teachers, whom no school employs."""


def primaries(cast: Cast) -> Mapping[str, Stages]:
    """Return the stages of the schools where something was late or wrong; no other is among them."""
    return {
        BROR_WENNOL: _last_years_backup(cast),
        BRYN_BABANOD: _export_stopped(cast),
        BRYN_IAU: _classes_go_blank(cast),
        LLANFEILLION: _leaving_dates_since_this_morning(cast),
        PENRHYN_GWYN: _leaving_dates_forgotten(cast),
        CAER_EHEDYDD: _leaving_dates_since_the_last_run(cast),
        SANTES_EURGAN: _run_failed(cast),
        PORTH_HALLT: _extract_broken(cast),
        RHYD_Y_GWYLANOD: _not_rolled_over(cast),
        TRAETH_ARIAN: _never_run(cast),
        GILFACH_DAWEL: _half_is_exported(cast),
    }


def _leaving_dates_since_this_morning(cast: Cast) -> Stages:
    """Llanfeillion entered its leaving dates on Tuesday afternoon, and ran on Wednesday at 06:00.

    It did not know of the child who has moved to Bro'r Wennol.
    """
    cast.moved("released-this-morning", LLANFEILLION, BRO_ALARCH)
    cast.moved("released-this-morning-password", LLANFEILLION, BRO_ALARCH)
    teacher = cast.teacher("moved-released.old", LLANFEILLION)
    done = cast.autumn[LLANFEILLION].amend_staff({teacher.code}, left=LEFT)
    early = _without_leaving_dates(done)
    mended = done.amend({cast.who["moved-in-summer"]}, left=LEFT)
    # The mishap that a safeguard is there for: Year 5 gets the leaving dates of Year 6.
    year_5 = {row.upn for row in done.learners if row.year_group == "5"}
    return Stages(
        _july(cast, LLANFEILLION),
        CountyExport(early),
        CountyExport(done),
        mended=CountyExport(mended),
        spoilt=CountyExport(mended.amend(year_5, left=_MISHAP)),
    )


def _leaving_dates_forgotten(cast: Cast) -> Stages:
    """Penrhyn Gwyn forgot one of its Year 6 classes, and gave one child of the other a date to come."""
    cast.moved("forgotten", PENRHYN_GWYN, DYFFRYN_EIRLYS, of_class=_FORGOTTEN_CLASS)
    to_come = cast.moved("leaves-at-the-end-of-august", PENRHYN_GWYN, DYFFRYN_EIRLYS, of_class=_DATED_CLASS)
    mended = cast.autumn[PENRHYN_GWYN].amend({to_come.upn}, left=_END_OF_AUGUST)
    forgotten = {row.upn for row in mended.learners if row.class_name == _FORGOTTEN_CLASS}
    export = CountyExport(mended.amend(forgotten, left=None))
    return Stages(_july(cast, PENRHYN_GWYN), export, export, mended=CountyExport(mended))


def _leaving_dates_since_the_last_run(cast: Cast) -> Stages:
    """Cae'r Ehedydd entered its leaving dates on Tuesday afternoon; its client did not run on Wednesday."""
    cast.moved("primary-not-run", CAER_EHEDYDD, DYFFRYN_EIRLYS)
    teacher = cast.teacher("moved-not-released.old", CAER_EHEDYDD)
    done = cast.autumn[CAER_EHEDYDD].amend_staff({teacher.code}, left=LEFT)
    early = _without_leaving_dates(done).amend_staff({teacher.code}, left=None)
    return Stages(_july(cast, CAER_EHEDYDD), CountyExport(early), None, now=CountyExport(done))


def _run_failed(cast: Cast) -> Stages:
    """Santes Eurgan's export of Wednesday morning missed a column; it was mended after the failed run."""
    cast.moved("primary-run-failed", SANTES_EURGAN, DYFFRYN_EIRLYS)
    changed = cast.stays("class-changed-run-failed", SANTES_EURGAN, "3")
    added = (
        cast.newcomer("run-failed", SANTES_EURGAN, "2"),
        cast.new_teacher("staff-run-failed", SANTES_EURGAN),
    )
    base = cast.autumn[SANTES_EURGAN]
    done = base.amend({changed.upn}, class_name="Willow Class B").admit(added)
    return Stages(
        _july(cast, SANTES_EURGAN),
        CountyExport(_without_leaving_dates(base)),
        CountyExport(done, ExportFault.NO_LEAVING_DATES),
        now=CountyExport(done),
    )


def _extract_broken(cast: Cast) -> Stages:
    """Porth Hallt's export of Wednesday morning can't be read, and is as it was."""
    added = (cast.newcomer("unreadable", PORTH_HALLT, "1"), cast.new_teacher("staff-unreadable", PORTH_HALLT))
    done = cast.autumn[PORTH_HALLT].admit(added)
    return Stages(
        _july(cast, PORTH_HALLT),
        CountyExport(cast.autumn[PORTH_HALLT]),
        CountyExport(done, ExportFault.LOOSE_COMMA),
        mended=CountyExport(done),
    )


def _not_rolled_over(cast: Cast) -> Stages:
    """Rhyd-y-gwylanod has not been through its end-of-year procedures: its MIS is as it was in July."""
    cast.stays("not-rolled-over", RHYD_Y_GWYLANOD, "5")
    cast.moved("primary-not-rolled-over", RHYD_Y_GWYLANOD, BRO_ALARCH)
    july = _july(cast, RHYD_Y_GWYLANOD)
    return Stages(july, july, july, mended=CountyExport(cast.autumn[RHYD_Y_GWYLANOD]))


def _never_run(cast: Cast) -> Stages:
    """Traeth Arian opens in September: its MIS is ready, its client has not run yet."""
    roll = cast.autumn[TRAETH_ARIAN]
    cast.who["never-run"] = next(row.upn for row in roll.learners if row.year_group == "R")
    cast.moved("never-run-class", LLANFEILLION, TRAETH_ARIAN)
    cast.who["staff-never-run"] = roll.staff[0].code
    # Half of a small staff is fewer people than any share of a larger school.
    half = [row.code for row in roll.staff if row.left is None][::2]
    spoilt = roll.amend_staff(half, started=first_day(LAST_YEAR), left=LEFT)
    return Stages(None, None, None, now=CountyExport(roll), spoilt=CountyExport(spoilt))


def _classes_go_blank(cast: Cast) -> Stages:
    """Bryn Meillion Juniors is as it should be, until its office exports before the classes are allotted."""
    done = cast.autumn[BRYN_IAU]
    blank = done.amend({row.upn for row in done.learners}, class_name="")
    export = CountyExport(done)
    return Stages(_july(cast, BRYN_IAU), export, export, spoilt=CountyExport(blank))


def _export_stopped(cast: Cast) -> Stages:
    """Bryn Meillion Infants' MIS has not exported since 13 August, and a learner has joined since."""
    added = cast.newcomer("extract-stale", BRYN_BABANOD, "1")
    roll = cast.autumn[BRYN_BABANOD]
    old = CountyExport(roll)
    agency = [
        cast.new_teacher(f"agency.{number}", BRYN_BABANOD, called=called)
        for number, called in enumerate(_AGENCY)
    ]
    return Stages(
        _july(cast, BRYN_BABANOD),
        old,
        old,
        mended=CountyExport(roll.admit((added,))),
        spoilt=CountyExport(roll.admit(agency)),
    )


def _half_is_exported(cast: Cast) -> Stages:
    """Gilfach Dawel is as it should be, until its office exports with a filter still set."""
    roll = cast.autumn[GILFACH_DAWEL]
    export = CountyExport(roll)
    filtered = CountyExport(replace(roll, learners=roll.learners[::2]))
    return Stages(_july(cast, GILFACH_DAWEL), export, export, spoilt=filtered)


def _last_years_backup(cast: Cast) -> Stages:
    """Bro'r Wennol is as it should be, until its office restores the year groups of a backup."""
    wennol = school(BROR_WENNOL)
    moved = cast.stays("moved-in-summer", LLANFEILLION, "4")
    row = replace(moved, admitted=first_day(THIS_YEAR), class_name=wennol.class_of(moved.upn, "4"))
    roll = cast.autumn[BROR_WENNOL].admit((row,))
    before = {row.upn: row.year_group for row in cast.july[BROR_WENNOL].learners}
    rows = (replace(row, year_group=before.get(row.upn, row.year_group)) for row in roll.learners)
    export = CountyExport(roll)
    restored = CountyExport(replace(roll, learners=tuple(rows)))
    return Stages(_july(cast, BROR_WENNOL), export, export, spoilt=restored)


def _july(cast: Cast, number: str) -> CountyExport:
    return CountyExport(cast.july[number])


def _without_leaving_dates(roll: SchoolRoll) -> SchoolRoll:
    """Return a roll whose office has not yet entered the leaving dates of its final year."""
    final = school(roll.school).final_year
    return replace(
        roll,
        learners=tuple(replace(row, left=None) if row.year_group == final else row for row in roll.learners),
    )
