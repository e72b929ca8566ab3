"""Screens of accounts that should have ended: the list of groups by cause, an opened group; and the file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.slack.blocks import Block, Screen, actions, button, context_block, divider, escape, section
from bot.slack.findings import basis_line, next_line
from bot.slack.fit import paragraphs
from bot.slack.group_columns import columns, without_table
from bot.slack.own_moves import own_moves_first
from bot.slack.paging import page_buttons, page_of
from bot.slack.table_blocks import table_or_list
from bot.slack.voice import Voice
from bot.still_active.actions import StillActiveAction
from bot.still_active.columns import HEADINGS, IN_GROUP, IN_OVERVIEW, row_of, rows_of
from bot.still_active.wording import title_of
from diagnostics.lingering import Lingering
from diagnostics.still_active import LingeringGroup, StillActive

CSV = "csv"
"""The word that asks for a file."""
PAGE = 50
"""Accounts on a page: their lines fit a message."""
_FIRST = 6
"""Accounts of a group that the list of groups shows."""


def overview(
    found: StillActive,
    offered: Mapping[str, Sequence[Block]],
    starts: frozenset[str],
    voice: Voice,
    now: datetime,
) -> Screen:
    """Return the groups of accounts by cause and who acts next, each with its buttons.

    `offered` are the buttons of contributors, by cause; `starts` the causes for which the reader may start
    the run that mends them.
    """
    title = title_of(found, voice)
    by_themselves = sum(len(group.people) for group in found.groups if group.next.who == "nobody")
    ends = voice.mrkdwn("still-active.by-themselves", count=by_themselves, all=found.count)
    blocks: list[Block] = [section(f"*{escape(title)}*" + (f"\n{ends}" if by_themselves else ""))]
    groups = own_moves_first(found.groups, starts, voice)
    in_list = _groups(found, groups, _summary, offered, starts, voice)
    below = _groups(found, groups, _headline, offered, starts, voice)
    note = without_table("groups.csv-all", voice)
    rows = rows_of(groups, starts)
    blocks += table_or_list(columns(IN_OVERVIEW, HEADINGS, voice), rows, in_list, below, note)
    if found.problem:
        blocks.append(section(voice.mrkdwn(found.problem)))
    row = [button(StillActiveAction.AGAIN, voice.plain("button.check-again"), line(found))]
    if found.count:
        row.append(button(StillActiveAction.CSV, voice.plain("groups.csv-all"), line(found, CSV)))
    return Screen(title, [*blocks, actions(row), _basis(found, voice, now)])


def opened(
    found: StillActive,
    cause: str,
    number: int,
    offered: Mapping[str, Sequence[Block]],
    starts: frozenset[str],
    voice: Voice,
    now: datetime,
) -> Screen:
    """Return the page `number` of the group of `cause`, a line for each account.

    `offered` and `starts` are those of `overview`.
    """
    groups = groups_of(found, cause)
    page = page_of([person for group in groups for person in group.people], number, PAGE)
    head = [f"*{voice.mrkdwn(group.headline)}*" for group in groups]
    blocks: list[Block] = [section("\n".join(head) or f"*{voice.mrkdwn('groups.none-left')}*")]
    if page.pages > 1:
        place = voice.mrkdwn("groups.page", first=page.first, last=page.last, count=page.count)
        blocks.append(context_block(place))
    in_list = [section(part) for part in paragraphs([_person(person, voice) for person in page.items])]
    shown = [row_of(person, group) for group in groups for person in page.items if person in group.people]
    note = without_table("button.csv", voice)
    blocks += table_or_list(columns(IN_GROUP, HEADINGS, voice), shown, in_list, (), note)
    blocks += [section(next_line(group.next, voice, starts=group.cause in starts)) for group in groups]
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
    row += offered.get(cause, ())
    return Screen(title_of(found, voice), [*blocks, actions(row), _basis(found, voice, now)])


def groups_of(found: StillActive, cause: str) -> tuple[LingeringGroup, ...]:
    """Return the group of `cause`, or all groups for a blank."""
    return tuple(group for group in found.groups if cause in ("", group.cause))


def line(found: StillActive, *words: str) -> str:
    """Return the command line that asks for the list of `found` again, narrowed by `words`."""
    return " ".join(filter(None, ("still-active", *words, found.school.number)))


def _basis(found: StillActive, voice: Voice, now: datetime) -> Block:
    return context_block(basis_line(found.extract, now, voice))


def _csv_button(found: StillActive, cause: str, voice: Voice, about: str = "") -> Block:
    return button(StillActiveAction.CSV, voice.plain("button.csv"), line(found, cause, CSV), about=about)


def _groups(
    found: StillActive,
    groups: Sequence[LingeringGroup],
    words: Callable[[LingeringGroup, str, Voice], str],
    offered: Mapping[str, Sequence[Block]],
    starts: frozenset[str],
    voice: Voice,
) -> list[Block]:
    """Return each of `groups` in `words`, with whose move it is and its buttons."""
    blocks: list[Block] = []
    for group in groups:
        move = next_line(group.next, voice, starts=group.cause in starts)
        blocks += [divider(), section(words(group, move, voice))]
        buttons = [*_group_buttons(found, group, voice), *offered.get(group.cause, ())]
        blocks += [actions(buttons)] if buttons else []
    return blocks


def _group_buttons(found: StillActive, group: LingeringGroup, voice: Voice) -> list[Block]:
    if not group.people:
        return []
    about, opens = voice.plain(group.headline), line(found, group.cause)
    return [
        button(StillActiveAction.GROUP, voice.plain("button.open"), opens, about=about),
        _csv_button(found, group.cause, voice, about=about),
    ]


def _headline(group: LingeringGroup, move: str, voice: Voice) -> str:
    """Return what `_summary` says without the accounts, which the table above names."""
    return f"*{voice.mrkdwn(group.headline)}*\n{move}"


def _summary(group: LingeringGroup, move: str, voice: Voice) -> str:
    first, more = group.people[:_FIRST], len(group.people) - _FIRST
    lines = [f"*{voice.mrkdwn(group.headline)}*", *(_person(person, voice) for person in first)]
    lines += [voice.mrkdwn("answer.and-more", count=more)] if more > 0 else []
    return "\n".join([*lines, move])


def _person(person: Lingering, voice: Voice) -> str:
    said = [f"`{escape(person.identifier)}`", escape(person.account.username)]
    if person.account.year_group:
        said.append(voice.mrkdwn("cohort.year", name=person.account.year_group))
    said += [voice.mrkdwn(person.reason)] if person.reason else []
    return "• " + " · ".join(said)
