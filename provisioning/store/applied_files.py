"""What is remembered of the files of each school's last applied extract, and the check that needs it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from provisioning.errors import ExtractProblem
from provisioning.records.extracts import Extract
from provisioning.sources.complete import AppliedFile, file_problem
from provisioning.store import upserts
from provisioning.store.tables.files import AppliedFileRow


def of(session: Session, schools: Iterable[str]) -> Mapping[str, Mapping[str, AppliedFile]]:
    """Return the files of the extract that each of some schools applied last, by school and name."""
    found: defaultdict[str, dict[str, AppliedFile]] = defaultdict(dict)
    for school, file, line_end, mostly in session.execute(_OF_SCHOOLS, {"of_schools": list(schools)}):
        found[school][file] = AppliedFile(line_end, mostly)
    return found


def problems(session: Session, extracts: Iterable[Extract]) -> Mapping[str, ExtractProblem]:
    """Return what is wrong with the files of extracts as a whole, by school; a school without is left out."""
    extracts = list(extracts)
    applied = of(session, [extract.school for extract in extracts])
    found = ((extract.school, file_problem(extract, applied.get(extract.school, {}))) for extract in extracts)
    return {school: problem for school, problem in found if problem is not None}


def require_whole(session: Session, extract: Extract) -> None:
    """Refuse an extract with a file that can't be believed as a whole: an `ExtractProblem`."""
    if problem := problems(session, [extract]).get(extract.school):
        raise problem


def remember(session: Session, extracts: Iterable[Extract]) -> None:
    """Remember the files of extracts that have been applied."""
    upserts.put(
        session,
        AppliedFileRow,
        [
            {
                "school": extract.school,
                "file": shape.file,
                "line_end": shape.line_end,
                "mostly_rejected": shape.mostly_rejected,
            }
            for extract in extracts
            for shape in extract.shapes
        ],
    )


_OF_SCHOOLS = select(
    AppliedFileRow.school, AppliedFileRow.file, AppliedFileRow.line_end, AppliedFileRow.mostly_rejected
).where(AppliedFileRow.school.in_(bindparam("of_schools", expanding=True)))
