"""The folder in which the commands of the pages are typed: it has the schools and people that they name."""

from dataclasses import replace
from datetime import UTC, date, datetime

from provisioning.records.people import Learner
from tests.bot.command_line import CommandLine
from tests.builders import LEARNERS_HEADER, STAFF_HEADER, learner, sheet, staff_member, upn, write

PRIMARY, CLOSED = "6602001", "6809901"
JULY, AUGUST = "2026-07-01T06:00", "2026-08-26T06:00"
SCHOOLS = f"""\
number,name,name_cy,local_authority,phase,final_year,closed_on,successor
{PRIMARY},Bryn Mawr Primary,Ysgol Gynradd Bryn Mawr,660,primary,6,,
6602002,Cwm Coed Primary,Ysgol Gynradd Cwm Coed,660,primary,6,,
{CLOSED},Glan Primary,Ysgol Gynradd Glan,680,primary,6,2026-06-01,{PRIMARY}
"""
PORTAL = """\
Username,User type,School number,Status,UPN,Staff code,Year group,Class
EvansS1@hwbcymru.net,Dysgwr,6602001,Gweithredol,R660999918406,,3,3A
"""

_SOON, _LEFT = date(2019, 9, 1), date(2026, 7, 17)
_NEW = learner(upn="R660999918406", year_group="3", admission_date=_SOON)
_LEAVER = learner(upn="H801200001001", forename="Rhys", year_group="3", admission_date=_SOON)
_STAFF = staff_member(start_date=_SOON)
_OTHERS = [
    learner(upn=upn(n), surname=f"Hughes{chr(96 + n)}", year_group="3", admission_date=_SOON)
    for n in range(1, 25)
]


def typed_in(hwb: CommandLine) -> None:
    """Make in the folder of `hwb` what the pages name: a summer in which H801200001001 and JEV have left."""
    hwb.write("schools.csv", SCHOOLS)
    hwb.write(
        "hwb.log", "2026-08-26 06:00:00,000 INFO bot.service.logs Hwb rollover 0.2.0 on Python 3.11.2\n"
    )
    hwb.write("opt/hwb/client", "#!/bin/sh\n").chmod(0o755)
    hwb.write("data/portal/users.csv", PORTAL)
    assert hwb("schools import schools.csv").status == 0
    _exports(hwb, JULY, _LEAVER)
    assert hwb(f"provision --all --at {JULY}").status == 0
    _exports(hwb, AUGUST, replace(_LEAVER, leaving_date=_LEFT))
    assert hwb(f"provision --all --at {AUGUST}").status == 0


def awaits(hwb: CommandLine) -> tuple[int, int]:
    """Let twelve leave, two come back and an account be in doubt; return the numbers of run and doubt."""
    left = [replace(each, leaving_date=_LEFT) for each in _OTHERS[:12]]
    doubtful = replace(_OTHERS[-1], surname="Prys", forename="Gwilym")
    _exports(hwb, AUGUST, _LEAVER, *left, *_OTHERS[12:-1], doubtful)
    assert hwb(f"provision --school {PRIMARY} --at {AUGUST}").status == 3
    (run,) = hwb(f"runs --school {PRIMARY} --last 1 --json").shape["runs"]
    (doubt,) = hwb("decide --json").shape["changes"]
    return run["id"], doubt["id"]


def _exports(hwb: CommandLine, at: str, leaver: Learner, *others: Learner) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    left = date(2026, 7, 31) if leaver.leaving_date else None
    for school, learners, staff in (
        (PRIMARY, [_NEW, leaver, *(others or _OTHERS)], [replace(_STAFF, leaving_date=left)]),
        ("6602002", [learner(upn=upn(90), year_group="2", admission_date=_SOON)], []),
    ):
        folder = hwb.folder / "data/extracts" / school
        write(folder / "learners.csv", sheet(LEARNERS_HEADER, learners), moment)
        write(folder / "staff.csv", sheet(STAFF_HEADER, staff), moment)
