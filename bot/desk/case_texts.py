"""A case in words: its subject, and the draft of a reply to the writer.

An e-mail may come from anywhere, so a draft names no person of the case; a user checks it before it is
sent.
"""

from datetime import date

from bot.desk.case import DESK, DeskCase
from knowledge.loading import Knowledge
from knowledge.texts import Bilingual, Text

Subject = Text | Bilingual
"""The subject of a case in a few words, without a name or identifier."""

_NOT_NAMED = ("nobody", DESK, "staff-member")
"""Parties that act next, but are not named to the writer."""


def subject(case: DeskCase, knowledge: Knowledge, today: date) -> Subject:
    """Return the subject of a case: its cause, or the guide's question."""
    if case.cause is not None:
        return Text(f"missing.{case.cause}")
    if case.entry is not None:
        asked = knowledge.edition(case.entry, today).question
        return Bilingual(asked.en, asked.cy)
    return Text("desk.unclear")


def draft(case: DeskCase, knowledge: Knowledge, today: date) -> str:
    """Return a reply in the writer's language: the cause in general words, and who acts next."""
    say, language = knowledge.catalogue.say, case.language
    desk = knowledge.service_desk
    parts = [say("desk.draft.greeting", language)]
    if case.found is not None:
        parts.append(say(f"desk.draft.cause.{case.found.cause}", language))
        if case.who not in _NOT_NAMED:
            contact = next(known.contact for known in knowledge.contacts.values() if known.who == case.who)
            who = say(f"who.{case.who}", language)
            parts.append(say("desk.draft.next", language, who=who, contact=contact.in_(language)))
    elif case.entry is not None:
        steps = knowledge.edition(case.entry, today).steps
        lines = [f"{number}. {step.in_(language)}" for number, step in enumerate(steps, start=1)]
        parts.append("\n".join([say("desk.draft.guide", language), *lines]))
    else:
        parts.append(say("desk.draft.unclear", language))
    parts.append(say("desk.draft.closing", language, number=case.number, email=desk.email, phone=desk.phone))
    return "\n\n".join(parts)
