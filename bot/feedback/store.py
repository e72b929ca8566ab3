"""Feedback as it is kept: a count for a day, an answer and a language; read together for the guide."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.feedback.actions import REASONS, Said
from bot.feedback.tables import FeedbackRow
from knowledge.texts import Language
from provisioning.store.upserts import inserting, keys


@dataclass(frozen=True)
class Judged:
    """An answer that is judged: of a `verb`, `about` a cause, an entry of the guide or a found verb."""

    verb: str
    about: str


@dataclass(frozen=True)
class Tally:
    """How often an answer was called right and wrong in a language; `reasons` count why it was wrong."""

    judged: Judged
    language: str
    yes: int
    no: int
    reasons: dict[Said, int]


def count(session: Session, day: date, judged: Judged, language: Language, said: Said) -> None:
    """Count once more that on `day` an answer in `language` was called `said`."""
    row = {
        "day": day,
        "verb": judged.verb,
        "about": judged.about,
        "language": language,
        "said": said.value,
        "count": 1,
    }
    counted = inserting(session, FeedbackRow).values(row)
    session.execute(
        counted.on_conflict_do_update(
            index_elements=keys(FeedbackRow), set_={"count": FeedbackRow.count + counted.excluded["count"]}
        )
    )


def tallies(session: Session, since: date | None) -> Sequence[Tally]:
    """Return what was said `since` a day, or at all: most often called wrong first."""
    query = select(
        FeedbackRow.verb,
        FeedbackRow.about,
        FeedbackRow.language,
        FeedbackRow.said,
        func.sum(FeedbackRow.count),
    ).group_by(FeedbackRow.verb, FeedbackRow.about, FeedbackRow.language, FeedbackRow.said)
    if since is not None:
        query = query.where(FeedbackRow.day >= since)
    found: defaultdict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    for verb, about, language, said, times in session.execute(query):
        found[verb, about, language][said] = times
    return sorted((_tally(*key, said) for key, said in found.items()), key=_most_wrong_first)


def _tally(verb: str, about: str, language: str, said: dict[str, int]) -> Tally:
    reasons = {reason: said[reason] for reason in REASONS if reason in said}
    return Tally(Judged(verb, about), language, said.get(Said.YES, 0), said.get(Said.NO, 0), reasons)


def _most_wrong_first(tally: Tally) -> tuple[int, int, str, str, str]:
    return -tally.no, -tally.yes, tally.judged.verb, tally.judged.about, tally.language
