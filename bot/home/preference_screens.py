"""The form by which users choose which digests they get."""

from bot.people.preferences import DIGEST_HOURS, DigestChoice
from bot.slack.blocks import Block, Screen, escape, input_block, option, section, select
from bot.slack.modals import View, form
from bot.slack.voice import Voice

FORM, HOUR, WHEN, WHAT = "preferences:form", "hour", "when", "what"
WEEKLY, CHANGED = "weekly", "changed"
ALL, LATE = "all", "late"


def digest_form(now: DigestChoice, voice: Voice) -> View:
    """Return the form, filled in with what is chosen `now`."""
    hours = {str(hour): f"{hour:02}:00" for hour in DIGEST_HOURS}
    when = {name: voice.plain(f"preferences.{name}") for name in (WEEKLY, CHANGED)}
    what = {name: voice.plain(f"preferences.{name}") for name in (ALL, LATE)}
    blocks = [
        section(voice.mrkdwn("preferences.about")),
        _field(HOUR, hours, str(now.hour), voice),
        _field(WHEN, when, CHANGED if now.changed_only else WEEKLY, voice),
        _field(WHAT, what, LATE if now.late_only else ALL, voice),
    ]
    return form(FORM, voice.plain("preferences.title"), blocks, voice.plain("preferences.submit"), voice)


def chosen(choice: DigestChoice, voice: Voice) -> Screen:
    """Return what has been chosen."""
    parts = [
        voice.plain("preferences.at", hour=f"{choice.hour:02}:00"),
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
