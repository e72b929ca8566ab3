"""Screens of missing accounts at a school: the list of groups by cause, and an opened group."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.identifiers import LONGEST
from bot.missing.actions import MissingAction
from bot.missing.cohort_words import CSV, UNPLACED, words_of
from bot.missing.columns import HEADINGS, IN_GROUP, IN_OVERVIEW, row_of
from bot.missing.wording import cohort_name, title_of
from bot.slack import limits
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    context_block,
    divider,
    escape,
    option,
    section,
    select,
)
from bot.slack.findings import basis_line, next_line
from bot.slack.fit import cut, paragraphs
from bot.slack.group_columns import called, columns, without_table
from bot.slack.own_moves import own_moves_first
from bot.slack.paging import page_buttons, page_of
from bot.slack.table_blocks import table_or_list
from bot.slack.voice import Voice
from diagnostics.causes import people as people_in_words
from diagnostics.cohort import Cohort, Span
from diagnostics.missing import CauseGroup, Missed, Missing

PAGE = 50
"""People on a page: their lines fit a message, and their options a menu."""
_FIRST = 6
"""People of a group that the list of groups names."""


class Offered(NamedTuple):
    """What contributors add to the groups, by cause: buttons, and lines above them."""

    buttons: Mapping[str, Sequence[Block]]
    notes: Mapping[str, Sequence[str]]


def overview(
    found: Missing,
    offered: Offered,
    starts: frozenset[str],
    voice: Voice,
    now: datetime,
) -> Screen:
    """Return the groups of missing people by cause and who acts next, each with its buttons.

    `offered` is what contributors add to a group; `starts` the causes for which the reader may start
    the run that mends them.
    """
    title = title_of(found, voice)
    blocks: list[Block] = [section(f"*{escape(title)}*")]
    if found.choices:
        blocks.append(actions([_menu(found, voice)]))
    groups = own_moves_first(found.groups, starts, voice)
    people = [row_of(person, starts=group.cause in starts) for group in groups for person in group.people]
    listed = _groups(found, groups, _summary, offered, starts, voice)
    below = _groups(found, groups, _headline, offered, starts, voice)
    note = without_table("groups.csv-all", voice)
    blocks += table_or_list(columns(IN_OVERVIEW, HEADINGS, voice), people, listed, below, note)
    if found.unplaced:
        blocks += [divider(), section(_unplaced(found, voice))]
        blocks.append(actions([_open(found, UNPLACED, _unplaced_title(found, voice), voice)]))
    if found.problem:
        blocks.append(section(voice.mrkdwn(found.problem)))
    row = [button(MissingAction.AGAIN, voice.plain("button.check-again"), line(found))]
    if found.groups and not found.problem:
        row.append(button(MissingAction.CSV, voice.plain("groups.csv-all"), line(found, CSV)))
    return Screen(title, [*blocks, actions(row), context_block(basis_line(found.extract, now, voice))])


def opened(
    found: Missing,
    cause: str,
    number: int,
    offered: Offered,
    starts: frozenset[str],
    voice: Voice,
    now: datetime,
) -> Screen:
    """Return the page `number` of the group of `cause`: its people, with a menu that looks them up.

    `offered` and `starts` are those of `overview`.
    """
    groups = groups_of(found, cause)
    page = page_of([person for group in groups for person in group.people], number, PAGE)
    head = [_title(group, voice) for group in groups] or [f"*{voice.mrkdwn('groups.none-left')}*"]
    blocks: list[Block] = [section("\n".join(head))]
    if page.pages > 1:
        place = voice.mrkdwn("groups.page", first=page.first, last=page.last, count=page.count)
        blocks.append(context_block(place))
    listed = [section(part) for part in paragraphs([_person(person, voice) for person in page.items])]
    note = without_table("button.csv", voice)
    blocks += table_or_list(columns(IN_GROUP, HEADINGS, voice), [*map(row_of, page.items)], listed, (), note)
    blocks += [section(next_line(group.next, voice, starts=group.cause in starts)) for group in groups]
    blocks += map(section, offered.notes.get(cause, ()))
    blocks += _look_up(page.items, found.school.number, voice)
    row = [button(MissingAction.ALL_GROUPS, voice.plain("groups.back"), line(found))]
    row += page_buttons(
        page,
        MissingAction.PREVIOUS,
        MissingAction.NEXT,
        lambda other: line(found, cause, f"page{other}"),
        voice,
    )
    if page.items:
        row.append(button(MissingAction.CSV, voice.plain("button.csv"), line(found, cause, CSV)))
    row += offered.buttons.get(cause, ())
    blocks += [actions(row), context_block(basis_line(found.extract, now, voice))]
    return Screen(title_of(found, voice), blocks)


def groups_of(found: Missing, cause: str) -> tuple[CauseGroup, ...]:
    """Return the groups of `cause`: the unplaced for `UNPLACED`, all for a blank."""
    if cause == UNPLACED:
        return found.unplaced
    return tuple(group for group in found.groups if cause in ("", group.cause))


def line(found: Missing, *words: str) -> str:
    """Return the command line that asks for the people of `found`, narrowed by `words`."""
    parts = ("missing", *words, words_of(found.cohort), found.school.number)
    return " ".join(part for part in parts if part)


def _menu(found: Missing, voice: Voice) -> Block:
    options = [
        option(
            cut(cohort_name(cohort, voice), limits.OPTION_TEXT),
            f"missing {words_of(cohort)} {found.school.number}",
        )
        for cohort in found.choices
    ]
    return select(MissingAction.COHORT, voice.plain("groups.which"), options)


def _group_buttons(found: Missing, group: CauseGroup, offered: Offered, voice: Voice) -> list[Block]:
    buttons = []
    if group.people:
        about = voice.plain(group.headline)
        csv = line(found, group.cause, CSV)
        buttons.append(_open(found, group.cause, about, voice))
        buttons.append(button(MissingAction.CSV, voice.plain("button.csv"), csv, about=about))
    return [*buttons, *offered.buttons.get(group.cause, ())]


def _open(found: Missing, cause: str, about: str, voice: Voice) -> Block:
    return button(MissingAction.GROUP, voice.plain("button.open"), line(found, cause), about=about)


def _groups(
    found: Missing,
    groups: Sequence[CauseGroup],
    words: Callable[[CauseGroup, str, Voice], str],
    offered: Offered,
    starts: frozenset[str],
    voice: Voice,
) -> list[Block]:
    """Return each of `groups` in `words`, with whose move it is and its buttons."""
    blocks: list[Block] = []
    for group in groups:
        move = next_line(group.next, voice, starts=group.cause in starts)
        blocks += [divider(), section(words(group, move, voice))]
        blocks += map(section, offered.notes.get(group.cause, ()))
        buttons = _group_buttons(found, group, offered, voice)
        blocks += [actions(buttons)] if buttons else []
    return blocks


def _title(group: CauseGroup, voice: Voice) -> str:
    return f"*{voice.mrkdwn(group.headline)}*"


def _summary(group: CauseGroup, move: str, voice: Voice) -> str:
    people = _first(group.people, voice, counted=_is_counted(group, voice))
    return "\n".join([_title(group, voice), *people, move])


def _headline(group: CauseGroup, move: str, voice: Voice) -> str:
    """Return what `_summary` says without the people, whom the table above names."""
    number = "" if _is_counted(group, voice) else f"{_number(group.people, voice)} · "
    return f"{number}{_title(group, voice)}\n{move}"


def _is_counted(group: CauseGroup, voice: Voice) -> bool:
    """Return whether the headline of a group says how many its people are, or it is about one alone."""
    count = len(group.people)
    return count < 2 or voice.plain(people_in_words(count)) in voice.plain(group.headline)


def _first(people: Sequence[Missed], voice: Voice, *, counted: bool) -> list[str]:
    """Return lines with how many `people` there are, unless they are `counted`, and the first of them.

    Rejected rows have their reasons beside them.
    """
    number = [] if counted else [f"{_number(people, voice)}:"]
    first = people[:_FIRST]
    more = len(people) - len(first)
    rest = [voice.mrkdwn("answer.and-more", count=more)] if more else []
    if any(person.reason for person in first):
        return [*number, *(_person(person, voice) for person in first), *rest]
    shown = " ".join(_called(person, voice) for person in first)
    return [" ".join([*number, shown, *rest])] if people else []


def _number(people: Sequence[Missed], voice: Voice) -> str:
    return f"*{voice.mrkdwn(people_in_words(len(people)))}*"


def _unplaced(found: Missing, voice: Voice) -> str:
    people = [person for group in found.unplaced for person in group.people]
    return "\n".join([f"*{escape(_unplaced_title(found, voice))}*", *_first(people, voice, counted=True)])


def _unplaced_title(found: Missing, voice: Voice) -> str:
    count = sum(len(group.people) for group in found.unplaced)
    return voice.plain(f"groups.unplaced-{found.cohort.span}", count=count)


def _person(person: Missed, voice: Voice) -> str:
    where = [cohort_name(Cohort(Span.YEAR, person.year_group), voice)] if person.year_group else []
    where += [person.class_name] if person.class_name else []
    said = [_called(person, voice), *map(escape, where)]
    said += [voice.mrkdwn(person.reason)] if person.reason else []
    return "• " + " · ".join(said)


def _called(person: Missed, voice: Voice) -> str:
    said = escape(called(person.called, voice))
    return said if person.nameless else f"`{said}`"


def _look_up(people: Sequence[Missed], school: str, voice: Voice) -> list[Block]:
    """Return a menu that looks people up, without rows whose only identifier is their line in the extract."""
    options = [
        option(person.identifier, f"why-missing {person.identifier} {school}")
        for person in people
        if not person.nameless and len(person.identifier) <= LONGEST
    ]
    return (
        [actions([select(MissingAction.PERSON, voice.plain("groups.look-up"), options)])] if options else []
    )
