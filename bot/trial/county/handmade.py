"""The county's accounts made by hand: supply staff, governors, and one that may be a learner's."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime

from bot.trial.county.history import History
from bot.trial.county.schools import BRO_ALARCH, DYFFRYN_EIRLYS, RHYD_Y_GWYLANOD
from knowledge.texts import UK
from provisioning.store.usernames import DOMAIN, stem

WRITTEN_AT = datetime(2026, 8, 24, 5, 0, tzinfo=UK)
"""Monday of rollover week, before the first run."""

_HEADER = ("school", "username", "name", "kind", "expires_on", "last_signed_in")
# School, forename, surname, kind, end, last sign-in; surnames that occur in no MIS of the county.
_ROWS = (
    (BRO_ALARCH, "Heulwen", "Gwylanfa", "non-mis", "2026-08-31", "2026-07-16"),
    (BRO_ALARCH, "Carwyn", "Mynyddog", "non-mis", "2026-12-18", "2026-05-22"),
    (BRO_ALARCH, "Mathonwy", "Traethog", "non-mis", "2026-12-18", "2026-07-20"),
    (BRO_ALARCH, "Gwerfyl", "Brynmelyn", "governor", "2026-08-31", "2026-07-08"),
    (BRO_ALARCH, "Idwal", "Craignant", "governor", "2026-08-31", "2026-06-24"),
    (BRO_ALARCH, "Tanwen", "Rhoslas", "governor", "", ""),
    (RHYD_Y_GWYLANOD, "Elfed", "Glanmorfa", "non-mis", "2026-09-30", "2026-07-15"),
    (RHYD_Y_GWYLANOD, "Mererid", "Tanrallt", "governor", "2026-08-31", "2026-07-02"),
    (DYFFRYN_EIRLYS, "Nudd", "Gwernlas", "non-mis", "2026-08-31", "2026-07-13"),
    (DYFFRYN_EIRLYS, "Ceinwen", "Hafodlwyd", "governor", "2026-08-31", "2026-06-30"),
)


def handmade_list(past: History, written: date) -> bytes:
    """Return the contents of `non_mis.csv`; all sign-ins are before the day on which it was written."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADER)
    writer.writerows((*row[:-1], min(row[-1], written.isoformat())) for row in _rows(past))
    return text.getvalue().encode()


def outdated_list(past: History, written: date) -> bytes:
    """Return last year's list, sent by mistake: by it the accounts of Bro Alarch have ended."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for school, username, name, kind, ends, seen in csv.reader(
        io.StringIO(handmade_list(past, written).decode())
    ):
        writer.writerow((school, username, name, kind, "2025-08-31" if school == BRO_ALARCH else ends, seen))
    return text.getvalue().encode()


def _rows(past: History) -> Iterator[tuple[str, ...]]:
    for school, forename, surname, kind, expires, signed_in in _ROWS:
        yield (
            school,
            f"{stem(surname, forename)}@{DOMAIN}",
            f"{forename} {surname}",
            kind,
            expires,
            signed_in,
        )
    yield _of_a_learner(past)


def _of_a_learner(past: History) -> tuple[str, ...]:
    """Return the row of an account made by hand in a learner's name."""
    stages = past.stages[BRO_ALARCH]
    export = stages.now or stages.today
    assert export is not None  # noqa: S101 - for the type checker; the high school has run
    learner = next(row for row in export.roll.learners if row.left is None and row.year_group == "9")
    username = f"{stem(learner.surname, learner.forename)}.gwestai@{DOMAIN}"
    return (
        BRO_ALARCH,
        username,
        f"{learner.forename} {learner.surname}",
        "non-mis",
        "2026-09-11",
        "2026-07-03",
    )
