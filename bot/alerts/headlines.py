"""How alerts and coming facts are named, in their messages and in digests. Pure."""

from datetime import date

from bot.alerts.alert import RUN_FAILED, Alert, Fact
from diagnostics.wording import StageState, open_state, sentence
from knowledge.texts import Text


def title_of(kind: str) -> Text:
    """Return the title of a kind of alert."""
    return Text("alert.run-failed.title" if kind == RUN_FAILED else f"step.{kind}.title")


def headline(matter: Alert | Fact, today: date) -> Text:
    """Return the sentence that tells the state of an alert on the day `today`, or that it was put right."""
    kind, state = matter.key.kind, open_state(matter.due, today)
    if isinstance(matter, Alert) and not matter.open:
        state = StageState.DONE
    return title_of(kind) if kind == RUN_FAILED else sentence(kind, state, matter.text)
