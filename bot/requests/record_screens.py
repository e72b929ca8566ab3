"""The letter of a request about records, to who keeps the records."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.people.permissions import Role
from bot.requests.actions import RequestAction
from bot.requests.request import NOT_SEEN, SEEN, Ask, AskedRecord, Ended, Request, Wanted
from bot.slack import limits
from bot.slack.blocks import Block, Screen, actions, button, context_block, escape, option, section, select
from bot.slack.fit import cut, paragraphs
from bot.slack.voice import Voice
from knowledge.texts import Text
from provisioning.records.schools import School

_SHOWN = 8
_LISTED = 100
"""Records that a letter lists, and learners that its menu offers."""
_STANDING = (Ended.AGAIN, Ended.OVER, Ended.NOBODY)
"""Ends that are told alike of every request about records."""


@dataclass(frozen=True)
class AboutRecords:
    """What a letter tells besides the request: `schools` by number, and the roles of each asker there.

    `reasons` are those of rejected rows by identifier, of the rows that are rejected still; `may_run` is
    whether the reader may start the client.
    """

    schools: Mapping[str, School]
    roles: Mapping[tuple[str, str], Collection[Role]]
    reasons: Mapping[str, Text]
    may_run: bool

    def name(self, number: str, voice: Voice) -> str:
        """Return the name of the school with a number."""
        school = self.schools.get(number)
        return school.name.in_(voice.language) if school else number


def letter(request: Request, about: AboutRecords, voice: Voice) -> Screen:
    """Return a request about records for who keeps them: which records, who asked, its state, its buttons."""
    kind = f"records.{request.wanted}"
    said = {"school": about.schools[request.school].name, "count": len(request.records)}
    title = voice.plain(f"{kind}.{'title' if request.open else 'title-ended'}", **said)
    mark = ":wave:" if request.open else ":ballot_box_with_check:"
    why = f"\n{voice.mrkdwn(f'{kind}.why', **said)}" if request.open else ""
    lines = [_record(record, request, about, voice) for record in request.records[:_LISTED]]
    more = len(request.records) - _LISTED
    lines += [voice.mrkdwn("answer.and-more", count=more)] if more > 0 else []
    blocks = [section(f"{mark} *{escape(title)}*{why}"), *map(section, paragraphs(lines))]
    blocks.append(context_block("\n".join(_asks(request.asks, about, voice))))
    state = _state(request, said, voice)
    blocks += [section(f"*{state}*")] if state else []
    if request.open and request.taken_by is None:
        blocks.append(actions(_buttons(request, about, voice)))
    return Screen(title, blocks)


def _record(record: AskedRecord, request: Request, about: AboutRecords, voice: Voice) -> str:
    """Return the line of a record: whose it is, and what is asked about it."""
    asking = about.name(record.school, voice)
    if request.wanted is Wanted.LEAVING_DATES:
        key = "line-stays" if record.stays else "line"
        school = about.name(request.school, voice)
        said = voice.mrkdwn(f"records.{request.wanted}.{key}", asking=asking, school=school)
    else:
        said = voice.mrkdwn(about.reasons.get(record.identifier, Text("records.rows.line-right")))
    return f"• `{escape(record.identifier)}` · {said}"


def _asks(asks: Sequence[Ask], about: AboutRecords, voice: Voice) -> list[str]:
    """Return a line for each asking school and role: no user is named."""
    lines = []
    for ask in asks:
        roles = about.roles.get((ask.user, ask.school), ())
        role = next((voice.plain(f"role.{role}") for role in Role if role in roles), "")
        asking = about.name(ask.school, voice)
        lines.append(voice.mrkdwn("records.asked-by", asking=asking, role=role, at=ask.at))
    more = len(lines) - _SHOWN
    return [*lines[:_SHOWN], *([voice.mrkdwn("answer.and-more", count=more)] if more > 0 else [])]


def _state(request: Request, said: Mapping[str, Any], voice: Voice) -> str:
    kind = f"records.{request.wanted}"
    if request.ended in _STANDING:
        return voice.mrkdwn(f"records.state-{request.ended}", at=request.ended_at)
    if request.ended is not None:
        said = {**said, "at": request.ended_at, "ran": request.ran_at}
        return voice.mrkdwn(f"{kind}.state-{request.ended}", **said)
    if request.taken_by is not None:
        return voice.mrkdwn("request.state-running", at=request.taken_at)
    if request.tried in (SEEN, NOT_SEEN):
        return voice.mrkdwn(f"{kind}.state-{request.tried}", **said, at=request.tried_at)
    if request.tried is None:
        return ""
    status = "request.status-refused" if request.tried == "refused" else f"run-status.{request.tried}"
    return voice.mrkdwn("request.state-tried", at=request.tried_at, status=Text(status))


def _buttons(request: Request, about: AboutRecords, voice: Voice) -> list[Block]:
    kind, value = f"records.{request.wanted}", str(request.id)
    waiting = request.waits_for
    right = voice.plain(f"{kind}.right", count=len(waiting))
    if request.tried not in (None, NOT_SEEN):
        runs = button(RequestAction.RUN, voice.plain("button.run-now"), value, "primary")
        return [runs] if about.may_run else [_details(request, voice)]
    buttons = [button(RequestAction.PUT_RIGHT, right, value, "primary")]
    if request.wanted is Wanted.ROWS:
        return [*buttons, _details(request, voice)]
    if len(waiting) == 1:
        stays = f"{value} {waiting[0].identifier}"
        return [*buttons, button(RequestAction.NOT_LEFT, voice.plain(f"{kind}.not-left"), stays)]
    options = [
        option(cut(record.identifier, limits.OPTION_TEXT), f"{value} {record.identifier}")
        for record in waiting[:_LISTED]
    ]
    menu = select(RequestAction.NOT_LEFT, voice.plain(f"{kind}.who-stays"), options)
    return [*buttons, menu]


def _details(request: Request, voice: Voice) -> Block:
    """Return the button that opens the rejected rows, or the school's last run."""
    rows = request.wanted is Wanted.ROWS
    line = f"missing {request.cause} {request.school}" if rows else f"last-run {request.school}"
    return button(RequestAction.DETAILS, voice.plain("button.open"), line)
