"""A page of a list that is longer than a screen holds, and the buttons that turn it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.slack.blocks import Block, button
from bot.slack.buttons import Action
from bot.slack.voice import Voice

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """The page `number` of `pages`: its items, and the places, from 1, of the `first` and `last` of them.

    `count` is the number of items on all pages.
    """

    number: int
    pages: int
    items: Sequence[T]
    first: int
    last: int
    count: int


def page_of(items: Sequence[T], number: int, size: int) -> Page[T]:
    """Return the page `number` of `items`, `size` on a page; the nearest where there is no such page."""
    pages = max(1, -(-len(items) // size))
    number = min(max(number, 1), pages)
    before = (number - 1) * size
    shown = items[before : before + size]
    return Page(number, pages, shown, before + 1, before + len(shown), len(items))


def page_buttons(
    page: Page[T], previous: Action, following: Action, line: Callable[[int], str], voice: Voice
) -> list[Block]:
    """Return the buttons to the page before and the page after; `line` is the command line of a page."""
    buttons = []
    if page.number > 1:
        buttons.append(button(previous, voice.plain("button.previous-page"), line(page.number - 1)))
    if page.number < page.pages:
        buttons.append(button(following, voice.plain("button.next-page"), line(page.number + 1)))
    return buttons
