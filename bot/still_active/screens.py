"""Accounts that should have ended, as Slack shows them: by cause, one cause opened, and as a file."""

from collections.abc import Iterable
from datetime import datetime

from bot.diagnosis.screens import next_line
from bot.rollover.screens import paragraphs
from bot.slack.blocks import Block, Screen, actions, button, context_block, divider, escape, section
from bot.slack.csv_files import csv_file
from bot.slack.voice import Voice
from diagnostics.still_active import Lingering, LingeringGroup, StillActive

PAGE = 50
"""Accounts on a page: their lines fit a message."""
_FIRST = 6
_COLUMNS = ("identifier", "kind", "username", "year", "class", "cause", "action", "who", "contact")


def overview(found: StillActive, voice: Voice, now: datetime) -> Screen:
    """Whose account lives on, by cause, and whose move it is, with each cause's buttons."""
    title = title_of(found, voice)
    blocks: list[Block] = [section(f"*{escape(title)}*")]
    for group in found.groups:
        blocks += [divider(), section(_summary(group, voice))]
        if group.people:
            row = [button("say:group", voice.plain("button.open"), line(found, group.cause))]
            row.append(button("say:csv", voice.plain("button.csv"), line(found, group.cause, "csv")))
            blocks.append(actions(row))
    if found.problem:
        blocks.append(section(voice.mrkdwn(found.problem)))
    row = [button("say:again", voice.plain("button.check-again"), line(found))]
    if found.count:
        row.append(button("say:csv", voice.plain("groups.csv-all"), line(found, "csv")))
    return Screen(title, [*blocks, actions(row), context_block(basis(found, voice, now))])


def opened(found: StillActive, cause: str, page: int, voice: Voice, now: datetime) -> Screen:
    """A page of one cause, account by account."""
    groups = groups_of(found, cause)
    people = [one for group in groups for one in group.people]
    pages = max(1, -(-len(people) // PAGE))
    page = min(max(page, 1), pages)
    first = (page - 1) * PAGE
    shown = people[first : first + PAGE]
    head = [f"*{voice.mrkdwn(group.headline)}*" for group in groups]
    blocks: list[Block] = [section("\n".join(head) or f"*{voice.mrkdwn('groups.none-left')}*")]
    if pages > 1:
        numbers = {"first": first + 1, "last": first + len(shown), "count": len(people)}
        blocks.append(context_block(voice.mrkdwn("groups.page", **numbers)))
    blocks += [section(part) for part in paragraphs([_person(one, voice) for one in shown])]
    blocks += [section(next_line(group.next, voice)) for group in groups]
    row = [button("say:all-groups", voice.plain("groups.back"), line(found))]
    if page > 1:
        row.append(
            button("say:previous", voice.plain("button.previous-page"), line(found, cause, f"page{page - 1}"))
        )
    if page < pages:
        row.append(button("say:next", voice.plain("button.next-page"), line(found, cause, f"page{page + 1}")))
    if shown:
        row.append(button("say:csv", voice.plain("button.csv"), line(found, cause, "csv")))
    return Screen(title_of(found, voice), [*blocks, actions(row), context_block(basis(found, voice, now))])


def title_of(found: StillActive, voice: Voice) -> str:
    """How many accounts live on, in a sentence."""
    if found.problem:
        return voice.plain("still-active.unknown", school=found.school.name)
    return voice.plain("still-active.title", school=found.school.name, count=found.count)


def basis(found: StillActive, voice: Voice, now: datetime) -> str:
    """As of when it is so, and of when the extract is that it was read from."""
    said = voice.mrkdwn("answer.as-of", now=now)
    read_at = found.records.read_at
    return said if read_at is None else f"{said} {voice.mrkdwn('still-active.extract', read=read_at)}"


def still_active_csv(groups: Iterable[LingeringGroup], voice: Voice) -> bytes:
    """An account a line, with the cause and whose move it is; no names."""
    header = [voice.plain(f"still-active.column-{name}") for name in _COLUMNS]
    return csv_file(header, (_row(one, group, voice) for group in groups for one in group.people))


def groups_of(found: StillActive, cause: str) -> tuple[LingeringGroup, ...]:
    """The accounts of one cause, or all."""
    return tuple(group for group in found.groups if cause in ("", group.cause))


def line(found: StillActive, *words: str) -> str:
    """The command line that asks for the same accounts again, narrowed by words."""
    return " ".join(("still-active", *words, found.school.number))


def _summary(group: LingeringGroup, voice: Voice) -> str:
    first, more = group.people[:_FIRST], len(group.people) - _FIRST
    lines = [f"*{voice.mrkdwn(group.headline)}*", *(_person(one, voice) for one in first)]
    lines += [voice.mrkdwn("answer.and-more", count=more)] if more > 0 else []
    return "\n".join([*lines, next_line(group.next, voice)])


def _person(one: Lingering, voice: Voice) -> str:
    said = [f"`{escape(one.identifier)}`", escape(one.account.username)]
    if one.account.year_group:
        said.append(voice.mrkdwn("cohort.year", name=one.account.year_group))
    said += [voice.mrkdwn(one.reason)] if one.reason else []
    return "• " + " · ".join(said)


def _row(one: Lingering, group: LingeringGroup, voice: Voice) -> list[str]:
    cause = voice.plain(f"missing.{one.cause}")
    return [
        one.identifier,
        voice.plain(f"kind.{one.kind}"),
        one.account.username,
        one.account.year_group or "",
        one.account.class_name or "",
        f"{cause}: {voice.plain(one.reason)}" if one.reason else cause,
        voice.plain(group.next.action),
        voice.plain(f"who.{group.next.who}"),
        group.next.contact.in_(voice.language),
    ]
