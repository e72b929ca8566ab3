"""Action ids of buttons and menus, and their manner: where the answer is shown."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Manner(StrEnum):
    """Where the answer to a button is shown."""

    INSTEAD = "instead"
    """It replaces the message or modal that the button stands in."""
    BESIDE = "beside"
    """It comes as a further message, or on top of the modal: both are read together."""
    ASIDE = "aside"
    """It opens a modal, and the message stays as it is."""


def _by_form(id_: str) -> Manner:
    return Manner.ASIDE if id_.startswith("aside:") else Manner.INSTEAD


class Action(StrEnum):
    """The ids of a feature's buttons and menus; each feature subclasses it and declares its own.

    A member is declared as its id, `OPEN = "desk:open"`, or as its id and its manner,
    `ASK = "desk:ask", Manner.BESIDE`. An id that begins with `say:` or `open:` carries a command line, which
    is dispatched; one that begins with `aside:` does too, and its manner is always `ASIDE`. Ids stand in
    messages that were sent long ago, so an id that was ever used keeps its meaning.
    """

    manner: Manner

    def __new__(cls, id_: str, manner: Manner | None = None) -> "Action":
        """Return a member whose value is its id; the default of `manner` follows from the form of the id."""
        member = str.__new__(cls, id_)
        member._value_ = id_
        member.manner = manner or _by_form(id_)
        return member


class KitAction(Action):
    """The ids of the buttons and menus of every feature: questions back, and help."""

    HELP = "say:help"
    MEANT = "say:meant"
    OPEN = "open:"
    """It opens the form of the verb that is its variant: `open:why-missing`."""
    CHOOSE_SCHOOL = "choose-school"
    UNREADABLE = "aside:unreadable"
    """No button has it: as this one is answered what can't be read."""


def variant_of(action: Action, which: object) -> str:
    """Return the id of one of an action's buttons in a message: `aside:look-2`, `open:why-missing`."""
    return f"{action}{which}" if action.endswith(":") else f"{action}-{which}"


def manners_of(actions: Iterable[type[Action]]) -> Mapping[str, Manner]:
    """Return the manner of each declared id; an id with two manners raises `ValueError`."""
    found: dict[str, Manner] = {}
    for action in (action for feature in actions for action in feature):
        if found.setdefault(action.value, action.manner) is not action.manner:
            raise ValueError(f"two manners for {action.value}: {found[action.value]}, {action.manner}")
    return found


def manner_of(id_: str, declared: Mapping[str, Manner]) -> Manner:
    """Return the manner of an id that Slack sends.

    A variant (`aside:look-2`) has the manner of its action; for an id that is not declared any more, the
    manner follows from its form.
    """
    known = [action for action in declared if id_ == action or id_.startswith(f"{action}-")]
    return declared[max(known, key=len)] if known else _by_form(id_)
