"""What a row of the matrix is, and how rows are written; the table itself is in `matrix_table.py`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from bot.people.permissions import Act
from tests.bot.app_fixtures import Json, option


class Refused(Enum):
    """The words of a refusal."""

    BY_SCHOOL = "the school's number was typed or carried, and may be named"
    BY_ACT = "who may do it is said, and no school is named"
    BY_THING = "what is named by a number of ours is not there, or not theirs: which of the two is not said"
    AS_A_CASE = "who works on cases is said, also to those without any role"


class EntryPoint(Enum):
    """How something reaches the bot."""

    TYPED = "/hwb"
    MESSAGE = "a button or menu of a message"
    MODAL = "a button or menu of a modal"
    HOME = "a button of Home"
    FORM = "a modal that is sent"
    SHORTCUT = "a shortcut on a message"
    ANYWHERE = "a shortcut from anywhere"
    OPENED = "the bot's Home is opened"
    MENTION = "a message in a channel that names the bot"
    WRITTEN = "a direct message"
    OPTIONS = "a menu that is typed into"


@dataclass(frozen=True)
class Element:
    """A row of the matrix: what is used, what that needs, and what Slack then sends.

    `listener` is how the bot's own registration must name what takes it. `anywhere`: no school is meant, and
    a person who may do it at some school is answered about that school.
    """

    entry_point: EntryPoint
    name: str
    act: Act | None
    listener: tuple[str, str]
    payload: Json
    refused: Refused = Refused.BY_SCHOOL
    anywhere: bool = False

    @property
    def names_something(self) -> bool:
        """Whether it is another thing at another school."""
        return "{" in str(self.payload)

    def __str__(self) -> str:
        return f"{self.entry_point.name.lower()} {self.name} {self.payload.get('value', '')}".strip()


def typed(line: str, act: Act | None, **more: Any) -> Element:
    return Element(EntryPoint.TYPED, line, act, ("command", "/hwb"), {"text": line}, **more)


def button(
    name: str, value: str, act: Act | None, entry_point: EntryPoint = EntryPoint.MESSAGE, **more: Any
) -> Element:
    listener = more.pop("listener", ("action", name))
    payload = {"type": "button", "action_id": name, "block_id": "x", "value": value}
    return Element(entry_point, name, act, listener, payload, **more)


def menu(name: str, block: str, choice: str, act: Act | None, **more: Any) -> Element:
    payload = {"action_id": name, "block_id": block, **chosen(choice)}
    return Element(EntryPoint.MESSAGE, name, act, more.pop("listener", ("action", name)), payload, **more)


def user(name: str, block: str, act: Act | None, **more: Any) -> Element:
    """Return Slack's own menu of users."""
    payload = {"type": "users_select", "action_id": name, "block_id": block, "selected_user": "{colleague}"}
    return Element(EntryPoint.MESSAGE, name, act, ("action", name), payload, **more)


def people(
    name: str, block: str, act: Act | None, entry_point: EntryPoint = EntryPoint.MESSAGE, **more: Any
) -> Element:
    payload = {"action_id": name, "block_id": block} | chosen("{colleague}") | {"type": "external_select"}
    return Element(entry_point, name, act, ("action", name), payload, **more)


def form(name: str, about: str, act: Act | None, values: Json, **more: Any) -> Element:
    return Element(EntryPoint.FORM, name, act, ("view", name), {"about": about, "values": values}, **more)


def chosen(value: str) -> Json:
    return {"type": "static_select", "selected_option": option(value)}


CARRIES = ("value", "about", "block_id")
"""Where buttons, forms and menus carry what they are about."""


def carrying(element: Element, what: str) -> Element:
    """The same with something else in the place of what it carries."""
    where = next(field for field in CARRIES if "{" in str(element.payload.get(field)))
    return replace(element, payload=element.payload | {where: what})


def filled(what: Any, fill: Callable[[str], str]) -> Any:
    """A payload with its words filled in."""
    if isinstance(what, dict):
        return {name: filled(value, fill) for name, value in what.items()}
    if isinstance(what, list):
        return [filled(value, fill) for value in what]
    return fill(what) if isinstance(what, str) else what
