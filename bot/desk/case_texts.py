"""A case in words: its subject, and the draft of a reply to the writer.

An e-mail may come from anywhere, so a draft names no person of the case; a user checks it before it is
sent.
"""

from collections.abc import Sequence
from datetime import date

from bot.desk.case import DESK, DeskCase
from knowledge.loading import Knowledge
from knowledge.texts import Bilingual, Language, Text

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


def draft(cases: Sequence[DeskCase], knowledge: Knowledge, today: date) -> str:
    """Return a reply in the writer's language: for each case the cause in general words, and who acts next.

    Several `cases` are those of one text, in the order in which it names their people: by that the writer
    knows which is which.
    """
    say, language, desk = knowledge.catalogue.say, cases[0].language, knowledge.service_desk
    parts = [say("desk.draft.greeting", language)]
    answers = ["\n\n".join(_answer(case, language, knowledge, today)) for case in cases]
    if len(cases) == 1:
        parts += answers
    else:
        parts.append(say("desk.draft.several", language, count=len(cases)))
        parts += [f"{number}. {answer}" for number, answer in enumerate(answers, start=1)]
    numbers = [str(case.number) for case in cases]
    parts.append(say("desk.draft.closing", language, numbers=numbers, email=desk.email, phone=desk.phone))
    return "\n\n".join(parts)


def _answer(case: DeskCase, language: Language, knowledge: Knowledge, today: date) -> list[str]:
    """Return the paragraphs of a reply about `case`."""
    say = knowledge.catalogue.say
    if case.found is not None:
        parts = [say(f"desk.draft.cause.{case.found.cause}", language)]
        if case.who not in _NOT_NAMED:
            contact = next(known.contact for known in knowledge.contacts.values() if known.who == case.who)
            who = say(f"who.{case.who}", language)
            parts.append(say("desk.draft.next", language, who=who, contact=contact.in_(language)))
        return parts
    if case.entry is not None:
        steps = knowledge.edition(case.entry, today).steps
        lines = [f"{number}. {step.in_(language)}" for number, step in enumerate(steps, start=1)]
        return ["\n".join([say("desk.draft.guide", language), *lines])]
    return [say("desk.draft.unclear", language)]
