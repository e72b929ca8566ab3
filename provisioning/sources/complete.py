"""Whether the files of an extract are whole and fit to be believed (`docs/connecting-a-mis.md`).

What can be told from a file alone is told where it is read; this needs what is remembered of the extract that
was applied last.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from knowledge.texts import text
from provisioning.errors import ExtractProblem
from provisioning.records.extracts import Extract, FileShape
from provisioning.records.people import MIS_KINDS
from provisioning.records.rejections import Rejection
from provisioning.rules import NOBODY_HERE
from provisioning.sources.reading import Reading


@dataclass(frozen=True, slots=True)
class AppliedFile:
    """What is remembered of a file of the extract that a school applied last."""

    line_end: bool | None
    mostly_rejected: bool


def shapes(reading: Reading, rejections: Iterable[Rejection]) -> tuple[FileShape, ...]:
    """Return how each file of a reading looks as a whole, once all `rejections` are known."""
    return tuple(_shapes(reading, tuple(rejections)))


def _shapes(reading: Reading, rejections: tuple[Rejection, ...]) -> Iterator[FileShape]:
    read = dict(zip(MIS_KINDS, (reading.learners, reading.staff), strict=True))
    for kind in MIS_KINDS:
        shape = reading.ends.get(kind) or FileShape(kind, reading.files[kind])
        rows = len(read[kind]) + sum(rejection.kind is kind for rejection in reading.rejections)
        faults = [
            rejection
            for rejection in rejections
            if rejection.kind is kind and rejection.reason not in NOBODY_HERE
        ]
        if not faults:
            yield replace(shape, rows=rows)
            continue
        ((commonest, _),) = Counter(rejection.reason for rejection in faults).most_common(1)
        first = min(
            (rejection for rejection in faults if rejection.reason is commonest),
            key=lambda rejection: rejection.line,
        )
        yield replace(
            shape,
            rows=rows,
            rejected=len(faults),
            commonest=commonest,
            first_file=first.file,
            first_line=first.line,
        )


def file_problem(extract: Extract, applied: Mapping[str, AppliedFile]) -> ExtractProblem | None:
    """Return what is wrong with a file of an extract as a whole; None where it can be believed.

    `applied` has, by name, the files of the extract that the school applied last.
    """
    return next(
        (found for shape in extract.shapes if (found := _problem(shape, applied.get(shape.file)))), None
    )


def _problem(shape: FileShape, applied: AppliedFile | None) -> ExtractProblem | None:
    ended = applied is not None and applied.line_end is True
    if ended and shape.line_end is False and not shape.total_line:
        return ExtractProblem("extract-no-line-end", file=shape.file, line=shape.last_line)
    if shape.mostly_rejected and shape.commonest and not (applied and applied.mostly_rejected):
        return ExtractProblem(
            "extract-mostly-rejected",
            file=shape.first_file,
            line=shape.first_line,
            rejected=shape.rejected,
            rows=shape.rows,
            reason=text(f"reason-of-many.{shape.commonest}"),
        )
    return None
