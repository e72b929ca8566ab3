"""The finding of a case as the JSON in which the store keeps it."""

from typing import Any

from bot.desk.case import Finding
from diagnostics.verdict import Next, Outcome, Verdict
from knowledge.texts import Bilingual, Text


def write(found: Finding) -> dict[str, Any]:
    """Return a finding as plain JSON; `as_of` is wrapped in a text, which keeps dates and moments apart."""
    return {
        "entry": found.entry,
        "identifier": found.identifier,
        "cause": found.cause,
        "headline": found.headline.to_json(),
        "steps": [
            {
                "step": step.step,
                "outcome": step.outcome.value,
                "detail": step.detail.to_json(),
                "as_of": Text("", {"as_of": step.as_of}).to_json(),
                "cause": step.cause,
            }
            for step in found.steps
        ],
        "who": found.next.who,
        "contact": {"en": found.next.contact.en, "cy": found.next.contact.cy},
        "action": found.next.action.to_json(),
    }


def read(stored: dict[str, Any]) -> Finding:
    """Return the finding that `write` has written as `stored`."""
    return Finding(
        entry=stored["entry"],
        identifier=stored["identifier"],
        cause=stored["cause"],
        headline=Text.from_json(stored["headline"]),
        steps=tuple(
            Verdict(
                step["step"],
                Outcome(step["outcome"]),
                Text.from_json(step["detail"]),
                Text.from_json(step["as_of"]).values["as_of"],
                step["cause"],
            )
            for step in stored["steps"]
        ),
        next=Next(stored["who"], Bilingual(**stored["contact"]), Text.from_json(stored["action"])),
    )
