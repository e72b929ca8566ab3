"""What the two secondaries had not done in time: records that can't be used, people entered since the run."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.trial.county.cast import Cast, Stages
from bot.trial.county.rolls import SchoolRoll
from bot.trial.county.saving import CountyExport
from bot.trial.county.schools import (
    BRO_ALARCH,
    BROR_WENNOL,
    BRYN_IAU,
    CAER_EHEDYDD,
    DYFFRYN_EIRLYS,
    GILFACH_DAWEL,
    LLANFEILLION,
    PENRHYN_GWYN,
    PORTH_HALLT,
)
from bot.trial.county.staff import LEFT
from bot.trial.county.styles import ExportFault

_AFTER_HALF_TERM = date(2026, 11, 2)
_AFTER_CHRISTMAS = date(2027, 1, 4)
_RELEASED_CLASS = "6 Gwylan"
"""The class of Penrhyn Gwyn whose leaving dates were entered in time."""


def secondaries(cast: Cast) -> Mapping[str, Stages]:
    """Return the stages of both secondaries."""
    return {BRO_ALARCH: _bro_alarch(cast), DYFFRYN_EIRLYS: _dyffryn_eirlys(cast)}


def _bro_alarch(cast: Cast) -> Stages:
    """Run by the school's own network manager at 05:30, before the primaries run at 06:00."""
    cast.moved("present", BRYN_IAU, BRO_ALARCH)
    cast.moved("transferred", BRYN_IAU, BRO_ALARCH)
    renumbered = cast.moved("former-upn", BRYN_IAU, BRO_ALARCH, renumbered=True)
    cast.who["former-upn"] = renumbered.former_upn
    cast.who["misspelt"] = misspelt(cast.stays("misspelt", BRO_ALARCH, "9").upn)
    cast.stays("up-to-date", BRO_ALARCH, "10")
    cast.who["staff-not-in-mis"] = "QXE"
    cast.who["staff-present"] = cast.july[BRO_ALARCH].staff[0].code
    cast.who["staff-left"] = next(row.code for row in cast.autumn[BRO_ALARCH].staff if row.left)
    left = cast.stays("left-by-mistake", BRO_ALARCH, "8")
    added = (
        cast.newcomer("new-account", BRO_ALARCH, "9"),
        cast.newcomer("not-yet", BRO_ALARCH, "9", admitted=_AFTER_HALF_TERM),
        cast.new_teacher("staff-not-yet", BRO_ALARCH, started=_AFTER_CHRISTMAS),
    )
    base = cast.autumn[BRO_ALARCH].admit(added)
    unfit, mended = _bro_alarch_records(cast, base.amend({left.upn}, left=LEFT))
    export = CountyExport(unfit, ExportFault.TOTAL_LINE)
    return Stages(
        CountyExport(cast.july[BRO_ALARCH]),
        export,
        export,
        mended=CountyExport(mended.amend({left.upn}, left=None)),
    )


def _bro_alarch_records(cast: Cast, roll: SchoolRoll) -> tuple[SchoolRoll, SchoolRoll]:
    """Return the roll with what was typed wrongly or left out, and as it will be once that is put right."""
    numberless = cast.moved("no-admission-number", BRYN_IAU, BRO_ALARCH)
    undated = cast.moved("no-admission-date", PORTH_HALLT, BRO_ALARCH)
    in_words = cast.moved("date-in-words", PORTH_HALLT, BRO_ALARCH)
    nameless = cast.newcomer("no-upn", BRO_ALARCH, "8")
    first = cast.new_teacher("staff-code-twice", BRO_ALARCH)
    second = cast.new_teacher("staff-code-twice.second", BRO_ALARCH)
    starts = cast.new_teacher("staff-no-start-date", BRO_ALARCH)
    mended = roll.admit((nameless, first, second, starts))
    unfit = (
        mended.amend({numberless.upn}, typed=(("admission_number", ""),))
        .amend({undated.upn}, typed=(("admission_date", ""),))
        .amend({in_words.upn}, typed=(("admission_date", "dechrau Medi"),))
        .amend({nameless.upn}, typed=(("upn", ""),))
        .amend_staff({second.code}, typed=(("staff_code", first.code),))
        .amend_staff({starts.code}, typed=(("start_date", ""),))
    )
    return unfit, mended


def _dyffryn_eirlys(cast: Cast) -> Stages:
    """Run by the local authority at 06:00; its office went on working after that."""
    cast.moved("sixth-former", BROR_WENNOL, DYFFRYN_EIRLYS)
    cast.moved("elsewhere", PENRHYN_GWYN, DYFFRYN_EIRLYS, of_class=_RELEASED_CLASS)
    changed = cast.stays("class-changed", DYFFRYN_EIRLYS, "8")
    guest = cast.stays("registered-elsewhere", GILFACH_DAWEL, "8")
    added = (
        cast.namesake("moved-released", LLANFEILLION, DYFFRYN_EIRLYS),
        cast.namesake("moved-not-released", CAER_EHEDYDD, DYFFRYN_EIRLYS),
        replace(guest, class_name="8E", enrolment="S"),
    )
    unfit, mended = _dyffryn_eirlys_records(cast, cast.autumn[DYFFRYN_EIRLYS].admit(added))
    since = (
        cast.newcomer("since-the-run", DYFFRYN_EIRLYS, "9"),
        cast.new_teacher("staff-since-the-run", DYFFRYN_EIRLYS),
    )
    other = "8I" if changed.class_name == "8R" else "8R"
    now = CountyExport(unfit.amend({changed.upn}, class_name=other).admit(since))
    later = CountyExport(mended.amend({changed.upn}, class_name=other).admit(since))
    return Stages(
        CountyExport(cast.july[DYFFRYN_EIRLYS]),
        CountyExport(unfit),
        CountyExport(unfit),
        now=now,
        mended=later,
    )


def _dyffryn_eirlys_records(cast: Cast, roll: SchoolRoll) -> tuple[SchoolRoll, SchoolRoll]:
    """Return the roll with what was typed wrongly or left out, and as it will be once that is put right."""
    year_in_words = cast.moved("year-in-words", PENRHYN_GWYN, DYFFRYN_EIRLYS, of_class=_RELEASED_CLASS)
    slipped = cast.moved("upn-slipped", PENRHYN_GWYN, DYFFRYN_EIRLYS, of_class=_RELEASED_CLASS)
    nameless = cast.newcomer("no-name", DYFFRYN_EIRLYS, "10")
    twin = cast.newcomer("twins", DYFFRYN_EIRLYS, "7")
    other_twin = replace(
        cast.newcomer("twins.second", DYFFRYN_EIRLYS, "7"), surname=twin.surname, born=twin.born
    )
    codeless = cast.new_teacher("staff-no-code", DYFFRYN_EIRLYS)
    postless = cast.new_teacher("staff-no-role", DYFFRYN_EIRLYS)
    circumflex = cast.new_teacher("name-damaged", DYFFRYN_EIRLYS, called=("Brwynog", "Siôn"))
    misdated = cast.newcomer("date-implausible", DYFFRYN_EIRLYS, "9")
    cut_short = cast.newcomer("row-short", DYFFRYN_EIRLYS, "9")
    mistaken = cast.moved("two-children", PENRHYN_GWYN, DYFFRYN_EIRLYS, of_class=_RELEASED_CLASS)
    mended = roll.admit((nameless, misdated, cut_short, twin, other_twin, codeless, postless, circumflex))
    renumbered = cast.stays("looks-like", DYFFRYN_EIRLYS, "10")
    cast.who["looks-like"] = cast.upns.permanent(renumbered.born.year)
    mended = mended.amend({renumbered.upn}, upn=cast.who["looks-like"], former_upn=renumbered.upn)
    deleted = cast.teacher("vanished", DYFFRYN_EIRLYS)
    mended = mended.amend_staff({deleted.code}, left=LEFT)
    cast.who["upn-slipped"] = misspelt(slipped.upn)
    unfit = (
        mended.amend({year_in_words.upn}, typed=(("year_group", "Bl saith"),))
        .amend({slipped.upn}, typed=(("upn", cast.who["upn-slipped"]),))
        .amend({nameless.upn}, typed=(("legal_surname", ""),))
        .amend({misdated.upn}, typed=(("admission_date", "01/09/0206"),))
        .amend({cut_short.upn}, missing_cells=3)
        .amend({mistaken.upn}, typed=(("legal_surname", "Brychan"), ("legal_forename", "Ynyr")))
        .amend({other_twin.upn}, typed=(("upn", twin.upn),))
        .amend({cast.who["looks-like"]}, former_upn="")
        .amend_staff({codeless.code}, typed=(("staff_code", ""),))
        .amend_staff({postless.code}, typed=(("swac_role", ""),))
        .amend_staff({circumflex.code}, typed=(("legal_forename", "Si?n"),))
        .without_staff({deleted.code})
    )
    return unfit, mended


def misspelt(upn: str) -> str:
    """Return a UPN with two unlike neighbours swapped, as fingers do."""
    place = next(at for at in range(10, 1, -1) if upn[at] != upn[at + 1])
    return upn[:place] + upn[place + 1] + upn[place] + upn[place + 2 :]
