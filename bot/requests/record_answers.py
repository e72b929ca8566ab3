"""What is told of a request about records: to who asks, to who has answered it, and news to the askers."""

from collections.abc import Collection, Sequence
from typing import Any

from bot.identifiers import LONGEST
from bot.requests.actions import RequestAction
from bot.requests.look import Look
from bot.requests.notifications import NewsOfRequest, RequestNews
from bot.requests.request import NOT_SEEN, RESTS, SEEN, AskedRecord, Request, Wanted
from bot.requests.wanted import Asked, AskOutcome
from bot.slack.blocks import Block, Screen, button, escape, section
from bot.slack.voice import Voice
from knowledge.texts import Text
from provisioning.records.schools import School

_SHOWN = 8
_NEWS = (SEEN, NOT_SEEN, RequestNews.NOT_LEFT, RequestNews.RAN, RequestNews.OVER, RequestNews.NOBODY)
"""The news that askers are told, by their name or by how an answer was found."""


def asked(result: Asked, asking: School, voice: Voice) -> str:
    """Return the line that answers who has asked for records, on behalf of the school `asking`."""
    want = result.want
    said: dict[str, Any] = {"school": want.school.name, "at": result.at, "asking": asking.name}
    said |= {"contact": want.contact, "manager": want.school.contact, "count": len(want.records)}
    said |= {"again": None if result.at is None else result.at + RESTS}
    if result.outcome is AskOutcome.ANSWERED:
        return voice.mrkdwn(f"records.{want.wanted}.stands-answered", **said)
    return voice.mrkdwn(f"records.{want.wanted}.{result.outcome}", **said)


def answered(request: Request, seen: Look, school: School, voice: Voice) -> str:
    """Return the line for who has said that the records are right: what the data shows of that."""
    what = "told-not-seen" if seen.unsettled else "told-seen"
    return voice.mrkdwn(
        f"records.{request.wanted}.{what}",
        school=school.name,
        written=seen.written,
        who=_named(seen.unsettled, voice),
    )


def news(
    told: NewsOfRequest, request: Request, school: School, here: Collection[str], voice: Voice
) -> Screen | None:
    """Return the news to an asker; `here` are the identifiers whose accounts are at the asker's school."""
    own = [record for record in request.records if record.school == told.school]
    about = own if told.news is RequestNews.TRIED else [record for record in own if not record.stays]
    if told.news is RequestNews.NOT_LEFT:
        about = [record for record in own if record.stays]
    key = told.status if told.news is RequestNews.TRIED else str(told.news)
    if told.news in (RequestNews.PASSED, RequestNews.DONE) or key not in _NEWS or not about:
        return None
    count = len(about)
    said: dict[str, Any] = {"school": school.name, "count": count, "contact": _contact(request)}
    words = voice.plain(
        f"records.{request.wanted}.news-{key}",
        **said,
        here=sum(record.identifier in here for record in about),
    )
    first = " ".join(f"`{escape(record.identifier)}`" for record in about[:_SHOWN])
    more = len(about) - _SHOWN
    named = f"{first} {voice.mrkdwn('answer.and-more', count=more)}" if more > 0 else first
    return Screen(words, [section(f"{escape(words)}\n{named}", _opens(about, told.school, voice))])


def _contact(request: Request) -> Text:
    who = "previous-school" if request.wanted is Wanted.LEAVING_DATES else "mis-administrator"
    return Text(f"who.{who}.contact")


def _opens(about: Sequence[AskedRecord], school: str, voice: Voice) -> Block:
    """Return the button that opens what stands in the way now: of the only person, or of all who miss."""
    if len(about) == 1 and ":" not in about[0].identifier and len(about[0].identifier) <= LONGEST:
        line = f"why-missing {about[0].identifier} {school}"
        return button(RequestAction.DETAILS, voice.plain("button.open"), line)
    return button(RequestAction.MISSING, voice.plain("button.missing"), f"missing {school}")


def _named(identifiers: Sequence[str], voice: Voice) -> str:
    more = len(identifiers) - _SHOWN
    first = ", ".join(identifiers[:_SHOWN])
    return f"{first}, {voice.plain('answer.and-more', count=more)}" if more > 0 else first
