"""Answers of the verb `report`: that of the caller's schools, of an authority or a school, or a file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.authorities import schools_of
from bot.commands import Command, Takes, Verb
from bot.people.permissions import Act
from bot.people.reader import Reader
from bot.report import screens, written
from bot.report.page import page
from bot.report.report import Report, make
from bot.services import Services
from bot.slack import limits, notices
from bot.slack.blocks import Screen
from bot.slack.context import Answer, Context
from bot.slack.fit import cut
from bot.slack.uploads import Document
from bot.slack.voice import Voice
from provisioning.clock import today
from provisioning.records.schools import School

_AT_ONCE = 12
"""Schools up to which the report is made at once; with more it is made in the background."""
_AUTHORITY, _YEAR = re.compile(r"[0-9]{3}"), re.compile(r"2[01][0-9]{2}")


class ReportForm(StrEnum):
    """The form in which a report is shown."""

    BLOCKS = "blocks"
    PICTURE = "picture"
    HTML = "html"
    MARKDOWN = "markdown"


_FORMS = {
    "picture": ReportForm.PICTURE,
    "llun": ReportForm.PICTURE,
    "html": ReportForm.HTML,
    "markdown": ReportForm.MARKDOWN,
}


@dataclass(frozen=True)
class ReportWords:
    """What the words after the verb ask for; without a `year` that of the rollover in focus."""

    year: int | None = None
    authority: str = ""
    form: ReportForm = ReportForm.BLOCKS


def report_words(about: str) -> ReportWords:
    """Parse the words after the verb (`about`); unknown words are ignored."""
    year, authority, form = None, "", ReportForm.BLOCKS
    for word in about.casefold().split():
        if _YEAR.fullmatch(word):
            year = int(word)
        elif _AUTHORITY.fullmatch(word):
            authority = word
        else:
            form = _FORMS.get(word, form)
    return ReportWords(year, authority, form)


def document(found: Report, form: ReportForm, voice: Voice) -> Document:
    """Return a report as a file."""
    told = page(found, voice)
    where = found.school.number if found.school else found.authority or ""
    name = "-".join(part for part in ("report", str(found.year), where) if part)
    alt = cut(
        voice.plain("report.alt", title=told.title, summary=told.chapters[0].summary), limits.FILE_ALT_TEXT
    )
    match form:
        case ReportForm.PICTURE:
            # Imported here, because the plotting library takes longer to load than most commands to run.
            from bot.report.picture import report_picture

            return Document(f"{name}.png", told.title, alt, report_picture(told, voice))
        case ReportForm.HTML:
            return Document(f"{name}.html", told.title, alt, written.html(told, voice.language))
        case _:
            return Document(f"{name}.md", told.title, alt, written.markdown(told).encode())


def _report(context: Context, command: Command, allowed: Sequence[School]) -> Answer:
    services, wanted = context.services, report_words(command.about)
    named = (school for school in allowed if command.school in ("", school.number))
    chosen = schools_of(wanted.authority or None, named)
    year = wanted.year or _year_in_focus(services)
    voice = _voice_about(context, chosen)

    def made() -> Report:
        return make(services, chosen, year)

    if wanted.form is not ReportForm.BLOCKS:
        making = notices.sentence("file.making", voice)
        return Answer(making, document=lambda: document(made(), wanted.form, voice))
    authorities = sorted({school.local_authority for school in allowed})
    line = " ".join(part for part in ("report", str(year), wanted.authority, command.school) if part)

    def screen() -> Screen:
        return screens.report(made(), line, () if command.school else authorities, voice)

    if len(chosen) <= _AT_ONCE:
        return Answer(screen(), school=command.school or None)
    return Answer(notices.sentence("report.working", voice, count=len(chosen)), then=screen)


def _voice_about(context: Context, schools: Sequence[School]) -> Voice:
    """Return the voice with the words for the caller's roles at any of `schools`."""
    return replace(context.voice, reader=Reader(context.caller().roles(*schools)))


def _year_in_focus(services: Services) -> int:
    return services.provisioning.knowledge.rollover_in_focus(today(services.clock)).year


VERBS = (Verb("report", "adroddiad", Takes.SCHOOLS, _report, Act.REPORT),)
