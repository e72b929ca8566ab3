"""Screens of accounts that should have ended: the list of groups by cause, an opened group; and the file."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.slack.blocks import Block, Screen, actions, button, context_block, divider, escape, section
from bot.slack.csv_files import csv_file
from bot.slack.findings import basis_line, next_line
from bot.slack.fit import paragraphs
from bot.slack.paging import page_buttons, page_of
from bot.slack.table_blocks import table_or_list
from bot.slack.voice import Voice
from bot.still_active.actions import StillActiveAction
from bot.still_active.columns import IN_FILE, IN_GROUP, IN_OVERVIEW, columns, heading, listed, row_in_file
from diagnostics.lingering import Lingering
from diagnostics.still_active import LingeringGroup, StillActive

CSV = "csv"
"""The word that asks for a file."""
PAGE = 50
"""Accounts on a page: their lines fit a message."""
_FIRST = 6
"""Accounts of a group that the list of groups shows."""


def overview(found: StillActive, voice: Voice, now: datetime) -> Screen:
    """Return the groups of accounts by cause and who acts next, each with its buttons."""
    title = title_of(found, voice)
    blocks: list[Block] = [section(f"*{escape(title)}*")]
    in_list, below = _groups(found, _summary, voice), _groups(found, _headline, voice)
    blocks += table_or_list(columns(IN_OVERVIEW, voice), listed(found.groups), in_list, below)
    if found.problem:
        blocks.append(section(voice.mrkdwn(found.problem)))
    row = [button(StillActiveAction.AGAIN, voice.plain("button.check-again"), line(found))]
    if found.count:
        row.append(button(StillActiveAction.CSV, voice.plain("groups.csv-all"), line(found, CSV)))
    return Screen(title, [*blocks, actions(row), _basis(found, voice, now)])


def opened(found: StillActive, cause: str, number: int, voice: Voice, now: datetime) -> Screen:
    """Return the page `number` of the group of `cause`, a line for each account."""
    groups = groups_of(found, cause)
    page = page_of(listed(groups), number, PAGE)
    head = [f"*{voice.mrkdwn(group.headline)}*" for group in groups]
    blocks: list[Block] = [section("\n".join(head) or f"*{voice.mrkdwn('groups.none-left')}*")]
    if page.pages > 1:
        place = voice.mrkdwn("groups.page", first=page.first, last=page.last, count=page.count)
        blocks.append(context_block(place))
    in_list = [section(part) for part in paragraphs([_person(row.person, voice) for row in page.items])]
    blocks += table_or_list(columns(IN_GROUP, voice), page.items, in_list)
    blocks += [section(next_line(group.next, voice)) for group in groups]
    row = [button(StillActiveAction.ALL_GROUPS, voice.plain("groups.back"), line(found))]
    row += page_buttons(
        page,
        StillActiveAction.PREVIOUS,
        StillActiveAction.NEXT,
        lambda other: line(found, cause, f"page{other}"),
        voice,
    )
    if page.items:
        row.append(_csv_button(found, cause, voice))
    return Screen(title_of(found, voice), [*blocks, actions(row), _basis(found, voice, now)])


def title_of(found: StillActive, voice: Voice) -> str:
    """Return a sentence with the number of accounts still active, and whether the school is closed."""
    if found.closed is not None:
        return voice.plain(found.closed)
    if found.problem:
        return voice.plain("still-active.unknown", school=found.school.name)
    return voice.plain("still-active.title", school=found.school.name, count=found.count)


def still_active_csv(groups: Sequence[LingeringGroup], voice: Voice) -> bytes:
    """Return CSV with a row for each account: cause, action and who acts, without names."""
    header = [heading(name, voice) for name in IN_FILE]
    return csv_file(header, (row_in_file(row, voice) for row in listed(groups)))


def groups_of(found: StillActive, cause: str) -> tuple[LingeringGroup, ...]:
    """Return the group of `cause`, or all groups for a blank."""
    return tuple(group for group in found.groups if cause in ("", group.cause))


def line(found: StillActive, *words: str) -> str:
    """Return the command line that asks for the list of `found` again, narrowed by `words`."""
    return " ".join(("still-active", *words, found.school.number))


def _basis(found: StillActive, voice: Voice, now: datetime) -> Block:
    return context_block(basis_line(found.extract, now, voice))


def _csv_button(found: StillActive, cause: str, voice: Voice, about: str = "") -> Block:
    return button(StillActiveAction.CSV, voice.plain("button.csv"), line(found, cause, CSV), about=about)


def _groups(found: StillActive, words: Callable[[LingeringGroup, Voice], str], voice: Voice) -> list[Block]:
    """Return each group in `words`, with its buttons."""
    blocks: list[Block] = []
    for group in found.groups:
        blocks += [divider(), section(words(group, voice))]
        if group.people:
            blocks.append(
                actions(
                    [
                        button(
                            StillActiveAction.GROUP,
                            voice.plain("button.open"),
                            line(found, group.cause),
                            about=voice.plain(group.headline),
                        ),
                        _csv_button(found, group.cause, voice, about=voice.plain(group.headline)),
                    ]
                )
            )
    return blocks


def _headline(group: LingeringGroup, voice: Voice) -> str:
    """Return what `_summary` says without the accounts, which the table above names."""
    return f"*{voice.mrkdwn(group.headline)}*\n{next_line(group.next, voice)}"


def _summary(group: LingeringGroup, voice: Voice) -> str:
    first, more = group.people[:_FIRST], len(group.people) - _FIRST
    lines = [f"*{voice.mrkdwn(group.headline)}*", *(_person(person, voice) for person in first)]
    lines += [voice.mrkdwn("answer.and-more", count=more)] if more > 0 else []
    return "\n".join([*lines, next_line(group.next, voice)])


def _person(person: Lingering, voice: Voice) -> str:
    said = [f"`{escape(person.identifier)}`", escape(person.account.username)]
    if person.account.year_group:
        said.append(voice.mrkdwn("cohort.year", name=person.account.year_group))
    said += [voice.mrkdwn(person.reason)] if person.reason else []
    return "• " + " · ".join(said)
