"""The form about an absence, and what is said of it."""

from collections.abc import Mapping, Sequence

from bot.absence.actions import AbsenceAction
from bot.people.absences import Absence
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    escape,
    input_block,
    plain,
    section,
    users_select,
)
from bot.slack.modals import View
from bot.slack.modals import form as made_form
from bot.slack.voice import Voice
from provisioning.records.schools import School

FORM, UNTIL, COVER = "absence:form", "until", "cover"
_SHOWN = 5
"""Schools of which is told who else is told there."""


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
