"""The form about an absence, and what is said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.absence.actions import AbsenceAction
from bot.people.absences import Absence
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    again,
    button,
    context_block,
    escape,
    input_block,
    plain,
    section,
    users_select,
)
from bot.slack.modals import View
from bot.slack.modals import form as made_form
from bot.slack.voice import Voice
from knowledge.texts import Text
from provisioning.records.schools import School

FORM, UNTIL, COVER = "absence:form", "until", "cover"
_TASKS = 15
"""Things that a letter to a cover lists."""
_SHOWN = 5
"""Schools of which is told who else is told there."""


@dataclass(frozen=True)
class CoveredTask:
    """What waits for a user who is away: what it is, at which school, and the button that opens it."""

    said: Text
    school: str
    action: str
    value: str

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, for a letter."""
        return {
            "said": self.said.to_json(),
            "school": self.school,
            "action": self.action,
            "value": self.value,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CoveredTask":
        """Return what `to_json` wrote."""
        return cls(Text.from_json(stored["said"]), stored["school"], stored["action"], stored["value"])


def covering(
    absence: Absence, tasks: Sequence[CoveredTask], schools: Mapping[str, School], voice: Voice
) -> Screen:
    """Return to the cover that a user is away, and what waits for them; `schools` are by number."""
    title = voice.plain("absence.covering", until=absence.until, count=len(tasks))
    away = f"<@{absence.user}> {voice.mrkdwn('absence.away-until', until=absence.until)}"
    blocks = [section(f"{away} {voice.mrkdwn('absence.covering-gets')}")]
    blocks.append(section(voice.mrkdwn("absence.covering-about", count=len(tasks))))
    for task in tasks[:_TASKS]:
        school = schools[task.school].name
        said = f"{voice.name(school)}: {voice.mrkdwn(task.said)}"
        about = f"{school.in_(voice.language)}, {voice.plain(task.said)}"
        blocks.append(section(said, again(task.action, voice.plain("button.open"), task.value, about)))
    if len(tasks) > _TASKS:
        blocks.append(context_block(voice.mrkdwn("answer.and-more", count=len(tasks) - _TASKS)))
    return Screen(title, [section(f"*{escape(title)}*"), *blocks])


def all_away(school: School, until: date, voice: Voice) -> Screen:
    """Return to an officer that a school's own people are all away, the first of them until a day."""
    title = voice.plain("absence.all-away", school=school.name)
    said = voice.mrkdwn("absence.all-away-about", until=until)
    return Screen(title, [section(f"*{escape(title)}*\n{said}")])


def form(now: Absence | None, voice: Voice) -> View:
    """Return the form: until which day, and who covers; filled in with the absence of `now`, if any."""
    until: Block = {
        "type": "datepicker",
        "action_id": UNTIL,
        "placeholder": plain(voice.plain("absence.choose-day")),
    }
    cover = users_select(COVER, voice.plain("absence.choose-cover"))
    if now is not None:
        until["initial_date"] = now.until.isoformat()
        cover |= {"initial_user": now.cover} if now.cover else {}
    blocks = [
        section(voice.mrkdwn("absence.about")),
        input_block(UNTIL, voice.plain("absence.until"), until),
        input_block(
            COVER, voice.plain("absence.cover"), cover, hint=voice.plain("absence.hint"), optional=True
        ),
    ]
    return made_form(FORM, voice.plain("absence.title"), blocks, voice.plain("absence.submit"), voice)


def begun(
    absence: Absence,
    without: Sequence[School],
    others: Mapping[str, Sequence[str]],
    schools: Mapping[str, School],
    voice: Voice,
) -> Screen:
    """Return what follows from an absence: who covers, where they may not, and who else is told there.

    `without` are the schools at which the cover has no role; `others` are the users who are told, by the
    number of a school of `schools` where no cover stands in.
    """
    said = voice.plain("absence.begun", until=absence.until)
    lines = [escape(said)]
    if absence.cover:
        lines.append(f"<@{absence.cover}> {voice.mrkdwn('absence.stands-in')}")
    for number, users in list(others.items())[:_SHOWN]:
        name = voice.name(schools[number].name)
        if number in {school.number for school in without}:
            name = f"{name} ({voice.mrkdwn('absence.no-role')})"
        who = ", ".join(f"<@{user}>" for user in users[:_SHOWN])
        key = "absence.others" if users else "absence.no-others"
        lines.append(f"• {name}: {voice.mrkdwn(key)}{f' {who}' if who else ''}")
    return Screen(said, [section("\n".join(lines)), actions([_back(voice)])])


def ended(voice: Voice) -> Screen:
    """Return that the user is there again."""
    said = voice.plain("absence.ended")
    return Screen(said, [section(escape(said))])


def own(absence: Absence, voice: Voice) -> Block:
    """Return the line by which a user who is away is told so, with the button that ends it."""
    said = voice.mrkdwn("absence.you-are-away", until=absence.until)
    covered = f" {voice.mrkdwn('absence.covers')} <@{absence.cover}>." if absence.cover else ""
    return section(f"{said}{covered}", _back(voice))


def _back(voice: Voice) -> Block:
    return button(AbsenceAction.BACK, voice.plain("absence.back"), "away")
