"""The form that freezes runs, with the freezes that there are, and what is said of them."""

from collections.abc import Sequence
from datetime import date

from bot.commands import Command
from bot.freezes.actions import FreezeAction
from bot.slack import limits
from bot.slack.blocks import (
    Block,
    Screen,
    button,
    confirm,
    context_block,
    divider,
    escape,
    input_block,
    option,
    section,
    select,
)
from bot.slack.context import Context
from bot.slack.fit import cut
from bot.slack.modals import SCHOOL, View, school_menu, school_options
from bot.slack.modals import form as made_form
from bot.slack.signed import signed
from bot.slack.voice import Voice
from provisioning.records.schools import School
from provisioning.store.freezes import LONGEST_REASON, MOST_DAYS, Freeze

FORM, AUTHORITY, FROM, TO, REASON = "freeze:form", "authority", "from", "to", "reason"
_SHOWN = 10
"""Freezes that the form lists."""


def form(
    found: Sequence[Freeze],
    schools: Sequence[School],
    authorities: Sequence[str],
    command: Command,
    day: date,
    context: Context,
) -> View:
    """Return the form: what is to be frozen, from which day to which, and why; above it the freezes `found`.

    `schools` and `authorities` are those that the caller may freeze; `command` may name one of the schools.
    """
    voice = context.voice
    names: dict[str, School] = {school.number: school for school in context.every_school()}
    blocks = [section(voice.mrkdwn("freeze.about", count=MOST_DAYS))]
    blocks += [_listed(each, names, voice) for each in found[:_SHOWN]]
    if len(found) > _SHOWN:
        blocks.append(context_block(voice.mrkdwn("freeze.more", count=len(found) - _SHOWN)))
    blocks += [divider()] if found else []
    only = schools[0].number if len(schools) == 1 and not authorities else ""
    if not only:
        blocks += _places(schools, authorities, command.school, voice)
    reason = {"type": "plain_text_input", "max_length": LONGEST_REASON}
    blocks += [
        input_block(FROM, voice.plain("freeze.from"), _day(day)),
        input_block(TO, voice.plain("freeze.to"), _day(None)),
        input_block(REASON, voice.plain("freeze.reason"), reason, hint=voice.plain("freeze.reason-hint")),
    ]
    view = made_form(FORM, voice.plain("freeze.title"), blocks, voice.plain("freeze.submit"), voice)
    return view | {"private_metadata": only}


def _places(schools: Sequence[School], authorities: Sequence[str], asked: str, voice: Voice) -> list[Block]:
    """Return the fields for a school and for an authority, of which one is filled in."""
    menu = school_menu(SCHOOL, schools, voice)
    found = [school for school in schools if school.number == asked]
    menu |= {"initial_option": school_options(found, voice)[0]} if found else {}
    fields = [input_block(SCHOOL, voice.plain("modal.school"), menu, optional=True)]
    if authorities:
        named = sorted((place_of(code, {}, voice), code) for code in authorities)
        options = [option(said, code) for said, code in named[: limits.SELECT_OPTIONS]]
        chosen = select(AUTHORITY, voice.plain("freeze.choose-authority"), options)
        fields.append(input_block(AUTHORITY, voice.plain("freeze.authority"), chosen, optional=True))
    return fields


def _day(initial: date | None) -> Block:
    return {"type": "datepicker"} | ({"initial_date": initial.isoformat()} if initial else {})


def _listed(freeze: Freeze, names: dict[str, School], voice: Voice) -> Block:
    """Return a freeze with the button that ends it."""
    place = place_of(freeze.place, names, voice)
    end = button(FreezeAction.END, voice.plain("freeze.end"), str(freeze.id), which=freeze.id, about=place)
    asked = confirm(
        voice.plain("freeze.end-title"),
        cut(place, limits.CONFIRM_TEXT),
        voice.plain("freeze.end"),
        voice.plain("button.cancel"),
    )
    return section(f":snowflake: {_told('freeze.listed', freeze, place, voice)}", end | {"confirm": asked})


def place_of(place: str, names: dict[str, School], voice: Voice) -> str:
    """Return a place in words: the name and number of a school, or the name and code of an authority."""
    school = names.get(place)
    if school is None:
        return cut(voice.all_schools_of(place), limits.OPTION_TEXT)
    return cut(f"{school.name.in_(voice.language)} ({place})", limits.OPTION_TEXT)


def begun(freeze: Freeze, names: dict[str, School], voice: Voice) -> Screen:
    """Return that a freeze was set, and what follows from it."""
    said = voice.plain("freeze.begun", place=place_of(freeze.place, names, voice))
    told = _told("freeze.days", freeze, "", voice)
    after = voice.mrkdwn("freeze.after")
    return Screen(said, [section(f":snowflake: *{escape(said)}*\n{told}"), context_block(after)])


def ended(freeze: Freeze, names: dict[str, School], voice: Voice) -> Screen:
    """Return that a freeze was ended."""
    said = voice.plain("freeze.ended", place=place_of(freeze.place, names, voice))
    return Screen(said, [section(escape(said))])


def _told(key: str, freeze: Freeze, place: str, voice: Voice) -> str:
    values = {"begins": freeze.begins_on, "ends": freeze.ends_on, "reason": freeze.reason, "place": place}
    return signed(voice.mrkdwn(key, **values), freeze.by, voice)
