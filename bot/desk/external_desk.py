"""Handing a case to a service desk outside Slack: what it is told, and the one thing that a way out must do.

Told is what a desk needs to act: the identifier, what was found and whose move it is; never a name, and never
what the writer wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.desk.case import DeskCase, Finding
from bot.outbox.letters import Letter
from diagnostics.verdict import Outcome
from knowledge.texts import Catalogue, Language
from provisioning.records import School

OUTSIDE = "outside"
"""To whom a letter goes that hands a case over: no id of Slack's looks like it."""
KIND = "handing"


@dataclass(frozen=True)
class Handing:
    """A case as it is handed over; `id` is the same however often it is tried, so a receiver can tell."""

    id: str
    at: datetime
    subject: str
    body: str
    case: Mapping[str, Any]


class NotTaken(Exception):
    """A hand-over that was not taken, in words without people in them; `for_good`: trying again is no use."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


class Outside(Protocol):
    """A way out of Slack."""

    def take(self, handing: Handing) -> None:
        """Hand a case over; raises `NotTaken`."""
        ...


def handing_letter(case: DeskCase, at: datetime) -> Letter:
    """The letter by which a case goes out: once for each time that somebody hands it over."""
    key = f"{KIND}:{case.number}:{case.revision}"
    return Letter(key, OUTSIDE, {"kind": KIND, "case": case.number, "at": at.isoformat()}, any_time=True)


def handing(
    letter: Letter, case: DeskCase, school: School | None, catalogue: Catalogue, lang: Language
) -> Handing:
    """What is told of a case, in a language."""
    where = school.name.in_(lang) if school else ""
    lines = _lines(case.found, catalogue, lang) if case.found else []
    values = {
        "number": case.number,
        "school": where,
        "school_number": case.school or "",
        "identifier": case.identifier or "",
        "opened": case.opened_at,
    }
    key = "handing.subject" if school else "handing.subject-no-school"
    body = [
        catalogue.say("handing.opening", lang, **values),
        *lines,
        catalogue.say("handing.closing", lang, **values),
    ]
    return Handing(
        id=letter.key.replace(":", "-"),
        at=datetime.fromisoformat(letter.payload["at"]),
        subject=catalogue.say(key, lang, **values),
        body="\n\n".join(body) + "\n",
        case=_shape(case, school, catalogue, lang),
    )


def _lines(found: Finding, catalogue: Catalogue, lang: Language) -> list[str]:
    steps = [
        f"- {catalogue.say(f'step.{one.step}.title', lang)}: {catalogue.say(one.detail, lang)}"
        for one in found.steps
        if one.outcome is not Outcome.NOT_REACHED
    ]
    return [catalogue.say(found.headline, lang), "\n".join(steps), catalogue.say(found.next.action, lang)]


def _shape(case: DeskCase, school: School | None, catalogue: Catalogue, lang: Language) -> dict[str, Any]:
    found = case.found
    return {
        "number": case.number,
        "opened_at": case.opened_at.isoformat(),
        "school": {"number": school.number, "name": school.name.en, "name_cy": school.name.cy}
        if school
        else None,
        "question": case.question.value if case.question else None,
        "identifier": case.identifier,
        "entry": case.entry,
        "cause": case.cause,
        "steps": [
            {"step": one.step, "outcome": one.outcome.value, "detail": catalogue.say(one.detail, lang)}
            for one in (found.steps if found else ())
        ],
        "next": {"who": found.next.who, "action": catalogue.say(found.next.action, lang)} if found else None,
    }
