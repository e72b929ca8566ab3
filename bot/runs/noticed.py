"""What a run noticed and left out, in sentences: rejected rows by reason, unread cells, people left alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlalchemy.orm import Session

from knowledge.texts import Text, text
from provisioning.records.plans import Note
from provisioning.records.rejections import Reason
from provisioning.store import run_notes
from provisioning.store.run_notes import RejectedRows
from provisioning.store.runs import Run

_FIRST = 10
"""Identifiers that a sentence names; the others are counted."""
_WITHOUT_A_MOVE_IN_THE_MIS = (Reason.NOT_A_PERSON, Reason.NOT_MAIN_REGISTRATION)
"""Reasons that are no fault of a record: what can be done about them is said of each by itself."""


@dataclass(frozen=True)
class Noticed:
    """What a run noticed of people whom it left as they are, and which rows it rejected."""

    notes: Sequence[Note] = ()
    rejected: Sequence[RejectedRows] = ()

    @property
    def said(self) -> list[Text]:
        """Rejected rows by file and reason and whose move they are, then a sentence for each kind of note."""
        moves = _moves({some.reason for some in self.rejected})
        return [*_rejected(self.rejected), *moves, *_notes(self.notes)]


NOTHING = Noticed()
"""What a dry run, or a run that failed, has noticed."""


def noticed(session: Session, found: Iterable[Run]) -> Mapping[int, Noticed]:
    """Return what each run of `found` noticed, by run id; dry runs, which have none, are left out."""
    ids = [run.id for run in found if run.id is not None]
    notes, rejected = run_notes.noticed(session, ids), run_notes.rejected(session, ids)
    return {id_: Noticed(notes.get(id_, ()), rejected.get(id_, ())) for id_ in ids}


def _rejected(rows: Iterable[RejectedRows]) -> list[Text]:
    """Return a sentence for each file with rejected rows: how many, and each reason with its first line."""
    by_file: defaultdict[str, list[RejectedRows]] = defaultdict(list)
    for some in rows:
        by_file[some.file].append(some)
    return [
        text(
            "rejected-rows.of-file",
            file=file,
            count=sum(some.count for some in found),
            reasons=reduce(
                lambda before, after: text("rejected-rows.and", before=before, after=after),
                map(_reason, found),
            ),
        )
        for file, found in by_file.items()
    ]


def _reason(some: RejectedRows) -> Text:
    reason = text(f"reason-of-many.{some.reason}")
    return text("rejected-rows.reason", reason=reason, count=some.count, line=some.first_line)


def _moves(reasons: set[Reason]) -> list[Text]:
    """Return who does what about rows that were rejected for `reasons`."""
    own = [text(f"rejected-rows.{reason}") for reason in _WITHOUT_A_MOVE_IN_THE_MIS if reason in reasons]
    mend = [text("rejected-rows.mend")] if reasons.difference(_WITHOUT_A_MOVE_IN_THE_MIS) else []
    return [*mend, *own]


def _notes(notes: Iterable[Note]) -> list[Text]:
    """Return a sentence for each kind of note, and for each column of unread cells, with the first people."""
    by_kind: defaultdict[tuple[str, str | None], list[str]] = defaultdict(list)
    for note in notes:
        if note.replaced_by is None:
            by_kind[note.kind.value, note.column].append(note.identifier)
        else:
            by_kind[f"{note.kind}-and-replaced", None].append(f"{note.identifier} ({note.replaced_by})")
    return [
        text(
            f"note.{kind}",
            count=len(people),
            first=", ".join(people[:_FIRST]),
            **({"column": text(f"column-name.{column}")} if column else {}),
        )
        for (kind, column), people in by_kind.items()
    ]
