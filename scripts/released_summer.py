"""The extracts of two schools in a summer, as every version reads them: for the released databases."""

import csv
from collections.abc import Iterable
from pathlib import Path

from tests.builders import upn

PRIMARY, SECONDARY = "6602001", "6604002"
SURNAMES = ("Ifans", "Parry", "Wynn", "Hughes", "Prys", "Roberts", "Lloyd", "Bevan", "Gruffudd", "Tudur")
FORENAMES = ("Angharad", "Osian", "Sion", "Efa", "Gwilym", "Mari", "Elin", "Dafydd", "Nia", "Rhys")
OF_A_YEAR = 12
"""Learners of each year group."""
LEARNERS = (
    "upn",
    "surname",
    "forename",
    "date_of_birth",
    "admission_date",
    "leaving_date",
    "year_group",
    "class",
)
STAFF = ("staff_code", "surname", "forename", "start_date", "leaving_date", "role", "email")


def write_schools(folder: Path) -> None:
    """Write the list of schools: a primary and the secondary that its leavers go to."""
    (folder / "schools.csv").write_text(
        "number,name,name_cy,local_authority,phase,final_year,provisioning_managed_by,provisioning_contact\n"
        f"{PRIMARY},Bryn Mawr Primary,Ysgol Gynradd Bryn Mawr,660,primary,6,local-authority,m@ynys.example\n"
        f"{SECONDARY},Aberwen High School,Ysgol Uwchradd Aberwen,660,secondary,13,school,01632 960002\n",
        "utf-8",
    )


def write_july(folder: Path) -> None:
    """Write July: three year groups, staff of both schools, two accounts made by hand."""
    _write(folder, PRIMARY, [*_year_group(6, 2015), *_year_group(5, 2016)], _staff("P", 4))
    _write(folder, SECONDARY, _year_group(7, 2014), _staff("S", 4))
    (folder / "data/extracts/non_mis.csv").write_text(
        "school,username,name,kind,expires_on,last_signed_in\n"
        f"{PRIMARY},SupplyS@hwbcymru.net,Sally Supply,non-mis,2026-09-10,2026-07-16\n"
        f"{PRIMARY},LlywG@hwbcymru.net,Gwen Llyw,governor,,\n",
        "utf-8",
    )


def write_truncated(folder: Path) -> None:
    """Write an extract of the primary that was cut off after five learners."""
    _write(folder, PRIMARY, _year_group(6, 2015)[:5], _staff("P", 4))


def write_rollover(folder: Path) -> None:
    """Write rollover week: ten of the final year have left, and stand in the secondary's intake."""
    final, stayed = _year_group(6, 2015), _year_group(6, 2016)
    for learner in final[:10]:
        learner["leaving_date"] = "2026-07-21"
    _write(folder, PRIMARY, [*final, *stayed], _staff("P", 4))
    intake = [
        learner | {"admission_date": "2026-09-01", "leaving_date": "", "year_group": "7", "class": "7B"}
        for learner in final[:10]
    ]
    _write(folder, SECONDARY, [*_year_group(8, 2014), *intake], _staff("S", 5))


def _year_group(year: int, born: int) -> list[dict[str, str]]:
    """Return the rows of the learners who were born in the year `born`, in year group `year`."""
    return [
        {
            "upn": upn((born - 2014) * OF_A_YEAR + number, issued_by=PRIMARY, year="15"),
            "surname": SURNAMES[number % len(SURNAMES)],
            "forename": FORENAMES[(number + born) % len(FORENAMES)],
            "date_of_birth": f"{born}-{number + 1:02}-14",
            "admission_date": f"{born + 4}-09-01",
            "leaving_date": "",
            "year_group": str(year),
            "class": f"{year}A",
        }
        for number in range(OF_A_YEAR)
    ]


def _staff(letter: str, count: int) -> list[dict[str, str]]:
    return [
        {
            "staff_code": f"{letter}{number:02}",
            "surname": SURNAMES[number],
            "forename": FORENAMES[-number - 1],
            "start_date": "2019-09-01",
            "leaving_date": "",
            "role": "Classroom Teacher",
            "email": "",
        }
        for number in range(count)
    ]


def _write(
    folder: Path, school: str, learners: Iterable[dict[str, str]], staff: Iterable[dict[str, str]]
) -> None:
    place = folder / "data/extracts" / school
    place.mkdir(parents=True, exist_ok=True)
    for name, columns, rows in (("learners.csv", LEARNERS, learners), ("staff.csv", STAFF, staff)):
        with (place / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
