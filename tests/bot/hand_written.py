"""Three schools and their exports, written by hand as real systems write them."""

from pathlib import Path

from tests.builders import upn

PRIMARY, SECONDARY, BROKEN = "6602001", "6604002", "6602003"

SCHOOLS = f"""\
number,name,name_cy,local_authority,phase,final_year,provisioning_managed_by,provisioning_contact
{PRIMARY},Bryn Mawr Primary,Ysgol Gynradd Bryn Mawr,660,primary,6,local-authority,mis@ynysmon.example
{SECONDARY},Aberwen High School,Ysgol Uwchradd Aberwen,660,secondary,,school,01632 960002
{BROKEN},Cwm Coed Primary,Ysgol Gynradd Cwm Coed,660,primary,6,third-party,cymorth@darparu.example
"""

ANGHARAD, SION, OSIAN, NEW, NOBODY = (upn(number, issued_by=PRIMARY, year="15") for number in range(1, 6))

JULY, AUGUST = "2026-07-01T06:00", "2026-08-26T06:00"

_SIMS_LEARNERS = """Legal Surname;Legal Forename;UPN;Adno;DOB;DOA;DOL;Year taught in;Reg;Enrol Status
Ifans;Angharad;{angharad};001234;14/02/2015;01/09/2019;{left};{year};6M;C
Wynn-Môn;Siôn;{sion};001235;02/09/2014;01/09/2019;;{year};6M;C
Parry;Osian;{osian};001236;30/11/2016;01/09/2021;;4;4B;C
"""
_SIMS_STAFF = """Staff Code;Legal Surname;Legal Forename;Employment Start;Employment End;Role;Work Email
ELJ;Lloyd-Jones;Elin;01/09/2012;;Classroom Teacher;elin@brynmawr.example
GPR;Prys;Gwilym;01/01/2020;31/07/2026;Head Teacher;
"""
_TABBED = (
    "Unique Pupil Number\tFamily name\tFirst name\tDate of admission\tDate of leaving\tNC year\t"
    "Registration group\tFormer UPN\n"
    f"{ANGHARAD}\tIfans\tAngharad\t2026-09-01\t\tYear 7\t7A\t\n"
    f"{SION}\tWynn-Môn\tSiôn\t2026-09-01\t\tYear 7\t7A\t\n"
    f"{NEW}\tHughes\tEfa\t2025-09-03\t\tY8\t8C\t\n"
    f"X12\tWrong\tUpn\t2025-09-03\t\tY8\t8C\t\n"
)
_TABBED_STAFF = "Code\tSurname\tForename\tDate of arrival\tDOL\nMRO\tRoberts\tMari\t01/09/2018\t\n"


def write_july(folder: Path) -> None:
    """The primary in July: Windows-1252 with semicolons, all learners on roll."""
    _primary(folder, left="")


def write_august(folder: Path) -> None:
    """August: Angharad has her leaving date, Siôn has not; UTF-8 with BOM and tabs; a file is missing."""
    _primary(folder, left="21/07/2026")
    _write(folder, f"data/extracts/{SECONDARY}/learners.csv", "\ufeff" + _TABBED.replace("\n", "\r\n"))
    _write(folder, f"data/extracts/{SECONDARY}/staff.csv", _TABBED_STAFF)
    _write(folder, f"data/extracts/{BROKEN}/learners.csv", "upn,surname\n")


def _primary(folder: Path, left: str) -> None:
    rows = _SIMS_LEARNERS.format(angharad=ANGHARAD, sion=SION, osian=OSIAN, left=left, year="6")
    _write(folder, f"data/extracts/{PRIMARY}/learners.csv", rows.replace("\n", "\r\n"), "cp1252")
    _write(folder, f"data/extracts/{PRIMARY}/staff.csv", _SIMS_STAFF, "cp1252")


def _write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
