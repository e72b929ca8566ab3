"""How steps and stages are told: a question with the word that answers it, and a stage's state in a sentence.

A sentence of the good case with a sign to deny it is false where the sign can't be seen. Pure.
"""

from datetime import date
from enum import StrEnum

from diagnostics.deadlines import due_of
from diagnostics.stages import STAGES
from diagnostics.verdict import ExtractAge, Outcome, Verdict
from knowledge.models import KeyDates
from knowledge.texts import Catalogue, Text


class StageState(StrEnum):
    """The state of a stage: there is a sentence for each, `stage.<id>.<state>`."""

    DONE = "done"
    OPEN = "open"
    LATE = "late"
    UNKNOWN = "unknown"


def question(step: str) -> Text:
    """Return the question that the step or stage with the id `step` asks."""
    return Text(f"step.{step}.question")


def answer(verdict: Verdict, known: Catalogue) -> Text:
    """Return the word that answers the question of `verdict`.

    It is the detail's own word, else the step's own of its outcome, else the general one of steps or stages.
    """
    general = "stage-answer" if verdict.step in STAGES else "step-answer"
    own = (f"{verdict.detail.key}.answer", f"step.{verdict.step}.{verdict.outcome}")
    return Text(next((key for key in own if key in known), f"{general}.{verdict.outcome}"))


def asked(verdict: Verdict, known: Catalogue) -> Text:
    """Return the question of `verdict` with its answer: `Has the client run since? No.`"""
    return Text("asked", {"question": question(verdict.step), "answer": answer(verdict, known)})


def stage_sentence(stage: Verdict, dates: KeyDates, today: date) -> Text:
    """Return the sentence that tells the state of `stage` on the day `today` of the rollover with `dates`."""
    return sentence(stage.step, _state_of(stage, due_of(stage, dates), today), stage.detail)


def _state_of(stage: Verdict, due: date, today: date) -> StageState:
    """Return the state of `stage`, which is `due` by a day: it is late once that day is past."""
    match stage.outcome:
        case Outcome.HOLDS | Outcome.NOT_APPLICABLE:
            return StageState.DONE
        case Outcome.UNKNOWN:
            return StageState.UNKNOWN
        case _:
            return open_state(due, today)


def open_state(due: date, today: date) -> StageState:
    """Return the state of a stage that is to be done by `due`: open, or late once that day is past."""
    return StageState.LATE if today > due else StageState.OPEN


def sentence(stage: str, state: StageState, detail: Text) -> Text:
    """Return the sentence that tells the `state` of `stage`, with the values of its `detail`."""
    told = detail.values.get("detail", detail)
    return Text(f"stage.{stage}.{state}", told.values if isinstance(told, Text) else detail.values)


def extract_text(extract: ExtractAge) -> Text:
    """Return when an extract was written, and what to do where it is too old to be believed."""
    return Text("answer.extract", {"written": extract.written_at, "stale": extract.stale})
