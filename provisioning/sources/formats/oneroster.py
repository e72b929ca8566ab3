"""The `oneroster` source: OneRoster 1.1 or 1.2 CSV, as a bulk export.

1EdTech, "OneRoster CSV Tables", v1.1 and v1.2: `manifest.csv` says the version, and of each table whether it
is bulk, delta or absent. Only people of this school's organisation are read: the one whose `identifier` (or
else `sourcedId`) is the school number, with its departments. What has the status `tobedeleted` counts
nowhere; a user with that status has left. The standard has no leaving date: `_leaving` says what counts as
one. A delta of a table that is read is refused, since it does not say how things stand: an extract holds all
the school's records. `status` and `dateLastModified` alone make no delta, for many bulk exports fill them.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from provisioning import upn
from provisioning.errors import ExtractProblem
from provisioning.records.people import Kind
from provisioning.sources.columns import Cells
from provisioning.sources.formats.oneroster_tables import (
    STAFF,
    USERS,
    OneRosterTables,
    counts,
    is_homeroom,
    is_lesson,
    read_manifest,
    read_school,
)
from provisioning.sources.formats.rostering import (
    STUDENT,
    CellValue,
    EnrolmentSpan,
    current,
    earliest,
    joined,
    last_end,
    latest_stay,
    leaving,
    listed,
    readable,
)
from provisioning.sources.reading import Gathering, Reading
from provisioning.sources.tables import Tables

_ID = re.compile(r"\{([^:{}]*):([^{}]*)\}")


def read(folder: Path, school: str) -> Reading:
    """Return the tables of one school; a file problem raises `ExtractProblem` that names the table."""
    gathering = Gathering(school, {Kind.LEARNER: "users.csv", Kind.STAFF: "users.csv"})
    with Tables(folder, school, "manifest.csv", gathering) as tables:
        known = read_school(tables, school, read_manifest(tables), gathering)
        for line, user in tables.rows("users.csv", USERS):
            _add(user, line, known, gathering)
    if gathering.empty:
        raise ExtractProblem("extract-no-people", file="users.csv", school=school)
    return gathering.done()


def _add(user: Cells, line: int, known: OneRosterTables, gathering: Gathering) -> None:
    """Add a user as a learner or a member of staff, by their role at this school; leave out all others."""
    word, roles = _role(user, known)
    if word is None:
        return
    enrolments = (known.enrolments or {}).get(user["sourcedId"], [])
    left = _leaving(user, enrolments, roles, known)
    start = joined(_start(enrolments, roles, known), left)
    placed = {"leaving_date": left}
    cells = {"legal_surname": user["familyName"], "legal_forename": user["givenName"]}
    if word.casefold() == STUDENT:
        placed |= {"admission_date": start, "date_of_birth": known.births.get(user["sourcedId"], CellValue())}
        cells |= _learner(user, enrolments, known)
        kind = Kind.LEARNER
    elif word.casefold() in STAFF or not word:
        placed |= {"start_date": start}
        cells |= {"staff_code": user.get("identifier", ""), "swac_role": word, "email": user.get("email", "")}
        kind = Kind.STAFF
    else:
        return
    cells |= {name: found.value for name, found in placed.items()}
    gathering.add(kind, cells, line, {name: found.place for name, found in placed.items() if found.place})


def _role(user: Cells, known: OneRosterTables) -> tuple[str | None, list[EnrolmentSpan]]:
    """Return the user's role word at this school, the primary one first, and when roles were held.

    The word is None where the user has no role here.
    """
    if known.roles is None:
        ours = any(org in known.orgs for org in listed(user.get("orgSourcedIds", "")))
        return (user.get("role", ""), []) if ours else (None, [])
    roles = known.roles.get(user["sourcedId"], [])
    if not _is_enabled(user):
        roles = roles or known.deleted_roles.get(user["sourcedId"], [])
    if not roles:
        return None, []
    chief = max(roles, key=lambda role: (not role.span.end, role.primary, role.span.end, role.word))
    return chief.word, [role.span for role in roles]


def _leaving(
    user: Cells, enrolments: list[EnrolmentSpan], roles: list[EnrolmentSpan], known: OneRosterTables
) -> CellValue:
    """Return the leaving date: the latest end of the roles, or else of the enrolments.

    It counts where all of them have ended, and that end is not their session's. A user to be deleted, or not
    enabled, has left: when the last of them ended where that has come, otherwise on the day of the file.
    Absence is not leaving.
    """
    if _is_enabled(user):
        left = leaving(roles, known.role_peers)
        return left if left.value else leaving(enrolments, known.peers)
    end, today = last_end(roles), known.day.isoformat()
    end = end if end.value else last_end(enrolments)
    return end if end.value and (end.value <= today or not readable(end.value)) else CellValue(today)


def _start(enrolments: list[EnrolmentSpan], roles: list[EnrolmentSpan], known: OneRosterTables) -> CellValue:
    """Return when the first enrolment or role of the latest stay began, or else its first session.

    Where neither is known it is the start of the school year in which the file was written.
    """
    stay = latest_stay((*enrolments, *roles))
    begun = earliest(CellValue(span.begin, span.place) for span in stay)
    first = begun if begun.value else earliest(CellValue(span.term.begin) for span in stay)
    return first if first.value else CellValue(known.year_start)


def _learner(user: Cells, enrolments: list[EnrolmentSpan], known: OneRosterTables) -> dict[str, str]:
    ids = {
        name.casefold().replace(" ", ""): value.strip()
        for name, value in _ID.findall(user.get("userIds", ""))
    }
    cells = {"upn": _upn(ids, user), "former_upn": ids.get("formerupn", "")}
    home = _home(enrolments, known)
    if home is not None:
        cells["class"] = _class_name(home)
    grades = listed(user.get("grades", "")) or listed((home or {}).get("grades", ""))
    cells["year_group"] = grades[0] if len(grades) == 1 else ", ".join(grades)
    return cells


def _upn(ids: Mapping[str, str], user: Cells) -> str:
    """Return the id that is named UPN, otherwise the `identifier` or `sourcedId` that is a valid one."""
    given = user.get("identifier", "")
    valid: Iterable[str] = (
        number for number in (given, user["sourcedId"]) if upn.is_valid(upn.normalise(number))
    )
    return ids.get("upn") or next(iter(valid), given)


def _home(enrolments: list[EnrolmentSpan], known: OneRosterTables) -> Cells | None:
    """Return the registration group; empty where the user has none, None where it is unknown.

    It is the homeroom; where no class says its type, the only class. A learner without a homeroom has none
    only where every class of theirs is listed and known for a lesson; a homeroom without a name is unknown.
    """
    if known.classes is None or known.enrolments is None:
        return None
    here, homerooms = known.classes.here, known.classes.homerooms
    groups = [
        span
        for span in enrolments
        if span.of in here
        and (is_homeroom(here[span.of]) if homerooms else not here[span.of].get("classType"))
    ]
    found = {span.of for span in current(groups, known.day)}
    if len(found) == 1:
        home = here[found.pop()]
        return home if _class_name(home) else None
    lessons = all(span.of in here and is_lesson(here[span.of]) for span in enrolments)
    return {} if homerooms and not groups and lessons else None


def _class_name(home: Cells) -> str:
    return home.get("title", "") or home.get("classCode", "")


def _is_enabled(user: Cells) -> bool:
    """Return whether a user is neither to be deleted nor switched off."""
    return counts(user) and user.get("enabledUser", "").casefold() not in ("false", "0", "no")
