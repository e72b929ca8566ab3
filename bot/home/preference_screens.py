"""The form by which users choose which digests they get."""

from bot.hours import OfficeHours
from bot.people.preferences import DigestChoice
from bot.slack.blocks import Block, Screen, escape, input_block, option, section, select
from bot.slack.modals import View, form
from bot.slack.voice import Voice

FORM, HOUR, WHEN, WHAT = "preferences:form", "hour", "when", "what"
WEEKLY, CHANGED = "weekly", "changed"
ALL, LATE = "all", "late"


def digest_form(now: DigestChoice, office: OfficeHours, voice: Voice) -> View:
    """Return the form with hours of the `office`, filled in with what is chosen `now`."""
    hours = {str(hour): office.digest_time(hour) for hour in office.digest_hours}
    when = {name: voice.plain(f"preferences.{name}") for name in (WEEKLY, CHANGED)}
    what = {name: voice.plain(f"preferences.{name}") for name in (ALL, LATE)}
    blocks = [
        section(voice.mrkdwn("preferences.about")),
        _field(HOUR, hours, str(office.digest_hour(now.hour)), voice),
        _field(WHEN, when, CHANGED if now.changed_only else WEEKLY, voice),
        _field(WHAT, what, LATE if now.late_only else ALL, voice),
    ]
    return form(FORM, voice.plain("preferences.title"), blocks, voice.plain("preferences.submit"), voice)


def chosen(choice: DigestChoice, office: OfficeHours, voice: Voice) -> Screen:
    """Return what has been chosen, by the hours of the `office`."""
    parts = [
        voice.plain("preferences.at", hour=office.digest_time(office.digest_hour(choice.hour))),
        voice.plain(f"preferences.{CHANGED if choice.changed_only else WEEKLY}"),
        voice.plain(f"preferences.{LATE if choice.late_only else ALL}"),
    ]
    return Screen(parts[0], [section("\n".join(map(escape, parts)))])


def _field(name: str, words: dict[str, str], now: str, voice: Voice) -> Block:
    menu = select(
        name, voice.plain(f"preferences.{name}"), [option(said, id_) for id_, said in words.items()]
    )
    initial = {"initial_option": option(words[now], now)} if now in words else {}
    return input_block(name, voice.plain(f"preferences.{name}"), menu | initial)
