"""A case as a message to the service desk outside Slack.

It carries what that desk needs to act: identifier, finding and next step; never a name or an enquiry's text.
"""

from datetime import datetime
from typing import Any

from bot.desk.case import DeskCase, Finding
from bot.outbox.transports.external import ExternalMessage
from bot.slack.voice import Voice
from diagnostics.verdict import Outcome
from diagnostics.wording import asked
from knowledge.texts import Text
from provisioning.records.schools import School


def case_message(
    id_: str, at: datetime, case: DeskCase, school: School | None, voice: Voice
) -> ExternalMessage:
    """Return the message, with the id `id_`, by which a case was handed over `at` a moment."""
    values = {
        "number": case.number,
        "school": school.name.in_(voice.language) if school else "",
        "school_number": case.school or "",
        "identifier": case.identifier or "",
        "opened": case.opened_at,
        "cause": Text(f"missing.{case.cause}") if case.cause else "",
    }
    body = [
        voice.plain("handing.opening", **values),
        *(_paragraphs(case.found, voice) if case.found else []),
        voice.plain("handing.closing", **values),
    ]
    return ExternalMessage(
        id=id_,
        at=at,
        subject=voice.plain("handing.subject" if school else "handing.subject-no-school", **values),
        body="\n\n".join(body) + "\n",
        type="case.handed-over",
        data=_data(case, school, voice),
    )


def _paragraphs(found: Finding, voice: Voice) -> list[str]:
    """Return what was found, the steps that were reached, and what is to be done."""
    steps = [
        f"- {voice.plain(asked(step, voice.catalogue))} {voice.plain(step.detail)}"
        for step in found.steps
        if step.outcome is not Outcome.NOT_REACHED
    ]
    return [
        voice.plain(found.headline),
        "\n".join(steps),
        voice.plain(found.next.action),
        voice.plain("handing.ring", who=Text(f"who.{found.next.who}"), contact=found.next.contact),
    ]


def _data(case: DeskCase, school: School | None, voice: Voice) -> dict[str, Any]:
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
            {"step": step.step, "outcome": step.outcome.value, "detail": voice.plain(step.detail)}
            for step in (found.steps if found else ())
        ],
        "next": {
            "who": found.next.who,
            "action": voice.plain(found.next.action),
            "contact": found.next.contact.in_(voice.language),
        }
        if found
        else None,
    }


def refusal_of(why: str) -> Text:
    """Return in words why the desk did not get a case, by the reason for which its letter was given up.

    The reason is the transport's (`smtp-550`, `http-410`), `no-hand-over`, or that of a last attempt.
    """
    kind, _, number = why.partition("-")
    if kind in ("smtp", "http") and number.isdigit():
        return Text(f"handing.refused.{kind}", {"number": number})
    known = why if why in ("no-hand-over", "not-made") else "not-reached"
    return Text(f"handing.refused.{known}", {"why": why})
