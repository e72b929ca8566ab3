"""Requests as Slack shows them: the letter to a recipient, and the answers and news to askers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.people.absences import Absences
from bot.people.permissions import Caller, Role
from bot.requests import record_answers
from bot.requests.actions import RequestAction
from bot.requests.notifications import NewsOfRequest, RequestNews
from bot.requests.request import Ended, Request, Wanted
from bot.requests.standing import Line, Press, Said
from bot.requests.wanted import NO_RUN_HELPS, Asked, Want
from bot.slack.away_words import away_lines
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    context_block,
    escape,
    input_block,
    section,
    users_select,
)
from bot.slack.modals import View, form
from bot.slack.voice import Voice
from diagnostics.causes import About, headline
from knowledge.texts import Bilingual, Text
from provisioning.records.schools import School

PASS_ON, TO = "request:pass-on", "request:to"
_SHOWN = 8


def ask_button(
    wants: Sequence[Want], press: Press, school: School, line: str, voice: Voice, about: str = ""
) -> Block:
    """Return the button that asks for what `school` wants; `line` is the command line of what was found.

    It says who is asked, or that the reader is told of what a colleague has asked for; `about` is what it
    asks for, where a screen has several.
    """
    wanted = wants[0].wanted
    if press is Press.JOIN:
        key = "request.join"
    elif wanted is Wanted.RUN:
        key = "request.button" if wants[0].school == school else "request.button-previous"
    else:
        key = f"records.{wanted}.{'button' if press is Press.ASK else 'button-again'}"
    return button(RequestAction.ASK, voice.plain(key), line, about=about)


def standing_lines(
    lines: Sequence[Line], caller: Caller, voice: Voice, *, no_contact: bool = False
) -> list[str]:
    """Return for `caller` what was asked or answered already, or whom to reach outside Slack.

    With `no_contact` the answer does not say how to reach who acts next, so that these lines do. Schools at
    which there is no user to ask are told of in one line for each contact.
    """
    together: dict[tuple[Any, ...], list[Line]] = {}
    for line in lines:
        alone = line.said is not Said.UNREACHABLE or line.want.wanted is Wanted.RUN
        key = (line,) if alone else (line.want.wanted, _manager(line.want.school, caller))
        together.setdefault(key, []).append(line)
    return [_standing_line(equal, caller, voice, no_contact=no_contact) for equal in together.values()]


def _manager(school: School, caller: Caller) -> str:
    """Return the contact for the provisioning of `school`; nothing where that is `caller`."""
    return "" if Role.PROVISIONING_MANAGER in caller.roles(school) else school.contact


def _standing_line(equal: Sequence[Line], caller: Caller, voice: Voice, *, no_contact: bool) -> str:
    """Return the line for what is `equal` but for the school."""
    line, want = equal[0], equal[0].want
    kind = "request" if want.wanted is Wanted.RUN else f"records.{want.wanted}"
    named = [each.want.school.name for each in equal]
    school = Bilingual(", ".join(name.en for name in named), ", ".join(name.cy for name in named))
    said: dict[str, Any] = {"school": school, "several": len(equal) > 1, "at": line.at, "again": line.again}
    said |= {"contact": want.contact, "manager": _manager(want.school, caller)}
    said |= {"no_contact": no_contact}
    told = voice.mrkdwn(f"{kind}.stands-{line.said}", **said, count=line.count, claimed=line.claimed)
    return f"{told} {_person(line.by)}" if line.said is Said.THEIRS else told


def asked(
    results: Sequence[tuple[Asked, bool]],
    schools: Mapping[str, School],
    voice: Voice,
    away: Absences,
    asker: str,
) -> Screen:
    """Return the answer to `asker`, a line for each school, and who of the recipients is among those `away`.

    The flag beside each result says whether the recipients may be named; `schools` are by number.
    """
    if not results:
        said = voice.plain("request.settled")
        return Screen(said, [section(escape(said))])
    lines = [
        _asked(result, named, voice)
        if result.want.wanted is Wanted.RUN
        else record_answers.asked(result, schools.get(result.by, result.want.school), voice)
        for result, named in results
    ]
    may_name = (result for result, named in results if named and result.want.wanted is Wanted.RUN)
    lines += away_lines((user for result in may_name for user in result.who), away, voice, asker)
    return Screen(voice.plain("request.title-asked"), [section(line) for line in lines])


def letter(request: Request, schools: Mapping[str, School], voice: Voice, reader: str) -> Screen:
    """Return a request for its recipient `reader`: cause, askers, state, and buttons while it is open.

    `schools` are by number.
    """
    school = schools[request.school]
    title = voice.plain("request.title" if request.open else "request.title-ended", school=school.name)
    mark = (
        ":wave:"
        if request.open
        else ":white_check_mark:"
        if request.ended is Ended.RAN
        else ":ballot_box_with_check:"
    )
    wanted = f"\n{voice.mrkdwn(_wanted(request, schools))}" if request.open else ""
    blocks = [section(f"{mark} *{escape(title)}*{wanted}")]
    blocks.append(context_block("\n".join(_asks(request, schools, voice))))
    state = _state(request, voice)
    if state:
        blocks.append(section("\n".join(state)))
    if request.open and request.taken_by is None and reader not in request.passed:
        blocks.append(actions(_buttons(request, voice)))
    return Screen(title, blocks)


def news(told: NewsOfRequest, request: Request, school: School, foreign: bool, voice: Voice) -> Screen | None:
    """Return the news to an asker about the client of `school`.

    An asker without a role there (`foreign`) is told no more than whether the client has run.
    """
    what = told.news
    said: dict[str, Any] = {"school": school.name, "ran": request.ran_at, "contact": _contact(school, voice)}
    if foreign:
        if what in (RequestNews.TRIED, RequestNews.PASSED):
            return None
        key = "foreign-ran" if request.ran_at else "foreign-not-yet"
        by = ""
    else:
        key = f"{what}-ran" if what is RequestNews.DONE and request.ran_at else str(what)
        by = _people(told.to if what is RequestNews.PASSED else [told.by])
        said |= {"status": _status(told.status)} if what is RequestNews.TRIED else {}
    words = voice.plain(f"request.news-{key}", **said)
    opens = button(RequestAction.MISSING, voice.plain("button.missing"), f"missing {told.school}")
    return Screen(words, [section(f"{escape(words)}{by}", opens)])


def not_mine(request: Request, school: School, voice: Voice) -> View:
    """Return the modal that asks to whom a request is passed on."""
    menu = users_select(TO, voice.plain("request.to-placeholder"))
    blocks = [
        section(voice.mrkdwn("request.title", school=school.name)),
        input_block(TO, voice.plain("request.to"), menu, optional=True, hint=voice.plain("request.to-hint")),
    ]
    title, submit = voice.plain("request.not-mine"), voice.plain("request.pass-on")
    return form(PASS_ON, title, blocks, submit, voice) | {"private_metadata": str(request.id)}


def _asked(result: Asked, named: bool, voice: Voice) -> str:
    want = result.want
    said = {"school": want.school.name, "at": result.at, "contact": want.contact, "until": result.until}
    return voice.mrkdwn(f"request.{result.outcome}", **said) + (_people(result.who) if named else "")


def _wanted(request: Request, schools: Mapping[str, School]) -> Text:
    """Return the cause in words, with a count in place of an identifier."""
    whom = Text("missing.people", {"count": request.people})
    school = schools[request.school]
    asking = schools.get(request.asks[0].school, school) if request.asks else school
    return headline(request.cause, About(asking, whom, (school,), of_previous=asking != school))


def _asks(request: Request, schools: Mapping[str, School], voice: Voice) -> list[str]:
    lines = []
    for ask in request.asks[:_SHOWN]:
        school = schools.get(ask.school)
        said = voice.mrkdwn(
            "request.asked-by", school=school.name if school else ask.school, count=ask.people, at=ask.at
        )
        lines.append(f"{_person(ask.user)} · {said}")
    more = len(request.asks) - _SHOWN
    return [*lines, voice.mrkdwn("answer.and-more", count=more)] if more > 0 else lines


def _state(request: Request, voice: Voice) -> list[str]:
    lines = []
    if request.passed:
        lines.append(f"{voice.mrkdwn('request.state-passed')}{_people(request.passed)}")
    if request.tried_by is not None and request.ended is not Ended.RAN:
        tried = voice.mrkdwn("request.state-tried", at=request.tried_at, status=_status(request.tried))
        lines.append(f"{tried}{_people([request.tried_by])}")
    if request.taken_by is not None:
        running = voice.mrkdwn("request.state-running", at=request.taken_at)
        lines.append(f"{running}{_people([request.taken_by])}")
    if request.ended is not None:
        done_and_ran = request.ended is Ended.DONE and request.ran_at
        key = f"{request.ended}-ran" if done_and_ran else str(request.ended)
        by = _people([request.ended_by]) if request.ended in (Ended.RAN, Ended.DONE) else ""
        ended = voice.mrkdwn(f"request.state-{key}", at=request.ended_at, ran=request.ran_at)
        lines.append(f"*{ended}*{by}")
    return lines


def _buttons(request: Request, voice: Voice) -> list[Block]:
    value, number = str(request.id), request.school
    held = request.cause in NO_RUN_HELPS
    details = f"missing {request.cause} {number}" if request.own and not held else f"last-run {number}"
    runs = [] if held else [button(RequestAction.RUN, voice.plain("button.run-now"), value, "primary")]
    return [
        *runs,
        button(RequestAction.DONE, voice.plain("request.done"), value),
        button(RequestAction.NOT_MINE, voice.plain("request.not-mine"), value),
        button(RequestAction.DETAILS, voice.plain("button.open"), details),
    ]


def _contact(school: School, voice: Voice) -> str:
    return school.contact or voice.plain("who.provisioning-manager.contact")


def _status(status: str | None) -> Text:
    return Text(f"request.status-{status}") if status == "refused" else Text(f"run-status.{status}")


def _people(users: Iterable[str | None]) -> str:
    """Return `users` as mentions, to be put after a sentence; blank where there are none."""
    named = ", ".join(_person(user) for user in users if user)
    return f" {named}" if named else ""


def _person(user: str) -> str:
    return f"<@{user}>"
