"""What is said of missing people in Slack and on the command line alike: the title, and the file."""

from collections.abc import Iterable

from bot.missing.columns import HEADINGS, IN_FILE, row_of
from bot.slack.csv_files import csv_file
from bot.slack.group_columns import row_in_file
from bot.slack.voice import Voice
from diagnostics.cohort import Cohort, Span
from diagnostics.missing import CauseGroup, Missing


def title_of(found: Missing, voice: Voice) -> str:
    """Return a sentence with the number of missing people of the cohort, or that the school is closed."""
    if found.closed is not None:
        return voice.plain(found.closed)
    if found.count:
        said = voice.plain("answer.missing", school=found.school.name, count=found.count)
    elif found.problem:
        return voice.plain("answer.missing-unknown", school=found.school.name)
    elif found.cohort.span is Span.EVERYBODY:
        return voice.plain("answer.none-missing", school=found.school.name)
    else:
        said = voice.plain("groups.none-missing", school=found.school.name)
    return said if found.cohort.span is Span.EVERYBODY else f"{cohort_name(found.cohort, voice)}: {said}"


def cohort_name(cohort: Cohort, voice: Voice) -> str:
    """Return a cohort's name in words."""
    return voice.plain(f"cohort.{cohort.span}", name=cohort.name)


def missing_csv(groups: Iterable[CauseGroup], voice: Voice) -> bytes:
    """Return CSV with a row for each person: cause, action and who acts, without names."""
    header = [HEADINGS.of(name, voice) for name in IN_FILE]
    people = (row_of(person) for group in groups for person in group.people)
    return csv_file(header, (row_in_file(row, IN_FILE, voice) for row in people))
