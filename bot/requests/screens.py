"""Requests to whoever runs a client, as Slack shows them: the letter that asks, and what askers are told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.requests.actions import RequestAction
from bot.requests.notifications import NewsOfRequest, RequestNews
from bot.requests.request import Ended, Request
from bot.requests.wanted import NO_RUN_HELPS, AskedForRun
from bot.slack import limits
from bot.slack.blocks import Block, Screen, actions, button, context_block, escape, plain, section
from bot.slack.fit import cut
from bot.slack.modals import View
from bot.slack.voice import Voice
from diagnostics.walk import About, headline
from knowledge.texts import Text
from provisioning.records import School

PASS_ON, TO = "request:pass-on", "request:to"
_SHOWN = 8


def manager_button(line: str, voice: Voice) -> Block:
    """The button that asks whoever runs the client; `line` is what it was found by."""
    return button(RequestAction.ASK, voice.plain("request.button"), line)


def asked(results: Sequence[tuple[AskedForRun, bool]], voice: Voice) -> Screen:
    """What came of asking, a line for each school; the flag says whether it may be told who was asked."""
    if not results:
        said = voice.plain("request.settled")
        return Screen(said, [section(escape(said))])
    lines = [_asked(one, named, voice) for one, named in results]
    return Screen(voice.plain("request.title-asked"), [section(line) for line in lines])


def letter(one: Request, schools: Mapping[str, School], voice: Voice, reader: str) -> Screen:
    """What is asked for, in words and counts, how it stands, and what can be done about it."""
    school = schools[one.school]
    title = voice.plain("request.title" if one.open else "request.title-ended", school=school.name)
    mark = (
        ":wave:"
        if one.open
        else ":white_check_mark:"
        if one.ended is Ended.RAN
        else ":ballot_box_with_check:"
    )
    wanted = f"\n{voice.mrkdwn(_wanted(one, schools))}" if one.open else ""
    blocks = [section(f"{mark} *{escape(title)}*{wanted}")]
    blocks.append(context_block("\n".join(_asks(one, schools, voice))))
    state = _state(one, voice)
    if state:
        blocks.append(section("\n".join(state)))
    if one.open and one.taken_by is None and reader not in one.passed:
        blocks.append(actions(_deeds(one, voice)))
    return Screen(title, blocks)


def news(told: NewsOfRequest, request: Request, school: School, foreign: bool, voice: Voice) -> Screen | None:
    """What those who have asked are told; `foreign`, at another school, no more than whether it has run."""
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


def not_mine(one: Request, school: School, voice: Voice) -> View:
    """Asks whose it is."""
    menu = {
        "type": "users_select",
        "action_id": TO,
        "placeholder": plain(voice.plain("request.to-placeholder")),
    }
    field = {
        "type": "input",
        "block_id": TO,
        "optional": True,
        "label": plain(voice.plain("request.to")),
        "hint": plain(voice.plain("request.to-hint")),
        "element": menu,
    }
    return {
        "type": "modal",
        "callback_id": PASS_ON,
        "private_metadata": str(one.id),
        "title": plain(cut(voice.plain("request.not-mine"), limits.VIEW_TITLE)),
        "submit": plain(cut(voice.plain("request.pass-on"), limits.VIEW_SUBMIT)),
        "close": plain(voice.plain("modal.close")),
        "blocks": [section(voice.mrkdwn("request.title", school=school.name)), field],
    }


def _asked(one: AskedForRun, named: bool, voice: Voice) -> str:
    want = one.want
    said = {"school": want.school.name, "at": one.at, "contact": want.contact}
    return voice.mrkdwn(f"request.{one.how}", **said) + (_people(one.who) if named else "")


def _wanted(one: Request, schools: Mapping[str, School]) -> Text:
    """The cause in words, with a count in the place of anybody's identifier."""
    whom = Text("missing.people", {"count": one.people})
    asking = schools.get(one.asks[0].school, schools[one.school]) if one.asks else schools[one.school]
    return headline(one.cause, About(asking, whom, (schools[one.school],)))


def _asks(one: Request, schools: Mapping[str, School], voice: Voice) -> list[str]:
    lines = []
    for ask in one.asks[:_SHOWN]:
        school = schools.get(ask.school)
        said = voice.mrkdwn(
            "request.asked-by", school=school.name if school else ask.school, count=ask.people, at=ask.at
        )
        lines.append(f"{_person(ask.user)} · {said}")
    more = len(one.asks) - _SHOWN
    return [*lines, voice.mrkdwn("answer.and-more", count=more)] if more > 0 else lines


def _state(one: Request, voice: Voice) -> list[str]:
    lines = []
    if one.passed:
        lines.append(f"{voice.mrkdwn('request.state-passed')}{_people(one.passed)}")
    if one.tried_by is not None and one.ended is not Ended.RAN:
        tried = voice.mrkdwn("request.state-tried", at=one.tried_at, status=_status(one.tried))
        lines.append(f"{tried}{_people([one.tried_by])}")
    if one.taken_by is not None:
        lines.append(f"{voice.mrkdwn('request.state-running', at=one.taken_at)}{_people([one.taken_by])}")
    if one.ended is not None:
        key = f"{one.ended}-ran" if one.ended is Ended.DONE and one.ran_at else str(one.ended)
        by = _people([one.ended_by]) if one.ended in (Ended.RAN, Ended.DONE) else ""
        lines.append(f"*{voice.mrkdwn(f'request.state-{key}', at=one.ended_at, ran=one.ran_at)}*{by}")
    return lines


def _deeds(one: Request, voice: Voice) -> list[Block]:
    value = str(one.id)
    held = one.cause in NO_RUN_HELPS
    details = f"missing {one.cause} {one.school}" if one.own and not held else f"last-run {one.school}"
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
    """People as Slack shows them, after what is said of them; nothing where there is nobody."""
    named = ", ".join(_person(user) for user in users if user)
    return f" {named}" if named else ""


def _person(user: str) -> str:
    return f"<@{user}>"
