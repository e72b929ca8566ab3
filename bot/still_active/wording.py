"""What is said of accounts that should have ended in Slack and on the command line alike: title, and file."""

from collections.abc import Sequence

from bot.slack.csv_files import csv_file
from bot.slack.group_columns import row_in_file
from bot.slack.voice import Voice
from bot.still_active.columns import HEADINGS, IN_FILE, rows_of
from diagnostics.still_active import LingeringGroup, StillActive


def title_of(found: StillActive, voice: Voice) -> str:
    """Return a sentence with the number of accounts still active, and whether the school is closed."""
    if found.closed is not None:
        return voice.plain(found.closed)
    if found.problem:
        return voice.plain("still-active.unknown", school=found.school.name)
    return voice.plain("still-active.title", school=found.school.name, count=found.count)


def still_active_csv(groups: Sequence[LingeringGroup], voice: Voice) -> bytes:
    """Return CSV with a row for each account: cause, action and who acts, without names."""
    header = [HEADINGS.of(name, voice) for name in IN_FILE]
    return csv_file(header, (row_in_file(row, IN_FILE, voice) for row in rows_of(groups)))
